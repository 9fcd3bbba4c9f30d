package journal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goldenV2 is what testdata/v2 holds: each element was appended at once. Neither
// it nor the files are ever changed.
func goldenV2() [][]Record {
	const rotation, response = RunID("01m7knhxr4k7q"), RunID("01m7knj5hzzzz")
	run := func(stage Stage, phase Phase, data Data) Record {
		return Record{Run: rotation, Kind: Rotate, Key: "grid-bot", Stage: stage, Phase: phase, Data: data}
	}
	respond := func(stage Stage, phase Phase, data Data) Record {
		return Record{Run: response, Kind: Respond, Key: "3commas-2022", Stage: stage, Phase: phase, Data: data}
	}
	return [][]Record{
		{respond(Planned, Will, Data{Risks: []string{"last-manager"}, SettleMS: 60000, Plan: []PlannedKey{
			{
				Key: "grid-bot", ID: NameKey("GoldCANARYoldkey1"), Exchange: "binance", Account: "sub@example.com", Manager: "main",
				Decision: Replaced, Narrow: "01m7knhyq8w2c", Kill: rotation, Kind: Rotate, Why: "it was given to 3commas",
			},
			{Key: "main", Exchange: "binance", Decision: ByPerson, Why: "there is no API for it"},
		}}), respond(Planned, Did, Data{})},
		{run(Planned, Did, Data{
			Exchange: "binance", Account: "sub@example.com", Old: NameKey("GoldCANARYoldkey1"), Manager: "main",
			Copies: 1, Cause: "3commas-2022",
		}), run(Issuing, Will, Data{Marker: "rekey-7f3a91c2", Op: "create-key"})},
		{
			run(
				Stored,
				Did,
				Data{New: NameKey("GoldCANARYnewkey2"), Result: "ok", Code: "-1021", Status: 504, Address: "203.0.113.7"},
			),
		},
		{run(Deployed, Did, Data{
			Location: "dotenv:.env#BINANCE", Before: DigestOf([]byte("before")), After: DigestOf([]byte("after")),
		})},
		{respond(Planned, Note, Data{Plan: []PlannedKey{
			{
				Key:      "binance/-/abcd…wxyz",
				Exchange: "binance",
				Decision: Revoked,
				Kill:     "01m7knj5h0000",
				Kind:     Revoke,
				Since:    true,
			},
		}})},
		{run(Closed, Did, Data{Because: "<shop> & \"co\" \\ ü € 😀 \u2028 \t \x01"})},
		{respond(Unconfirmed, Did, Data{})},
	}
}

// A journal of version 2 is read, and written on; today's rekey writes the very
// same bytes.
func TestGoldenV2(t *testing.T) {
	dir := t.TempDir()
	fresh := newDisk(t, nil)
	j := mustOpen(t, fresh)
	for _, records := range goldenV2() {
		if err := j.AppendAll(records...); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{fileName, headName} {
		data, err := os.ReadFile(filepath.Join("testdata", "v2", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		assertNoCanary(t, name, string(data))
		if name == fileName {
			if diff := cmp.Diff(strings.Split(string(data), "\n"), strings.Split(fresh.Files()[name], "\n")); diff != "" {
				t.Error(diff)
			}
		}
	}
	v, err := Read(dir)
	if err != nil || v.Err() != nil || len(v.Remarks) > 0 {
		t.Fatalf("%v %v %v", err, v.Err(), v.Remarks)
	}
	opened, remarks, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	wantRemarks(t, remarks)
	opts := cmp.AllowUnexported(KeyID{}, Digest{})
	if diff := cmp.Diff(bare(slices.Concat(goldenV2()...)), bare(slices.Collect(opened.Records())), opts); diff != "" {
		t.Error(diff)
	}
	if r := opened.Responses(); len(r) != 1 || len(r[0].Plan) != 3 || !r[0].Whole || !r[0].Ended {
		t.Errorf("got %+v", r)
	}
	if err := opened.Append(goldenV2()[2][0]); err != nil {
		t.Fatal(err)
	}
	if v, err := Read(dir); errors.Join(err, v.Err()) != nil || v.seq != uint64(len(goldenV2()))+1 {
		t.Errorf("%v %v", err, v.Err())
	}
}
