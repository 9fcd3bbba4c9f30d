package gateio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"

	"rekey/internal/fake"
)

// Documented limits.
const (
	mostKeys      = 20
	mostAddresses = 20
	mostName      = 32 // not documented
)

// words are the documented rights of a sub-account's key.
func words() []string {
	return []string{
		"wallet", "spot", "futures", "delivery", "earn", "custody", "options", "account", "loan", "margin", "unified",
		"copy",
	}
}

// A body is what makes or changes a key. What is left out is nil.
type body struct {
	Mode        int       `json:"mode"`
	Name        string    `json:"name"`
	Perms       []Perm    `json:"perms"`
	IPWhitelist *[]string `json:"ip_whitelist"`
}

// settings reads a body. Unknown members are refused, which Gate is not known to
// do. A list that is left out, or null, is empty: "list will be cleared if no
// value is passed".
func settings(r *http.Request) (Settings, *refusal) {
	data, err := fake.Body(r)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var b body
	if err != nil || d.Decode(&b) != nil || d.More() {
		return Settings{}, bad("INVALID_REQUEST_BODY", "invalid request body")
	}
	if b.Mode == 0 {
		b.Mode = 1
	}
	var list []string
	if b.IPWhitelist != nil {
		list = *b.IPWhitelist
	}
	seen := map[string]bool{}
	for _, p := range b.Perms {
		if !slices.Contains(words(), p.Name) || seen[p.Name] {
			return Settings{}, bad("INVALID_PARAM_VALUE", "invalid perms")
		}
		seen[p.Name] = true
	}
	strange := func(text string) bool {
		address, err := netip.ParseAddr(text)
		return err != nil || !address.Is4()
	}
	switch {
	case b.Mode > 2 || b.Mode < 1:
		return Settings{}, bad("INVALID_PARAM_VALUE", "invalid mode")
	case len(b.Name) > mostName:
		return Settings{}, bad("INVALID_PARAM_VALUE", "invalid name")
	case len(list) > mostAddresses || slices.ContainsFunc(list, strange):
		return Settings{}, bad("INVALID_PARAM_VALUE", "invalid ip_whitelist")
	}
	return Settings{Name: b.Name, Mode: b.Mode, Perms: b.Perms, Whitelist: list}, nil
}

// find returns the sub-account that the path names.
func (who caller) find() (*Sub, *refusal) {
	for _, s := range who.account.Subs {
		if strconv.FormatInt(s.ID, 10) == who.ids[0] {
			return s, nil
		}
	}
	return nil, bad("SUB_ACCOUNT_NOT_FOUND", "sub-account not found")
}

// existing returns the key that the path names. With which label one is refused
// that does not exist is not documented.
func (x *Exchange) existing(who caller) (*Sub, *Key, *refusal) {
	s, refused := who.find()
	if refused != nil {
		return nil, nil, refused
	}
	for _, k := range s.Keys {
		if k.AccessKey == who.ids[1] && !k.Deleted {
			return s, k, nil
		}
	}
	return nil, nil, bad("INVALID_PARAM_VALUE", "invalid key")
}

// createKey shows the secret this once.
func (x *Exchange) createKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	s, refused := who.find()
	if refused != nil {
		return refused
	}
	set, refused := settings(r)
	if refused != nil {
		return refused
	}
	alive := slices.DeleteFunc(slices.Clone(s.Keys), func(k *Key) bool { return k.Deleted })
	if len(alive) >= x.MostKeys || len(set.Perms) == 0 { // with which label is not documented
		return bad("INVALID_PARAM_VALUE", "too many keys, or no perms")
	}
	now := x.Server.Now()
	k := &Key{Settings: set, Created: now, life: x.Lag.Begin(now)}
	for taken := true; taken; {
		x.minted++
		k.AccessKey = fake.HexOf(fmt.Sprintf("gateio %d %d", s.ID, x.minted), 32)
		_, taken = x.keys[k.AccessKey]
	}
	k.Secret = fake.RandomHex(52) + fake.HexCanary
	s.Keys = append(s.Keys, k)
	x.keys[k.AccessKey] = caller{account: who.account, sub: s, key: k, user: s.ID}
	x.book(fake.Created, "", s, k, who)
	out := x.describe(k, s.ID)
	delete(out, "last_access")
	out["secret"] = k.Secret
	fake.JSON(w, http.StatusOK, out)
	return nil
}

// changeKey sets everything anew, and answers with nothing.
func (x *Exchange) changeKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	s, k, refused := x.existing(who)
	if refused != nil {
		return refused
	}
	set, refused := settings(r)
	if refused != nil {
		return refused
	}
	now := x.Server.Now()
	k.before, k.at = k.now(now), now.Add(x.EditLag)
	k.Settings = set
	x.book(fake.Changed, "permissions, ip whitelist", s, k, who)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteKey answers with nothing.
func (x *Exchange) deleteKey(w http.ResponseWriter, _ *http.Request, who caller) *refusal {
	s, k, refused := x.existing(who)
	if refused != nil {
		return refused
	}
	k.Deleted, k.life = true, x.Lag.End(k.life, x.Server.Now())
	x.book(fake.Deleted, "", s, k, who)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (x *Exchange) book(deed fake.Deed, what string, s *Sub, k *Key, who caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: k.AccessKey, Account: s.Name, Label: k.Name,
		By: who.key.AccessKey, From: who.from,
	})
}
