package audit

import (
	"strings"
	"testing"
)

// unread is a key of the inventory whose credential could not be read.
func unread(name, exchange, account string) Subject {
	return unknownSample(name, exchange, func(s *Subject) { s.Key.Ref.AccessKey, s.Inventory.Account = "", account })
}

// A key that an exchange lists may be one whose credential could not be read.
// The finding says so, and stays what it is: it may as well be a thief's.
func TestUndeclaredKeyThatMayBeAnUnreadOne(t *testing.T) {
	readable := sample("hedge", "kucoin")
	for _, c := range []struct {
		story  string
		others []Subject
		says   string // the end of the detail, "" for no such words
	}{
		{"all were read", []Subject{readable}, ""},
		{
			"one was not",
			[]Subject{readable, unread("grid", "kucoin", "")},
			"; it may be grid, whose credential could not be read",
		},
		{
			"one of its account was not",
			[]Subject{unread("grid", "kucoin", "Grid")},
			"; it may be grid, whose credential could not be read",
		},
		{"one of another account was not", []Subject{unread("grid", "kucoin", "arb")}, ""},
		{"one of another exchange was not", []Subject{unread("grid", "okx", "")}, ""},
		{
			"two were not",
			[]Subject{unread("grid", "kucoin", ""), unread("arb", "kucoin", "")},
			"; it may be one of arb and grid, whose credentials could not be read",
		},
		{
			"four were not",
			[]Subject{
				unread("a", "kucoin", ""), unread("b", "kucoin", ""), unread("c", "kucoin", ""),
				unread("d", "kucoin", ""),
			},
			"; it may be one of the 4 keys of the inventory whose credentials could not be read",
		},
	} {
		undeclared := sample("thief", "kucoin", orphan)
		got, _ := audited(t, Input{Now: examplesDay(), Subjects: append([]Subject{undeclared}, c.others...)})
		found := got.findingsOf("INV-01", "")
		if len(found) != 1 || found[0].Severity != Critical {
			t.Errorf("%s: %+v, want one critical finding", c.story, found)
			continue
		}
		if d := found[0].Detail; !strings.HasSuffix(d, c.says) || (c.says == "" && strings.Contains(d, "may be")) {
			t.Errorf("%s: the detail is %q", c.story, d)
		}
	}
}
