package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const entryText = `# for people
== one
user: a dead key is called alive
file: a/a.go
test: ./a TestA
test: ./b TestB|TestC

--- old
	return 1
--- new
	return 2

`

func TestReadMutations(t *testing.T) {
	tests := []struct {
		story, text, want string // want is a part of the error, "" for none
	}{
		{"a whole entry", entryText, ""},
		{"no entry at all", "# nothing\n", "holds no mutations"},
		{"an entry twice", entryText + entryText, "stands at a.txt:2 already"},
		{"a line before the first entry", "user: x\n", "before the first"},
		{"no user", strings.Replace(entryText, "user:", "owner:", 1), "needs a name, user"},
		{"no old text", strings.Replace(entryText, "--- old\n\treturn 1\n", "", 1), "needs a name, user"},
		{"no new text", strings.Replace(entryText, "--- new\n\treturn 2\n", "", 1), "changes nothing"},
		{"the same text", strings.Replace(entryText, "return 2", "return 1", 1), "changes nothing"},
		{"no test", strings.ReplaceAll(entryText, "test:", "tests:"), "names no test"},
		{"a test without a pattern", strings.Replace(entryText, "./a TestA", "./a", 1), "wants \"./PACKAGE PATTERN\""},
		{"all packages", strings.Replace(entryText, "./a TestA", "a TestA", 1), "wants \"./PACKAGE PATTERN\""},
		{"no field", strings.Replace(entryText, "user:", "user", 1), "neither a field"},
		{"a section twice", strings.Replace(entryText, "--- new", "--- old", 1), "twice"},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "a.txt"), tt.text)
		got, err := readMutations(dir)
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: error %v, want one with %q", tt.story, err, tt.want)
			}
			continue
		}
		if err != nil || len(got) != 1 || got[0].old != "\treturn 1" || got[0].new != "\treturn 2" || len(got[0].tests) != 2 {
			t.Errorf("%s: %+v, %v", tt.story, got, err)
		}
	}
}

func TestApply(t *testing.T) {
	m := mutation{id: "m", file: "a.go", old: "x == 1", new: "x != 1"}
	tests := []struct {
		story, text, want string
		stale             bool
	}{
		{"once", "if x == 1 {", "if x != 1 {", false},
		{"not there any more", "if x == 2 {", "", true},
		{"twice", "x == 1 || x == 1", "", true},
	}
	for _, tt := range tests {
		got, err := m.apply(tt.text)
		if got != tt.want || errors.Is(err, errStale) != tt.stale || (err != nil) != tt.stale {
			t.Errorf("%s: %q, %v", tt.story, got, err)
		}
	}
}

// A small module whose one test holds its one decision, and does not hold its
// other one.
func module(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module m\n\ngo 1.26\n")
	write(t, filepath.Join(root, "a.go"), "package a\n\nfunc Dead(n int) bool { return n == 3 }\n\n"+
		"func Gone(n int) bool { return n == 4 }\n")
	write(t, filepath.Join(root, "a_test.go"), `package a

import "testing"

func TestDead(t *testing.T) {
	if !Dead(3) || Dead(2) {
		t.Fatal("wrong")
	}
	Gone(4)
}

func TestRed(t *testing.T) { t.Fatal("always") }

func TestHangs(t *testing.T) {
	for Dead(4) {
	}
}
`)
	return root
}

func TestVerdicts(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a module")
	}
	root := module(t)
	dead := mutation{id: "dead", user: "u", file: "a.go", old: "n == 3", new: "n >= 2"}
	tests := []struct {
		story  string
		change func(*mutation)
		test   string
		want   verdict
		detail string
	}{
		{"a test fails", nil, "TestDead", killed, "TestDead"},
		{"no test fails", func(m *mutation) { m.old, m.new = "n == 4", "n == 5" }, "TestDead", survived, ""},
		{"the text is gone", func(m *mutation) { m.old = "n == 9" }, "TestDead", stale, "stands 0 times"},
		{"the file is gone", func(m *mutation) { m.file = "b.go" }, "TestDead", stale, "b.go"},
		{"it does not compile", func(m *mutation) { m.new = "n ===" }, "TestDead", broken, "does not compile"},
		{"the test fails without it", nil, "TestRed", broken, "does not pass without the mutation"},
		{"there is no such test", nil, "TestNobody", broken, "no test has this name"},
	}
	for _, tt := range tests {
		m := dead
		m.tests = []target{{"./", tt.test}}
		if tt.change != nil {
			tt.change(&m)
		}
		red := checkTargets(t.Context(), setting{root: root, jobs: 1}, []mutation{m})
		got := try(t.Context(), root, filepath.Join(t.TempDir(), "x"), m, red)
		if got.verdict != tt.want || !strings.Contains(got.detail, tt.detail) {
			t.Errorf("%s: %+v, want %s %q", tt.story, got, tt.want, tt.detail)
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "a.go"))
	if err != nil || !strings.Contains(string(text), "n == 3") {
		t.Errorf("the checkout was changed: %s, %v", text, err)
	}
}

func TestJudgeOfATimeout(t *testing.T) {
	err := errExit(t)
	if got := judge("panic: test timed out after 1s\n\nFAIL\tm\t1s\nFAIL\n", err); got.verdict != timedOut {
		t.Errorf("a hanging test is %+v", got)
	}
	if got := judge("signal: killed\n", err); got.verdict != broken {
		t.Errorf("a go command that died is %+v", got)
	}
	printed := "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/b (0.00s)\n        x\n" +
		"--- FAIL: TestC (0.00s)\nFAIL\nFAIL\tm\t0.1s\n"
	if got := judge(printed, err); got.verdict != killed || got.detail != "TestA/b" {
		t.Errorf("a failing test is %+v", got)
	}
}

// errExit is the error of a program that ended with a code.
func errExit(t *testing.T) error {
	t.Helper()
	_, err := goTest(context.Background(), t.TempDir(), target{"./", "TestX"}, "")
	if err == nil {
		t.Fatal("go test passes in an empty directory")
	}
	return err
}

func TestCountHand(t *testing.T) {
	for _, v := range []verdict{"", survived, timedOut, stale, broken} {
		if err := countHand([]outcome{{verdict: killed}, {verdict: v}}); err == nil {
			t.Errorf("a mutation that is %q passes", v)
		}
	}
	if err := countHand(nil); err == nil {
		t.Error("no mutation at all passes")
	}
	if err := countHand([]outcome{{verdict: killed}}); err != nil {
		t.Error(err)
	}
}

func TestGoals(t *testing.T) {
	for _, text := range []string{"", "./a", "a 85", "./a x", "./a 0", "./a 101"} {
		if got, err := parseGoals(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	got, err := parseGoals("# x\n./a 85 b.go c.go\n\n./b 90\n")
	if err != nil || len(got) != 2 || got[0].percent != 85 || len(got[0].files) != 2 || got[1].pkg != "./b" {
		t.Errorf("%+v, %v", got, err)
	}
	root := module(t)
	if out, err := (goal{pkg: "./", files: nil}).leftOut(root); err != nil || len(out) != 0 {
		t.Errorf("all files count, and left out are %v, %v", out, err)
	}
	write(t, filepath.Join(root, "b.go"), "package a\n")
	out, err := (goal{pkg: "./", files: []string{"a.go"}}).leftOut(root)
	if err != nil || len(out) != 1 || out[0] != "b.go" {
		t.Errorf("left out are %v, %v", out, err)
	}
	for _, g := range []goal{{pkg: "./", files: []string{"c.go"}}, {pkg: "./nowhere"}} {
		if _, err := g.leftOut(root); !errors.Is(err, errStale) {
			t.Errorf("%+v: %v", g, err)
		}
	}
}

func TestMutantsAndReasons(t *testing.T) {
	root := module(t)
	text := `{"files":[{"file_name":"a.go","mutations":[
		{"type":"CONDITIONALS_NEGATION","status":"LIVED","line":3,"column":35},
		{"type":"CONDITIONALS_NEGATION","status":"KILLED","line":5,"column":35},
		{"type":"CONDITIONALS_BOUNDARY","status":"TIMED OUT","line":5,"column":35}]}]}`
	mutants, err := readMutants(root, ".", []byte(text))
	if err != nil || len(mutants) != 3 || mutants[0].fn != "Dead" || mutants[0].at != 35 {
		t.Fatalf("%+v, %v", mutants, err)
	}
	few := newTally(goal{"./", 50, nil}, mutants)
	if few.percent() != 50 {
		t.Errorf("%v %% killed, want 50", few.percent())
	}
	path := filepath.Join(t.TempDir(), "harmless.txt")
	harmless := func(text string) []reason {
		write(t, path, text)
		reasons, err := readReasons(path)
		if err != nil {
			t.Fatal(err)
		}
		return reasons
	}
	whole := entry(mutants[0]) + "why: no reader\n"
	tests := []struct {
		story, text string
		percent     int
		want        string
	}{
		{"explained", whole, 50, ""},
		{"not explained", "", 50, "have no reason"},
		{"in another function", strings.Replace(whole, "func: Dead", "func: Gone", 1), 50, "no mutant is there"},
		{"of another mutator", strings.Replace(whole, "NEGATION", "BOUNDARY", 1), 50, "have no reason"},
		{"at another column", strings.Replace(whole, "at: 35", "at: 3", 1), 50, "have no reason"},
		{"at any column", strings.Replace(whole, "at: 35\n", "", 1), 50, ""},
		{"short of the goal", whole, 51, "the goal is 51 %"},
	}
	for _, tt := range tests {
		few.goal.percent = tt.percent
		err := shortfall([]tally{few}, harmless(tt.text))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.story, err, tt.want)
		}
	}
	write(t, path, entry(mutants[0]))
	if _, err := readReasons(path); err == nil {
		t.Error("an entry without a reason is accepted")
	}
	if err := shortfall(nil, nil); err == nil {
		t.Error("no package at all passes")
	}
	if err := shortfall([]tally{newTally(goal{"./", 1, nil}, nil)}, nil); err == nil {
		t.Error("a package without mutants passes")
	}
	if _, err := readMutants(root, ".", []byte("{")); err == nil {
		t.Error("half an answer of gremlins is read")
	}
	notCovered := mutants[0]
	notCovered.status = statusNotCovered
	if err := shortfall([]tally{newTally(goal{"./", 50, nil}, append(mutants[1:], notCovered))}, nil); err == nil {
		t.Error("a mutant that nothing covers passes without a reason")
	}
}

// The committed lists can be read, and every old text is where it was.
func TestListsAreNotStale(t *testing.T) {
	root := "../../.."
	mutations, err := readMutations("hand")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations {
		text, err := os.ReadFile(filepath.Join(root, m.file))
		if err == nil {
			_, err = m.apply(string(text))
		}
		if err != nil {
			t.Errorf("%s: %v", m.id, err)
		}
	}
	if _, err := readReasons("harmless.txt"); err != nil {
		t.Error(err)
	}
	goals, err := os.ReadFile("goals.txt")
	if err != nil {
		t.Fatal(err)
	}
	all, err := parseGoals(string(goals))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if _, err := g.leftOut(root); err != nil {
			t.Error(err)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTextJoins(t *testing.T) {
	root := module(t)
	write(t, filepath.Join(root, "b.go"), "package a\n\nimport \"time\"\n\n"+
		"func Say(n int, t time.Time) (string, int) {\n\treturn \"x\" + t.String(), n + 1\n}\n")
	mutants := []mutant{
		{file: "b.go", line: 6, column: 13, kind: kindArithmetic, status: statusKilled},
		{file: "b.go", line: 6, column: 30, kind: kindArithmetic, status: statusKilled},
	}
	if err := withoutJoins(t.Context(), root, "./", mutants); err != nil {
		t.Fatal(err)
	}
	if mutants[0].status != statusNotViable || mutants[1].status != statusKilled {
		t.Errorf("the join of texts is %s, the sum is %s", mutants[0].status, mutants[1].status)
	}
}

func TestRetest(t *testing.T) {
	root := module(t)
	write(t, filepath.Join(root, "b.go"), `package a

func Sort(n int) string {
	switch {
	case n == 1:
		return "one"
	case n > 5:
		return "many"
	}
	return "x" + "y"
}
`)
	write(t, filepath.Join(root, "a_test.go"), `package a

import "testing"

func TestSort(t *testing.T) {
	if Sort(1) != "one" || Sort(7) != "many" {
		t.Fatal("wrong")
	}
}
`)
	mutants := []mutant{
		{file: "b.go", line: 5, column: 9, kind: "CONDITIONALS_NEGATION", status: statusNotCovered},
		{file: "b.go", line: 7, column: 9, kind: "CONDITIONALS_BOUNDARY", status: statusNotCovered},
		{file: "b.go", line: 7, column: 9, kind: "CONDITIONALS_NEGATION", status: statusLived},
		{file: "b.go", line: 10, column: 13, kind: kindArithmetic, status: statusNotCovered},
	}
	if err := retest(t.Context(), setting{root: root, jobs: 2}, "./", mutants); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{statusKilled, statusNotCovered, statusLived, statusNotViable} {
		if mutants[i].status != want {
			t.Errorf("%s: %s, want %s", mutants[i], mutants[i].status, want)
		}
	}
	wrong := []mutant{{file: "b.go", line: 5, column: 1, kind: "CONDITIONALS_NEGATION", status: statusNotCovered}}
	if err := retest(t.Context(), setting{root: root, jobs: 1}, "./", wrong); err == nil {
		t.Error("a mutant where no operator stands is tested")
	}
}

// Which hand-made mutations the flags ask for.
func TestTakes(t *testing.T) {
	m := mutation{id: "okx-dead", list: "exchanges", file: "exchanges/okx/regions.go"}
	for _, c := range []struct {
		lists, only string
		want        bool
	}{
		{"", "", true},
		{"exchanges", "", true},
		{"change exchanges", "okx", true},
		{"", "regions", true},
		{"change", "", false},
		{"exchange", "", false},
		{"exchanges", "kucoin", false},
		{"change", "okx", false},
	} {
		if got := (setting{lists: c.lists, only: c.only}).takes(m); got != c.want {
			t.Errorf("lists %q, only %q: %v", c.lists, c.only, got)
		}
	}
}
