package audit

import (
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
)

// driftRules compare a key with what an earlier audit recorded. Without a
// baseline they apply to nothing.
func driftRules() []Rule { return []Rule{widerThanRecorded(), listChanged()} }

// recorded is the example's key as an audit of the day before recorded it.
func recorded(s Subject, edits ...func(*Recorded)) *Baseline {
	granted, _ := s.Key.Permissions.Granted()
	r := Recorded{
		Name: s.Name, Exchange: s.Key.Ref.Exchange, Fingerprint: exchanges.Fingerprint(s.Key.Ref.AccessKey),
		Permissions: exchanges.Known(granted), Raw: s.Key.Raw,
		Restricted: s.Key.Whitelist.Restricted, Entries: s.Key.Whitelist.Entries, Seen: true,
	}
	for _, edit := range edits {
		edit(&r)
	}
	return &Baseline{At: date("2026-11-21"), Keys: []Recorded{r}}
}

func widerThanRecorded() Rule {
	was := sample("grid", "okx")
	return Rule{
		ID: "PERM-16", Title: "Key can do more than at the last audit", Brief: "gained powers", Severity: Critical,
		Why: "Nobody widens a key by accident: somebody has the account's session, or did not tell the team.",
		Remedy: "Ask who did it. If nobody did, revoke the key, end all sessions of the account, change its password and " +
			"second factor, and review trades and withdrawals. Otherwise record the new state with --update-baseline.",
		When: "Against `--baseline`: the key, or the key that now has its name, has a permission that it had not then, or " +
			"a word of the exchange's that rekey does not know. " +
			"Medium when all that was added is reading or receiving.",
		Refs:  []string{"CWE-269"},
		Check: checkWider,
		Fires: []Example{
			{
				Words:    "Yesterday it could not withdraw.",
				Subject:  sample("grid", "okx", may(exchanges.Read, exchanges.Spot, exchanges.Withdraw)),
				Baseline: recorded(was),
				Severity: Critical,
			},
			{
				Words: "A new word that rekey does not know came to another.",
				Subject: sample(
					"grid",
					"okx",
					may(exchanges.Read, exchanges.Unmapped),
					func(s *Subject) { s.Key.Raw = []string{"odd", "odder"} },
				),
				Baseline: recorded(was, func(r *Recorded) {
					r.Permissions, r.Raw = exchanges.Known([]exchanges.Permission{exchanges.Read, exchanges.Unmapped}), []string{"odd"}
				}),
				Severity: Critical,
			},
			{
				Words:    "The key was replaced, and the new one may do more.",
				Subject:  sample("grid", "okx", may(exchanges.Read, exchanges.Spot, exchanges.Futures)),
				Baseline: recorded(was, func(r *Recorded) { r.Fingerprint = exchanges.Fingerprint("another") }), Severity: Critical,
			},
			{
				Words: "It may read now.", Subject: sample("grid", "okx"), Severity: Medium,
				Baseline: recorded(
					was,
					func(r *Recorded) { r.Permissions = exchanges.Known([]exchanges.Permission{exchanges.Spot}) },
				),
			},
		},
		Silent: []Example{
			{Words: "It may do less.", Subject: sample("grid", "okx", may(exchanges.Read)), Baseline: recorded(was)},
			{Words: "The audit then did not know the key.", Subject: sample("hedge", "okx"), Baseline: recorded(was)},
			{Words: "There is no baseline.", Subject: sample("grid", "okx", may(exchanges.Read, exchanges.Withdraw))},
		},
		Unsure: []Example{
			{
				Words: "The exchange told no permissions then.", Subject: was,
				Baseline: recorded(was, func(r *Recorded) { r.Permissions = exchanges.Unknown[[]exchanges.Permission]() }),
			},
			{Words: "It tells none now.", Subject: sample("grid", "okx", permissionsUntold), Baseline: recorded(was)},
		},
	}
}

func checkWider(s Subject, d *Desk) []Verdict {
	r, replaced := d.recordOf(s)
	if r == nil || !mayLive(s) {
		return nil
	}
	before, knownThen := r.Permissions.Get()
	now, knownNow := s.Key.Permissions.Granted()
	switch {
	case !knownThen:
		return cannotTell("the baseline does not know what the key was allowed to do")
	case !knownNow:
		return cannotTell(unsaid(s, "what the key may do"))
	}
	added := slices.DeleteFunc(slices.Clone(now), func(p exchanges.Permission) bool { return slices.Contains(before, p) })
	var words []string
	if slices.Contains(now, exchanges.Unmapped) && slices.Contains(before, exchanges.Unmapped) {
		for _, w := range s.Key.Raw {
			if !slices.Contains(r.Raw, w) {
				words = append(words, quoted(w))
			}
		}
	}
	if len(added)+len(words) == 0 {
		return passed()
	}
	detail := "it may " + permissionsOf(now) + "; " + d.Baseline.then(replaced) + " could " + permissionsOf(before)
	if len(words) > 0 {
		detail += "; new words of the exchange: " + some(words)
	}
	v := Verdict{Outcome: Fail, Detail: detail}
	mild := func(p exchanges.Permission) bool {
		return p == exchanges.Read || p == exchanges.FIXRead || p == exchanges.Receive
	}
	if len(words) == 0 && !slices.ContainsFunc(added, func(p exchanges.Permission) bool { return !mild(p) }) {
		v.Severity = Medium
	}
	return []Verdict{v}
}

func listChanged() Rule {
	was := sample("grid", "okx")
	return Rule{
		ID: "NET-13", Title: "IP whitelist changed or removed since the last audit",
		Brief: "IP list changed", Severity: Critical,
		Why: "Whoever adds an address means to use the key from there.",
		Remedy: "Ask who did it. If nobody did, revoke the key, end all sessions of the account, and change its password " +
			"and second factor. Otherwise record the new state with --update-baseline.",
		When: "Against `--baseline`: the list is gone, or it lets in an address that it did not let in then. Medium for a " +
			"key that can only read. Info when addresses were only taken away. " +
			"Unknown where there was and is a list that the exchange does not show.",
		Refs:  []string{"CWE-269"},
		Check: checkListChanged,
		Fires: []Example{
			{
				Words:    "The list was removed.",
				Subject:  sample("grid", "okx", fromAnywhere),
				Baseline: recorded(was),
				Severity: Critical,
			},
			{
				Words:    "An address was added.",
				Subject:  sample("grid", "okx", from("192.0.43.8", "103.26.9.7")),
				Baseline: recorded(was),
				Severity: Critical,
			},
			{
				Words:    "The address became a range.",
				Subject:  sample("grid", "okx", from("192.0.43.0/28")),
				Baseline: recorded(was),
				Severity: Critical,
			},
			{
				Words:    "A tracker's list was removed.",
				Subject:  sample("grid", "okx", may(exchanges.Read), fromAnywhere),
				Baseline: recorded(was),
				Severity: Medium,
			},
			{
				Words:    "An address was taken away.",
				Subject:  was,
				Baseline: recorded(sample("grid", "okx", from("192.0.43.8", "192.0.43.9"))),
				Severity: Info,
			},
		},
		Silent: []Example{
			{
				Words:    "The same list in another order.",
				Subject:  sample("grid", "okx", from("192.0.43.9", "192.0.43.8")),
				Baseline: recorded(sample("grid", "okx", from("192.0.43.8", "192.0.43.9"))),
			},
			{Words: "A list where there was none.", Subject: was, Baseline: recorded(sample("grid", "okx", fromAnywhere))},
			{Words: "There is no baseline.", Subject: sample("grid", "okx", fromAnywhere)},
		},
		Unsure: []Example{
			{
				Words:    "Binance shows neither list.",
				Subject:  sample("grid", "binance", listUnseen),
				Baseline: recorded(sample("grid", "binance", listUnseen)),
			},
			{
				Words:    "Nobody says whether there is a list.",
				Subject:  sample("grid", "coinbase", listUntold),
				Baseline: recorded(sample("grid", "coinbase")),
			},
		},
	}
}

func checkListChanged(s Subject, d *Desk) []Verdict {
	r, replaced := d.recordOf(s)
	if r == nil || !mayLive(s) {
		return nil
	}
	hadList, knownThen := r.Restricted.Get()
	hasList, knownNow := s.Key.Whitelist.Restricted.Get()
	switch {
	case knownThen && !hadList && (knownNow || s.Key.Whitelist.Entries.IsKnown()):
		return passed() // there was nothing to widen
	case !knownThen:
		return cannotTell("the baseline does not know whether the key had an IP whitelist")
	case !knownNow:
		return cannotTell(unsaid(s, "whether the key has an IP whitelist"))
	case hadList && !hasList:
		return widened(s, d.Baseline.then(replaced)+" had an IP whitelist, and now any address may use it")
	}
	before, shownThen := r.Entries.Get()
	now, shownNow := s.Key.Whitelist.Entries.Get()
	if !shownThen || !shownNow {
		return cannotTell(
			"there was an IP whitelist and there is one; whether it is the same cannot be seen, since the " +
				"exchange does not show it",
		)
	}
	added, gone := notLetIn(now, before), notLetIn(before, now)
	switch {
	case len(added) > 0:
		detail := d.Baseline.then(replaced) + " did not let in " + some(added)
		if len(gone) > 0 {
			detail += "; gone is " + some(gone)
		}
		return widened(s, detail)
	case len(gone) > 0:
		return []Verdict{{
			Outcome: Fail, Severity: Info, Title: "Addresses were taken off the IP whitelist",
			Detail: "gone since then: " + some(gone),
			Remedy: "Nothing, if the team did it. Otherwise somebody else edits your keys: ask who.",
		}}
	}
	return passed()
}

func widened(s Subject, detail string) []Verdict {
	v := Verdict{Outcome: Fail, Detail: strings.TrimSpace(detail)}
	if c, _ := capabilityOf(s.Key); c < CanTrade {
		v.Severity = Medium
	}
	return []Verdict{v}
}

// notLetIn returns the entries of a that b does not let in as a whole.
func notLetIn(a, b []netip.Prefix) []string {
	var out []string
	all := union(b)
	for _, p := range union(a) {
		if !slices.ContainsFunc(all, func(q netip.Prefix) bool { return q.Bits() <= p.Bits() && q.Contains(p.Addr()) }) {
			out = append(out, p.String())
		}
	}
	return out
}
