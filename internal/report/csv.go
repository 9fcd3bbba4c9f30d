package report

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"

	"rekey/audit"
	"rekey/internal/text"
)

// printCSV prints a table for a spreadsheet: a row for each finding, unknown
// and gap, and one for each key. Every row repeats what is known of its key.
func printCSV(w io.Writer, r *audit.Result, _ Options) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"type", "key", "exchange", "account", "access_key", "status", "permissions", "from",
		"created", "owner", "shared_with",
		"severity", "rule", "title", "detail", "remedy", "incident", "change", "waived_until", "waived_by", "waived_reason",
	}}
	all := newView(r)
	for _, v := range all.keys {
		k := v.keyCells()
		rows = append(rows, csvRow("key", k))
		for _, f := range v.findings {
			rows = append(rows, csvRow("finding", k, findingCells(f)...))
		}
		for _, u := range v.unknowns {
			rows = append(rows, csvRow("unknown", k, "", u.Rule, "", u.Detail))
		}
		for _, g := range v.gaps {
			rows = append(rows, csvRow("gap", k, "", "", string(g.Kind), g.Detail))
		}
	}
	alone := func(name string) []string { return append([]string{text.CleanName(name)}, make([]string, 9)...) }
	for _, f := range all.other {
		rows = append(rows, csvRow("finding", alone(f.Key), findingCells(f)...))
	}
	for _, g := range all.gaps {
		rows = append(rows, csvRow("gap", alone(g.Key), "", "", string(g.Kind), g.Detail))
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = csvCell(cell)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvRow fills a row up to the width of the table.
func csvRow(kind string, key []string, rest ...string) []string {
	row := append(append([]string{kind}, key...), rest...)
	return append(row, make([]string, 21-len(row))...)
}

func (v *keyView) keyCells() []string {
	owner := ""
	if v.Declared != nil {
		owner = string(v.Declared.Owner)
	}
	return []string{
		text.CleanName(v.name), v.Exchange, accountName(v.Account), v.AccessKey.String(), string(v.Status),
		strings.ReplaceAll(
			mayWords(v.Key),
			",",
			" ",
		), fromWords(v.Whitelist), sinceWords(v.Key), owner, text.Joined(v.SharedWith),
	}
}

func findingCells(f audit.Finding) []string {
	cells := []string{f.Severity.String(), f.Rule, f.Title, f.Detail, f.Remedy, string(f.Incident), string(f.Change)}
	if w := f.Waived; w != nil {
		cells = append(cells, w.Until.String(), w.Owner, w.Reason)
	}
	return cells
}

// csvCell makes a text that no spreadsheet takes for a formula: one that begins
// like one gets an apostrophe before it, as OWASP advises. Blanks at the front
// do not hide what comes after them.
func csvCell(prose string) string {
	prose = strings.TrimSpace(text.Sentence(prose))
	first := strings.TrimLeftFunc(prose, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' })
	if first != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(first)[0]) {
		return "'" + prose
	}
	return prose
}

// The first and the last line of the jsonl format. Those between them have the
// fields of the same things in the audit document.
type (
	headerLine struct {
		SchemaVersion int        `json:"schema_version"`
		Tool          Tool       `json:"tool"`
		StartedAt     audit.Time `json:"started_at"`
		Config        audit.Text `json:"config"`
	}
	summaryLine struct {
		FinishedAt audit.Time        `json:"finished_at"`
		Incidents  []audit.Window    `json:"incidents"`
		Baseline   *audit.Comparison `json:"baseline"`
		audit.Summary
	}
)

// printJSONL prints a line for each thing. A file without the summary at its
// end is not whole.
func printJSONL(w io.Writer, r *audit.Result, _ Options) error {
	l := text.NewJSONLines(w)
	l.Add("header", headerLine{r.SchemaVersion, r.Tool, r.StartedAt, r.Config})
	for i := range r.Keys {
		l.Add("key", &r.Keys[i])
	}
	for i := range r.Findings {
		l.Add("finding", &r.Findings[i])
	}
	for i := range r.Unknowns {
		l.Add("unknown", &r.Unknowns[i])
	}
	for i := range r.Gaps {
		l.Add("gap", &r.Gaps[i])
	}
	l.Add("summary", summaryLine{r.FinishedAt, r.Incidents, r.Baseline, r.Summary})
	return l.Flush()
}
