package audit

import "net/netip"

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
