package audit

import (
	"fmt"
	"net/netip"
	"slices"
)

// normalise returns p without host bits and, for an IPv4-mapped IPv6 form, as
// IPv4.
func normalise(p netip.Prefix) netip.Prefix {
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked()
}

// sorted returns the valid entries normalised, IPv4 first, by address, the
// wider of two that start at the same address first.
func sorted(entries []netip.Prefix) []netip.Prefix {
	out := make([]netip.Prefix, 0, len(entries))
	for _, p := range entries {
		if p.IsValid() {
			out = append(out, normalise(p))
		}
	}
	slices.SortFunc(out, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	return out
}

// contains reports whether p holds all addresses of q. Both are normalised.
func contains(p, q netip.Prefix) bool { return p.Bits() <= q.Bits() && p.Overlaps(q) }

// union returns the same addresses in the fewest prefixes: covered ones are
// dropped and neighbouring halves are joined.
func union(entries []netip.Prefix) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range sorted(entries) {
		if len(out) > 0 && contains(out[len(out)-1], p) {
			continue
		}
		out = append(out, p)
		for len(out) > 1 {
			joined, ok := join(out[len(out)-2], out[len(out)-1])
			if !ok {
				break
			}
			out = append(out[:len(out)-2], joined)
		}
	}
	return out
}

// join returns the prefix of which a and b are the two halves.
func join(a, b netip.Prefix) (netip.Prefix, bool) {
	if a.Bits() == 0 || a.Bits() != b.Bits() || a.Addr().Is4() != b.Addr().Is4() {
		return netip.Prefix{}, false
	}
	parent := netip.PrefixFrom(a.Addr(), a.Bits()-1).Masked()
	return parent, parent.Contains(b.Addr()) && a != b
}

// isEverything reports whether the entries together let in every IPv4 or every
// IPv6 address.
func isEverything(entries []netip.Prefix) bool {
	mapped := netip.AddrFrom16([16]byte{10: 0xff, 11: 0xff}) // ::ffff:0:0, all of IPv4 written as IPv6
	for _, p := range union(entries) {
		if p.Bits() == 0 || p.Addr().Is6() && p.Bits() <= 96 && p.Contains(mapped) {
			return true
		}
	}
	return false
}

// widths are the parameters of NET-04.
type widths struct{ ipv4, ipv4High, ipv6, addresses int }

func defaultWidths() widths { return widths{ipv4: 28, ipv4High: 24, ipv6: 64, addresses: 256} }

// wide is what makes a list too wide.
type wide struct {
	reasons []string
	very    bool // an IPv4 entry is shorter than widths.ipv4High
}

// tooWide judges the entries one by one and all together.
func tooWide(entries []netip.Prefix, w widths) wide {
	var out wide
	total := uint64(0)
	for _, p := range union(entries) {
		total += size(p)
	}
	for _, p := range slices.Compact(sorted(entries)) {
		limit := w.ipv4
		if p.Addr().Is6() {
			limit = w.ipv6
		}
		if p.Bits() < limit {
			out.reasons = append(out.reasons, fmt.Sprintf("%s is shorter than /%d", p, limit))
			out.very = out.very || p.Addr().Is4() && p.Bits() < w.ipv4High
		}
	}
	if total > uint64(max(w.addresses, 0)) {
		out.reasons = append(
			out.reasons,
			fmt.Sprintf("the entries hold %d addresses together, more than %d", total, w.addresses),
		)
	}
	return out
}

// size counts the addresses of p. A /64 of IPv6, which is what one customer
// gets, counts as one address; so does anything smaller.
func size(p netip.Prefix) uint64 {
	width := 32
	if p.Addr().Is6() {
		width = 64
	}
	free := max(width-p.Bits(), 0)
	return 1 << min(free, 40) // capped, so that a sum cannot overflow
}

// A special range can never be the source of a call that reaches an exchange
// over the public internet.
type special struct{ prefix, what string }

// specialRanges follows the IANA special-purpose address registries for IPv4
// and IPv6 (RFC 6890 and its updates).
func specialRanges() []special {
	return []special{
		{"0.0.0.0/8", "unspecified"},
		{"10.0.0.0/8", "private"},
		{"100.64.0.0/10", "carrier-grade NAT"},
		{"127.0.0.0/8", "loopback"},
		{"169.254.0.0/16", "link-local"},
		{"172.16.0.0/12", "private"},
		{"192.0.0.0/24", "reserved"},
		{"192.0.2.0/24", "documentation"},
		{"192.168.0.0/16", "private"},
		{"198.18.0.0/15", "benchmarking"},
		{"198.51.100.0/24", "documentation"},
		{"203.0.113.0/24", "documentation"},
		{"224.0.0.0/4", "multicast"},
		{"240.0.0.0/4", "reserved"},
		{"::/128", "unspecified"},
		{"::1/128", "loopback"},
		{"64:ff9b:1::/48", "private"},
		{"100::/64", "discard-only"},
		{"2001:2::/48", "benchmarking"},
		{"2001:db8::/32", "documentation"},
		{"3fff::/20", "documentation"},
		{"5f00::/16", "reserved"},
		{"fc00::/7", "private"},
		{"fe80::/10", "link-local"},
		{"fec0::/10", "private"},
		{"ff00::/8", "multicast"},
	}
}

// specialUse says what kind of address p is, "" for a public one. A prefix
// that only touches a special range is public: its width is another rule's.
func specialUse(p netip.Prefix) string {
	p = normalise(p)
	for _, s := range specialRanges() {
		if contains(netip.MustParsePrefix(s.prefix), p) {
			return s.what
		}
	}
	return ""
}
