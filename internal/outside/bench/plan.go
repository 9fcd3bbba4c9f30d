package main

import (
	"errors"
	"flag"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/all"
)

// A plan is one run, as the parent tells it to its two children.
type plan struct {
	Keys       int // of sub-accounts, over all exchanges
	PerAccount int
	Limits     bool
	Speed      float64
	Phase      time.Duration // of the start in the clock minute
	Epoch      time.Time     // where the scaled clock touches the real one
	Profile    string        // file for a CPU profile of the audited process, or ""

	// What follows is for bench rotate.
	Rotate  bool   // the keys are rotated, and not audited
	Workers int    // rotations under way at one time
	Dir     string // where the state and the places are made
}

// names are the exchanges of the desk, one master account each.
func names() []string { return []string{"binance", "kucoin", "okx"} }

// share is how many of the keys an exchange holds.
func (p plan) share(i int) int {
	n := len(names())
	return (p.Keys + n - 1 - i) / n
}

// parse reads the flags of bench audit.
func parse(args []string) (p plan, runs int, err error) {
	f := flag.NewFlagSet("bench audit", flag.ContinueOnError)
	f.IntVar(&p.Keys, "keys", 5000, "keys of sub-accounts, over three exchanges")
	f.IntVar(&p.PerAccount, "per-account", 5, "keys of one sub-account")
	f.Float64Var(&p.Speed, "speed", 30, "how much faster than real time the clock goes while limits are on")
	f.DurationVar(&p.Phase, "phase", 0, "how far in a clock minute the run with limits starts")
	f.StringVar(&p.Profile, "cpuprofile", "", "write a CPU profile of the last audited process to this file")
	f.IntVar(&runs, "runs", 3, "runs without limits")
	if err := f.Parse(args); err != nil {
		return p, 0, err
	}
	if p.Keys < 1 || p.PerAccount < 1 || p.Speed < 1 || p.Phase < 0 || runs < 0 {
		return p, 0, errors.New("keys, per-account and speed begin at 1, phase and runs at 0")
	}
	return p, runs, nil
}

// registry is the part of rekey's own registry that the desk needs. Without
// limits, the pools that the client counts in are taken out of it.
func (p plan) registry() exchanges.Registry {
	var out []exchanges.Exchange
	for _, name := range names() {
		x, _ := all.Registry().Lookup(name)
		if !p.Limits {
			x.Protocol.Pools = nil
		}
		out = append(out, x)
	}
	return exchanges.NewRegistry(out...)
}
