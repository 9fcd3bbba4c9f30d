package report

import (
	"fmt"
	"io"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// printGitHub prints workflow commands: an annotation for each finding, at the
// line of rekey.yaml that declares its key, and one for each gap.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
// (read 2026-11-22); the escapes are those of actions/toolkit's command.ts.
//
// GitHub shows ten errors and ten warnings of a step, so the worst come first
// and a notice with the sum comes before them.
func printGitHub(w io.Writer, r *audit.Result, _ Options) error {
	var b strings.Builder
	lines := places(r)
	command := func(level, key, title, prose string) {
		file, line, column := placeOf(r, key, lines)
		fmt.Fprintf(
			&b,
			"::%s file=%s,line=%d,col=%d,title=%s::%s\n",
			level,
			githubProperty(file),
			line,
			column,
			githubProperty(title),
			githubText(prose),
		)
	}
	fmt.Fprintf(&b, "::notice title=rekey audit::%s\n", githubText(sum(r)))
	for _, f := range r.Findings {
		if f.Waived != nil {
			continue
		}
		level := "notice"
		switch {
		case r.Summary.Fails(f):
			level = "error"
		case f.Severity >= audit.Medium:
			level = "warning"
		}
		prose := text.CleanName(f.Key) + ": " + f.Sentence()
		if f.Remedy != "" {
			prose += "\nWhat to do: " + f.Remedy
		}
		command(level, f.Key, f.Rule+" "+f.Severity.String(), prose)
	}
	for _, g := range r.Gaps {
		command("warning", g.Key, "unreachable", text.CleanName(g.Key)+": "+string(g.Kind)+": "+g.Detail)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// githubText escapes the message of a command. Lines of rekey's own stay
// lines; those of foreign text were blanks before.
func githubText(prose string) string {
	parts := strings.Split(prose, "\n")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(text.Sentence(p), "%", "%25")
	}
	return strings.Join(parts, "%0A")
}

func githubProperty(prose string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(text.Sentence(prose))
}
