package cmd

import (
	"context"
	"crypto/rand"
	"math/big"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// want decides what the new key shall be: what the old one is, without what its
// declared purpose does not need, for the addresses of rotate.ip_whitelist
// where that is declared. It says why that is not known, "" when it is, and
// what the user should know of it.
func want(o *changeOptions, c *change, j *rotate.Job) (remarks []string, why string) {
	e, k := c.entry, c.key
	if remarks, why = wantPermissions(o, c, j); why != "" {
		return nil, why
	}
	for _, p := range e.Inventory.Whitelist {
		j.Want.Whitelist = append(j.Want.Whitelist, p.String())
	}
	restricted, told := k.Whitelist.Restricted.Get()
	entries, listed := k.Whitelist.Entries.Get()
	switch {
	case len(j.Want.Whitelist) > 0:
	case told && restricted && listed:
		for _, p := range entries {
			j.Want.Whitelist = append(j.Want.Whitelist, p.String())
		}
	case told && !restricted:
	case c.byHand:
		j.Want.Restricted = told && restricted
	default:
		return nil, e.Exchange + " does not show the addresses of the old key: set rotate.ip_whitelist in rekey.yaml"
	}
	for i, w := range j.Want.Whitelist { // exchanges write single addresses without their bits
		j.Want.Whitelist[i] = strings.TrimSuffix(strings.TrimSuffix(w, "/32"), "/128")
	}
	if !j.Old.Passphrase.IsZero() {
		j.Want.Passphrase = newPassphrase
	}
	return remarks, ""
}

func wantPermissions(o *changeOptions, c *change, j *rotate.Job) (remarks []string, why string) {
	granted, known := c.key.Permissions.Granted()
	purpose := c.entry.Inventory.Purpose
	switch {
	case known && slices.Contains(granted, exchanges.Unmapped) && !c.byHand:
		return nil, "the old key has a permission that rekey does not know"
	case known:
		for _, p := range granted {
			switch {
			case p == exchanges.Unmapped:
				remarks = append(remarks, "the old key has a permission that rekey does not know; leave it out of the new one unless you know what it is for")
			case len(purpose) > 0 && p != exchanges.Read && !slices.Contains(purpose, p):
				remarks = append(remarks, "the new key is made without "+string(p)+", which the purpose in rekey.yaml does not name")
			default:
				j.Want.Permissions = append(j.Want.Permissions, p)
			}
		}
	case len(purpose) > 0 && (c.byHand || o.accepted(riskWiderKey)):
		j.Want.Permissions = slices.Clone(purpose)
	default:
		return nil, "what the old key may do is not known, so a new one could be wider: name what it needs as purpose in rekey.yaml"
	}
	return remarks, ""
}

// containTo decides what a key is narrowed to: reading, from this machine where
// the exchange tells which address that is, else from where it was allowed.
func (a *App) containTo(ctx context.Context, d *desk, x exchanges.Exchange, j *rotate.Job) {
	j.Want = rotate.Want{}
	if seen, ok := a.seenAddress(ctx, d, x); ok {
		j.Want.Whitelist = []string{seen.String()}
	}
}

func accountOf(k exchanges.Key, e survey.Entry, byHand bool) exchanges.Account {
	account := k.Ref.Account
	if account.Name == "" {
		account.Name = e.Inventory.Account
	}
	if !byHand {
		account.Kind = exchanges.AccountSub
	}
	return account
}

// newPassphrase makes a passphrase that every exchange takes: 24 characters
// with digit, upper, lower and special ones.
func newPassphrase() exchanges.Secret {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
	out := make([]byte, 20)
	for i := range out {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		out[i] = letters[n.Int64()]
	}
	return exchanges.NewSecret(string(out) + "a7B!")
}

// newMarker makes the label of a new key: 16 letters and digits.
func newMarker() string { return "rekey" + randomWord(11) }

// randomWord makes n letters and digits.
func randomWord(n int) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	var out strings.Builder
	for _, x := range b {
		out.WriteByte(digits[x&31])
	}
	return out.String()
}
