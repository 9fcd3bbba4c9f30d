package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"rekey/audit"
)

// Limits of a file. The shipped one is fifty times smaller.
const (
	maxBytes     = 2 << 20
	maxIncidents = 5000
	maxItems     = 500  // of a list
	maxText      = 4096 // bytes of a text
)

// schemaVersion is the only version of the format so far.
const schemaVersion = "1"

// Parse reads a catalogue. name is the file's name for errors, which read
// "NAME:LINE:COLUMN: what is wrong". Nothing of the file is kept after an
// error.
func Parse(name string, data []byte) (audit.Catalogue, error) {
	if len(data) > maxBytes {
		return audit.Catalogue{}, fmt.Errorf(
			"%s: %d bytes are too many for a catalogue (at most %d)",
			name,
			len(data),
			maxBytes,
		)
	}
	r := &reader{file: name}
	root, err := document(name, data)
	if err != nil {
		return audit.Catalogue{}, err
	}
	out := r.catalogue(root)
	if r.err != nil {
		return audit.Catalogue{}, r.err
	}
	return out, nil
}

// document returns the root of the one document in data.
func document(name string, data []byte) (*yaml.Node, error) {
	var doc, next yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", name)
	} else if err != nil {
		return nil, syntax(name, err)
	}
	if err := dec.Decode(&next); err == nil {
		return nil, fmt.Errorf(
			"%s:%d:%d: a catalogue is one YAML document, and a second begins here",
			name,
			next.Line,
			max(next.Column, 1),
		)
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(name, err)
	}
	return doc.Content[0], nil
}

// syntax words an error of the YAML parser: "yaml: line 3: ...".
func syntax(name string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if line, what, ok := strings.Cut(rest, ": "); ok {
			if _, err := strconv.Atoi(line); err == nil {
				return fmt.Errorf("%s:%s: %s", name, line, what)
			}
		}
	}
	return fmt.Errorf("%s: %s", name, text)
}

// catalogue reads the whole file.
func (r *reader) catalogue(n *yaml.Node) audit.Catalogue {
	var out audit.Catalogue
	r.mapping(n, fields{
		"schema_version": required(func(v *yaml.Node) {
			if got := r.text(v); got != schemaVersion {
				r.fail(v, "schema_version is %s, and this rekey reads %s", strconv.Quote(got), schemaVersion)
			}
		}),
		"compiled": optional(func(v *yaml.Node) { out.Compiled = r.start(v) }),
		"incidents": required(func(v *yaml.Node) {
			seen := map[string]int{}
			for _, item := range r.list(v, maxIncidents) {
				in := r.incident(item)
				if line, ok := seen[in.ID]; ok {
					r.fail(item, "incident %q is also on line %d", in.ID, line)
				}
				seen[in.ID] = item.Line
				out.Incidents = append(out.Incidents, in)
			}
		}),
	})
	return out
}

// dateForms are the precisions that a date may have, with what a date of that
// precision lasts.
func dateForms() []dateForm {
	return []dateForm{
		{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
		{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{time.DateOnly, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{time.RFC3339, func(t time.Time) time.Time { return t.Add(time.Second) }},
	}
}

type dateForm struct {
	layout string
	next   func(time.Time) time.Time
}

// start reads a date as its first moment, in UTC. Null is the zero time.
func (r *reader) start(n *yaml.Node) time.Time { first, _ := r.span(n); return first }

// end reads a date as its last second, in UTC. Null is the zero time.
func (r *reader) end(n *yaml.Node) time.Time { _, last := r.span(n); return last }

func (r *reader) span(n *yaml.Node) (first, last time.Time) {
	if r.isNull(n) {
		return time.Time{}, time.Time{}
	}
	word := r.text(n)
	for _, f := range dateForms() {
		t, err := time.Parse(f.layout, word)
		if err == nil && t.Year() >= 2009 && t.Year() <= 9998 { // no exchange is older than Bitcoin
			t = t.UTC()
			return t, f.next(t).Add(-time.Second)
		}
	}
	if r.err == nil {
		r.fail(n, "%s is no date: write 2022, 2022-12, 2022-12-28 or 2022-12-28T00:01:00Z", strconv.Quote(word))
	}
	return time.Time{}, time.Time{}
}
