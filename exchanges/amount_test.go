package exchanges

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAmount(t *testing.T) {
	for text, want := range map[string]Amount{
		`"1.50"`: "1.50", `0.00000018`: "0.00000018", `-3`: "-3", `""`: "", `null`: "", `"0"`: "0",
		`12345678901234567890`: "12345678901234567890",
	} {
		var a Amount
		if err := json.Unmarshal([]byte(text), &a); err != nil || a != want {
			t.Errorf("%s: %q, %v", text, a, err)
		}
	}
	for _, text := range []string{
		`"1e999999999"`, `1e5`, `"1,5"`, `"."`, `"-"`, `"1.2.3"`, `" 1"`, `"0x1"`, `true`, `{}`, `"NaN"`,
		`"` + strings.Repeat("1", 61) + `"`,
	} {
		var a Amount
		if err := json.Unmarshal([]byte(text), &a); err == nil {
			t.Errorf("%s was read as %q", text, a)
		}
	}
	for a, zero := range map[Amount]bool{"": true, "0.000": true, "-0": true, "0.001": false, "10": false} {
		if a.IsZero() != zero {
			t.Errorf("%q: zero %v", a, a.IsZero())
		}
	}
}
