package bybit

import (
	"maps"
	"slices"
	"time"

	"rekey/internal/fake"
)

// An Account is a master account.
type Account struct {
	UID  string
	Keys []*Key
	Subs []*Sub
}

// A Sub is a sub-account.
type Sub struct {
	UID    string
	Name   string
	Frozen bool
	Keys   []*Key
}

// A Key is an API key.
type Key struct {
	AccessKey string
	Secret    string // "" for a key by RSA
	PublicKey string // PEM of an RSA key that the user made, "" for HMAC
	Note      string
	Created   time.Time
	Whitelist []string // addresses, none for any
	ReadOnly  bool
	// Groups are Bybit's words: {"Spot": ["SpotTrade"]}.
	Groups map[string][]string
	// ThirdParty is set for a key of "Connect to Third-Party Applications".
	ThirdParty bool
	// Ends is when the key ends, zero for what the rule says: 90 days after its
	// creation without a whitelist, never with one.
	Ends    time.Time
	Deleted bool

	life fake.Life
}

// unboundLife is how long a key without addresses lives
// (docs/v5/user/create-subuid-apikey).
const unboundLife = 90 * 24 * time.Hour

// end is when the key ends, zero for never.
func (k *Key) end() time.Time {
	switch {
	case !k.Ends.IsZero():
		return k.Ends
	case len(k.Whitelist) == 0:
		return k.Created.Add(unboundLife)
	default:
		return time.Time{}
	}
}

// has reports whether a key has one of the words of a group. A read-only key has
// none that does anything.
func (k *Key) has(group string, words ...string) bool {
	return !k.ReadOnly && slices.ContainsFunc(k.Groups[group], func(w string) bool { return slices.Contains(words, w) })
}

// Live returns the keys that exist or still answer, in the order of accounts.
func (x *Exchange) Live() []fake.LiveKey {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	var out []fake.LiveKey
	add := func(account string, keys []*Key) {
		for _, k := range keys {
			if k.life.Lives(k.Deleted, x.Server.Now()) {
				out = append(out, fake.LiveKey{
					AccessKey: k.AccessKey, Account: account, Label: k.Note, Permissions: k.words(),
					Whitelist: slices.Clone(k.Whitelist),
				})
			}
		}
	}
	for _, a := range x.accounts {
		add("", a.Keys)
		for _, s := range a.Subs {
			add(s.Name, s.Keys)
		}
	}
	return out
}

// words are the permissions of a key as "Group:Word".
func (k *Key) words() []string {
	var out []string
	if k.ReadOnly {
		out = append(out, "readOnly")
	}
	for _, name := range slices.Sorted(maps.Keys(k.Groups)) {
		for _, word := range k.Groups[name] {
			out = append(out, name+":"+word)
		}
	}
	return out
}

// DeleteByHand is what an account's owner does on the web page. It reports
// whether there was such a key.
func (x *Exchange) DeleteByHand(access string) bool {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	who, ok := x.keys[access]
	if !ok || who.key.Deleted {
		return false
	}
	x.EndByHand(&who.key.Deleted, &who.key.life, access, who.accountName(), who.key.Note)
	return true
}
