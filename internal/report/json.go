package report

import (
	"bytes"
	_ "embed" // the schema of the document
	"encoding/json"
	"io"

	"rekey/audit"
)

// Schema is the JSON Schema of the audit document.
//
//go:embed audit.schema.json
var Schema []byte

func printJSON(w io.Writer, r *audit.Result, _ Options) error { return WriteJSON(w, r) }

// WriteJSON writes v as an indented document that is safe to show in a
// terminal.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}
