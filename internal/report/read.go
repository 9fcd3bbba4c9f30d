package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
)

// MaxSaved is the most bytes of a saved audit that are read. A desk of 5,000
// keys takes about 25 MB.
const MaxSaved = 512 << 20

// maxHeader is the most bytes of the first line of a saved jsonl.
const maxHeader = 64 << 10

// Read reads an audit that was saved as json or as jsonl, and checks it: a
// file that is cut, that is of a newer rekey or whose summary does not count
// what it holds is refused, so that no report is made of half an audit.
func Read(r io.Reader) (*audit.Result, error) { return readAtMost(r, MaxSaved) }

func readAtMost(r io.Reader, most int64) (*audit.Result, error) {
	in := bufio.NewReaderSize(&limited{r: r, left: most, most: most}, maxHeader)
	s := &saved{words: map[string]string{}, result: &audit.Result{Summary: audit.Summary{FailOn: notStated}}}
	var err error
	if s.begins(in) {
		err = s.readLines(in)
	} else {
		err = s.readWhole(in)
	}
	if err != nil {
		return nil, err
	}
	return s.result, check(s.result)
}

// notStated is the threshold in a summary of a rekey that did not state it.
const notStated audit.Severity = -1

// A limited reads so many bytes and no more, and marks the errors of reading.
type limited struct {
	r          io.Reader
	left, most int64
}

// A readError is one of the file, and not of what stands in it.
type readError struct{ error }

func (e readError) Unwrap() error { return e.error }

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		if n, err := l.r.Read(one[:]); n == 0 && errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		return 0, audit.FormatError(
			fmt.Sprintf("is larger than %d MiB, the most that rekey reads of a saved audit", l.most>>20),
		)
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = readError{err}
	}
	return n, err
}

// A saved is a saved audit that is being read. Most of its words stand in it
// many times, and are kept once.
type saved struct {
	result  *audit.Result
	words   map[string]string
	version int   // schema_version, 0 until it is read
	wrong   error // the first thing that no rekey of this version writes
}

// begins reports whether the first line is a whole header of the jsonl format.
func (*saved) begins(in *bufio.Reader) bool {
	head, _ := in.Peek(maxHeader)
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	var first struct {
		Type *string `json:"type"`
	}
	return json.Unmarshal(line, &first) == nil && first.Type != nil
}

// readWhole reads the json format, item by item.
func (s *saved) readWhole(in io.Reader) error {
	d := json.NewDecoder(in)
	switch open, err := d.Token(); {
	case errors.Is(err, io.EOF):
		return errors.New("is empty")
	case err != nil:
		return whyNot("it", err)
	case open != json.Delim('{'):
		return errors.New("is no saved audit (rekey audit --format json writes one)")
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return whyNot("it", err)
		}
		member, _ := name.(string)
		if seen[member] {
			s.say(fmt.Errorf("has %q twice", shownMember(member)))
		}
		seen[member] = true
		if err := s.member(d, member); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return whyNot("it", err)
	}
	if err := s.known(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("has something behind the end of the audit")
	}
	if r := s.result; r.Keys == nil || r.Findings == nil || r.Unknowns == nil || r.Gaps == nil {
		return errors.New(
			"is no saved audit: keys, findings, unknowns or gaps are missing (rekey audit --format json writes one)",
		)
	}
	return nil
}

// shownMember is a name that rekey writes itself, and nothing else.
func shownMember(name string) string {
	switch name {
	case "schema_version",
		"tool",
		"started_at",
		"finished_at",
		"config",
		"keys",
		"findings",
		"unknowns",
		"gaps",
		"incidents",
		"baseline",
		"summary":
		return name
	}
	return "a member"
}

// member reads one member of the document.
func (s *saved) member(d *json.Decoder, name string) error {
	r := s.result
	switch name {
	case "keys":
		return decodeList(s, d, name, &r.Keys)
	case "findings":
		return decodeList(s, d, name, &r.Findings)
	case "unknowns":
		return decodeList(s, d, name, &r.Unknowns)
	case "gaps":
		return decodeList(s, d, name, &r.Gaps)
	}
	into, ok := map[string]any{
		"schema_version": &s.version, "tool": &r.Tool, "started_at": &r.StartedAt,
		"finished_at": &r.FinishedAt, "config": &r.Config,
		"incidents": &r.Incidents, "baseline": &r.Baseline, "summary": &r.Summary,
	}[name]
	if !ok { // of a later rekey; members may be added
		into = new(json.RawMessage)
	}
	return s.decode(d, name, into)
}

// decode reads one value. A value that is JSON and wrong in another way is
// remembered, and reading goes on: a newer rekey may mean something by it.
func (s *saved) decode(d *json.Decoder, name string, into any) error {
	err := d.Decode(into)
	var syntax *json.SyntaxError
	var broken readError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax), errors.As(err, &broken), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return whyNot(name, err)
	}
	s.say(whyNot(name, err))
	return nil
}

func (s *saved) say(wrong error) {
	if s.wrong == nil {
		s.wrong = wrong
	}
}

// decodeList reads a list, item by item. null leaves it nil.
func decodeList[T any](s *saved, d *json.Decoder, name string, into *[]T) error {
	open, err := d.Token()
	if err != nil {
		return whyNot(name, err)
	}
	if open == nil {
		return nil
	}
	if open != json.Delim('[') {
		s.say(fmt.Errorf("is no saved audit: %s is no list", name))
		return skip(d, name, open)
	}
	*into = []T{}
	for d.More() {
		var item T
		if err := s.decode(d, fmt.Sprintf("%s[%d]", name, len(*into)), &item); err != nil {
			return err
		}
		s.share(&item)
		*into = append(*into, item)
	}
	if _, err := d.Token(); err != nil {
		return whyNot(name, err)
	}
	return nil
}

// skip reads to the end of the value that begins with a token.
func skip(d *json.Decoder, name string, begin json.Token) error {
	depth := 0
	for t := begin; ; {
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if t, err = d.Token(); err != nil {
			return whyNot(name, err)
		}
	}
}

// share keeps the words of an item once for all items that have them.
func (s *saved) share(item any) {
	var words []*string
	switch v := item.(type) {
	case *audit.Finding:
		words = []*string{&v.Rule, &v.Key, &v.Title, &v.Detail, &v.Remedy}
	case *audit.Unknown:
		words = []*string{&v.Rule, &v.Key, &v.Detail}
	case *audit.Gap:
		words = []*string{&v.Key, &v.Detail}
	}
	for _, w := range words {
		if known, ok := s.words[*w]; ok {
			*w = known
		} else {
			s.words[*w] = *w
		}
	}
}

// known reports what is wrong with what was read, the version first.
func (s *saved) known() error {
	s.result.SchemaVersion = s.version
	switch {
	case s.version == 0:
		return errors.New("is no saved audit: it has no schema_version (rekey audit --format json writes one)")
	case s.version > SchemaVersion:
		return fmt.Errorf("was written by a newer rekey (schema_version %d, and this one reads %d)", s.version, SchemaVersion)
	case s.version != SchemaVersion:
		return fmt.Errorf("has the schema_version %d, which no rekey writes", s.version)
	}
	return s.wrong
}

// readLines reads the jsonl format.
func (s *saved) readLines(in io.Reader) error {
	r := s.result
	r.Keys, r.Findings, r.Unknowns, r.Gaps = []audit.Key{}, []audit.Finding{}, []audit.Unknown{}, []audit.Gap{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, MaxSaved)
	begun, ended := false, false
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if ended {
			return fmt.Errorf("line %d: there is something behind the summary", n)
		}
		var err error
		if ended, err = s.readLine(line, !begun); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if !begun {
			if err := s.known(); err != nil {
				return err
			}
		}
		begun = true
	}
	if err := lines.Err(); err != nil {
		return whyNot("it", err)
	}
	if !ended {
		return errors.New("ends before its summary: the audit was cut off, or is still running")
	}
	return nil
}

// readLine takes in one line and reports whether it was the last one.
func (s *saved) readLine(line []byte, first bool) (ended bool, err error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return false, whyNot("it", err)
	}
	if first != (kind.Type == "header") {
		return false, errors.New("a header belongs into the first line, and there alone")
	}
	r := s.result
	switch kind.Type {
	case "header":
		var h headerLine
		err = json.Unmarshal(line, &h)
		s.version, r.Tool, r.StartedAt, r.Config = h.SchemaVersion, h.Tool, h.StartedAt, h.Config
	case "key":
		err = appendLine(s, &r.Keys, line)
	case "finding":
		err = appendLine(s, &r.Findings, line)
	case "unknown":
		err = appendLine(s, &r.Unknowns, line)
	case "gap":
		err = appendLine(s, &r.Gaps, line)
	case "summary":
		last := summaryLine{Summary: r.Summary}
		err = json.Unmarshal(line, &last)
		r.FinishedAt, r.Incidents, r.Baseline, r.Summary = last.FinishedAt, last.Incidents, last.Baseline, last.Summary
		ended = true
	default: // of a later rekey; types may be added
	}
	if err != nil {
		return false, whyNot("it", err)
	}
	return ended, nil
}

func appendLine[T any](s *saved, into *[]T, line []byte) error {
	var item T
	err := json.Unmarshal(line, &item)
	s.share(&item)
	*into = append(*into, item)
	return err
}

// whyNot words an error of reading what, a member of the document or "it".
// What stands in the file is not repeated.
func whyNot(what string, err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	var format audit.FormatError
	var broken readError
	switch {
	case errors.As(err, &broken):
		return fmt.Errorf("cannot be read: %w", broken.error)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("ends in the middle: it was cut off")
	case errors.As(err, &syntax):
		if syntax.Error() == "unexpected end of JSON input" {
			return errors.New("ends in the middle: it was cut off")
		}
		return fmt.Errorf("is no JSON at byte %d", syntax.Offset)
	case errors.As(err, &wrong):
		return fmt.Errorf(
			"%s: %s is a %s where a saved audit has something else",
			what,
			cmp.Or(wrong.Field, "it"),
			wrong.Value,
		)
	case errors.As(err, &format) && what == "it":
		return format
	case errors.As(err, &format):
		return fmt.Errorf("%s: %w", what, format)
	}
	return errors.New("is no saved audit")
}

// check finds what no rekey would have written. A result that passes can be
// printed in every format.
func check(r *audit.Result) error {
	if r.StartedAt.IsZero() || r.FinishedAt.IsZero() {
		return errors.New("started_at or finished_at is missing")
	}
	for i, k := range r.Keys {
		if err := checkKey(k); err != nil {
			return fmt.Errorf("keys[%d]: %w", i, err)
		}
	}
	findings := r.Findings
	if b := r.Baseline; b != nil {
		if b.StartedAt.IsZero() {
			return errors.New("baseline: started_at is missing")
		}
		findings = slices.Concat(findings, b.Fixed, b.Unseen)
	}
	for i, f := range findings {
		if f.Severity == audit.None {
			return fmt.Errorf("findings[%d]: there is no such severity", i)
		}
	}
	for i, g := range r.Gaps {
		if g.Kind.Gap() != g.Kind {
			return fmt.Errorf("gaps[%d]: there is no such kind", i)
		}
	}
	return checkSummary(r)
}

// checkSummary counts again. A report must not say less than it shows.
func checkSummary(r *audit.Result) error {
	old := r.Summary.FailOn == notStated
	if old { // of a rekey before this field
		r.Summary.FailOn = audit.High
	}
	want := r.Count(r.Summary.FailOn)
	if old {
		r.Summary.AtOrAbove = want.AtOrAbove
	}
	code := want.ExitCode
	want.Known, want.ExitCode = r.Summary.Known, r.Summary.ExitCode
	if want != r.Summary || r.Summary.Known < 0 {
		return errors.New("its summary does not count what it holds: it was changed after it was written")
	}
	if c := r.Summary.ExitCode; c != code && c != audit.Interrupted {
		return errors.New("its exit code does not fit its summary: it was changed after it was written")
	}
	return nil
}

func checkKey(k audit.Key) error {
	if k.Origin != audit.FromInventory && k.Origin != audit.FromExchange {
		return errors.New("origin is neither inventory nor exchange")
	}
	switch k.Status {
	case exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusIPRefused, exchanges.StatusExpired,
		exchanges.StatusDisabled, exchanges.StatusDefunct, exchanges.StatusUndetermined:
	default:
		return errors.New("there is no such status")
	}
	if place, placed := k.Place.Get(); placed && place < 1 || k.Known < 0 {
		return errors.New("place or known is no count")
	}
	for _, p := range k.NotTold {
		if _, known := exchanges.ParsePermission(string(p)); !known {
			return errors.New("permissions_not_told: there is no such permission")
		}
	}
	switch k.ManagerList {
	case "", audit.ListRead, audit.ListRefused, audit.ListNotMaster:
		return nil
	}
	return errors.New("manager_list: there is no such word")
}
