package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
)

// documentOf is the document of an audit.
func documentOf(t *testing.T, in audit.Input) *audit.Result {
	t.Helper()
	doc, err := Read(bytes.NewReader(audited(t, in, "json", Options{})))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// A saved audit prints in every format as the live one did, from json and from
// jsonl.
func TestASavedAuditPrintsAsTheLiveOne(t *testing.T) {
	for name, in := range map[string]audit.Input{
		"staged": stagedAudit(), "fleet": stagedFleet(60),
		"empty": stagedFleet(0), "later": stagedLater(t),
	} {
		for _, saved := range []string{"json", "jsonl"} {
			doc, err := Read(bytes.NewReader(audited(t, in, saved, Options{})))
			if err != nil {
				t.Fatalf("%s, %s: %v", name, saved, err)
			}
			for _, format := range AuditFormats() {
				var again bytes.Buffer
				if err := Print(&again, format, doc, Options{Width: 80}); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(audited(t, in, format, Options{Width: 80})), again.String()); diff != "" {
					t.Errorf("%s saved as %s is another report in %s:\n%.2000s", name, saved, format, diff)
				}
			}
		}
	}
}

// Half an audit, one that was changed, and what is none: refused, and what
// stands in it is not repeated.
func TestReadRefuses(t *testing.T) {
	whole := string(audited(t, stagedAudit(), "json", Options{}))
	lines := string(audited(t, stagedAudit(), "jsonl", Options{}))
	change := func(from, to string) string {
		out := strings.Replace(whole, from, to, 1)
		if out == whole {
			t.Fatalf("there is no %s to change", from)
		}
		return out
	}
	for _, tt := range []struct{ story, text, want string }{
		{"nothing", "", "is empty"},
		{"blanks", " \n ", "is empty"},
		{"half a document", whole[:len(whole)/2], "cut off"},
		{"half of the lines", lines[:len(lines)/2], "cut off"},
		{"no summary line", lines[:strings.LastIndex(strings.TrimSpace(lines), "\n")+1], "ends before its summary"},
		{"a newer schema", change(`"schema_version": 1`, `"schema_version": 2`), "newer rekey (schema_version 2"},
		{"a newer schema in lines", strings.Replace(lines, `"schema_version":1`, `"schema_version":7`, 1), "newer rekey"},
		{"no schema", `{"keys":[]}`, "is no saved audit"},
		{"a list", `[1]`, "is no saved audit"},
		{"another document", `{"schema_version":1,"tool":{},"runs":[]}`, "is no saved audit"},
		{"text", "CANARY secret", "is no JSON at byte 1"},
		{"a finding taken out of the count", change(`"critical": `, `"critical": 1`), "does not count what it holds"},
		{"another exit code", change(`"exit_code": 3`, `"exit_code": 0`), "exit code does not fit"},
		{"a severity", change(`"severity": "critical"`, `"severity": "CANARY"`), "findings[0]: there is no such severity"},
		{"a status", change(`"status": "alive"`, `"status": "CANARY"`), "there is no such status"},
		{"a time", change(`"started_at": "`, `"started_at": "CANARY`), "started_at: a time is none"},
		{"an address", change(`"203.0.113.7/32"`, `"CANARY"`), "is no CIDR"},
		{"a type", change(`"detail": "`, `"detail": 7, "x": "`), "where a saved audit has something else"},
		{"two documents", whole + whole, "behind the end"},
		{"a line behind the end", lines + lines, "line "},
		{"findings twice", change(`"unknowns": [`, `"findings": [], "unknowns": [`), `has "findings" twice`},
		{"findings in capitals", change(`"findings": [`, `"Findings": [`), "are missing"},
		{"findings that are none", change(`"findings": [`, `"findings": null, "x": [`), "are missing"},
		{"findings that are no list", change(`"findings": [`, `"findings": {}, "x": [`), "findings is no list"},
		{
			"a permission that is not told", change(`"permissions_not_told": [],`, `"permissions_not_told": ["CANARY"],`),
			"there is no such permission",
		},
		{"a list of a manager", change(`"manager_list": null`, `"manager_list": "CANARY"`), "there is no such word"},
		{"a waiver without a day", change(`"until": "20`, `"until": "CANARY`), "until is no day"},
		{"no end", change(`"finished_at"`, `"x"`), "finished_at is missing"},
		{"deep", `{"schema_version":1,"keys":` + strings.Repeat("[", 1<<20), "is no"},
	} {
		_, err := Read(strings.NewReader(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.story, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: the error repeats what stands in the file: %v", tt.story, err)
		}
	}
}

// An audit that an older rekey saved says nothing of what was not told, and none
// of it is invented.
func TestReadAnOlderAudit(t *testing.T) {
	r := judged(t, stagedAudit(), Options{})
	for i := range r.Keys {
		r.Keys[i].NotTold = nil
	}
	var out bytes.Buffer
	if err := Print(&out, "json", r, Options{}); err != nil {
		t.Fatal(err)
	}
	prose := out.String()
	for _, line := range []string{
		"\n      \"permissions_not_told\": null,", "\n      \"manager_list\": null,",
		"\n    \"fail_on\": \"high\",",
	} {
		if prose = strings.ReplaceAll(prose, line, ""); strings.Contains(prose, strings.TrimSpace(line)) {
			t.Fatalf("%q is still there", line)
		}
	}
	old, err := Read(strings.NewReader(prose))
	if err != nil {
		t.Fatal(err)
	}
	if old.Keys[0].NotTold != nil || old.Summary.FailOn != audit.High || old.Summary.AtOrAbove != r.Summary.AtOrAbove {
		t.Errorf("not told: %v, summary: %+v", old.Keys[0].NotTold, old.Summary)
	}
}

// What is said of a name that two keys have is said of both: none of them looks
// as if nothing had been found.
func TestTwoKeysOfOneName(t *testing.T) {
	in := stagedFleet(0)
	in.Subjects = []audit.Subject{
		stagedStranger(
			"binance",
			"desk",
			"one",
			"AbCd-of-one-WxYz",
		), stagedStranger("binance", "desk", "two", "AbCd-of-two-WxYz"),
	}
	v := newView(judged(t, in, Options{}))
	for _, k := range v.keys {
		if len(k.findings) == 0 || k.verdict() == "nothing" || len(v.other) > 0 {
			t.Errorf("%s: %s, %v", k.Label, k.verdict(), v.other)
		}
	}
}

// endless is a file that does not end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte(" "), len(p))), nil }

func TestReadEnds(t *testing.T) {
	if _, err := readAtMost(endless{}, 1<<20); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("a file without end: %v", err)
	}
}

// What a later rekey adds is not a mistake.
func TestReadIgnoresNewFields(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(audited(t, stagedAudit(), "json", Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	doc["weather"] = "fine"
	prose, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(prose)); err != nil {
		t.Error(err)
	}
	if _, err := Read(strings.NewReader(strings.Replace(string(audited(t, stagedAudit(), "jsonl", Options{})), "\n",
		"\n{\"type\":\"weather\"}\n", 1))); err != nil {
		t.Error(err)
	}
}
