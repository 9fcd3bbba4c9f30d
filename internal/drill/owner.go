package drill

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A Listed key is one that the exchanges' web pages show to their owner.
type Listed struct {
	Name, Exchange, Account, Label, AccessKey string
	From                                      string // the addresses that it may be used from
}

// Listed returns the keys that are alive, by exchange and account.
func (p *Play) Listed() []Listed {
	var out []Listed
	for exchange, h := range p.desk.houses {
		for _, k := range h.Live() {
			out = append(out, Listed{
				Name: p.desk.called(
					exchange,
					k.Account,
					k.AccessKey,
				), Exchange: exchange, Account: k.Account, Label: printable(k.Label), AccessKey: k.AccessKey,
				From: strings.Join(k.Whitelist, ", "),
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(a.Exchange, b.Exchange), cmp.Compare(a.Account, b.Account))
	})
	return out
}

// printable drops from a label, which an intruder may have written, what moves a
// cursor or turns text round.
func printable(label string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, label)
}

// called is the name of a key in rekey.yaml, or its long one.
func (d *Desk) called(exchange, account, accessKey string) string {
	for _, c := range d.credentials {
		if c.accessKey == accessKey {
			return nameOf(c.prefix)
		}
	}
	return longName(exchange, account, accessKey)
}

// Delete does what a person does on an exchange's web page: it deletes a key. A
// key is named by its name, by its number in Rows, or by a part of its name that
// fits no other key that is alive. It returns the name of the key that is gone.
func (p *Play) Delete(which string) (string, error) {
	which = strings.TrimSpace(which)
	if n, err := strconv.Atoi(which); err == nil {
		if rows := p.Rows(); n >= 1 && n <= len(rows) {
			return p.deleteKey(rows[n-1].Exchange, rows[n-1].AccessKey, rows[n-1].Name)
		}
	}
	var fits []Listed
	for _, k := range p.Listed() {
		if k.Name == which {
			return p.deleteKey(k.Exchange, k.AccessKey, k.Name)
		}
		if which != "" && strings.Contains(k.Name, which) {
			fits = append(fits, k)
		}
	}
	switch len(fits) {
	case 0:
		return "", fmt.Errorf("no key that is alive is called %q, nothing was deleted", which)
	case 1:
		return p.deleteKey(fits[0].Exchange, fits[0].AccessKey, fits[0].Name)
	default:
		return "", fmt.Errorf("%q fits %s and %s, nothing was deleted", which, fits[0].Name, fits[1].Name)
	}
}

func (p *Play) deleteKey(exchange, accessKey, name string) (string, error) {
	if !p.desk.houses[exchange].DeleteByHand(accessKey) {
		return "", fmt.Errorf("%s is dead already", name)
	}
	return name, nil
}
