package rotate

import (
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
)

// wider names what a key may that was not wanted: permissions, and addresses
// where a whitelist was wanted. What the exchange does not tell of its own new
// key is no reason to refuse it; see untold.
func (w Want) wider(k exchanges.Key) []string {
	var out []string
	granted, _ := k.Permissions.Granted()
	for _, p := range granted {
		if p != exchanges.Read && !slices.Contains(w.Permissions, p) {
			out = append(out, string(p))
		}
	}
	if len(w.Whitelist) == 0 && !w.Restricted {
		return out
	}
	if restricted, told := k.Whitelist.Restricted.Get(); told && !restricted {
		return append(out, "any address")
	}
	if len(w.Whitelist) == 0 {
		return out
	}
	for _, e := range uncovered(k.Whitelist, exchanges.ParseWhitelist(w.Whitelist)) {
		out = append(out, e.String())
	}
	return out
}

// lacks names the permissions and addresses that were wanted and are told not
// to be there.
func (w Want) lacks(k exchanges.Key) []string {
	var out []string
	for _, p := range w.Permissions {
		if granted, known := k.Permissions.Has(p).Get(); known && !granted {
			out = append(out, string(p))
		}
	}
	if restricted, told := k.Whitelist.Restricted.Get(); !told || !restricted {
		return out
	}
	for _, e := range uncovered(exchanges.ParseWhitelist(w.Whitelist), k.Whitelist) {
		out = append(out, "the address "+addressText(e))
	}
	return out
}

// untold returns the permissions that were wanted and that the exchange does
// not tell of, and whether it keeps silent about wanted addresses.
func (w Want) untold(k exchanges.Key) (permissions []exchanges.Permission, addresses bool) {
	for _, p := range w.Permissions {
		if !k.Permissions.Has(p).IsKnown() {
			permissions = append(permissions, p)
		}
	}
	restricted, told := k.Whitelist.Restricted.Get()
	switch {
	case len(w.Whitelist) > 0:
		addresses = !told || restricted && !k.Whitelist.Entries.IsKnown()
	case w.Restricted:
		addresses = !told
	}
	return permissions, addresses
}

// uncovered returns the entries of list that no entry of other covers, none
// where one of the two is not told.
func uncovered(list, other exchanges.IPWhitelist) []netip.Prefix {
	entries, told := list.Entries.Get()
	covering, known := other.Entries.Get()
	if !told || !known {
		return nil
	}
	var out []netip.Prefix
	for _, e := range entries {
		if !slices.ContainsFunc(covering, func(c netip.Prefix) bool { return covers(c, e) }) {
			out = append(out, e)
		}
	}
	return out
}

// covers reports whether every address of b is in a.
func covers(a, b netip.Prefix) bool {
	a, b = unmapped(a), unmapped(b)
	return a.Bits() <= b.Bits() && a.Masked().Contains(b.Addr())
}

// unmapped writes an IPv4 network in IPv6 form ("::ffff:203.0.113.7") as IPv4.
func unmapped(p netip.Prefix) netip.Prefix {
	const mappedBits = 96
	if p.Addr().Is4In6() && p.Bits() >= mappedBits {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits)
	}
	return p
}

func addressText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// misfit says in words why a key is not what was wanted, "" when nothing is
// told that speaks against it. mayBeWider says that its being wider was
// accepted by name.
func (w Want) misfit(k exchanges.Key, mayBeWider bool) string {
	var out []string
	if lacks := w.lacks(k); len(lacks) > 0 {
		out = append(out, "it lacks "+strings.Join(lacks, ", "))
	}
	if wider := w.wider(k); len(wider) > 0 && !mayBeWider {
		out = append(out, "it is wider than asked for: "+strings.Join(wider, ", "))
	}
	return strings.Join(out, "; ")
}
