package report

import (
	"io"
	"time"

	"rekey/audit"
)

// A printer writes a whole audit in one format. What it writes depends on the
// document alone, so that a saved audit prints as the live one did.
type printer func(io.Writer, *Document, Options) error

// A documentSink collects an audit and hands it to its printer at the end.
type documentSink struct {
	w       io.Writer
	o       Options
	print   printer
	doc     Document
	windows audit.Catalogue
}

// Header begins the document.
func (d *documentSink) Header(h audit.Header) error {
	d.windows = h.Catalogue
	d.doc = Document{
		SchemaVersion: SchemaVersion, Tool: d.o.Tool, StartedAt: stamp(h.StartedAt), Config: text(d.o.Config),
		Keys: []keyDoc{}, Findings: []findingDoc{}, Unknowns: []unknownDoc{}, Gaps: []gapDoc{}, Incidents: []windowDoc{},
	}
	return nil
}

// Key adds a key.
func (d *documentSink) Key(k audit.KeyReport) error {
	d.doc.Keys = append(d.doc.Keys, newKeyDoc(k))
	return nil
}

// Finding adds a finding.
func (d *documentSink) Finding(f audit.Finding) error {
	d.doc.Findings = append(d.doc.Findings, newFindingDoc(f))
	return nil
}

// Unknown adds what could not be judged.
func (d *documentSink) Unknown(u audit.Unsaid) error {
	d.doc.Unknowns = append(d.doc.Unknowns, unknownDoc{Rule: u.Rule, Key: valid(u.Key), Detail: valid(u.Detail)})
	return nil
}

// Gap adds what could not be looked at.
func (d *documentSink) Gap(g audit.Gap) error {
	d.doc.Gaps = append(d.doc.Gaps, gapDoc{Key: valid(g.Key), Kind: string(g.Kind), Detail: valid(g.Detail)})
	return nil
}

// Flush ends the document and prints it.
func (d *documentSink) Flush(s audit.Summary, finished time.Time, exit int) error {
	d.doc.FinishedAt = stamp(finished)
	d.doc.Baseline = newBaselineDoc(s.Against)
	all := d.doc.Findings
	if b := d.doc.Baseline; b != nil {
		all = append(append(all[:len(all):len(all)], b.Fixed...), b.Unseen...)
	}
	d.doc.Incidents = newWindowDocs(d.windows, all)
	d.doc.Summary = newSummaryDoc(s, exit)
	return d.print(d.w, &d.doc, d.o)
}

// Collect is a sink that hands the finished document to a function.
func Collect(o Options, use func(*Document) error) audit.Sink {
	return &documentSink{o: o, print: func(_ io.Writer, doc *Document, _ Options) error { return use(doc) }}
}
