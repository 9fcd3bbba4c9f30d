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
	o.Counted, err = beside(ctx, p, func(self string, p plan, s stage) error {
		o.CPU, err = measured(ctx, self, wordAudited, p, s, &o.result)
		return err
	})
	return o, err
}

// beside runs a measurement beside the fakes, and returns what they counted.
func beside(
	ctx context.Context,
	p plan,
	measure func(self string, p plan, s stage) error,
) (counted map[string][]fake.Use, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p.Epoch = time.Now().Round(0)
	server := exec.CommandContext(ctx, self, wordServe)
	server.Stderr = os.Stderr
	orders, err := server.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = orders.Close() // ends the fakes
		if ended := server.Wait(); err == nil {
			err = ended
		}
	}()
	if err := json.NewEncoder(orders).Encode(p); err != nil {
		return nil, err
	}
	told := json.NewDecoder(answers)
	var s stage
	if err := told.Decode(&s); err != nil {
		return nil, fmt.Errorf("the fakes did not start: %w", err)
	}
	if err := measure(self, p, s); err != nil {
		return nil, err
	}
	if err := orders.Close(); err != nil {
		return nil, err
	}
	return counted, told.Decode(&counted)
}

// measured runs the measured process to its end, and returns its CPU time.
func measured(ctx context.Context, self, word string, p plan, s stage, result any) (time.Duration, error) {
	var in, out bytes.Buffer
	orders := json.NewEncoder(&in)
	if err := orders.Encode(p); err != nil {
		return 0, err
	}
	if err := orders.Encode(s); err != nil {
		return 0, err
	}
	c := exec.CommandContext(ctx, self, word)
	c.Stdin, c.Stdout, c.Stderr = io.Reader(&in), io.Writer(&out), os.Stderr
	if err := c.Run(); err != nil {
		return 0, fmt.Errorf("the %s process: %w", word, err)
	}
	return c.ProcessState.UserTime() + c.ProcessState.SystemTime(), json.Unmarshal(out.Bytes(), result)
}
