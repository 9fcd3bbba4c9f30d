package rotate

import (
	"reflect"
	"testing"

	"rekey/exchanges"
)

// A new key is held against what was wanted, in both directions. What the
// exchange does not tell is neither wider nor narrower, and is named.
func TestFit(t *testing.T) {
	read, spot, withdraw := exchanges.Read, exchanges.Spot, exchanges.Withdraw
	told := func(p ...exchanges.Permission) exchanges.Permissions {
		return exchanges.Permissions{}.Grant(p...).DenyRest()
	}
	list := func(w ...string) exchanges.IPWhitelist { return exchanges.ParseWhitelist(w) }
	want := Want{Permissions: []exchanges.Permission{read, spot}, Whitelist: []string{"203.0.113.7"}}
	free := Want{Permissions: []exchanges.Permission{read, spot}}
	somewhere := Want{Permissions: []exchanges.Permission{read}, Restricted: true}
	for _, c := range []struct {
		story        string
		want         Want
		key          exchanges.Key
		wider, lacks []string
		untold       []exchanges.Permission
		addresses    bool
	}{
		{"as wanted", want, exchanges.Key{
			Permissions: told(read, spot),
			Whitelist:   list("203.0.113.7"),
		}, nil, nil, nil, false},
		{"as wanted, as IPv6", want, exchanges.Key{
			Permissions: told(read, spot),
			Whitelist:   list("::ffff:203.0.113.7"),
		}, nil, nil, nil, false},
		{
			"reads besides",
			Want{Permissions: []exchanges.Permission{spot}},
			exchanges.Key{Permissions: told(read, spot)},
			nil, nil, nil, false,
		},
		{
			"may withdraw", want,
			exchanges.Key{Permissions: told(read, spot, withdraw), Whitelist: list("203.0.113.7")},
			[]string{"withdraw"},
			nil, nil, false,
		},
		{
			"may not trade", want,
			exchanges.Key{Permissions: told(read), Whitelist: list("203.0.113.7")},
			nil,
			[]string{"spot"},
			nil, false,
		},
		{
			"from anywhere", want,
			exchanges.Key{Permissions: told(read, spot), Whitelist: exchanges.Unrestricted()},
			[]string{"any address"},
			nil, nil, false,
		},
		{
			"from elsewhere", want,
			exchanges.Key{Permissions: told(read, spot), Whitelist: list("203.0.113.8")},
			[]string{"203.0.113.8/32"},
			[]string{"the address 203.0.113.7"},
			nil, false,
		},
		{
			"from a network", want,
			exchanges.Key{Permissions: told(read, spot), Whitelist: list("203.0.113.0/24")},
			[]string{"203.0.113.0/24"},
			nil, nil, false,
		},
		{
			"a network is wanted",
			Want{Whitelist: []string{"203.0.113.0/24"}},
			exchanges.Key{Whitelist: list("203.0.113.7")},
			nil,
			[]string{"the address 203.0.113.0/24"},
			nil, false,
		},
		{
			"one of two addresses",
			Want{Whitelist: []string{"203.0.113.7", "203.0.113.9"}},
			exchanges.Key{Whitelist: list("203.0.113.9")},
			nil,
			[]string{"the address 203.0.113.7"},
			nil, false,
		},
		{
			"from every IPv4 address, as IPv6", want,
			exchanges.Key{Permissions: told(read, spot), Whitelist: list("::ffff:0.0.0.0/96")},
			[]string{"::ffff:0.0.0.0/96"},
			nil, nil, false,
		},
		{
			"another IPv6 address",
			Want{Whitelist: []string{"2001:db8::1"}},
			exchanges.Key{Whitelist: list("2001:db8::2")},
			[]string{"2001:db8::2/128"},
			[]string{"the address 2001:db8::1"},
			nil, false,
		},
		{"nothing is told", want, exchanges.Key{}, nil, nil, []exchanges.Permission{read, spot}, true},
		{
			"one power is told", want,
			exchanges.Key{Permissions: exchanges.Permissions{}.Grant(read), Whitelist: list("203.0.113.7")},
			nil, nil,
			[]exchanges.Permission{spot},
			false,
		},
		{"a list that is not shown", want, exchanges.Key{
			Permissions: told(read, spot),
			Whitelist:   exchanges.RestrictedUnseen(),
		}, nil, nil, nil, true},
		{"a masked list", want, exchanges.Key{
			Permissions: told(read, spot),
			Whitelist:   list("203.**.7"),
		}, nil, nil, nil, true},
		{"no list is wanted, and there is one", free, exchanges.Key{
			Permissions: told(read, spot),
			Whitelist:   list("203.0.113.7"),
		}, nil, nil, nil, false},
		{"no list is wanted, none is told", free, exchanges.Key{Permissions: told(read, spot)}, nil, nil, nil, false},
		{"some list is wanted", somewhere, exchanges.Key{
			Permissions: told(read),
			Whitelist:   exchanges.RestrictedUnseen(),
		}, nil, nil, nil, false},
		{
			"some list is wanted, none is there", somewhere,
			exchanges.Key{Permissions: told(read), Whitelist: exchanges.Unrestricted()},
			[]string{"any address"},
			nil, nil, false,
		},
		{"some list is wanted, nothing is told", somewhere, exchanges.Key{Permissions: told(read)}, nil, nil, nil, true},
	} {
		if got := c.want.wider(c.key); !reflect.DeepEqual(got, c.wider) {
			t.Errorf("%s: wider %v, want %v", c.story, got, c.wider)
		}
		if got := c.want.lacks(c.key); !reflect.DeepEqual(got, c.lacks) {
			t.Errorf("%s: lacks %v, want %v", c.story, got, c.lacks)
		}
		if p, a := c.want.untold(c.key); !reflect.DeepEqual(p, c.untold) || a != c.addresses {
			t.Errorf("%s: untold %v %v, want %v %v", c.story, p, a, c.untold, c.addresses)
		}
		if fits := c.want.misfit(c.key, false) == ""; fits != (len(c.wider)+len(c.lacks) == 0) {
			t.Errorf("%s: misfit %q", c.story, c.want.misfit(c.key, false))
		}
		if fits := c.want.misfit(c.key, true) == ""; fits != (len(c.lacks) == 0) {
			t.Errorf("%s: misfit with the risk accepted %q", c.story, c.want.misfit(c.key, true))
		}
	}
}
