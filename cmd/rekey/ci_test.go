//go:build unix

package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// repository reads a file of the root of the repository.
func repository(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// An actionRun is what the runner keeps of one run of the Action's audit step.
type actionRun struct {
	code             int
	said             string
	outputs, summary string
	dir              string
}

// runAction runs the audit step of action.yml as the runner does: with bash, the
// inputs in the environment, and the files for outputs and the summary.
func runAction(t *testing.T, inputs ...string) actionRun {
	t.Helper()
	return runActionIn(t, func(string) {}, inputs...)
}

// runActionIn is runAction after prepare has changed the checkout.
func runActionIn(t *testing.T, prepare func(dir string), inputs ...string) actionRun {
	t.Helper()
	dir, _ := folder(t)
	prepare(dir)
	script, err := filepath.Abs("../../scripts/action.sh")
	if err != nil {
		t.Fatal(err)
	}
	runner := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "bash", script)
	cmd.Dir = dir
	cmd.Env = append([]string{
		"PATH=" + onPath(t) + ":/usr/bin:/bin", "HOME=" + runner, "GITHUB_WORKSPACE=" + dir,
		"GITHUB_OUTPUT=" + filepath.Join(runner, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(runner, "summary"),
	}, inputs...)
	out, err := cmd.CombinedOutput()
	r := actionRun{code: code(err), said: string(out), dir: dir}
	outputs, _ := os.ReadFile(filepath.Join(runner, "output"))
	summary, _ := os.ReadFile(filepath.Join(runner, "summary"))
	r.outputs, r.summary = string(outputs), string(summary)
	if strings.Contains(r.said+r.outputs+r.summary, "CANARY") {
		t.Error("the step shows a secret")
	}
	return r
}

// The step makes all reports, and leaves the exit code to the step after the
// upload.
func TestActionStep(t *testing.T) {
	r := runAction(t)
	if r.code != 0 || !strings.Contains(r.outputs, "exit-code=3\n") ||
		!strings.Contains(r.outputs, "sarif=rekey-reports/audit.sarif\n") {
		t.Fatalf("exit %d, outputs %q\n%s", r.code, r.outputs, r.said)
	}
	for _, name := range []string{"audit.json", "audit.sarif", "audit.html", "audit.md"} {
		if _, err := os.Stat(filepath.Join(r.dir, "rekey-reports", name)); err != nil {
			t.Error(err)
		}
	}
	if !strings.HasPrefix(r.summary, "## rekey audit\n") ||
		!strings.Contains(r.said, "::error file=rekey.yaml,line=4,col=3,title=INC-01 critical::main-binance: exposed") {
		t.Errorf("summary %.100q, said %.300q", r.summary, r.said)
	}

	// Every input is one argument, whatever is in it.
	r = runAction(
		t,
		"REKEY_INPUT_KEYS=kucoin-bot kucoin-tax",
		"REKEY_INPUT_FAIL_ON=critical",
		"REKEY_INPUT_REPORTS=my reports",
	)
	if r.code != 0 || !strings.Contains(r.outputs, "exit-code=0\nreports=my reports\n") {
		t.Errorf("two keys: exit %d, outputs %q\n%s", r.code, r.outputs, r.said)
	}
	r = runAction(
		t,
		"REKEY_INPUT_FAIL_ON=high; touch owned",
		"REKEY_INPUT_CONFIG=$(touch owned)",
		"REKEY_INPUT_KEYS=--output=owned `touch owned`",
	)
	if _, err := os.Stat(filepath.Join(r.dir, "owned")); err == nil || r.code != 2 {
		t.Errorf("hostile inputs: exit %d\n%s", r.code, r.said)
	}

	// Names stand one a line as well.
	for _, keys := range []string{"kucoin-bot\nkucoin-tax", "kucoin-bot\n\n  kucoin-tax\n", "\tkucoin-bot kucoin-tax\n"} {
		r = runAction(t, "REKEY_INPUT_KEYS="+keys, "REKEY_INPUT_FAIL_ON=critical")
		var doc struct {
			Keys []struct{ Name string }
		}
		data, _ := os.ReadFile(filepath.Join(r.dir, "rekey-reports", "audit.json"))
		if err := json.Unmarshal(data, &doc); err != nil || len(doc.Keys) != 2 || r.code != 0 {
			t.Errorf("%q: exit %d, keys %v, %v", keys, r.code, doc.Keys, err)
		}
	}
	// Nothing in an input writes an output.
	for _, input := range []string{"REPORTS", "CONFIG", "POLICY", "BASELINE", "FAIL_ON"} {
		r = runAction(t, "REKEY_INPUT_"+input+"=r\nexit-code=0")
		if r.code != 2 || strings.Contains(r.outputs, "exit-code=0") || !strings.Contains(r.said, input) {
			t.Errorf("%s: exit %d, outputs %q\n%s", input, r.code, r.outputs, r.said)
		}
	}

	// A mistake is no audit: there is nothing to upload.
	if r = runAction(t, "REKEY_INPUT_CONFIG=gone.yaml"); r.code != 2 || strings.Contains(r.outputs, "sarif=") ||
		!strings.Contains(r.outputs, "exit-code=2") {
		t.Errorf("no configuration: exit %d, outputs %q", r.code, r.outputs)
	}
}

// The reports go nowhere that a link in the checkout leads to.
func TestActionRefusesLinks(t *testing.T) {
	for name, c := range map[string]struct {
		link, reports string
	}{
		"the folder": {"linked", "linked"}, "the folder, with a slash": {"linked", "linked/"},
		"a folder above it":   {"linked", "linked/inner"},
		"below a real folder": {"real/linked", "real/linked"},
	} {
		elsewhere := t.TempDir()
		r := runActionIn(t, func(dir string) {
			at := filepath.Join(dir, c.link)
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(elsewhere, at); err != nil {
				t.Fatal(err)
			}
		}, "REKEY_INPUT_REPORTS="+c.reports)
		left, _ := os.ReadDir(elsewhere)
		if r.code != 2 || len(left) > 0 || r.outputs != "" || !strings.Contains(r.said, "is a link") {
			t.Errorf("%s: exit %d, %d files at its end, outputs %q\n%s", name, r.code, len(left), r.outputs, r.said)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(elsewhere, []byte("kept"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := runActionIn(t, func(dir string) {
		if err := os.Mkdir(filepath.Join(dir, "rekey-reports"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(elsewhere, filepath.Join(dir, "rekey-reports", "audit.html")); err != nil {
			t.Fatal(err)
		}
	})
	if kept, _ := os.ReadFile(elsewhere); r.code != 2 || string(kept) != "kept" {
		t.Errorf("a report that is a link: exit %d, %q\n%s", r.code, kept, r.said)
	}
}

// A workflow may not change under its users: every action is pinned by commit,
// and no input stands in a script.
func TestActionsArePinned(t *testing.T) {
	pin := regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40}$`)
	found := 0
	for _, name := range []string{"action.yml", "examples/github/audit.yml", ".github/workflows/release.yml"} {
		var doc any
		if err := yaml.Unmarshal(repository(t, name), &doc); err != nil {
			t.Fatal(err)
		}
		eachStep(doc, func(step map[string]any) {
			if uses, ok := step["uses"].(string); ok {
				if found++; !pin.MatchString(uses) {
					t.Errorf("%s: %s is not pinned by commit", name, uses)
				}
			}
			if run, ok := step["run"].(string); ok && strings.Contains(run, "${{") {
				t.Errorf("%s: a template in a script: %s", name, run)
			}
		})
	}
	if found < 8 {
		t.Errorf("only %d actions were found", found)
	}
}

func eachStep(v any, look func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		look(v)
		for _, child := range v {
			eachStep(child, look)
		}
	case []any:
		for _, child := range v {
			eachStep(child, look)
		}
	}
}

// The GitLab job runs as it stands there.
func TestGitLabJob(t *testing.T) {
	var doc struct {
		Rekey struct {
			Script []string `yaml:"script"`
		} `yaml:"rekey"`
	}
	if err := yaml.Unmarshal([]byte(example(t, "gitlab/rekey.gitlab-ci.yml")), &doc); err != nil ||
		len(doc.Rekey.Script) != 2 {
		t.Fatalf("%v, %q", err, doc.Rekey.Script)
	}
	dir, _ := folder(t)
	cmd := exec.CommandContext(t.Context(), "sh", "-e", "-c", strings.Join(doc.Rekey.Script, "\n"))
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + onPath(t) + ":/usr/bin:/bin", "CI_PROJECT_DIR=" + dir}
	if out, err := cmd.CombinedOutput(); code(err) != 3 || !strings.Contains(string(out), "\nNEXT\n") {
		t.Errorf("exit %d\n%s", code(err), out)
	}
	for _, name := range []string{"audit.xml", "audit.html", "audit.json"} {
		if _, err := os.Stat(filepath.Join(dir, "rekey-reports", name)); err != nil {
			t.Error(err)
		}
	}
}

// The hook of pre-commit is a command line that this program has.
func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		ID, Entry, Files string
	}
	if err := yaml.Unmarshal(repository(t, ".pre-commit-hooks.yaml"), &hooks); err != nil || len(hooks) != 1 {
		t.Fatalf("%v, %+v", err, hooks)
	}
	dir, _ := folder(t)
	words := strings.Fields(hooks[0].Entry)
	cmd := exec.CommandContext(t.Context(), binary, words[1:]...)
	cmd.Dir, cmd.Env = dir, []string{}
	if out, err := cmd.CombinedOutput(); err != nil || words[0] != "rekey" {
		t.Errorf("%s: %v\n%s", hooks[0].Entry, err, out)
	}
	for file, want := range map[string]bool{
		"rekey.yaml": true, "desk/waivers.yml": true,
		"rekey.yaml.bak": false, "main.go": false,
	} {
		if regexp.MustCompile(hooks[0].Files).MatchString(file) != want {
			t.Errorf("the hook runs for %s: %v", file, !want)
		}
	}
}

// Reports of a closed pipe, a full disk and half a disk leave nothing half.
func TestReportsAreWholeOrAbsent(t *testing.T) {
	dir, _ := folder(t)
	run := func(line string) (int, string) {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + onPath(t) + ":/usr/bin:/bin"}
		out, err := cmd.CombinedOutput()
		return code(err), string(out)
	}
	if c, out := run("ulimit -f 8; rekey audit kucoin-bot --format html=big.html --format json=small.json"); c != 1 &&
		c != 153 {
		t.Errorf("a limit on files: exit %d\n%s", c, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "big.html")); err == nil {
		t.Error("a page that did not fit is there")
	}
	if c, _ := run("rekey audit kucoin-bot --format json=whole.json --format jsonl | true"); c != 0 {
		t.Errorf("a closed pipe: exit %d", c)
	}
	var doc map[string]any
	data, err := os.ReadFile(filepath.Join(dir, "whole.json"))
	if err != nil || json.Unmarshal(data, &doc) != nil {
		t.Errorf("beside a closed pipe: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*.rekey-tmp")); len(left) > 1 { // what a signal killed
		t.Errorf("left behind: %v", left)
	}
}
