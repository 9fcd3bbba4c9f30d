package find

import (
	"bytes"
	"encoding/base64"
	"strings"

	"rekey/internal/form"
)

// An item is a value of a text that may be a part of a credential.
type item struct {
	pos, end int    // where it is written, in the text
	value    string // decoded: escapes resolved, base64 of Kubernetes undone
	role     form.Role
	prefix   string // the folded rest of its name: what it belongs to
	named    int    // the exchange that its own name says, or -1
	near     int    // the exchange that words just before its name say, or -1
	fit      form.Fit
	// encoded is set where the file holds base64 of the value.
	encoded bool
	// id is set for a UUID under the name id or name, private for a secret under
	// the name privateKey, login for the user name and the password of an entry
	// of a password manager.
	id, private, login bool
	// loose is set for a word that may be a passphrase by its place alone.
	loose bool
	// clientID is set for a field of that name, which holds an access key at
	// some exchanges and in GoCryptoTrader the passphrase.
	clientID bool
}

// newItem makes an item of a value that stands under a name. It is false for
// what can be no part of a credential.
func newItem(name, value string, pos, end int) (item, bool) {
	it := item{pos: pos, end: end, value: value, named: -1, near: -1}
	it.role, it.prefix = form.RoleOf(name)
	if it.role != form.Other {
		it.named = form.ExchangeIn(name, it.prefix)
	}
	it.fit = form.Of([]byte(value))
	it.clientID = form.IsClientID(name)
	it.private = it.role == form.Secret && strings.HasSuffix(form.Fold(name), "privatekey")
	if coinbase := form.Number("coinbase"); it.role == form.Other && it.fit.Key.Has(coinbase) &&
		(form.Fold(name) == "id" || form.Fold(name) == "name") {
		it.id = true
		return it, true
	}
	if it.role != form.Other && testnet(name) {
		it.fit = it.fit.With(form.OfTestnet([]byte(value)))
	}
	if form.IsAddress([]byte(value)) && it.role == form.Other && addressName(name) {
		it.role = form.AccessKey
		return it, true
	}
	switch it.role {
	case form.Passphrase:
		it.login = it.fit.Secret != 0
		return it, value != "" && len(value) <= 200
	case form.AccessKey, form.Secret:
		it.decode()
		if it.fit.None() && len(value) >= 18 && form.IsSample(value) {
			it.fit = form.Fit{Key: form.Any, Secret: form.Any}
		}
		if form.Plausible(it.role, []byte(it.value)) {
			it.fit = it.fit.WithUnknown(it.role)
		}
		return it, true
	case form.Neutral:
		return it, !it.fit.None()
	case form.Other:
		switch form.Fold(name) {
		case "username", "user", "login", "loginusername":
			it.login = it.fit.Key != 0
			return it, it.login
		}
		return it, isCDPName(value)
	}
	return it, false
}

// testnet reports whether a name says that a key is for playing only: those of
// Binance's futures testnet have another form.
func testnet(name string) bool {
	folded := form.Fold(name)
	return strings.Contains(folded, "testnet") || strings.Contains(folded, "futures") ||
		strings.Contains(folded, "sandbox")
}

// addressName reports whether a name is that of an account's address, which
// stands for the access key of an agent's wallet.
func addressName(name string) bool {
	folded := form.Fold(name)
	return strings.HasSuffix(folded, "address") || strings.HasSuffix(folded, "wallet") ||
		strings.HasSuffix(folded, "account")
}

// decode undoes the base64 of a Kubernetes secret, where the result is a part.
func (it *item) decode() {
	if len(it.value) < 12 || len(it.value) > 4096 || len(it.value)%4 != 0 {
		return
	}
	raw, err := base64.StdEncoding.DecodeString(it.value)
	if err != nil {
		return
	}
	raw = bytes.TrimRight(raw, "\r\n")
	if fit := form.Of(raw); !fit.None() {
		it.value, it.fit, it.encoded = string(raw), fit, true
	}
}

// decodePassphrase undoes the base64 of a passphrase beside encoded parts.
func decodePassphrase(value string) string {
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return value
	}
	for _, c := range raw {
		if c < ' ' || c > '~' {
			return value
		}
	}
	return string(raw)
}

func isCDPName(value string) bool {
	return len(value) == 95 && value[:14] == "organizations/" && form.Of([]byte(value)).Key != 0
}
