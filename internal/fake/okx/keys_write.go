package okx

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// The calls are those of okx.com/docs-v5/en sub-account, captures of 2025-11-30
// to 2026-07-20, with the error codes of the same.

// createKey shows the secret this once, and the passphrase, which the caller
// chose.
func (x *Exchange) createKey(w http.ResponseWriter, f map[string]string, who caller) {
	s, refused := x.account(f, who)
	if refused == nil {
		refused = s.working()
	}
	k := &Key{
		Passphrase: f["passphrase"],
		Perms:      []string{"read_only"},
		Created:    x.Server.Now(),
		life:       x.Lag.Begin(x.Server.Now()),
	}
	if refused == nil {
		refused = first(passphraseForm(k.Passphrase), k.set(f, s), s.full())
	}
	if refused != nil {
		refused.write(w)
		return
	}
	x.mint(k, who.account.ID+" "+s.Name)
	s.Keys = append(s.Keys, k)
	x.know(who.account, s, k)
	x.book(fake.Created, "", s, k, who)
	out := k.describe()
	out["subAcct"], out["secretKey"], out["passphrase"] = s.Name, k.Secret, k.Passphrase
	answer(w, out)
}

// changeKey replaces what is sent ("will be reset if this is passed through")
// and keeps the rest. The answer writes read where all others write read_only,
// as the documented example does.
func (x *Exchange) changeKey(w http.ResponseWriter, f map[string]string, who caller) {
	s, refused := x.account(f, who)
	if refused == nil {
		refused = s.working()
	}
	if refused != nil {
		refused.write(w)
		return
	}
	k := s.existing(f["apiKey"])
	if k == nil {
		noSuchKey().write(w)
		return
	}
	changed := *k
	if refused = changed.set(f, s); refused != nil {
		refused.write(w)
		return
	}
	*k = changed
	var what []string
	for _, c := range []struct{ field, word string }{{"label", "label"}, {"perm", "permissions"}, {"ip", "ip whitelist"}} {
		if _, sent := f[c.field]; sent {
			what = append(what, c.word)
		}
	}
	x.book(fake.Changed, strings.Join(what, ", "), s, k, who)
	out := k.describe()
	out["subAcct"], out["perm"] = s.Name, strings.Replace(strings.Join(k.Perms, ","), "read_only", "read", 1)
	answer(w, out)
}

// deleteKey answers with the sub-account alone. That a suspended one's keys can
// be deleted is not documented.
func (x *Exchange) deleteKey(w http.ResponseWriter, f map[string]string, who caller) {
	s, refused := x.account(f, who)
	if refused != nil {
		refused.write(w)
		return
	}
	k := s.existing(f["apiKey"])
	if k == nil {
		noSuchKey().write(w)
		return
	}
	k.Deleted, k.life = true, x.Lag.End(k.life, x.Server.Now())
	x.book(fake.Deleted, "", s, k, who)
	answer(w, map[string]any{"subAcct": s.Name})
}

// account finds the sub-account that a write names.
func (x *Exchange) account(f map[string]string, who caller) (*Sub, *refusal) {
	s, ok := x.subs[who.account][f["subAcct"]]
	if !ok {
		return nil, noSuchAccount()
	}
	return s, nil
}

// existing finds a key. A new one can be changed and deleted before lists name
// it.
func (s *Sub) existing(access string) *Key {
	i := slices.IndexFunc(s.Keys, func(k *Key) bool { return k.AccessKey == access && !k.Deleted })
	if i < 0 {
		return nil
	}
	return s.Keys[i]
}

// mint gives a key an access key that nobody has, and a secret.
func (x *Exchange) mint(k *Key, owner string) {
	for {
		x.minted++
		k.AccessKey = fake.UUID(fake.HexOf(fmt.Sprintf("okx %s %d", owner, x.minted), 32))
		if _, taken := x.keys[k.AccessKey]; !taken {
			break
		}
	}
	k.Secret = strings.ToUpper(fake.RandomHex(20) + fake.HexCanary)
}

func (x *Exchange) book(deed fake.Deed, what string, s *Sub, k *Key, who caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: k.AccessKey, Account: s.Name, Label: k.Label,
		By: who.key.AccessKey, From: who.from,
	})
}
