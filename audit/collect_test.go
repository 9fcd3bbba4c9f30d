package audit

import "testing"

// A judged is the result of an audit, and finds what it says of a key.
type judged struct{ Result }

// audited runs an audit.
func audited(t *testing.T, in Input) (*judged, Summary) {
	t.Helper()
	r, err := Run(in)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return &judged{r}, r.Summary
}

// findingsOf returns the findings of a rule about key, or about anything when
// key is "".
func (c *judged) findingsOf(rule, key string) []Finding {
	var out []Finding
	for _, f := range c.Findings {
		if f.Rule == rule && (key == "" || f.Key == key) {
			out = append(out, f)
		}
	}
	return out
}

func (c *judged) unknownsOf(rule, key string) []Unknown {
	var out []Unknown
	for _, u := range c.Unknowns {
		if u.Rule == rule && (key == "" || u.Key == key) {
			out = append(out, u)
		}
	}
	return out
}
