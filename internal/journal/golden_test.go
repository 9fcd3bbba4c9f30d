package journal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// goldenV1 is what testdata/v1 holds. Neither it nor the files are ever
// changed: every rekey to come must be able to read them. The fields that nobody
// ever wrote (slot, copy, attempt, until, page, detail) are dropped.
func goldenV1() []Record {
	const a, b, c = RunID("01m7knhxr4k7q"), RunID("01m7knhyq8w2c"), RunID("01m7knj5hzzzz")
	record := func(run RunID, kind Kind, key string, stage Stage, phase Phase, data Data) Record {
		return Record{Run: run, Kind: kind, Key: key, Stage: stage, Phase: phase, Data: data}
	}
	return []Record{
		record(a, Rotate, "grid-bot", Planned, Did, Data{
			Exchange: "binance", Account: "sub@example.com", Old: NameKey("GoldCANARYoldkey1"), Manager: "master",
			Copies: 2, Permissions: []exchanges.Permission{exchanges.Read, exchanges.Spot, exchanges.Unmapped},
			Whitelist: []string{
				"203.0.113.7/32",
				"2001:db8::/64",
			}, Risks: []string{"bot-still-running", "loose-file"}, Compromised: true,
		}),
		record(a, Rotate, "grid-bot", Issuing, Will, Data{Marker: "rekey-7f3a91c2", Op: "create-key"}),
		record(
			a,
			Rotate,
			"grid-bot",
			Issuing,
			Did,
			Data{New: NameKey("GoldCANARYnewkey2"), Result: "unclear", Code: "-1021", Status: 504},
		),
		record(a, Rotate, "grid-bot", Stored, Did, Data{}),
		record(a, Rotate, "grid-bot", Proved, Did, Data{}),
		record(a, Rotate, "grid-bot", Deployed, Will, Data{
			Location: "dotenv:.env#BINANCE", Copies: 2, Before: DigestOf([]byte("before")), After: DigestOf([]byte("after")),
		}),
		record(b, Revoke, "okx/-/abcd…wxyz", Retiring, Will, Data{}),
		record(a, Rotate, "grid-bot", Settling, Will, Data{}),
		record(b, Revoke, "okx/-/abcd…wxyz", Unconfirmed, Did, Data{}),
		record(c, Contain, "main", NeedsPerson, Did, Data{}),
		record(a, Rotate, "grid-bot", Retiring, Note, Data{}),
		record(a, Rotate, "grid-bot", Done, Did, Data{}),
		record(c, Contain, "main", Abandoned, Will, Data{}),
		record(c, Contain, "main", Failed, Did, Data{}),
	}
}

// A journal of version 1 is read, and written on.
func TestGoldenV1(t *testing.T) {
	dir := t.TempDir()
	var text string
	for _, name := range []string{fileName, headName} {
		data, err := os.ReadFile(filepath.Join("testdata", "v1", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		assertNoCanary(t, name, string(data))
		if name == fileName {
			text = string(data)
		}
	}
	v, err := Read(dir)
	if err != nil || v.Err() != nil || len(v.Remarks) > 0 {
		t.Fatalf("%v %v %v", err, v.Err(), v.Remarks)
	}
	const hash = "10328f48445fc6adeed987e3be4706a71df1e6827be5067acc521d72d981cfd0"
	if v.seq != 14 || v.hash != hash {
		t.Errorf("it ends at %d %s", v.seq, v.hash)
	}
	if at := v.Lines[2].Record.At; !at.Equal(time.Date(2026, 11, 22, 7, 0, 2, 123e6, time.UTC)) {
		t.Errorf("record 3 is of %v", at)
	}
	j, remarks, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	wantRemarks(t, remarks)
	sameRecords(t, slices.Collect(j.Records()), goldenV1())
	if err := j.Append(goldenV1()[0]); err != nil {
		t.Fatal(err)
	}
	if v, err := Read(dir); errors.Join(err, v.Err()) != nil || v.seq != 15 {
		t.Errorf("%v %v", err, v.Err())
	}
	// The form is told elsewhere, and other programs read it: a line is what
	// the page says it is.
	const second = `{"v":1,"seq":2,"at":"2026-11-22T07:00:01.123Z","run":"01m7knhxr4k7q",` +
		`"kind":"rotate","key":"grid-bot",` +
		`"stage":"issuing","phase":"will","data":{"marker":"rekey-7f3a91c2","op":"create-key","attempt":1},"prev":"`
	if got := strings.Split(text, "\n")[1]; !strings.HasPrefix(got, second) {
		t.Errorf("line 2 is %s", got)
	}
}
