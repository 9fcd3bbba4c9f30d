package report

import (
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"rekey/audit"
	"rekey/exchanges"
)

func newKeyDoc(k audit.KeyReport) keyDoc {
	key := k.Key
	doc := keyDoc{
		Known: k.Known, Name: text(k.Name), Origin: k.Origin, Exchange: key.Ref.Exchange,
		Account:   accountDoc{ID: text(key.Ref.Account.ID), Name: text(key.Ref.Account.Name), Kind: string(key.Ref.Account.Kind), Frozen: saidOf(key.Ref.Account.Frozen)},
		Label:     text(key.Label),
		Status:    string(key.Status),
		Whitelist: newWhitelistDoc(key.Whitelist),
		CreatedAt: moment(key.CreatedAt),
		ExpiresAt: moment(key.ExpiresAt), EndsTrading: key.EndsTrading,
		LastUsedAt: moment(key.LastUsedAt), SpecialMargin: key.SpecialMargin,
		SharedWith: words(k.Inventory.SharedWith),
	}
	if k.Place > 0 {
		doc.Place = &k.Place
	}
	if k.Origin == audit.FromInventory {
		doc.Declared = newDeclaredDoc(k.Subject)
	}
	if doc.Account.Kind == "" {
		doc.Account.Kind = string(exchanges.AccountUnknown)
	}
	if access := key.Ref.AccessKey; access != "" {
		doc.AccessKey, doc.Fingerprint = text(exchanges.MaskAccessKey(access)), text(exchanges.Fingerprint(access))
	}
	if granted, known := key.Permissions.Granted(); known {
		doc.Permissions, doc.PermissionsRaw = words(granted), words(key.Raw)
	}
	if d := k.Derived; d != nil {
		doc.DerivedExpiry = &expiryDoc{At: stamp(d.At), Rule: d.Rule, Source: d.Source, IfIdle: d.IfIdle}
	}
	return doc
}

func newDeclaredDoc(s audit.Subject) *declaredDoc {
	in := s.Inventory
	return &declaredDoc{
		Owner: text(in.Owner), CreatedAt: moment(in.Created), Purpose: words(in.Purpose), StoredIn: words(in.StoredIn),
		Manager: text(in.Manager), File: text(s.Declared.File), Line: s.Declared.Line, Column: s.Declared.Column,
	}
}

func newWhitelistDoc(w exchanges.IPWhitelist) whitelistDoc {
	doc := whitelistDoc{Restricted: saidOf(w.Restricted)}
	if entries, known := w.Entries.Get(); known {
		doc.Entries = []string{}
		for _, p := range entries {
			doc.Entries = append(doc.Entries, p.String())
		}
	}
	return doc
}

func newFindingDoc(f audit.Finding) findingDoc {
	doc := findingDoc{
		ID: f.ID, Rule: f.Rule, Severity: f.Severity.String(), Key: valid(f.Key), Title: valid(f.Title), Detail: valid(f.Detail), Remedy: valid(f.Remedy), Incident: text(f.Incident),
		Change: text(string(f.Change)),
	}
	if f.Was != audit.None {
		doc.Was = text(f.Was.String())
	}
	if w := f.Waived; w != nil {
		doc.Waived = &waiverDoc{Until: w.Until.Format(time.DateOnly), Owner: valid(w.Owner), Reason: valid(w.Reason)}
	}
	return doc
}

func newSummaryDoc(s audit.Summary, exit int) summaryDoc {
	n := s.BySeverity
	doc := summaryDoc{
		Keys: s.Keys, Critical: n[audit.Critical], High: n[audit.High], Medium: n[audit.Medium], Low: n[audit.Low], Info: n[audit.Info],
		Waived: s.Waived, Unknowns: s.Unknowns, Gaps: s.Gaps, ExitCode: exit,
		FailOn: s.FailOn.String(), AtOrAbove: s.AtOrAbove,
	}
	if s.Against != nil {
		doc.Known = s.Against.Known
	}
	return doc
}

func newBaselineDoc(c *audit.Comparison) *baselineDoc {
	if c == nil {
		return nil
	}
	doc := &baselineDoc{StartedAt: stamp(c.At), Fixed: []findingDoc{}, Unseen: []findingDoc{}}
	for _, f := range c.Fixed {
		doc.Fixed = append(doc.Fixed, newFindingDoc(f))
	}
	for _, f := range c.Unseen {
		doc.Unseen = append(doc.Unseen, newFindingDoc(f))
	}
	return doc
}

// newWindowDocs are the incidents that findings name, in the order of the
// catalogue.
func newWindowDocs(c audit.Catalogue, findings []findingDoc) []windowDoc {
	named := map[string]bool{}
	for _, f := range findings {
		if f.Incident != nil {
			named[*f.Incident] = true
		}
	}
	out := []windowDoc{}
	for _, in := range c.Incidents {
		if named[in.ID] {
			out = append(out, windowDoc{
				ID: in.ID, Title: in.Title, Vendor: text(in.Vendor), From: dated(in.From), Until: dated(in.Until), Disclosed: dated(in.Disclosed),
			})
		}
	}
	return out
}

// dated is null for the zero time, which is not known.
func dated(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return text(stamp(t))
}

// words is a list that is empty, and never null.
func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = valid(string(w))
	}
	return out
}

// saidOf is null for what was not told.
func saidOf[T any](f exchanges.Fact[T]) *T {
	v, ok := f.Get()
	if !ok {
		return nil
	}
	return &v
}

// text is null for what was not told.
func text(s string) *string {
	if s == "" {
		return nil
	}
	s = valid(s)
	return &s
}

// valid replaces bytes that are no text one by one, as JSON does, so that a
// saved audit prints as the live one.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

func moment(f exchanges.Fact[time.Time]) *string {
	t, known := f.Get()
	if !known {
		return nil
	}
	return text(stamp(t))
}

// addresses writes a whitelist for people: single addresses without /32.
func addresses(prefixes []netip.Prefix) string {
	words := make([]string, len(prefixes))
	for i, p := range prefixes {
		words[i] = p.String()
		if p.IsSingleIP() {
			words[i] = p.Addr().String()
		}
	}
	return strings.Join(words, ", ")
}
