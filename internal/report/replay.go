package report

import (
	"io"
	"net/netip"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// replay shows a document to a sink, as the audit that made it did.
func (d *Document) replay(sink audit.Sink) error {
	if err := sink.Header(audit.Header{StartedAt: at(d.StartedAt)}); err != nil {
		return err
	}
	for _, k := range d.Keys {
		if err := sink.Key(k.report()); err != nil {
			return err
		}
	}
	for _, f := range d.Findings {
		if err := sink.Finding(f.finding()); err != nil {
			return err
		}
	}
	for _, u := range d.Unknowns {
		if err := sink.Unknown(audit.Unsaid(u)); err != nil {
			return err
		}
	}
	for _, g := range d.Gaps {
		if err := sink.Gap(audit.Gap{Key: g.Key, Kind: exchanges.Kind(g.Kind), Detail: g.Detail}); err != nil {
			return err
		}
	}
	return sink.Flush(d.summary(), at(d.FinishedAt), d.Summary.ExitCode)
}

// report is the key that a document describes. Its access key is one that is
// masked as the document shows it.
func (k keyDoc) report() audit.KeyReport {
	key := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: k.Exchange, AccessKey: unmasked(told(k.AccessKey)),
			Account: exchanges.Account{ID: told(k.Account.ID), Name: told(k.Account.Name), Kind: exchanges.AccountKind(k.Account.Kind), Frozen: factOf(k.Account.Frozen)},
		},
		Label: told(k.Label), Status: exchanges.Status(k.Status), Raw: k.PermissionsRaw, SpecialMargin: k.SpecialMargin,
		Whitelist: exchanges.IPWhitelist{Restricted: factOf(k.Whitelist.Restricted)},
		CreatedAt: momentOf(k.CreatedAt), ExpiresAt: momentOf(k.ExpiresAt), EndsTrading: k.EndsTrading, LastUsedAt: momentOf(k.LastUsedAt),
	}
	if k.Permissions != nil {
		key.Permissions = exchanges.Permissions{}.Grant(permissionsIn(k.Permissions)...).DenyRest()
	}
	if k.Whitelist.Entries != nil {
		key.Whitelist.Entries = exchanges.Known(prefixesIn(k.Whitelist.Entries))
	}
	r := audit.KeyReport{Known: k.Known, Subject: audit.Subject{Name: told(k.Name), Origin: k.Origin, Key: key, Inventory: audit.Inventory{SharedWith: k.SharedWith}}}
	if k.Place != nil {
		r.Place = *k.Place
	}
	if d := k.Declared; d != nil {
		r.Inventory.Owner, r.Inventory.Created = told(d.Owner), momentOf(d.CreatedAt)
		r.Declared = audit.Place{File: told(d.File), Line: d.Line, Column: d.Column}
	}
	if d := k.DerivedExpiry; d != nil {
		r.Derived = &audit.DerivedExpiry{At: at(d.At), Rule: d.Rule, Source: d.Source, IfIdle: d.IfIdle}
	}
	return r
}

// unmasked returns a text that is masked as shown: it is long enough to be.
func unmasked(shown string) string {
	switch r := []rune(shown); {
	case len(r) == 9:
		return string(r[:4]) + "…………" + string(r[5:])
	case len(r) == 3:
		return "…" + shown
	}
	return shown
}

func (f findingDoc) finding() audit.Finding {
	out := audit.Finding{
		ID: f.ID, Rule: f.Rule, Severity: severityOf(f.Severity), Key: f.Key, Title: f.Title, Detail: f.Detail, Remedy: f.Remedy,
		Incident: told(f.Incident), Change: audit.Change(told(f.Change)), Was: severityOf(told(f.Was)),
	}
	if w := f.Waived; w != nil {
		until, _ := time.Parse(time.DateOnly, w.Until)
		out.Waived = &audit.Waiver{Rule: f.Rule, Key: f.Key, Until: until, Owner: w.Owner, Reason: w.Reason}
	}
	return out
}

func (d *Document) summary() audit.Summary {
	s := d.Summary
	sum := audit.Summary{
		Keys: s.Keys, Waived: s.Waived, Unknowns: s.Unknowns, Gaps: s.Gaps, AtOrAbove: s.AtOrAbove, FailOn: severityOf(s.FailOn),
		BySeverity: map[audit.Severity]int{audit.Critical: s.Critical, audit.High: s.High, audit.Medium: s.Medium, audit.Low: s.Low, audit.Info: s.Info},
	}
	if b := d.Baseline; b != nil {
		sum.Against = &audit.Comparison{At: at(b.StartedAt), Known: s.Known}
		for _, f := range b.Fixed {
			sum.Against.Fixed = append(sum.Against.Fixed, f.finding())
		}
		for _, f := range b.Unseen {
			sum.Against.Unseen = append(sum.Against.Unseen, f.finding())
		}
	}
	return sum
}

// AsBaseline is the document as a later audit compares itself with it.
func (d *Document) AsBaseline() *audit.Baseline {
	b := &audit.Baseline{At: at(d.StartedAt)}
	for _, k := range d.Keys {
		r := audit.Recorded{
			Name: told(k.Name), Display: k.display(), Exchange: k.Exchange, Fingerprint: told(k.Fingerprint), Raw: k.PermissionsRaw,
			Restricted: factOf(k.Whitelist.Restricted), Seen: exchanges.Status(k.Status) != exchanges.StatusUndetermined,
		}
		if k.Permissions != nil {
			r.Permissions = exchanges.Known(permissionsIn(k.Permissions))
		}
		if k.Whitelist.Entries != nil {
			r.Entries = exchanges.Known(prefixesIn(k.Whitelist.Entries))
		}
		b.Keys = append(b.Keys, r)
	}
	for _, f := range d.Findings {
		b.Findings = append(b.Findings, f.finding())
	}
	return b
}

// KeepFacts fills in what an earlier audit recorded of keys about which this
// one was told nothing, so that a baseline does not forget them.
func (d *Document) KeepFacts(earlier *Document) {
	then := map[string]keyDoc{}
	for _, e := range earlier.Keys {
		then[e.identity()] = e
	}
	for i, k := range d.Keys {
		e, ok := then[k.identity()]
		if ok && k.Fingerprint != nil && told(k.Fingerprint) != told(e.Fingerprint) { // replaced since
			continue
		}
		if ok && k.Permissions == nil {
			d.Keys[i].Permissions, d.Keys[i].PermissionsRaw = e.Permissions, e.PermissionsRaw
		}
		if ok && k.Whitelist.Restricted == nil {
			d.Keys[i].Whitelist = e.Whitelist
		}
	}
}

// identity is the key's name, or what else tells it from others.
func (k keyDoc) identity() string {
	if k.Name != nil {
		return "name\x00" + k.Exchange + "\x00" + *k.Name
	}
	return "listed\x00" + k.Exchange + "\x00" + told(k.Fingerprint)
}

// display is the name that findings give the key.
func (k keyDoc) display() string { return k.report().DisplayName() }

func permissionsIn(words []string) []exchanges.Permission {
	out := []exchanges.Permission{}
	for _, w := range words {
		p, ok := exchanges.ParsePermission(w)
		if !ok {
			p = exchanges.Unmapped
		}
		out = append(out, p)
	}
	return out
}

func prefixesIn(words []string) []netip.Prefix {
	out := []netip.Prefix{}
	for _, w := range words {
		if p, err := netip.ParsePrefix(w); err == nil { // checked when it was read
			out = append(out, p)
		}
	}
	return out
}

func severityOf(word string) audit.Severity {
	s, _ := audit.ParseSeverity(word) // None for what is not told
	return s
}

// told is the text of what was told, "" for null.
func told(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func factOf[T any](v *T) exchanges.Fact[T] {
	if v == nil {
		return exchanges.Unknown[T]()
	}
	return exchanges.Known(*v)
}

func momentOf(s *string) exchanges.Fact[time.Time] {
	if s == nil {
		return exchanges.Unknown[time.Time]()
	}
	return exchanges.Known(at(*s))
}

// at reads a time of a document, which was checked when it was read.
func at(stamp string) time.Time {
	t, _ := time.Parse(time.RFC3339, strings.ToUpper(stamp))
	return t.UTC()
}

// printText prints a document for a person at a terminal.
func printText(w io.Writer, doc *Document, o Options) error {
	o.Interrupted = o.Interrupted || doc.Summary.ExitCode == 130
	return doc.replay(newText(w, o))
}
