package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
)

// folder writes files into a folder of their own.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A desk sharpens the policy of its firm, and its waivers lie in a file that
// somebody else owns.
func TestPolicyExtendsAnother(t *testing.T) {
	dir := folder(t, map[string]string{
		"firm/policy.yaml": "fail_on: medium\nwaivers_file: waivers.yaml\nrules:\n" +
			"  LIFE-01: {trade_days: 60, severity: high}\n  INV-03: off\n  NET-02: off\n",
		"firm/waivers.yaml": "waivers:\n  - {rule: NET-01, key: grid, until: 2027-01-31, owner: firm, reason: why}\n",
		"rekey.yaml": "version: 1\npolicy:\n  extends: firm/policy.yaml\n  rules:\n    LIFE-01: {trade_days: 30}\n" +
			"    NET-02: {severity: low}\n    NET-01: off\n" +
			"  waivers:\n    - {rule: NET-01, key: hedge, until: 2027-01-31, owner: desk, reason: why}\n",
	})
	c, err := Load(filepath.Join(dir, "rekey.yaml"), testNames())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]audit.RulePolicy{
		"LIFE-01": {Severity: audit.High, Params: map[string]int{"trade_days": 30}}, "INV-03": {Off: true},
		"NET-02": {Severity: audit.Low}, "NET-01": {Off: true},
	}
	if diff := cmp.Diff(want, c.Policy.Rules); diff != "" || c.Policy.FailOn != audit.Medium {
		t.Errorf("fail_on %v, rules:\n%s", c.Policy.FailOn, diff)
	}
	var keys []string
	for _, w := range c.Policy.Waivers {
		keys = append(keys, w.Key+" by "+w.Owner)
	}
	if diff := cmp.Diff([]string{"grid by firm", "hedge by desk"}, keys); diff != "" {
		t.Errorf("waivers:\n%s", diff)
	}
}

// What is wrong with the files of a policy is said where it stands.
func TestPolicyFilesWrong(t *testing.T) {
	for _, tt := range []struct {
		story, policy string
		files         map[string]string
		want          string
	}{
		{"nothing there", "extends: gone.yaml", nil, "rekey.yaml:3:12: policy: extends: DIR/gone.yaml: does not exist"},
		{
			"a mistake in it", "extends: base.yaml",
			map[string]string{"base.yaml": "fail_on: hihg\n"},
			`DIR/base.yaml:1:10: fail_on: unknown severity "hihg", did you mean high?`,
		},
		{"no YAML", "extends: base.yaml", map[string]string{"base.yaml": "a: ["}, "DIR/base.yaml:"},
		{
			"a chain", "extends: base.yaml",
			map[string]string{"base.yaml": "extends: other.yaml\n"},
			"DIR/base.yaml:1:10: extends: a policy that is extended cannot extend another",
		},
		{"itself", "extends: rekey.yaml", nil, `the policy: unknown field "version"`},
		{
			"waivers without their name", "waivers_file: w.yaml",
			map[string]string{"w.yaml": "- {rule: NET-01}\n"},
			"DIR/w.yaml:1:1: the waivers must be a mapping, not a list",
		},
		{"one waiver twice", "{waivers_file: w.yaml, waivers: [{rule: NET-01, key: a, until: 2027-01-31, owner: o, " +
			"reason: r}]}", map[string]string{
			"w.yaml": "waivers: [{rule: NET-01, key: a, until: 2027-01-31, owner: o, reason: r}]\n",
		}, `waivers: a waiver of NET-01 for "a" stands in another file too`},
		{
			"a secret", "waivers_file: w.yaml",
			map[string]string{"w.yaml": "api_secret: CANARY\n"},
			"rekey.yaml never holds a secret",
		},
	} {
		files := map[string]string{"rekey.yaml": "version: 1\npolicy:\n  " + tt.policy + "\n"}
		for name, text := range tt.files {
			files[name] = text
		}
		dir := folder(t, files)
		_, err := Load(filepath.Join(dir, "rekey.yaml"), testNames())
		if err == nil {
			t.Errorf("%s is accepted", tt.story)
			continue
		}
		if got := strings.ReplaceAll(err.Error(), dir, "DIR"); !strings.Contains(got, tt.want) ||
			strings.Contains(got, "CANARY") {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.story, got, tt.want)
		}
	}
}

// A text that is no file of its own names no other.
func TestParseOpensNothing(t *testing.T) {
	if got := problems(t, "version: 1\npolicy: {extends: /etc/passwd}"); !strings.Contains(
		got,
		"no further file can be read here",
	) {
		t.Errorf("got %s", got)
	}
}
