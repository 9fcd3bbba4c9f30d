package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/journal"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

// journalOf returns a journal with a record of each kind of evidence, in which
// every text is the given one.
func journalOf(prose string) JournalRecords {
	const run = journal.RunID("01jd9x00000aa")
	at := time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC)
	records := []journal.Record{
		{
			Run:   run,
			Kind:  journal.Rotate,
			Key:   "okx/" + prose + "/abcd…wxyz",
			Stage: journal.Deployed,
			Phase: journal.Did,
			Data: journal.Data{
				Location: "dotenv:" + prose, Before: journal.DigestOf([]byte("a")), After: journal.DigestOf([]byte("b")),
			},
		},
		{Run: run, Kind: journal.Rotate, Key: "k", Stage: journal.Retiring, Phase: journal.Did, Data: journal.Data{
			Op: "delete-key", Code: prose, Status: 400, Address: "203.0.113.7", Result: "proven",
		}},
		{
			Run:   run,
			Kind:  journal.Rotate,
			Key:   "k",
			Stage: journal.Closed,
			Phase: journal.Did,
			Data:  journal.Data{Because: prose},
		},
		{
			Run:   run,
			Kind:  journal.Respond,
			Key:   "3commas-2022",
			Stage: journal.Planned,
			Phase: journal.Will,
			Data: journal.Data{
				Plan: []journal.PlannedKey{
					{Key: "okx/" + prose + "/abcd…wxyz", Decision: journal.ByPerson, Why: prose}, {Key: "b", Decision: journal.Left},
				},
			},
		},
		{Run: run, Kind: journal.Rotate, Key: "k", Stage: journal.Done, Phase: journal.Did},
	}
	v := journal.View{
		Path:   "state/journal.jsonl",
		Damage: []journal.Damage{{Line: 5, Harm: journal.Missing, Problem: "is missing"}},
	}
	for i, r := range records {
		r.Seq, r.At = uint64(i)+1, at
		v.Lines = append(v.Lines, journal.Line{Number: i + 1, Record: r, Readable: true, Trusted: i < 4})
	}
	return JournalRecords{Tool: Tool{Name: "rekey", Version: "0.1.0"}, View: v}
}

// A record is one line, and its evidence stands under it.
func TestJournalShowsEvidence(t *testing.T) {
	var out bytes.Buffer
	if err := journalOf("x").Write(&out, "text"); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"    1 2026-11-30 07:00:00 01jd9x00000aa rotate  okx/x/abcd…wxyz  deployed     did",
		"      place dotenv:x: sha256 ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb before, " +
			"sha256 3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d after",
		"    2 2026-11-30 07:00:00 01jd9x00000aa rotate  k                retiring     did  proven",
		"      operation delete-key, code x, status 400, called from 203.0.113.7",
		"    3 2026-11-30 07:00:00 01jd9x00000aa rotate  k                closed       did",
		"      because x",
		"    4 2026-11-30 07:00:00 01jd9x00000aa respond 3commas-2022     planned      will",
		"      plan okx/x/abcd…wxyz: person, x",
		"      plan b: left",
		"?   5 2026-11-30 07:00:00 01jd9x00000aa rotate  k                done         did",
		"",
	}, "\n")
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// The JSON has the same, and says which records cannot be trusted.
func TestJournalJSON(t *testing.T) {
	var out bytes.Buffer
	if err := journalOf("x").Write(&out, "json"); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Records []struct {
			Seq     int
			Trusted bool
			Data    struct{ Location, Before, After, Op, Code, Address, Because string }
		}
		Damage []string
		Last   struct{ Seq int }
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Records) != 5 || !doc.Records[3].Trusted || doc.Records[4].Trusted || len(doc.Damage) != 1 {
		t.Fatalf("got %+v", doc)
	}
	first, second := doc.Records[0].Data, doc.Records[1].Data
	if first.Location != "dotenv:x" || len(first.Before) != 64 || len(first.After) != 64 || first.Before == first.After {
		t.Errorf("got %+v", first)
	}
	if second.Op != "delete-key" || second.Code != "x" || second.Address != "203.0.113.7" {
		t.Errorf("got %+v", second)
	}
	if err := journalOf("x").Write(&out, "csv"); err == nil {
		t.Error("there is a format csv")
	}
}

// Whatever a hand wrote into the journal, no line obeys it.
func TestJournalOfHostileTexts(t *testing.T) {
	for _, prose := range texttest.Hostile() {
		var out bytes.Buffer
		if err := journalOf(prose).Write(&out, "text"); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		for _, l := range lines {
			texttest.Safe(t, l, text.Unsafe)
		}
		if len(lines) < 9 || len(lines) > 10 {
			t.Errorf("%.80q: %d lines:\n%s", prose, len(lines), out.String())
		}
	}
}
