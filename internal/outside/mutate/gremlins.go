package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// timeoutCoefficient times the length of the package's tests is how long a
// mutant may take. A mutant that loops for ever is the rule for a time-out; a
// busy machine must not be.
const timeoutCoefficient = 10

// A tally counts the mutants of one package.
type tally struct {
	goal    goal
	by      map[string]int // status to number
	mutants []mutant
}

// percent is the share of the covered mutants that were killed, 0 when none is
// covered. Those that timed out are not in it.
func (t tally) percent() float64 {
	covered := t.by[statusKilled] + t.by[statusLived]
	if covered == 0 {
		return 0
	}
	return 100 * float64(t.by[statusKilled]) / float64(covered)
}

func newTally(g goal, mutants []mutant) tally {
	t := tally{goal: g, by: map[string]int{}, mutants: mutants}
	for _, m := range mutants {
		t.by[m.status]++
	}
	return t
}

// runGremlins runs gremlins over every package of goals.txt and prints what
// became of the mutants. The error says what falls short.
func runGremlins(ctx context.Context, s setting, out, errs io.Writer) error {
	text, err := os.ReadFile(filepath.Join(s.list, "goals.txt"))
	if err != nil {
		return err
	}
	goals, err := parseGoals(string(text))
	if err != nil {
		return err
	}
	reasons, err := readReasons(filepath.Join(s.list, "harmless.txt"))
	if err != nil {
		return err
	}
	var tallies []tally
	for _, g := range goals {
		if !strings.Contains(g.pkg, s.only) {
			continue
		}
		mutants, err := unleash(ctx, s, g, errs)
		if err != nil {
			return fmt.Errorf("%s: %w", g.pkg, err)
		}
		tallies = append(tallies, newTally(g, mutants))
	}
	if err := printTallies(out, tallies, reasons); err != nil {
		return err
	}
	return shortfall(tallies, reasons)
}

// unleash runs gremlins over one package. Its progress goes to errs.
func unleash(ctx context.Context, s setting, g goal, errs io.Writer) ([]mutant, error) {
	leftOut, err := g.leftOut(s.root)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it holds copies
	tree := filepath.Join(dir, "tree")
	if err := copyTree(ctx, s.root, tree); err != nil {
		return nil, err
	}
	report := filepath.Join(dir, "report.json")
	// Never --test-cpu: gremlins gives it to go test in a form that is refused,
	// and takes the refusal for a kill (executor.go, getTestArgs).
	args := []string{
		"unleash", g.pkg, "--output", report, "--workers", strconv.Itoa(s.jobs),
		"--timeout-coefficient", strconv.Itoa(timeoutCoefficient),
	}
	for _, name := range leftOut {
		args = append(args, "--exclude-files", `(^|/)`+regexp.QuoteMeta(name)+`$`)
	}
	cmd := exec.CommandContext(ctx, s.gremlins, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = tree, errs, errs
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	mutants, err := readMutants(tree, path.Clean(g.pkg), text)
	if err != nil {
		return nil, err
	}
	if err := withoutJoins(ctx, tree, g.pkg, mutants); err != nil {
		return nil, err
	}
	s.root = tree
	return mutants, retest(ctx, s, g.pkg, mutants)
}

// copyTree copies what git knows of a checkout, or would take. gremlins copies
// the tree once for each worker, and the checkout may hold much more.
func copyTree(ctx context.Context, root, to string) error {
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	list, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for _, name := range strings.Split(strings.TrimRight(string(list), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, os.ErrNotExist) { // deleted, and not yet committed
			continue
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func printTallies(out io.Writer, tallies []tally, reasons []reason) error {
	rows := [][]string{{
		"package", "mutants", "covered", "killed", "lived", "timed out", "not covered",
		"does not compile", "killed of covered", "goal",
	}}
	for _, t := range tallies {
		covered := len(t.mutants) - t.by[statusNotCovered] - t.by[statusNotViable]
		row := []string{t.goal.pkg}
		for _, n := range []int{
			len(t.mutants), covered, t.by[statusKilled], t.by[statusLived], t.by[statusTimedOut],
			t.by[statusNotCovered], t.by[statusNotViable],
		} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, fmt.Sprintf("%.1f %%", t.percent()), fmt.Sprintf("%d %%", t.goal.percent)))
	}
	if err := printTable(out, rows); err != nil {
		return err
	}
	var text strings.Builder
	for _, t := range tallies {
		for _, m := range t.mutants {
			switch why := explained(reasons, m); {
			case m.status == statusTimedOut:
				fmt.Fprintf(&text, "%s: timed out\n", m)
			case !m.needsReason():
			case why != "":
				fmt.Fprintf(&text, "%s: %s; harmless: %s\n", m, strings.ToLower(m.status), why)
			default:
				fmt.Fprintf(&text, "%s: %s, and no reason is known:\n%s", m, m.status, entry(m))
			}
		}
	}
	_, err := io.WriteString(out, "\n"+text.String())
	return err
}

// shortfall returns nil when every package reaches its goal, every mutant that
// no test kills has a reason, and every reason is about a mutant.
func shortfall(tallies []tally, reasons []reason) error {
	var faults []string
	var all []mutant
	for _, t := range tallies {
		all = append(all, t.mutants...)
		if t.percent() < float64(t.goal.percent) {
			faults = append(faults, fmt.Sprintf("%s: %.1f %% of the covered mutants were killed, the goal is %d %%",
				t.goal.pkg, t.percent(), t.goal.percent))
		}
		unexplained := 0
		for _, m := range t.mutants {
			if m.needsReason() && explained(reasons, m) == "" {
				unexplained++
			}
		}
		if unexplained > 0 {
			faults = append(faults, fmt.Sprintf("%s: %d mutants that no test kills have no reason in harmless.txt", t.goal.pkg,
				unexplained))
		}
	}
	for _, r := range staleReasons(reasons, all) {
		faults = append(faults, fmt.Sprintf("%s: %s: no mutant is there any more: %q", r.place, r.file, r.code))
	}
	if len(tallies) == 0 {
		faults = append(faults, "no package was looked at")
	}
	if len(faults) > 0 {
		return fmt.Errorf("%d faults:\n%s", len(faults), strings.Join(faults, "\n"))
	}
	return nil
}
