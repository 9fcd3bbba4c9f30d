package audit

import (
	"testing"
	"time"
)

// A collector keeps everything it is shown, and the order of the calls.
type collector struct {
	headers  []Header
	keys     []KeyReport
	findings []Finding
	unknowns []Unsaid
	gaps     []Gap
	calls    []string
}

func (c *collector) Header(h Header) error {
	c.headers, c.calls = append(c.headers, h), append(c.calls, "header")
	return nil
}

func (c *collector) Key(k KeyReport) error {
	c.keys, c.calls = append(c.keys, k), append(c.calls, "key")
	return nil
}

func (c *collector) Finding(f Finding) error {
	c.findings, c.calls = append(c.findings, f), append(c.calls, "finding")
	return nil
}

func (c *collector) Unknown(u Unsaid) error {
	c.unknowns, c.calls = append(c.unknowns, u), append(c.calls, "unknown")
	return nil
}

func (c *collector) Gap(g Gap) error {
	c.gaps, c.calls = append(c.gaps, g), append(c.calls, "gap")
	return nil
}

func (c *collector) Flush(Summary, time.Time, int) error {
	c.calls = append(c.calls, "flush")
	return nil
}

// audited runs an audit and returns what the sink saw.
func audited(t *testing.T, in Input) (*collector, Summary) {
	t.Helper()
	c := &collector{}
	sum, err := Run(in, c)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return c, sum
}

// findingsOf returns the findings of a rule about key, or about anything when
// key is "".
func (c *collector) findingsOf(rule, key string) []Finding {
	var out []Finding
	for _, f := range c.findings {
		if f.Rule == rule && (key == "" || f.Key == key) {
			out = append(out, f)
		}
	}
	return out
}

func (c *collector) unknownsOf(rule, key string) []Unsaid {
	var out []Unsaid
	for _, u := range c.unknowns {
		if u.Rule == rule && (key == "" || u.Key == key) {
			out = append(out, u)
		}
	}
	return out
}
