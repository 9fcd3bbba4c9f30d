package report

import (
	"fmt"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// A nextStep is a command to type, and what it is for.
type nextStep struct {
	command string // without "rekey" and its flags
	why     string
}

// A verb is what to do about a finding.
type verb struct {
	command string // "respond", "revoke", "rotate", "runs resume", "audit"
	about   string // the incident or run, "" where the key is named
	why     string // what it is for; that of an incident counts the keys
}

// verbFor is the command that a finding calls for, and whether there is one that
// does more than explain.
func verbFor(f audit.Finding, k *keyView) (verb, bool) {
	declared := k.Name != ""
	switch run, unfinished := strings.CutPrefix(f.Remedy, "rekey runs resume "); {
	case unfinished && isWord(run):
		return verb{"runs resume", run, "goes on with an unfinished run"}, true
	case f.Rule == "INV-01":
		return verb{"revoke", "", "unknown to rekey.yaml: shows a plan, then asks"}, true
	case f.Rule == "INC-07" || f.Rule == "ROT-01" || f.Rule == "ROT-08":
		return verb{"revoke", "", "should be dead: shows a plan, then asks"}, true
	case f.Rule == "INC-06":
		return verb{"respond", "", "found in a dump: shows a plan, then asks"}, true
	case strings.HasPrefix(f.Rule, "INC-") && f.Severity > audit.Info && isWord(string(f.Incident)):
		return verb{"respond", string(f.Incident), "in that leak: shows a plan, then asks"}, true
	case (f.Rule == "LIFE-01" || f.Rule == "LIFE-02" || f.Rule == "LIFE-03") && declared:
		return verb{"rotate", "", "too old: makes a new key first"}, true
	}
	return verb{"audit", "", "why, and what to do, for one key"}, false
}

// isWord reports whether a text can stand in a command line as it is.
func isWord(word string) bool {
	return word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@/") == "" &&
		word[0] != '-'
}

// ShellWord writes a word so that a POSIX shell takes it as one.
func ShellWord(word string) string {
	if isWord(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// next are the commands to type, the one for the worst key first. A command that
// several keys call for stands once.
func next(rows []screenRow, all []audit.Key, width int) []nextStep {
	type call struct {
		verb
		keys []*keyView
	}
	var calls []call
	explained := false
	for _, r := range rows {
		for _, k := range r.keys {
			said, _ := audit.Merged(k.open())
			v, acts := verbFor(said[0], k)
			i := slices.IndexFunc(calls, func(c call) bool { return c.verb == v })
			switch {
			case i >= 0 && (acts || v.command != "audit"):
				calls[i].keys = append(calls[i].keys, k)
			case acts || !explained:
				explained = explained || !acts
				calls = append(calls, call{v, []*keyView{k}})
			}
		}
	}
	var out []nextStep
	name := nicknames(all)
	for _, c := range calls {
		step := nextStep{command: c.command}
		if c.about != "" {
			step.command += " " + c.about
		} else {
			n := 0
			for _, k := range c.keys {
				longer := step.command + " " + ShellWord(name(k.Key))
				if n > 0 && text.Width(longer) > width {
					break
				}
				step.command, n = longer, n+1
			}
			c.keys = c.keys[:n:len(c.keys)]
			if total := cap(c.keys); total > n {
				step.why = fmt.Sprintf("the first %d of %s", n, text.Count(total, "such key"))
			}
		}
		if step.why == "" {
			step.why = whyNext(c.verb, len(c.keys))
		}
		out = append(out, step)
	}
	return out
}

// whyNext says what a command is for.
func whyNext(v verb, keys int) string {
	if v.command == "respond" && v.about != "" {
		return text.Count(keys, "key") + " " + v.why
	}
	return v.why
}

// nicknames returns how a key is called in a command: its name in rekey.yaml; for
// a key without one the first or the last four characters of its access key,
// or both, where no other key of the audit is meant by them; else the name that
// reports print.
func nicknames(all []audit.Key) func(audit.Key) string {
	meant := func(word string) int {
		n := 0
		for _, k := range all {
			begin, end, _ := strings.Cut(k.AccessKey.String(), "…")
			if begin == word || end == word || strings.Contains(strings.ToLower(k.DisplayName()), strings.ToLower(word)) {
				n++
			}
		}
		return n
	}
	return func(k audit.Key) string {
		if k.Name != "" {
			return text.CleanName(string(k.Name))
		}
		begin, end, _ := strings.Cut(k.AccessKey.String(), "…")
		for _, part := range []string{begin, end} {
			if len(part) == 4 && isWord(part) && meant(part) == 1 {
				return part
			}
		}
		if masked := begin + "..." + end; isWord(masked) && end != "" && meant(k.AccessKey.String()) == 1 {
			return masked
		}
		return text.CleanName(k.DisplayName())
	}
}

// printNext prints the commands to type now.
func (s *auditScreen) printNext(t textWriter, tight bool) {
	most := 3
	switch {
	case tight:
		most = 1
	case s.Options.Height >= 30:
		most = 6
	}
	steps := next(s.rows, s.Keys, min(s.Options.Width-2-len(s.show.Command)-1, 60))
	if len(steps) > most {
		steps = steps[:most]
	}
	more := nextStep{"audit --all", "everything; --format html=audit.html writes a page"}
	if len(s.rows) == 0 && len(s.Gaps) > 0 {
		steps = append(steps, nextStep{"doctor", "checks clock, network and proxies"})
	}
	steps = append(steps, more)
	labels := 0
	for _, step := range steps {
		labels = max(labels, len(s.show.Command)+1+text.Width(step.command))
	}
	if !tight {
		t.Line("%s", t.Style.Bold("NEXT"))
	}
	for _, step := range steps {
		command := s.show.Command + " " + step.command
		why := step.why
		if room := s.Options.Width - 2 - labels - 2; text.Width(why) > room {
			why = text.Shorten(why, max(room, 0))
		}
		gap := text.Blanks(labels - text.Width(command) + 2)
		line := "  " + t.Style.Bold(command)
		if why != "" {
			line += gap + t.Style.Faint(why)
		}
		t.Line("%s", line)
	}
}
