package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxSaved is the most bytes of a saved audit that are read. A desk of 5,000
// keys takes about 25 MB.
const MaxSaved = 512 << 20

// Read reads an audit that was saved as json or as jsonl, and checks it: a
// file that is cut, that is of a newer rekey or whose summary does not count
// what it holds is refused, so that no report is made of half an audit.
func Read(r io.Reader) (*Document, error) { return readAtMost(r, MaxSaved) }

func readAtMost(r io.Reader, most int64) (*Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", err)
	case int64(len(data)) > most:
		return nil, fmt.Errorf("is larger than %d MiB, the most that rekey reads of a saved audit", most>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, errors.New("is empty")
	}
	first := struct {
		Type          *string `json:"type"`
		SchemaVersion *int    `json:"schema_version"`
	}{}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&first); err != nil {
		return nil, whyNot(err)
	}
	switch {
	case first.SchemaVersion == nil:
		return nil, errors.New("is no saved audit: it has no schema_version (rekey audit --format json writes one)")
	case *first.SchemaVersion > SchemaVersion:
		return nil, fmt.Errorf("was written by a newer rekey (schema_version %d, and this one reads %d)", *first.SchemaVersion, SchemaVersion)
	case *first.SchemaVersion != SchemaVersion:
		return nil, fmt.Errorf("has the schema_version %d, which no rekey writes", *first.SchemaVersion)
	}
	doc := &Document{}
	if first.Type != nil {
		err = doc.readLines(data)
	} else {
		err = doc.readWhole(data)
	}
	if err != nil {
		return nil, err
	}
	return doc, doc.check()
}

func (d *Document) readWhole(data []byte) error {
	in := json.NewDecoder(bytes.NewReader(data))
	if err := in.Decode(d); err != nil {
		return whyNot(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return errors.New("has something behind the end of the audit")
	}
	if d.Keys == nil || d.Findings == nil || d.Unknowns == nil || d.Gaps == nil {
		return errors.New("is no saved audit: keys, findings, unknowns or gaps are missing (rekey audit --format json writes one)")
	}
	return nil
}

// readLines reads the jsonl format.
func (d *Document) readLines(data []byte) error {
	*d = Document{Keys: []keyDoc{}, Findings: []findingDoc{}, Unknowns: []unknownDoc{}, Gaps: []gapDoc{}, Incidents: []windowDoc{}}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, MaxSaved)
	ended := false
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if ended {
			return fmt.Errorf("line %d: there is something behind the summary", n)
		}
		var err error
		if ended, err = d.readLine(line, n == 1); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	if !ended {
		return errors.New("ends before its summary: the audit was cut off, or is still running")
	}
	return nil
}

// readLine takes in one line and reports whether it was the last one.
func (d *Document) readLine(line []byte, first bool) (ended bool, err error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return false, whyNot(err)
	}
	if first != (kind.Type == "header") {
		return false, errors.New("a header belongs into the first line, and there alone")
	}
	switch kind.Type {
	case "header":
		var h headerLine
		err = json.Unmarshal(line, &h)
		d.SchemaVersion, d.Tool, d.StartedAt, d.Config = h.SchemaVersion, h.Tool, h.StartedAt, h.Config
	case "key":
		d.Keys, err = appended(d.Keys, line)
	case "finding":
		d.Findings, err = appended(d.Findings, line)
	case "unknown":
		d.Unknowns, err = appended(d.Unknowns, line)
	case "gap":
		d.Gaps, err = appended(d.Gaps, line)
	case "summary":
		var s summaryLine
		err = json.Unmarshal(line, &s)
		d.FinishedAt, d.Incidents, d.Baseline, d.Summary = s.FinishedAt, s.Incidents, s.Baseline, s.summaryDoc
		ended = true
	default: // of a later rekey; types may be added
	}
	if err != nil {
		return false, whyNot(err)
	}
	return ended, nil
}

func appended[T any](list []T, line []byte) ([]T, error) {
	var v T
	err := json.Unmarshal(line, &v)
	return append(list, v), err
}

// whyNot words an error of the JSON decoder. What stands in the file is not
// repeated.
func whyNot(err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("ends in the middle: it was cut off")
	case errors.As(err, &syntax):
		if syntax.Error() == "unexpected end of JSON input" {
			return errors.New("ends in the middle: it was cut off")
		}
		return fmt.Errorf("is no JSON at byte %d", syntax.Offset)
	case errors.As(err, &wrong):
		return fmt.Errorf("%s is a %s where a saved audit has something else (byte %d)", wrong.Field, wrong.Value, wrong.Offset)
	}
	return errors.New("is no saved audit")
}
