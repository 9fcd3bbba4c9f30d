package config

import (
	"errors"
	"strings"
	"testing"

	"rekey/internal/location"
)

// Whatever the bytes: an *Error with places in order, or a configuration whose
// keys are found by name and whose locations can be read back.
func FuzzParse(f *testing.F) {
	f.Add([]byte(fullExample))
	f.Add([]byte("version: 1\nkeys: {a: {exchange: okx, credential: 'exec:x \"y\"', manager: b}}"))
	f.Add([]byte("version: 1\npolicy: {rules: {INV-03: off, LIFE-01: {trade_days: 1}}}\n---\n"))
	f.Add([]byte("a: &a [*a]\n? x\n: !!binary y\n"))
	names := testNames()
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("rekey.yaml", data, names)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || len(e.Problems) == 0 || len(e.Problems) > maxProblems || c != nil {
				t.Fatalf("got %v beside %v", err, c)
			}
			for i, p := range e.Problems {
				if strings.ContainsAny(p.Text, "\n\r\x1b") || i > 0 && p.Line < e.Problems[i-1].Line {
					t.Fatalf("got %q", e.Problems)
				}
			}
			return
		}
		for _, k := range c.Keys {
			again, ok := keyOf(c, k.Name)
			if !ok || again.Line != k.Line || k.Line < 1 || k.Column < 1 {
				t.Fatalf("%s is not found again", k.Name)
			}
			if _, ok := names.exchange(k.Exchange); !ok {
				t.Fatalf("%s is at %q", k.Name, k.Exchange)
			}
			for _, l := range append(k.Copies, k.Credential) {
				if back, err := location.Parse(l.String()); err != nil || !back.Equal(l) {
					t.Fatalf("%q does not come back: %v", l, err)
				}
			}
			if _, ok := keyOf(c, k.Manager); k.Manager != "" && !ok && len(c.Warnings) == 0 {
				t.Fatalf("%s has the manager %q, and nobody was warned", k.Name, k.Manager)
			}
		}
	})
}
