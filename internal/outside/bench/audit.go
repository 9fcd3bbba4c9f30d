package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// benchAudit runs the desk with limits once, and without limits several times.
func benchAudit(args []string) error {
	p, runs, err := parse(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	printMethod(p)

	profile := p.Profile
	p.Limits, p.Profile = true, ""
	if runs == 0 {
		p.Profile = profile
	}
	limited, err := run(ctx, p)
	if err != nil {
		return err
	}
	printLimited(p, limited)

	p.Limits = false
	for i := range runs {
		if i == runs-1 {
			p.Profile = profile
		}
		free, err := run(ctx, p)
		if err != nil {
			return err
		}
		printFree(i, p, free)
	}
	return nil
}
