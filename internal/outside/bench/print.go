package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"rekey/internal/fake"
)

func printMachine() {
	fmt.Printf("machine   %d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if l := load(); l != "" {
		fmt.Printf(", load average %s before the run", l)
	}
	fmt.Println()
}

func printMethod(p plan) {
	printMachine()
	fmt.Printf(
		"desk      %d keys of sub-accounts, %d each, under one master key at each of %s\n",
		p.Keys,
		p.PerAccount,
		strings.Join(names(), ", "),
	)
	fmt.Printf(
		"method    the fakes are one process, rekey's survey, rules and JSON report another (GOMAXPROCS=%d); "+
			"between them loopback TCP\n",
		cores,
	)
}

// printLimited prints the run with limits, in the time of its clock.
func printLimited(p plan, o outcome) {
	fmt.Printf(
		"\nLimits on: the fakes enforce the documented limits, both processes on a clock %g times as fast.\n",
		p.Speed,
	)
	fmt.Printf(
		"So is what loopback and the processors take: a millisecond counts as %g. The run began %s into a clock minute.\n",
		p.Speed,
		round(o.Started.Sub(o.Started.Truncate(time.Minute))),
	)
	fmt.Print(
		`The bound of a limit of L in a window of T, for the weight W that its fake counted: n = ceil(W/L) windows, the last
of which begins (n-1)T after the first; where windows begin with the clock, less what of the first had passed before
the run. The greatest bound of an exchange is the exchange's, the greatest of all is the run's. Time is that of the
last answer; for the whole, that of the finished report.

`,
	)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "exchange\tkeys\tcalls\ttime\tbound\ttime/bound\tover limit\tlimit that decides")
	var keys, calls, refused int
	var all []fake.Use
	for _, name := range names() {
		x, uses := o.Exchanges[name], o.Counted[name]
		if x == nil {
			continue
		}
		which, least := tightest(uses, o.Started)
		over := 0
		for _, u := range uses {
			over += u.Refused
		}
		_, _ = fmt.Fprintf(
			t,
			"%s\t%d\t%d\t%s\t%s\t%s\t%d\t%s\n",
			name,
			x.Keys,
			x.Calls,
			round(x.Took),
			round(least),
			ratio(x.Took, least),
			over,
			limitText(which),
		)
		keys, calls, refused, all = keys+x.Keys, calls+x.Calls, refused+over, append(all, uses...)
	}
	_, least := tightest(all, o.Started)
	_, _ = fmt.Fprintf(
		t,
		"all\t%d\t%d\t%s\t%s\t%s\t%d\tgoal: at most 1.10\n",
		keys,
		calls,
		round(o.Took),
		round(least),
		ratio(o.Took, least),
		refused,
	)
	_ = t.Flush()
	printTrouble(p, o)
	judging := time.Duration(float64(o.Judging) * p.Speed)
	fmt.Printf(
		"\nIn the whole are the rules and the report: %s of real time, which the fast clock makes %s. With them in real\n",
		round(o.Judging),
		round(judging),
	)
	fmt.Printf("time the ratio is %s. The audited process used %s of CPU time and at most %s of memory.\n",
		ratio(o.Took-judging+o.Judging, least), round(o.CPU), memory(o.PeakBytes))
}

// printFree prints a run without limits, in real time.
func printFree(i int, p plan, o outcome) {
	if i == 0 {
		fmt.Print(
			"\nLimits off: the fakes refuse nothing, the client has no pools to count in, and the clock is the real one.\n" +
				"Fakes and rekey share the machine's cores.\n\n",
		)
		fmt.Printf(
			"%-4s  %6s  %6s  %8s  %8s  %10s  %12s  %s\n",
			"run",
			"keys",
			"calls",
			"time",
			"keys/s",
			"CPU time",
			"keys/CPU s",
			"peak memory",
		)
	}
	keys, calls := 0, 0
	for _, x := range o.Exchanges {
		keys, calls = keys+x.Keys, calls+x.Calls
	}
	fmt.Printf(
		"%-4d  %6d  %6d  %8s  %8.0f  %10s  %12.0f  %s\n",
		i+1,
		keys,
		calls,
		round(o.Took),
		float64(keys)/o.Took.Seconds(),
		round(o.CPU),
		float64(keys)/o.CPU.Seconds(),
		memory(o.PeakBytes),
	)
	printTrouble(p, o)
}

// printTrouble says what makes the figures worth less: keys that were not
// listed, gaps, and answers that were no success.
func printTrouble(p plan, o outcome) {
	keys := 0
	for _, x := range o.Exchanges {
		keys += x.Keys
	}
	if keys != p.Keys {
		fmt.Printf("  INCOMPLETE: %d of %d keys were listed\n", keys, p.Keys)
	}
	for _, kind := range slices.Sorted(maps.Keys(o.Gaps)) {
		fmt.Printf("  %d gaps: %s\n", o.Gaps[kind], kind)
	}
	for _, name := range names() {
		x := o.Exchanges[name]
		if x == nil {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(x.Refused)) {
			fmt.Printf("  %d calls refused by %s: %s\n", x.Refused[kind], name, kind)
		}
	}
}

func limitText(u fake.Use) string {
	if u.Name == "" {
		return "none: one window each"
	}
	begin := "by the clock"
	if u.Limit.FromFirst {
		begin = "from the first call"
	}
	name, _, _ := strings.Cut(u.Name, " ")
	return fmt.Sprintf("%s: weight %d, %d in %s %s", path.Base(name), u.Weight, u.Limit.Limit, u.Limit.Window, begin)
}

func ratio(took, least time.Duration) string {
	if least <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", took.Seconds()/least.Seconds())
}

func round(d time.Duration) string {
	if d > 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
}

func memory(bytes int64) string {
	if bytes == 0 {
		return "not measured here"
	}
	return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
}
