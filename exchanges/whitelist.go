package exchanges

import (
	"net/netip"
	"strings"
)

// An IPWhitelist is what is known about the addresses a key may be used from.
// Exchanges differ: some say that there is a list and not what is on it, some
// mask the entries.
type IPWhitelist struct {
	// Restricted says whether there is a list at all.
	Restricted Fact[bool]
	// Entries are the addresses, as told: host bits and IPv4-mapped forms are
	// kept for the rules to see. Unknown when the exchange withholds or masks
	// any of them.
	Entries Fact[[]netip.Prefix]
	// Unread are entries that are masked ("203.**.154") or are no address.
	// They are foreign text.
	Unread []string
}

// Unrestricted is the whitelist of a key that may be used from anywhere.
func Unrestricted() IPWhitelist {
	return IPWhitelist{Restricted: Known(false), Entries: Known([]netip.Prefix{})}
}

// RestrictedUnseen is the whitelist of a key that has a list which the
// exchange does not show.
func RestrictedUnseen() IPWhitelist { return IPWhitelist{Restricted: Known(true)} }

// ParseWhitelist reads the entries that an exchange lists. No entry means that
// the key may be used from anywhere. Blank entries are skipped.
func ParseWhitelist(words []string) IPWhitelist {
	prefixes := []netip.Prefix{}
	var unread []string
	for _, word := range words {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		if p, ok := parsePrefix(word); ok {
			prefixes = append(prefixes, p)
		} else {
			unread = append(unread, word)
		}
	}
	if len(prefixes)+len(unread) == 0 {
		return Unrestricted()
	}
	w := IPWhitelist{Restricted: Known(true), Unread: unread}
	if len(unread) == 0 {
		w.Entries = Known(prefixes)
	}
	return w
}

// ParseWhitelistText is ParseWhitelist for a comma separated list.
func ParseWhitelistText(list string) IPWhitelist { return ParseWhitelist(strings.Split(list, ",")) }

// parsePrefix reads an address or a CIDR, keeping host bits.
func parsePrefix(word string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(word); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(word)
	return p, err == nil
}
