package main

import (
	"encoding/json"
	"io"

	"rekey/internal/fake"
)

// Words by which the parent starts its children.
const (
	wordServe   = "serve"
	wordAudited = "audited"
	wordRotated = "rotated"
)

// serve is the process of the fakes. It reads a plan, writes the stage, runs
// until its input ends, and writes what was counted, by exchange.
func serve(in io.Reader, out io.Writer) error {
	orders := json.NewDecoder(in)
	var p plan
	if err := orders.Decode(&p); err != nil {
		return err
	}
	d, err := start(p)
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(d.stage); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	counted := map[string][]fake.Use{}
	for name, s := range d.servers {
		counted[name] = s.Limits.Uses()
		s.Close()
	}
	return answers.Encode(counted)
}
