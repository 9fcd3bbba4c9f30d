package binance

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"rekey/internal/fake"
)

// The calls are those of developers.binance.com sub_account/api-management and
// its legacy-docs, read 2026-11-22.

// target lets a manager through to a sub-account: a key of the master account
// with trading permission. The legacy pages call creating and deleting TRADE;
// those about addresses are USER_DATA and note that trading must be on; the
// connectors call all of them USER_DATA. The strictest reading holds here, also
// for changing permissions.
func (x *Exchange) target(w http.ResponseWriter, q url.Values, who caller) (*Sub, bool) {
	if who.sub == nil && !who.may("enableSpotAndMarginTrading") {
		forbidden().write(w)
		return nil, false
	}
	s, ok := x.sub(w, q, who)
	if ok && s.AssetManagement {
		unsupported().write(w)
		return nil, false
	}
	return s, ok
}

// checked is target behind the KYC IP restriction check, which the pages name
// for all but the calls about addresses. Its code is not documented.
func (x *Exchange) checked(w http.ResponseWriter, q url.Values, who caller) (*Sub, bool) {
	if from := who.account.RefusedByKYC; len(from) > 0 && fake.Admits(from, who.from) {
		forbidden().write(w)
		return nil, false
	}
	return x.target(w, q, who)
}

func (x *Exchange) createKey(w http.ResponseWriter, q url.Values, who caller) {
	x.create(w, q, who, subPowers())
}

// createKeyV2 is the later form, which also knows FIX and RSA. What its answer
// adds is not documented; here it is what was asked.
func (x *Exchange) createKeyV2(w http.ResponseWriter, q url.Values, who caller) {
	x.create(w, q, who, append(subPowers(), fixPowers()...))
}

// create shows the secret this once; there is none for a key whose owner sent
// a public key.
func (x *Exchange) create(w http.ResponseWriter, q url.Values, who caller, powers []power) {
	s, ok := x.checked(w, q, who)
	if !ok {
		return
	}
	k, refused := newKey(q, powers)
	alive := slices.DeleteFunc(slices.Clone(s.Keys), func(k *Key) bool { return k.Deleted })
	if most := who.account.MostKeys; refused == nil && most > 0 && len(alive) >= most {
		refused = unsupported() // code chosen, not documented
	}
	if refused != nil {
		refused.write(w)
		return
	}
	k.AccessKey, k.Created, k.life = x.mint(who.account.ID+" "+s.Email), x.Server.Now(), x.Lag.Begin(x.Server.Now())
	var secret any // null
	if k.Verify == nil {
		k.Secret = newSecret()
		secret = k.Secret
	}
	s.Keys = append(s.Keys, k)
	x.know(who.account, s, k)
	x.book(fake.Created, "", s.Email, k, who)
	status := 1
	if len(k.Whitelist) > 0 {
		status = 2
	}
	fake.JSON(w, http.StatusOK, k.describe(map[string]any{
		"apiName": k.Label, "apiKey": k.AccessKey, "secretKey": secret, "status": status, "ipList": listed(k.Whitelist),
	}, powers))
}

// newKey reads what a new key shall be. No limit of a name's length is
// documented.
func newKey(q url.Values, powers []power) (*Key, *refusal) {
	k := &Key{Label: q.Get("apiName"), Flags: []string{"enableReading"}}
	if k.Label == "" {
		return nil, missing("apiName")
	}
	on, _, refused := asked(q, powers)
	if refused != nil {
		return nil, refused
	}
	k.Flags = append(k.Flags, on...)
	switch q.Get("status") {
	case "":
		return nil, missing("status")
	case "1": // open; addresses that were sent all the same count for nothing
	case "2":
		if q.Get("ipAddress") == "" {
			return nil, missing("ipAddress")
		}
		if k.Whitelist, refused = addresses(q.Get("ipAddress")); refused != nil {
			return nil, refused
		}
	case "3":
		if q.Get("thirdPartyName") == "" {
			return nil, missing("thirdPartyName")
		}
		return nil, invalid("thirdPartyName") // no third party is staged
	default:
		return nil, invalid("status")
	}
	kind := hmacKey
	if text := q.Get("publicKey"); text != "" {
		kind, k.Verify = publicKey(text)
	}
	fix := len(powers) > len(subPowers())
	if kind == "" || kind == rsaKey && !fix { // the first form names Ed25519 alone
		return nil, invalid("publicKey")
	}
	for _, p := range fixPowers() {
		if slices.Contains(k.Flags, p.flag) && kind != ed25519Key {
			return nil, unsupported()
		}
	}
	return k, nil
}

// asked reads the permissions that were sent.
func asked(q url.Values, powers []power) (on, off []string, refused *refusal) {
	for _, p := range powers {
		switch q.Get(p.param) {
		case "true":
			on = append(on, p.flag)
		case "false":
			off = append(off, p.flag)
		default:
			if q.Has(p.param) {
				return nil, nil, invalid(p.param)
			}
		}
	}
	return on, off, nil
}

// deleteKey answers with an empty object.
func (x *Exchange) deleteKey(w http.ResponseWriter, q url.Values, who caller) {
	s, ok := x.checked(w, q, who)
	if !ok {
		return
	}
	k, ok := x.named(w, q, s)
	if !ok {
		return
	}
	k.Deleted, k.life = true, x.Lag.End(k.life, x.Server.Now())
	x.book(fake.Deleted, "", s.Email, k, who)
	fake.JSON(w, http.StatusOK, map[string]any{})
}

// changePermissions leaves a permission that is not sent as it is, which is not
// documented. The answer spells apikey without a capital and has the time of
// the change.
func (x *Exchange) changePermissions(w http.ResponseWriter, q url.Values, who caller) {
	s, ok := x.checked(w, q, who)
	if !ok {
		return
	}
	if s.PortfolioMargin {
		unsupported().write(w)
		return
	}
	k, ok := x.named(w, q, s)
	if !ok {
		return
	}
	on, off, refused := asked(q, subPowers())
	if refused != nil {
		refused.write(w)
		return
	}
	kept := slices.DeleteFunc(
		slices.Clone(k.Flags),
		func(f string) bool { return slices.Contains(off, f) || slices.Contains(on, f) },
	)
	k.Flags = append(kept, on...)
	x.book(fake.Changed, "permissions", s.Email, k, who)
	fake.JSON(w, http.StatusOK, k.describe(map[string]any{
		"apiName": k.Label, "apikey": k.AccessKey, "timestamp": millis(x.Server.Now()),
	}, subPowers()))
}

// named finds the key that a write names.
func (x *Exchange) named(w http.ResponseWriter, q url.Values, s *Sub) (*Key, bool) {
	if q.Get("subAccountApiKey") == "" {
		missing("subAccountApiKey").write(w)
		return nil, false
	}
	k := s.existing(q.Get("subAccountApiKey"))
	if k == nil {
		unknownKey().write(w)
	}
	return k, k != nil
}

// mint makes an access key that nobody has.
func (x *Exchange) mint(owner string) string {
	for {
		x.minted++
		access := fake.LettersOf(fmt.Sprintf("binance %s %d", owner, x.minted), 64)
		if _, taken := x.keys[access]; !taken {
			return access
		}
	}
}

func newSecret() string { return fake.Canary + fake.RandomLetters(64-len(fake.Canary)) }

func (x *Exchange) book(deed fake.Deed, what, account string, k *Key, who caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: k.AccessKey, Account: account, Label: k.Label,
		By: who.key.AccessKey, From: who.from,
	})
}
