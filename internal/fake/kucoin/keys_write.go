package kucoin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"rekey/internal/fake"
)

// createKey shows the secret this once, and the passphrase, which the caller
// chose. Like all writes it needs a key of the master account and no more than
// General, which is named as the permission to read.
func (x *Exchange) createKey(w http.ResponseWriter, r *http.Request, who caller) {
	s, f, ok := x.written(w, r, who, "remark", "permission", "ipWhitelist", "expire")
	if !ok {
		return
	}
	k := &Key{
		Remark:     f["remark"],
		Passphrase: f["passphrase"],
		Permission: "General",
		Created:    x.Server.Now(),
		life:       x.Lag.Begin(x.Server.Now()),
	}
	if n := utf8.RuneCountInString(k.Remark); n < 1 || n > mostRemark || !passphraseForm(k.Passphrase) || !k.set(f) ||
		s.full(who.account) {
		wrong(w)
		return
	}
	x.mint(k, fmt.Sprintf("%d %s", who.account.UID, s.Name))
	s.Keys = append(s.Keys, k)
	x.know(who.account, s, k)
	x.book(fake.Created, "", s, k, who)
	succeed(w, k.whitelisted(map[string]any{
		"subName": s.Name, "remark": k.Remark, "apiKey": k.AccessKey, "apiSecret": k.Secret, "apiVersion": k.version(),
		"passphrase": k.Passphrase, "permission": k.Permission, "createdAt": millis(k.Created),
	}))
}

// changeKey replaces what is sent ("if modified, will be reset"), also by an
// empty text.
func (x *Exchange) changeKey(w http.ResponseWriter, r *http.Request, who caller) {
	s, f, ok := x.written(w, r, who, "apiKey", "permission", "ipWhitelist", "expire")
	if !ok {
		return
	}
	k := s.opened(f["apiKey"], f["passphrase"])
	if k == nil {
		wrong(w)
		return
	}
	changed := *k
	if !changed.set(f) {
		wrong(w)
		return
	}
	*k = changed
	var what []string
	for _, c := range []struct{ field, word string }{
		{"permission", "permissions"},
		{"ipWhitelist", "ip whitelist"},
		{"expire", "expiry"},
	} {
		if _, sent := f[c.field]; sent {
			what = append(what, c.word)
		}
	}
	x.book(fake.Changed, strings.Join(what, ", "), s, k, who)
	succeed(w, k.whitelisted(map[string]any{"subName": s.Name, "apiKey": k.AccessKey, "permission": k.Permission}))
}

// deleteKey needs the passphrase of the key that goes, in the query.
func (x *Exchange) deleteKey(w http.ResponseWriter, r *http.Request, who caller) {
	if !x.master(w, who) {
		return
	}
	q := r.URL.Query()
	s := x.subs[subName{who.account, q.Get("subName")}]
	var k *Key
	if s != nil {
		k = s.opened(q.Get("apiKey"), q.Get("passphrase"))
	}
	if k == nil {
		wrong(w)
		return
	}
	k.Deleted, k.life = true, x.Lag.End(k.life, x.Server.Now())
	x.book(fake.Deleted, "", s, k, who)
	succeed(w, map[string]any{"subName": s.Name, "apiKey": k.AccessKey})
}

// written reads the body of a POST: subName, passphrase and the fields named.
func (x *Exchange) written(
	w http.ResponseWriter,
	r *http.Request,
	who caller,
	fields ...string,
) (*Sub, map[string]string, bool) {
	if !x.master(w, who) {
		return nil, nil, false
	}
	body, err := fake.Body(r)
	if err == nil {
		f, strange, err := fake.Fields(body, append(fields, "subName", "passphrase")...)
		if s := x.subs[subName{who.account, f["subName"]}]; err == nil && strange == "" && s != nil {
			return s, f, true
		}
	}
	wrong(w)
	return nil, nil, false
}

// opened finds a key that the passphrase belongs to. A new one can be changed
// and deleted before lists name it.
func (s *Sub) opened(access, passphrase string) *Key {
	for _, k := range s.Keys {
		if k.AccessKey == access && !k.Deleted && fake.SameText(k.Passphrase, passphrase) {
			return k
		}
	}
	return nil
}

func (s *Sub) full(a *Account) bool {
	alive := slices.DeleteFunc(slices.Clone(s.Keys), func(k *Key) bool { return k.Deleted })
	return a.MostKeys > 0 && len(alive) >= a.MostKeys
}

// mint gives a key an access key that nobody has, whose first digits are the
// time, and a secret.
func (x *Exchange) mint(k *Key, owner string) {
	for {
		x.minted++
		k.AccessKey = fmt.Sprintf("%08x", k.Created.Unix()) + fake.HexOf(fmt.Sprintf("kucoin %s %d", owner, x.minted), 16)
		if _, taken := x.keys[k.AccessKey]; !taken {
			break
		}
	}
	k.Secret = fake.UUID(fake.RandomHex(20) + fake.HexCanary)
}

func (x *Exchange) book(deed fake.Deed, what string, s *Sub, k *Key, who caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: k.AccessKey, Account: s.Name, Label: k.Remark,
		By: who.key.AccessKey, From: who.from,
	})
}
