package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"rekey/internal/report"
)

// A schema is the part of JSON Schema that the audit's is written in.
type schema struct {
	Description string            `json:"description"`
	Type        any               `json:"type"` // a word or several
	Const       any               `json:"const"`
	Enum        []any             `json:"enum"`
	Pattern     string            `json:"pattern"`
	Ref         string            `json:"$ref"`
	Items       *schema           `json:"items"`
	OneOf       []*schema         `json:"oneOf"`
	Properties  json.RawMessage   `json:"properties"`
	Defs        map[string]schema `json:"$defs"`
}

const jsonIntro = `# The documents in JSON

` + "`rekey audit --format json`" + ` prints one document. ` + "`--format jsonl`" + ` prints the same as
lines: a ` + "`header`" + ` first, then a line for each key, finding, unknown and gap, and a
` + "`summary`" + ` last; a file without it was cut off. Each line has a ` + "`type`" + ` and the fields
below. ` + "`rekey report --from FILE`" + ` prints both again, in every format.

null means that the exchange does not say. It is never a guess and never counts
as safe. Keys, findings, unknowns and gaps are sorted, so that two audits of the
same state differ only in their times. The schema is printed by
` + "`rekey audit --schema`" + `, and every document of the tests is validated against it.
`

// schemaPage describes every field of the audit document, from its schema.
func schemaPage() ([]byte, error) {
	var root schema
	if err := json.Unmarshal(report.Schema, &root); err != nil {
		return nil, err
	}
	var page bytes.Buffer
	page.WriteString(markdownNotice("internal/report/audit.schema.json"))
	page.WriteString(jsonIntro)
	if err := root.write(&page, "The document"); err != nil {
		return nil, err
	}
	for _, name := range []string{"key", "declared", "finding", "incident", "baseline"} {
		def, ok := root.Defs[name]
		if !ok {
			return nil, fmt.Errorf("the schema has no %s", name)
		}
		if err := def.write(&page, strings.ToUpper(name[:1])+name[1:]); err != nil {
			return nil, err
		}
	}
	return page.Bytes(), nil
}

func (s schema) write(page *bytes.Buffer, title string) error {
	fmt.Fprintf(page, "\n## %s\n\n| field | type | what it is |\n| --- | --- | --- |\n", title)
	return s.rows(page, "")
}

// rows writes the fields in the order of the schema, those of an object of an
// object with the names of both.
func (s schema) rows(page *bytes.Buffer, prefix string) error {
	in := json.NewDecoder(bytes.NewReader(s.Properties))
	if _, err := in.Token(); err != nil {
		return err
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		var field schema
		if err := in.Decode(&field); err != nil {
			return err
		}
		full := prefix + fmt.Sprint(name)
		if field.Description == "" && field.Ref == "" && field.Properties == nil {
			return fmt.Errorf("the schema does not say what %s is", full)
		}
		fmt.Fprintf(page, "| `%s` | %s | %s |\n", full, field.kind(), strings.ReplaceAll(field.Description, "|", `\|`))
		for _, inner := range append([]*schema{&field, field.Items}, field.OneOf...) {
			if inner == nil || inner.Properties == nil {
				continue
			}
			mark := "."
			if inner == field.Items {
				mark = "[]."
			}
			if err := inner.rows(page, full+mark); err != nil {
				return err
			}
		}
	}
	return nil
}

// kind words the type of a field.
func (s schema) kind() string {
	switch {
	case s.Ref != "":
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		return "[" + name + "](#" + name + ")"
	case s.Const != nil:
		return fmt.Sprintf("`%v`", s.Const)
	case len(s.Enum) > 0:
		var words []string
		for _, e := range s.Enum {
			if e == nil {
				e = "null"
			}
			words = append(words, fmt.Sprintf("`%v`", e))
		}
		return strings.Join(words, ", ")
	case len(s.OneOf) > 0:
		var words []string
		for _, o := range s.OneOf {
			words = append(words, o.kind())
		}
		return strings.Join(words, " or ")
	}
	kind := ""
	switch t := s.Type.(type) {
	case string:
		kind = t
	case []any:
		var words []string
		for _, w := range t {
			words = append(words, fmt.Sprint(w))
		}
		kind = strings.Join(words, " or ")
	}
	if s.Items != nil {
		kind += " of " + s.Items.kind()
	}
	if strings.Contains(s.Pattern, "T") && strings.Contains(s.Pattern, `\d{4}`) {
		kind = strings.Replace(kind, "string", "time", 1)
	}
	return kind
}
