package report

import (
	"fmt"
	"io"
	"strings"

	"rekey/internal/journal"
)

// A JournalRecords is what `rekey journal show` prints: every record that can
// be read, with its evidence.
type JournalRecords struct {
	Tool Tool
	View journal.View
}

type journalDoc struct {
	SchemaVersion int             `json:"schema_version"`
	Tool          Tool            `json:"tool"`
	Journal       string          `json:"journal"` // the path of the file
	Records       []journalRecord `json:"records"`
	Damage        []string        `json:"damage"`
	Last          journalLast     `json:"last"`
}

// journalLast is the last record that can be trusted.
type journalLast struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

type journalRecord struct {
	Seq     uint64       `json:"seq"`
	At      string       `json:"at"`
	Run     string       `json:"run"`
	Kind    string       `json:"kind"`
	Key     string       `json:"key"`
	Stage   string       `json:"stage"`
	Phase   string       `json:"phase"`
	Trusted bool         `json:"trusted"`
	Data    journal.Data `json:"data"`
}

// Write prints the records in the given format.
func (j JournalRecords) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		return WriteJSON(w, j.doc())
	case "text":
		var b strings.Builder
		for r, trusted := range j.View.Records() {
			writeRecord(&b, r, trusted)
		}
		_, err := io.WriteString(w, b.String())
		return err
	default:
		return noFormat(format)
	}
}

func (j JournalRecords) doc() journalDoc {
	doc := journalDoc{
		SchemaVersion: SchemaVersion, Tool: j.Tool, Journal: j.View.Path, Records: []journalRecord{}, Damage: []string{},
	}
	for r, trusted := range j.View.Records() {
		doc.Records = append(doc.Records, journalRecord{
			Seq: r.Seq, At: stamp(r.At), Run: string(r.Run), Kind: string(r.Kind), Key: r.Key,
			Stage: string(r.Stage), Phase: string(r.Phase), Trusted: trusted, Data: r.Data,
		})
	}
	for _, d := range j.View.Damage {
		doc.Damage = append(doc.Damage, d.String())
	}
	doc.Last.Seq, doc.Last.Hash = j.View.Last()
	return doc
}

// writeRecord writes a line for the record, and one below it for each kind of
// evidence that it holds. What cannot be trusted begins with a question mark.
func writeRecord(b *strings.Builder, r journal.Record, trusted bool) {
	mark := " "
	if !trusted {
		mark = "?"
	}
	line := fmt.Sprintf("%s%4d %s %s %-7s %-16s %-12s %-4s %s", mark, r.Seq, r.At.UTC().Format("2006-01-02 15:04:05"),
		Clean(string(r.Run)), r.Kind, CleanName(r.Key), r.Stage, r.Phase, Clean(r.Data.Result))
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	for _, e := range Evidence(r.Data) {
		b.WriteString(mark + "     " + e + "\n")
	}
}

// Evidence says in lines what a record holds beyond how far its run came: the
// file that was written, what was asked of the exchange and what it answered,
// and what a response plans for which key.
func Evidence(d journal.Data) []string {
	var lines []string
	if d.Location != "" {
		var sums []string
		if !d.Before.IsZero() {
			sums = append(sums, "sha256 "+d.Before.String()+" before")
		}
		if !d.After.IsZero() {
			sums = append(sums, "sha256 "+d.After.String()+" after")
		}
		lines = append(lines, strings.TrimSuffix("place "+Sentence(d.Location)+": "+strings.Join(sums, ", "), ": "))
	}
	var parts []string
	for _, p := range []struct{ name, value string }{{"operation ", d.Op}, {"code ", d.Code}} {
		if p.value != "" {
			parts = append(parts, p.name+Clean(p.value))
		}
	}
	if d.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d", d.Status))
	}
	if d.Address != "" {
		parts = append(parts, "called from "+Clean(d.Address))
	}
	if len(parts) > 0 {
		lines = append(lines, strings.Join(parts, ", "))
	}
	if d.Because != "" {
		lines = append(lines, "because "+Sentence(d.Because))
	}
	for _, p := range d.Plan {
		line := "plan " + CleanName(p.Key) + ": " + string(p.Decision)
		if p.Why != "" {
			line += ", " + Sentence(p.Why)
		}
		lines = append(lines, line)
	}
	return lines
}
