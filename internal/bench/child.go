package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"rekey/internal/fake"
)

// An outcome is one run: what the audited process saw, what it cost, and what
// the fakes counted.
type outcome struct {
	result
	CPU     time.Duration // of the audited process, user and system
	Counted map[string][]fake.Use
}

// run starts the fakes in one process and rekey's audit in another, so that
// memory and CPU time are rekey's own.
func run(ctx context.Context, p plan) (o outcome, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	p.Epoch = time.Now().Round(0)
	server := exec.CommandContext(ctx, self, wordServe)
	server.Stderr = os.Stderr
	orders, err := server.StdinPipe()
	if err != nil {
		return o, err
	}
	answers, err := server.StdoutPipe()
	if err != nil {
		return o, err
	}
	if err := server.Start(); err != nil {
		return o, err
	}
	defer func() {
		_ = orders.Close() // ends the fakes
		if ended := server.Wait(); err == nil {
			err = ended
		}
	}()
	if err := json.NewEncoder(orders).Encode(p); err != nil {
		return o, err
	}
	told := json.NewDecoder(answers)
	var s stage
	if err := told.Decode(&s); err != nil {
		return o, fmt.Errorf("the fakes did not start: %w", err)
	}
	if err := o.audit(ctx, self, p, s); err != nil {
		return o, err
	}
	if err := orders.Close(); err != nil {
		return o, err
	}
	return o, told.Decode(&o.Counted)
}

// audit runs the audited process to its end.
func (o *outcome) audit(ctx context.Context, self string, p plan, s stage) error {
	var in, out bytes.Buffer
	orders := json.NewEncoder(&in)
	if err := orders.Encode(p); err != nil {
		return err
	}
	if err := orders.Encode(s); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, self, wordAudited)
	c.Stdin, c.Stdout, c.Stderr = io.Reader(&in), io.Writer(&out), os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("the audited process: %w", err)
	}
	o.CPU = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	return json.Unmarshal(out.Bytes(), &o.result)
}
