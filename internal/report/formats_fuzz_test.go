package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

// stagedText is an audit in which a text stands wherever others may write one.
func stagedText(prose string) audit.Input {
	in := stagedFleet(1)
	listed := stagedStranger("binance", prose, prose, "AbCd-middle-of-the-key-WxYz")
	listed.Key.Raw, listed.Key.Ref.Account.ID = []string{prose}, prose
	mine := stagedKey("mine", "binance", func(s *audit.Subject) {
		s.Key.Label, s.Inventory.Owner, s.Inventory.SharedWith = prose, prose, []string{prose}
		s.Key.Whitelist, s.Declared.File = exchanges.Unrestricted(), prose
	})
	in.Subjects = append(in.Subjects, listed, mine)
	in.Gaps = []audit.Gap{
		{Key: prose, Kind: exchanges.KindOther, Detail: prose},
		{Key: "mine", Kind: exchanges.KindOther, Detail: prose},
	}
	in.Policy.Waivers = []audit.Waiver{
		{Rule: "NET-01", Key: "mine", Until: stagedDay("2027-01-31"), Owner: prose, Reason: prose},
	}
	return in
}

// Whatever others write, every format that a parser of the standard library
// reads is read back, line for line and row for row.
func FuzzFormats(f *testing.F) {
	for _, prose := range texttest.Hostile() {
		f.Add(prose[:min(len(prose), 1<<12)])
	}
	for _, prose := range []string{"a,b\n\"c\"", "=1+1", "\n::error::x", "]]>", "a\"} 1\nx 2", "a\\", "<x>&amp;"} {
		f.Add(prose)
	}
	f.Fuzz(func(t *testing.T, prose string) {
		if len(prose) > 1<<16 {
			return // longer texts are a test of their own
		}
		checkFormats(t, judged(t, stagedText(prose), Options{}))
	})
}

// A label of a megabyte goes through every format.
func TestAMegabyteOfLabel(t *testing.T) {
	for _, prose := range []string{
		strings.Repeat("x", 1<<20), strings.Repeat("\n::error::", 1<<17),
		strings.Repeat("<b>", 1<<18),
	} {
		in := stagedText("")
		in.Subjects[1].Key.Label, in.Subjects[1].Key.Ref.Account.Name = prose, prose
		checkFormats(t, judged(t, in, Options{}))
	}
}

// A saved audit is foreign bytes: it is refused, or every format prints it.
func FuzzRead(f *testing.F) {
	for _, format := range []string{"json", "jsonl"} {
		out := audited(f, stagedFleet(2), format, Options{})
		f.Add(out)
		f.Add(out[:len(out)/2])
	}
	f.Add([]byte(`{"schema_version":1,"keys":[],"findings":[],"unknowns":[],"gaps":[],"summary":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		checkFormats(t, doc)
	})
}

var (
	commandLine = regexp.MustCompile(`^::(notice|warning|error) [^:\n]*::[^\n]*$`)
	metricLine  = regexp.MustCompile(
		`^(# (HELP|TYPE) rekey_\w+ .*|rekey_\w+(\{(\w+="([^"\\]|\\["\\n])*",?)+\})? -?[0-9.]+)$`,
	)
)

// checkFormats reads back what the printers write.
func checkFormats(t *testing.T, doc *audit.Result) {
	t.Helper()
	pages := map[string][]byte{}
	for _, format := range AuditFormats() {
		var out bytes.Buffer
		if err := Print(&out, format, doc, Options{Width: 80, All: true}); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		pages[format] = out.Bytes()
	}
	printed := func(format string) []byte { return pages[format] }
	for _, format := range []string{"json", "jsonl"} {
		if _, err := Read(bytes.NewReader(printed(format))); err != nil {
			t.Errorf("%s is not read back: %v", format, err)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(printed("csv"))).ReadAll()
	if err != nil {
		t.Errorf("csv: %v", err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("csv: a formula: %.80q", cell)
			}
		}
	}
	in := xml.NewDecoder(bytes.NewReader(printed("junit")))
	for {
		if _, err := in.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("junit: %v", err)
		}
	}
	for format, form := range map[string]*regexp.Regexp{"github": commandLine, "prometheus": metricLine} {
		for _, line := range strings.Split(strings.TrimSuffix(string(printed(format)), "\n"), "\n") {
			if !form.MatchString(line) {
				t.Errorf("%s: a line is %.200q", format, line)
			}
		}
	}
	for _, format := range AuditFormats() {
		prose := printed(format)
		for _, r := range string(prose) {
			if r != '\n' && text.Unsafe(r) {
				t.Fatalf("%s shows %U", format, r)
			}
		}
	}
}
