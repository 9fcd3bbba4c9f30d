package bitget

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// Documented limits.
const (
	mostKeys      = 10
	mostAddresses = 30
)

var passphraseForm = regexp.MustCompile(`^[A-Za-z0-9]{8,32}$`)

// fields reads the body of a write. Unknown fields and those of another kind are
// refused like bad parameters.
func fields(r *http.Request, known, must []string) (map[string]any, *refusal) {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(media, "application/json") {
		return nil, bad("40007", "Invalid Content_Type")
	}
	body, err := fake.Body(r)
	var raw map[string]any
	if err != nil || json.Unmarshal(body, &raw) != nil || raw == nil {
		return nil, bad("40017", "Parameter verification failed")
	}
	for name := range raw {
		if !slices.Contains(known, name) {
			return nil, bad("40020", "Parameter "+name+" error")
		}
	}
	for _, name := range must {
		if raw[name] == nil || raw[name] == "" {
			return nil, bad("40020", "Parameter "+name+" error")
		}
	}
	return raw, nil
}

// words reads a list of texts.
func words(value any) ([]string, bool) {
	rows, ok := value.([]any)
	if !ok {
		return nil, false
	}
	out := []string{}
	for _, row := range rows {
		text, ok := row.(string)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// set takes over type, permissions and addresses. Type and permissions come
// both or not at all. What is left out of the addresses takes the whitelist
// away.
func (k *Key) set(f map[string]any) *refusal {
	kind, typed := f["type"]
	perms, permitted := f["permissions"]
	if typed != permitted {
		return bad("40020", "Parameter type error")
	}
	if typed {
		list, ok := words(perms)
		strange := func(word string) bool { return word != "uta_mgt" && word != "uta_trade" }
		if !ok || len(list) == 0 || slices.ContainsFunc(list, strange) {
			return bad("40020", "Parameter permissions error")
		}
		text, _ := kind.(string)
		if text != "read_only" && text != "read_write" {
			return bad("40020", "Parameter type error")
		}
		k.Type, k.Perms = text, list
	}
	k.Whitelist = nil
	if ips, sent := f["ips"]; sent {
		list, ok := words(ips)
		strange := func(text string) bool {
			address, err := netip.ParseAddr(text)
			return err != nil || !address.Is4()
		}
		if !ok || len(list) > mostAddresses || slices.ContainsFunc(list, strange) {
			return bad("40020", "Parameter ips error")
		}
		k.Whitelist = list
	}
	return nil
}

// createKey shows the secret this once.
func (x *Exchange) createKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	all := []string{"subUid", "note", "type", "passphrase", "permissions", "ips"}
	f, refused := fields(r, all, all)
	if refused != nil {
		return refused
	}
	uid, _ := f["subUid"].(string)
	s, refused := who.find(uid)
	if refused != nil {
		return refused
	}
	note, _ := f["note"].(string)
	phrase, _ := f["passphrase"].(string)
	alive := slices.DeleteFunc(slices.Clone(s.Keys), func(k *Key) bool { return k.Deleted })
	switch {
	case !passphraseForm.MatchString(phrase):
		return bad("40020", "Parameter passphrase error")
	case note == "" || len(note) > 26:
		return bad("40020", "Parameter note error")
	case s.Classic, len(alive) >= x.MostKeys: // with which code is not documented
		return bad("40017", "Parameter verification failed")
	}
	k := &Key{Passphrase: phrase, Note: note, Created: x.Server.Now(), life: x.Lag.Begin(x.Server.Now())}
	if refused := k.set(f); refused != nil {
		return refused
	}
	for taken := true; taken; {
		x.minted++
		k.AccessKey = "bg_" + fake.HexOf(fmt.Sprintf("bitget %s %d", s.ID, x.minted), 32)
		_, taken = x.keys[k.AccessKey]
	}
	k.Secret = fake.RandomHex(52) + fake.HexCanary
	s.Keys = append(s.Keys, k)
	x.know(who.account, s, k)
	x.book(fake.Created, "", s, k, who)
	out := k.describe()
	out["secret"] = k.Secret
	x.answer(w, out)
	return nil
}

// updateKey wants the passphrase of the key that is changed.
func (x *Exchange) updateKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	must := []string{x.KeyField, "passphrase"}
	f, refused := fields(r, append(must[:2:2], "type", "permissions", "ips"), must)
	if refused != nil {
		return refused
	}
	s, k := who.existing(f[x.KeyField])
	if k == nil {
		return bad("40020", "Parameter "+x.KeyField+" error")
	}
	phrase, _ := f["passphrase"].(string)
	if !fake.SameText(phrase, k.Passphrase) { // with which code is not documented
		return bad("40020", "Parameter passphrase error")
	}
	changed := *k
	if refused := changed.set(f); refused != nil {
		return refused
	}
	*k = changed
	x.book(fake.Changed, "permissions, ip whitelist", s, k, who)
	x.answer(w, k.describe())
	return nil
}

func (x *Exchange) deleteKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	f, refused := fields(r, []string{"apiKey"}, []string{"apiKey"})
	if refused != nil {
		return refused
	}
	s, k := who.existing(f["apiKey"])
	if k == nil {
		return bad("40020", "Parameter apiKey error")
	}
	k.Deleted, k.life = true, x.Lag.End(k.life, x.Server.Now())
	x.book(fake.Deleted, "", s, k, who)
	x.answer(w, map[string]any{})
	return nil
}

// existing finds a key of the caller's unified sub-accounts.
func (who caller) existing(access any) (*Sub, *Key) {
	for _, s := range who.account.Subs {
		for _, k := range s.Keys {
			if k.AccessKey == access && !k.Deleted && !s.Classic {
				return s, k
			}
		}
	}
	return nil, nil
}

func (x *Exchange) book(deed fake.Deed, what string, s *Sub, k *Key, who caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: k.AccessKey, Account: s.ID, Label: k.Note,
		By:   who.key.AccessKey,
		From: who.from,
	})
}
