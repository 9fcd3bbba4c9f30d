package report

import "io"

// lines writes one JSON object a line: every finding, every gap, and the
// summary last.
func (r ScanReport) lines(w io.Writer) error {
	doc := r.document()
	var l jsonLines
	for _, f := range doc.Findings {
		l.add("finding", f)
	}
	for _, g := range doc.Gaps {
		l.add("gap", g)
	}
	l.add("summary", envelope[scanSummaryDoc]{doc.SchemaVersion, doc.Tool, doc.StartedAt, doc.FinishedAt, doc.Summary})
	return l.write(w)
}
