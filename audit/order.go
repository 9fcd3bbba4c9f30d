package audit

import (
	"cmp"
	"slices"
	"strings"
)

// sortFound puts what was found into the order of the report. The order depends
// on what was found alone, never on the order in which it came.
func sortFound(findings []Finding, unknowns []Unknown, gaps []Gap) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity),
			strings.Compare(a.Key, b.Key), strings.Compare(a.Rule, b.Rule), cmp.Compare(a.Incident, b.Incident),
			strings.Compare(a.Detail, b.Detail), strings.Compare(a.Title, b.Title))
	})
	slices.SortStableFunc(unknowns, func(a, b Unknown) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Detail, b.Detail))
	})
	SortGaps(gaps)
}

// SortGaps puts gaps into the order of the report.
func SortGaps(gaps []Gap) {
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Detail, b.Detail))
	})
}

func compareSubjects(a, b Subject) int {
	ra, rb := a.Key.Ref, b.Key.Ref
	return cmp.Or(
		strings.Compare(a.DisplayName(), b.DisplayName()),
		strings.Compare(ra.Exchange, rb.Exchange), strings.Compare(ra.AccessKey, rb.AccessKey),
		strings.Compare(ra.Account.ID, rb.Account.ID), strings.Compare(ra.Account.Name, rb.Account.Name),
		strings.Compare(string(a.Origin), string(b.Origin)), strings.Compare(string(a.Key.Status), string(b.Key.Status)),
		strings.Compare(a.Key.Label, b.Key.Label))
}

// CompareDanger orders keys by what a thief could do with each: those that may
// live first, then those without an IP whitelist, by power; then by how wide
// the list is. What is not known counts as open, and as trading.
func CompareDanger(a, b Subject) int {
	ca, _ := capabilityOf(a.Key)
	cb, _ := capabilityOf(b.Key)
	return cmp.Or(
		-compareBools(a.Key.Status.MayLive(), b.Key.Status.MayLive()),
		-compareBools(opennessOf(a.Key) == NoList, opennessOf(b.Key) == NoList),
		cmp.Compare(cb, ca), cmp.Compare(opennessOf(b.Key), opennessOf(a.Key)), compareSubjects(a, b))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// Rank returns the display names of the keys to deal with, the most urgent
// first: by the worst finding that is not waived, then by what the key can do,
// then by how open it is, then by name. Keys without such a finding, or with
// information only, are left out.
func Rank(subjects []Subject, findings []Finding) []string {
	worst := map[string]Severity{}
	for _, f := range findings {
		if f.Waived == nil {
			worst[f.Key] = max(worst[f.Key], f.Severity)
		}
	}
	urgent := slices.DeleteFunc(slices.Clone(subjects), func(s Subject) bool { return worst[s.DisplayName()] <= Info })
	slices.SortStableFunc(urgent, func(a, b Subject) int {
		ca, _ := capabilityOf(a.Key)
		cb, _ := capabilityOf(b.Key)
		return cmp.Or(
			cmp.Compare(worst[b.DisplayName()], worst[a.DisplayName()]),
			cmp.Compare(cb, ca), cmp.Compare(opennessOf(b.Key), opennessOf(a.Key)), compareSubjects(a, b))
	})
	names := make([]string, len(urgent))
	for i, s := range urgent {
		names[i] = s.DisplayName()
	}
	return slices.Compact(names)
}
