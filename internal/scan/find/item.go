package find

import (
	"bytes"
	"encoding/base64"

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
	switch it.role {
	case form.Passphrase:
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
		return it, isCDPName(value)
	}
	return it, false
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
