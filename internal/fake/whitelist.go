package fake

import (
	"net/netip"
	"slices"
	"strings"
)

// Admits reports whether a whitelist lets the caller in. An empty whitelist
// lets everybody in.
func Admits(whitelist []string, caller netip.Addr) bool {
	if len(whitelist) == 0 {
		return true
	}
	return slices.ContainsFunc(whitelist, func(entry string) bool {
		if a, err := netip.ParseAddr(entry); err == nil {
			return a.Unmap() == caller
		}
		p, err := netip.ParsePrefix(entry)
		return err == nil && p.Masked().Contains(caller)
	})
}

// Addresses reads a list of addresses with commas and nothing else between
// them, as whitelists are sent, and reports whether each is one. "" is an empty
// list. With ranges, a network in CIDR form counts as one too.
func Addresses(list string, ranges bool) ([]string, bool) {
	if list == "" {
		return nil, true
	}
	entries := strings.Split(list, ",")
	for _, e := range entries {
		_, notAddress := netip.ParseAddr(e)
		_, notRange := netip.ParsePrefix(e)
		if notAddress != nil && (notRange != nil || !ranges) {
			return nil, false
		}
	}
	return entries, true
}
