package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// A verdict is what became of a mutant. The zero verdict is not known.
type verdict string

const (
	killed   verdict = "killed"
	survived verdict = "SURVIVED"
	timedOut verdict = "TIMED OUT"
	stale    verdict = "STALE"
	broken   verdict = "BROKEN" // does not compile, or its tests prove nothing
)

// notCompiled begins the detail of a mutant that does not compile.
const notCompiled = "does not compile: "

// testTimeout ends a test that a mutant keeps from ending.
const testTimeout = "5m"

// A outcome of a mutant, with the test that failed or what is wrong.
type outcome struct {
	verdict verdict
	detail  string
}

// goTest runs the tests of a target in the checkout, with an overlay when one
// is given, and returns what it printed.
func goTest(ctx context.Context, root string, t target, overlay string) (string, error) {
	args := []string{"test", "-timeout", testTimeout, "-failfast", "-run", t.run}
	if overlay != "" {
		args = append(args, "-count=1")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, t.pkg)...)
	cmd.Dir = root
	cmd.Env = os.Environ()
	if overlay != "" { // by the environment, so that a test which builds rekey builds the mutant
		cmd.Env = append(cmd.Env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// judge says what a run of a mutant's tests shows.
func judge(printed string, err error) outcome {
	var exit *exec.ExitError
	switch {
	case strings.Contains(printed, "[no tests to run]"), strings.Contains(printed, "[no test files]"):
		return outcome{broken, "no test has this name"}
	case err == nil:
		return outcome{survived, ""}
	case !errors.As(err, &exit):
		return outcome{broken, err.Error()}
	case strings.Contains(printed, "[build failed]"), strings.Contains(printed, "[setup failed]"):
		return outcome{broken, notCompiled + firstLine(printed)}
	case strings.Contains(printed, "panic: test timed out"):
		return outcome{timedOut, "no test fails, one hangs"}
	case !strings.Contains(printed, "\nFAIL"):
		return outcome{broken, firstLine(printed)}
	default:
		return outcome{killed, failedTest(printed)}
	}
}

var failLine = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failedTest returns the innermost test that failed first.
func failedTest(printed string) string {
	name := ""
	for _, m := range failLine.FindAllStringSubmatch(printed, -1) {
		if !strings.HasPrefix(m[1], name) {
			break
		}
		name = m[1]
	}
	if name == "" {
		return "a panic"
	}
	return name
}

func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return "without a word"
}

// overlay writes a changed file and the list that puts it in place of the
// checkout's into dir, and returns the path of the list.
func overlay(dir, root, file, text string) (string, error) {
	changed := filepath.Join(dir, filepath.Base(file))
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, file): changed}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, list, 0o600)
}
