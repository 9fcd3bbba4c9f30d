package audit

import (
	"fmt"
	"net/netip"
	"strings"

	"rekey/exchanges"
)

// whitelistRules are the rules about what is on an IP whitelist.
func whitelistRules() []Rule {
	return []Rule{everything(), tooWideList(), specialAddress(), untidyList()}
}

// entriesOf returns the entries of a list for a rule to judge. When there are
// none to judge, it returns the verdicts to give instead: not applicable for a
// key without a list or at its end, unknown for a list that nobody shows.
func entriesOf(s Subject) ([]netip.Prefix, []Verdict, bool) {
	if !mayLive(s) {
		return nil, nil, false
	}
	if restricted, known := s.Key.Whitelist.Restricted.Get(); known && !restricted {
		return nil, nil, false
	}
	entries, known := s.Key.Whitelist.Entries.Get()
	if !known {
		return nil, cannotTell(unlisted(s)), false
	}
	return entries, nil, len(entries) > 0
}

// maxNamed bounds the entries that a detail names.
const maxNamed = 5

// some joins the first few parts and counts the rest.
func some(parts []string) string {
	if len(parts) <= maxNamed {
		return strings.Join(parts, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(parts[:maxNamed], "; "), len(parts)-maxNamed)
}

func unseenLists() []Example {
	return []Example{
		{Words: "Binance says that there is a list, and not what is on it.", Subject: sample("grid", "binance", listUnseen)},
		{Words: "The exchange masks an entry.", Subject: sample("grid", "kucoin", from("192.0.43.8", "192.**.43"))},
		{Words: "The exchange does not say whether there is a list.", Subject: sample("grid", "coinbase", listUntold)},
	}
}

func everything() Rule {
	return Rule{
		ID: "NET-03", Title: "IP whitelist lets in everything", Brief: "list lets all in", Severity: Critical,
		Why:    "The key looks restricted and is not: nobody will look at it again.",
		Remedy: "Replace the entry by the addresses the key is used from.",
		When: "The entries together hold all of IPv4 or all of IPv6: 0.0.0.0/0, ::/0, or any set of parts of them. " +
			"Medium for a key that can only read.",
		Refs: []string{"CWE-923"},
		Check: func(s Subject, _ *Desk) []Verdict {
			entries, instead, ok := entriesOf(s)
			if !ok {
				return instead
			}
			if !isEverything(entries) {
				return passed()
			}
			var names []string
			for _, p := range union(entries) {
				names = append(names, p.String())
			}
			v := Verdict{Outcome: Fail, Detail: "together the entries are " + some(names)}
			if c, _ := capabilityOf(s.Key); c < CanTrade {
				v.Severity = Medium
			}
			return []Verdict{v}
		},
		Fires: []Example{
			{
				Words:    "Somebody typed 0.0.0.0/0 to get rid of the field.",
				Subject:  sample("grid", "okx", from("0.0.0.0/0")),
				Severity: Critical,
			},
			{Words: "Two halves of it.", Subject: sample("grid", "okx", from("0.0.0.0/1", "128.0.0.0/1")), Severity: Critical},
			{Words: "All of IPv6.", Subject: sample("grid", "okx", from("192.0.43.8", "::/0")), Severity: Critical},
			{
				Words:    "A tracker's key.",
				Subject:  sample("tracker", "okx", may(exchanges.Read), from("0.0.0.0/0")),
				Severity: Medium,
			},
		},
		Silent: []Example{
			{Words: "One address.", Subject: sample("grid", "okx")},
			{Words: "One half of it is NET-04's.", Subject: sample("grid", "okx", from("128.0.0.0/1"))},
		},
		Unsure: unseenLists(),
	}
}

func tooWideList() Rule {
	const id = "NET-04"
	w := defaultWidths()
	return Rule{
		ID: id, Title: "IP whitelist is too wide", Brief: "wide IP list", Severity: Medium,
		Why:    "Whoever rents a neighbouring address is on the list.",
		Remedy: "List single addresses, or the smallest range that is yours alone.",
		When: "An IPv4 entry shorter than /ipv4_bits, an IPv6 entry shorter than /ipv6_bits, or more than `addresses` " +
			"addresses together (a /64 of IPv6 counts as one). " +
			"Trade: medium, and high when an IPv4 entry is shorter than /ipv4_high_bits. Withdraw: high. Read: low. A list " +
			"that holds everything is NET-03's.",
		Refs: []string{"CWE-923"},
		Params: []Param{
			{"ipv4_bits", w.ipv4, "an IPv4 entry shorter than this is too wide"},
			{"ipv4_high_bits", w.ipv4High, "an IPv4 entry shorter than this is high"},
			{"ipv6_bits", w.ipv6, "an IPv6 entry shorter than this is too wide"},
			{"addresses", w.addresses, "more addresses than this in all entries together are too many"},
		},
		Check: func(s Subject, d *Desk) []Verdict {
			entries, instead, ok := entriesOf(s)
			if !ok || isEverything(entries) {
				return instead
			}
			found := tooWide(entries, widths{
				ipv4: d.param(id, "ipv4_bits"), ipv4High: d.param(id, "ipv4_high_bits"),
				ipv6: d.param(id, "ipv6_bits"), addresses: d.param(id, "addresses"),
			})
			if len(found.reasons) == 0 {
				return passed()
			}
			capability, _ := capabilityOf(s.Key)
			v := Verdict{Outcome: Fail, Severity: SeverityOf(capability, WideList), Detail: some(found.reasons)}
			if found.very && capability >= CanTrade {
				v.Severity = High
			}
			return []Verdict{v}
		},
		Fires: []Example{
			{Words: "A whole /24.", Subject: sample("grid", "okx", from("103.26.9.0/24")), Severity: Medium},
			{Words: "A /16 of a cloud.", Subject: sample("grid", "okx", from("52.95.0.0/16")), Severity: High},
			{Words: "A /48 of IPv6.", Subject: sample("grid", "okx", from("2600:1f14:abc::/48")), Severity: Medium},
			{
				Words:   "Seventeen ranges, none of them wide.",
				Subject: sample("grid", "okx", from(spread(17)...)), Severity: Medium,
			},
			{
				Words:    "A tracker's key for a /24.",
				Subject:  sample("tracker", "okx", may(exchanges.Read), from("103.26.9.0/24")),
				Severity: Low,
			},
		},
		Silent: []Example{
			{Words: "Two addresses.", Subject: sample("grid", "okx", from("192.0.43.8", "192.0.43.9"))},
			{
				Words:   "The same /28 twice is sixteen addresses.",
				Subject: sample("grid", "okx", from("192.0.43.0/28", "192.0.43.0/28")),
			},
			{Words: "One customer's /64 of IPv6.", Subject: sample("grid", "okx", from("2600:1f14:abc:1::/64"))},
		},
		Unsure: unseenLists(),
	}
}

// spread returns n ranges of sixteen addresses that do not touch.
func spread(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("52.95.%d.0/28", i))
	}
	return out
}

func specialAddress() Rule {
	return Rule{
		ID: "NET-05", Title: "IP whitelist has an address that is not public", Brief: "private IP", Severity: Medium,
		Why: "A private, loopback, link-local, carrier-grade NAT, documentation, multicast or reserved address never " +
			"reaches an exchange: the list was copied or is broken.",
		Remedy: "Replace the entry by the public address the key is used from.",
		When:   "An entry lies wholly in a range of the IANA special-purpose address registries.",
		Refs:   []string{"CWE-923"},
		Check: func(s Subject, _ *Desk) []Verdict {
			entries, instead, ok := entriesOf(s)
			if !ok {
				return instead
			}
			var bad []string
			for _, p := range sorted(entries) {
				if use := specialUse(p); use != "" {
					bad = append(bad, fmt.Sprintf("%s is %s", p, use))
				}
			}
			if len(bad) == 0 {
				return passed()
			}
			return failed(some(bad))
		},
		Fires: []Example{
			{
				Words:    "The address of a home network.",
				Subject:  sample("grid", "okx", from("192.0.43.8", "192.168.1.7")),
				Severity: Medium,
			},
			{Words: "An address of the documentation.", Subject: sample("grid", "okx", from("203.0.113.7"))},
			{Words: "Loopback, written as IPv6.", Subject: sample("grid", "okx", from("::ffff:127.0.0.1"))},
		},
		Silent: []Example{{Words: "A public address.", Subject: sample("grid", "okx")}},
		Unsure: unseenLists(),
	}
}

func untidyList() Rule {
	return Rule{
		ID: "NET-06", Title: "IP whitelist is untidy", Brief: "untidy IP list", Severity: Low,
		Why:    "Host bits, duplicates and overlaps hide what a list lets in.",
		Remedy: "Write each address or range once, in its shortest form.",
		When: "An entry has host bits set (192.168.0.1/24), is an IPv4-mapped IPv6 form, or lies within another entry. " +
			"Entries are compared after normalising.",
		Check: func(s Subject, _ *Desk) []Verdict {
			entries, instead, ok := entriesOf(s)
			if !ok {
				return instead
			}
			if bad := untidy(entries); len(bad) > 0 {
				return failed(some(bad))
			}
			return passed()
		},
		Fires: []Example{
			{
				Words:    "A host with the mask of its network.",
				Subject:  sample("grid", "okx", from("192.0.43.9/29")),
				Severity: Low,
			},
			{Words: "The same address in both forms.", Subject: sample("grid", "okx", from("192.0.43.8", "::ffff:192.0.43.8"))},
			{Words: "An address within a range.", Subject: sample("grid", "okx", from("192.0.43.0/28", "192.0.43.8"))},
		},
		Silent: []Example{{Words: "Two addresses.", Subject: sample("grid", "okx", from("192.0.43.8", "192.0.43.9"))}},
		Unsure: unseenLists(),
	}
}

// untidy names what is untidy, in the order of the addresses.
func untidy(entries []netip.Prefix) []string {
	var out []string
	for _, p := range entries {
		if p.IsValid() && p != p.Masked() {
			out = append(out, fmt.Sprintf("%s has host bits set", p))
		}
		if p.Addr().Is4In6() {
			out = append(out, fmt.Sprintf("%s is IPv4 written as IPv6", p))
		}
	}
	var last netip.Prefix
	for _, p := range sorted(entries) {
		switch {
		case !last.IsValid():
			last = p
		case p == last:
			out = append(out, fmt.Sprintf("%s is listed twice", p))
		case contains(last, p):
			out = append(out, fmt.Sprintf("%s lies within %s", p, last))
		default:
			last = p
		}
	}
	return out
}
