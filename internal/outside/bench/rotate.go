package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
)

// benchRotate rotates the keys without limits, one after the other, and then
// with limits, one after the other and several at a time.
func benchRotate(args []string) error {
	p := plan{Rotate: true, PerAccount: 1}
	f := flag.NewFlagSet("bench rotate", flag.ContinueOnError)
	f.IntVar(&p.Keys, "keys", 500, "keys to rotate, over three exchanges")
	f.Float64Var(&p.Speed, "speed", 4, "how much faster than real time the clock goes while limits are on")
	f.IntVar(&p.Workers, "workers", 64, "rotations at a time, in the last run")
	f.StringVar(&p.Dir, "dir", "", "folder on the disk to measure, for the journal, the store and the places")
	f.StringVar(&p.Profile, "cpuprofile", "", "write a CPU profile of the run without limits to this file")
	serial := f.Bool("serial", true, "also with limits and one at a time, which takes long")
	limits := f.Bool("limits", true, "also with limits")
	if err := f.Parse(args); err != nil {
		return err
	}
	if p.Keys < 1 || p.Speed < 1 || p.Workers < 1 {
		return errors.New("keys, speed and workers begin at 1")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	printMachine()
	fmt.Printf(
		"desk      %d keys, each in a sub-account of its own, under one master key at each of binance, kucoin, okx\n",
		p.Keys,
	)
	fmt.Printf(
		"method    the fakes are one process; the engine, journal, store, adapters and HTTP client another (GOMAXPROCS=%d)\n",
		cores,
	)
	most := p.Workers
	free := p
	free.Workers = 1
	if err := rotateOnce(ctx, free, printFreeRotation); err != nil || !*limits {
		return err
	}
	p.Limits, p.Profile, p.Workers = true, "", 1
	if *serial {
		if err := rotateOnce(ctx, p, printLimitedRotation); err != nil {
			return err
		}
	}
	p.Workers = most
	return rotateOnce(ctx, p, printLimitedRotation)
}

func rotateOnce(ctx context.Context, p plan, show func(plan, rotation, map[string][]fake.Use)) error {
	var r rotation
	counted, err := beside(ctx, p, func(self string, p plan, s stage) error {
		_, err := measured(ctx, self, wordRotated, p, s, &r)
		return err
	})
	if err != nil {
		return err
	}
	show(p, r, counted)
	if r.Done != p.Keys {
		fmt.Printf("  INCOMPLETE: %d of %d rotations ended with a key that is proven dead\n", r.Done, p.Keys)
	}
	for _, how := range slices.Sorted(maps.Keys(r.Otherwise)) {
		fmt.Printf("  %d x %s\n", r.Otherwise[how], how)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Exchanges)) {
		for _, kind := range slices.Sorted(maps.Keys(r.Exchanges[name].Refused)) {
			if kind == string(exchanges.KindNoSuchKey) { // the proof of a death
				continue
			}
			fmt.Printf("  %d calls answered by %s with: %s\n", r.Exchanges[name].Refused[kind], name, kind)
		}
	}
	return nil
}

// printFreeRotation prints the run without limits, in real time.
func printFreeRotation(p plan, r rotation, _ map[string][]fake.Use) {
	n := time.Duration(p.Keys)
	least := r.Cost.Wire + r.Cost.Syncing
	fmt.Print(`
Limits off, one rotation at a time: the fakes refuse nothing, the client has no pools to count in, and pauses that rekey
makes on purpose (between two looks at a dying key) take no time. A round trip is measured in the transport, from
sending to the last byte, a sync where the journal and the store ask for it, in this run; the two of a .env file count
as two of those. The CPU time is that of the rotations, user and system, without what stages them.

`)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "of one rotation\tcount\ttime")
	_, _ = fmt.Fprintf(t, "round trips\t%.1f\t%s\n", float64(r.Cost.Trips)/float64(p.Keys), millis(r.Cost.Wire/n))
	_, _ = fmt.Fprintf(t, "syncs\t%.1f\t%s\n", float64(r.Cost.Syncs)/float64(p.Keys), millis(r.Cost.Syncing/n))
	for _, of := range slices.Sorted(maps.Keys(r.Cost.SyncsOf)) {
		_, _ = fmt.Fprintf(t, "  of the %s\t%.1f\t\n", of, float64(r.Cost.SyncsOf[of])/float64(p.Keys))
	}
	_, _ = fmt.Fprintf(t, "CPU time\t\t%s\n", millis(r.CPU/n))
	_, _ = fmt.Fprintf(t, "all\t\t%s\n", millis(r.Real/n))
	_ = t.Flush()
	fmt.Printf("\ntime / (round trips + syncs)  %s (goal: at most 1.5)\n", ratio(r.Real, least))
	fmt.Printf(
		"one round trip %s, one sync %s; pauses left out: %s for each rotation; peak memory %s\n",
		millis(
			r.Cost.Wire/time.Duration(max(r.Cost.Trips, 1)),
		),
		millis(r.Cost.Syncing/time.Duration(max(r.Cost.Syncs, 1))),
		round(r.Cost.Pauses/n),
		memory(r.PeakBytes),
	)
}

// printLimitedRotation prints a run with limits, in the time of its clock.
func printLimitedRotation(p plan, r rotation, counted map[string][]fake.Use) {
	fmt.Printf(
		"\nLimits on, %d at a time: the fakes enforce the documented limits, on a clock %g times as fast. The bound is "+
			"that of\nbench audit: what a client that knows everything needs for the weight that the fakes counted.\n\n",
		p.Workers,
		p.Speed,
	)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "exchange\tkeys\tcalls\ttime\tbound\ttime/bound\tover limit\tlimit that decides")
	calls, refused := 0, 0
	var all []fake.Use
	for i, name := range names() {
		x, uses := r.Exchanges[name], counted[name]
		if x == nil {
			continue
		}
		which, least := tightest(uses, r.Started)
		over := 0
		for _, u := range uses {
			over += u.Refused
		}
		_, _ = fmt.Fprintf(
			t,
			"%s\t%d\t%d\t%s\t%s\t%s\t%d\t%s\n",
			name,
			p.share(i),
			x.Calls,
			round(x.Took),
			round(least),
			ratio(x.Took, least),
			over,
			limitText(which),
		)
		calls, refused, all = calls+x.Calls, refused+over, append(all, uses...)
	}
	_, least := tightest(all, r.Started)
	_, _ = fmt.Fprintf(
		t,
		"all\t%d\t%d\t%s\t%s\t%s\t%d\tgoal: at most 1.10\n",
		p.Keys,
		calls,
		round(r.Took),
		round(least),
		ratio(r.Took, least),
		refused,
	)
	_ = t.Flush()
	fmt.Printf(
		"\nPauses and waits for limits: %s in all rotations together. CPU time %s, peak memory %s.\n",
		round(r.Cost.Pauses),
		round(r.CPU),
		memory(r.PeakBytes),
	)
}
