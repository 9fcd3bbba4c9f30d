package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// starts is how often each program is started.
const starts = 20

// benchStart builds the binary as a release is built, and starts it.
func benchStart(args []string) error {
	if len(args) > 0 {
		return errors.New("start takes no arguments")
	}
	folder, err := os.MkdirTemp("", "rekey-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := filepath.Join(folder, "rekey")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/rekey")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build: %w (run it from the top of the repository)", err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	printMachine()
	fmt.Printf(
		"method    go build -trimpath -ldflags '-s -w', CGO off; each program started %d times by turns, "+
			"first start left out\n\n",
		starts+1,
	)
	fmt.Printf("size      %.1f MB (goal: under 30)\n", float64(info.Size())/1e6)

	floor := "true"
	ours, floors, err := byTurns([]string{binary, "version"}, []string{floor})
	if err != nil {
		return err
	}
	fmt.Printf(
		"start     rekey version: median %s, fastest %s, slowest %s (goal: under 30ms)\n",
		millis(median(ours)),
		millis(ours[0]),
		millis(ours[len(ours)-1]),
	)
	if len(floors) > 0 {
		fmt.Printf(
			"floor     %s: median %s, fastest %s, slowest %s\n",
			floor,
			millis(median(floors)),
			millis(floors[0]),
			millis(floors[len(floors)-1]),
		)
	}
	return nil
}

// byTurns starts two programs by turns and returns their times, sorted. The
// second may be missing on this machine; then it has no times.
func byTurns(first, second []string) (a, b []time.Duration, err error) {
	_, missing := exec.LookPath(second[0])
	for i := range starts + 1 {
		took, err := timed(first)
		if err != nil {
			return nil, nil, err
		}
		var other time.Duration
		if missing == nil {
			if other, err = timed(second); err != nil {
				return nil, nil, err
			}
		}
		if i == 0 { // reads the binary from disk
			continue
		}
		a = append(a, took)
		if missing == nil {
			b = append(b, other)
		}
	}
	slices.Sort(a)
	slices.Sort(b)
	return a, b, nil
}

func timed(command []string) (time.Duration, error) {
	c := exec.Command(command[0], command[1:]...)
	c.Stdout = io.Discard
	begin := time.Now()
	err := c.Run()
	return time.Since(begin), err
}

func median(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

func millis(d time.Duration) string { return fmt.Sprintf("%.1fms", d.Seconds()*1000) }
