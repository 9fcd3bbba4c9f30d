package formats

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A command is a workflow command, read back.
type command struct {
	Name       string      `json:"name"`
	Properties [][2]string `json:"properties"`
	Message    string      `json:"message"`
}

// Each line is a command that GitHub's own toolkit writes just so, and there is
// one for each finding and gap, however hostile the text.
func TestGitHubToolkitWritesTheSame(t *testing.T) {
	form := regexp.MustCompile(`^::(notice|warning|error) ([^:]*)::(.*)$`)
	var want []string
	var commands []command
	for name, doc := range documents(t) {
		lines := strings.Split(strings.TrimSuffix(string(printed(t, doc, "github")), "\n"), "\n")
		if n := 1 + len(doc.Findings) - doc.Summary.Waived + len(doc.Gaps); len(lines) != n {
			t.Errorf("%s: %d lines, want %d", name, len(lines), n)
		}
		for _, l := range lines {
			m := form.FindStringSubmatch(l)
			if m == nil {
				t.Errorf("%s: no command: %.80q", name, l)
				continue
			}
			c := command{Name: m[1], Message: unescape(m[3])}
			for _, p := range strings.Split(m[2], ",") {
				key, value, _ := strings.Cut(p, "=")
				c.Properties = append(c.Properties, [2]string{key, unescape(value)})
			}
			want, commands = append(want, l), append(commands, c)
		}
	}
	got := toolkit(t, commands)
	if len(got) != len(want) {
		t.Fatalf("the toolkit wrote %d commands, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("the toolkit writes\n%.300s\nand rekey\n%.300s", got[i], want[i])
		}
	}
}

func unescape(text string) string {
	return strings.NewReplacer("%25", "%", "%0A", "\n", "%0D", "\r", "%3A", ":", "%2C", ",").Replace(text)
}

const issueCommands = `
import { createRequire } from "module";
const { issueCommand } = createRequire(process.cwd() + "/")("@actions/core/lib/command");
process.stdin.setEncoding("utf8"); let text = ""; for await (const c of process.stdin) text += c;
for (const c of JSON.parse(text)) issueCommand(c.name, Object.fromEntries(c.properties), c.message);`

func toolkit(t *testing.T, commands []command) []string {
	t.Helper()
	in, err := json.Marshal(commands)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "--eval", issueCommands)
	cmd.Dir, cmd.Stdin = tools(t), bytes.NewReader(in)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, said.String())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}
