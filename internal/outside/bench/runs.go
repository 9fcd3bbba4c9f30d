package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A contender is a command that is measured against others in the same run.
type contender struct {
	name    string
	command []string
	ours    bool // its peak memory is printed
	missing string
}

// A timing is a contender with times, sorted, and what it needed.
type timing struct {
	contender
	walls []time.Duration
	cpu   time.Duration // of the median run, user and system
	peak  int64         // kilobytes, of the largest run
}

// alternate runs all contenders by turns, rounds times after one that warms
// the page cache, so that a busy machine is busy for all of them.
func alternate(rounds int, all []contender) ([]timing, error) {
	out := make([]timing, len(all))
	for i, c := range all {
		out[i].contender = c
	}
	for round := range rounds + 1 {
		for i, c := range all {
			if c.missing != "" {
				continue
			}
			wall, cpu, peak, err := once(c.command)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if round == 0 {
				continue
			}
			out[i].walls = append(out[i].walls, wall)
			out[i].cpu += cpu / time.Duration(rounds)
			out[i].peak = max(out[i].peak, peak)
		}
	}
	for i := range out {
		slices.Sort(out[i].walls)
	}
	return out, nil
}

// once runs a command. Exit 3 of rekey is a finding, exit 4 a gap, and both
// are as they should be.
func once(command []string) (wall, cpu time.Duration, peak int64, err error) {
	c := exec.Command(command[0], command[1:]...)
	var errs bytes.Buffer
	c.Stderr = &errs
	begin := time.Now()
	err = c.Run()
	wall = time.Since(begin)
	var exit *exec.ExitError
	if errors.As(err, &exit) && (exit.ExitCode() == 3 || exit.ExitCode() == 4) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(errs.String()))
	}
	if c.ProcessState != nil {
		cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		peak = peakOf(c.ProcessState)
	}
	return wall, cpu, peak, err
}

// table prints the contenders and the ratio of each to the first.
func table(all []timing) {
	fmt.Printf("%-44s %9s %9s %9s %8s %9s\n", "", "median", "fastest", "CPU", "ratio", "peak")
	for _, m := range all {
		if m.missing != "" {
			fmt.Printf("%-44s %s\n", m.name, m.missing)
			continue
		}
		peak := ""
		if m.ours {
			peak = fmt.Sprintf("%d MB", m.peak/1000)
		}
		fmt.Printf("%-44s %9s %9s %9s %8.2f %9s\n", m.name, secs(median(m.walls)), secs(m.walls[0]), secs(m.cpu),
			median(m.walls).Seconds()/median(all[0].walls).Seconds(), peak)
	}
}

func secs(d time.Duration) string { return fmt.Sprintf("%.2fs", d.Seconds()) }

// built builds the binary into a temporary folder.
func built(folder string) (string, error) {
	binary := folder + "/rekey"
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/rekey")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("go build: %w (run it from the top of the repository)", err)
	}
	return binary, nil
}

// absent says that a program is not on this machine.
func absent(program string) string {
	if _, err := exec.LookPath(program); err != nil {
		return "not installed here"
	}
	return ""
}
