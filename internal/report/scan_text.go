package report

import (
	"fmt"
	"io"
	"strings"

	"rekey/audit"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
	"rekey/internal/text"
)

// text prints a scan for a person: what was found, where each part is, what is
// wrong with that place, and what to do.
func (r ScanReport) text(w io.Writer, o Options) error {
	t := newText(w, o)
	hidden := 0
	for _, f := range r.Result.Findings {
		if (f.Kind == find.Sample || f.Kind == find.Placeholder || f.Accepted != "") && !o.All {
			hidden++
			continue
		}
		t.printFound(f)
	}
	s := r.summary()
	if len(r.Result.Gaps) > 0 {
		var gaps []gap
		for _, g := range r.Result.Gaps {
			gaps = append(gaps, gap(g))
		}
		t.printUnread(gaps, o.All)
	}
	t.Line("")
	t.Interruption()
	t.Paragraph("", "", scanSummaryWords(s)+".")
	if hidden > 0 {
		t.Note("", fmt.Sprintf("%s not shown: --verbose shows them.", strings.Join(hiddenWords(s), ", ")))
	}
	for _, n := range r.Notes {
		t.Note("", text.Sentence(n))
	}
	return t.Print()
}

func (t textWriter) printFound(f scan.Finding) {
	t.Line("")
	title := scanWords(f)
	if f.Kind == find.Credential || f.Kind == find.Partial {
		title = t.Style.Severity(audit.High, text.Sentence(title))
	} else {
		title = text.Sentence(title)
	}
	t.Line("%s", title)
	for _, part := range []struct {
		name string
		at   *scan.Place
	}{{"access key", f.AccessKey}, {"secret", f.Secret}, {"passphrase", f.Passphrase}} {
		if part.at != nil {
			t.Line("  %-10s  %s:%d:%d", part.name, text.Sentence(part.at.Path), part.at.Line, part.at.Column)
		}
	}
	t.Paragraph("  why         ", "              ", text.Sentence(f.Why)+" ("+string(f.Confidence)+" confidence)")
	if c := f.Commit; c != nil {
		t.Paragraph("  commit      ", "              ", text.Sentence(commitWords(*c)))
	}
	for _, rule := range f.Storage {
		t.Paragraph("  "+text.Pad(rule, 12), "              ", storageWords(rule))
	}
	if f.Status != "" {
		t.Paragraph("  status      ", "              ", f.Status)
	}
	if f.Accepted != "" {
		t.Paragraph("  ignored     ", "              ", "rekey:ignore "+text.Clean(f.Accepted))
	}
}

func commitWords(c scan.Commit) string {
	if c.Hash == "" {
		return "in no commit that a branch, a tag or the reflog leads to"
	}
	return strings.TrimSpace(fmt.Sprintf("%.12s %s %s", c.Hash, c.Date, c.Author))
}

// storageWords says what a rule about storage means, in the words of the
// audit's rules.
func storageWords(rule string) string {
	switch rule {
	case "STO-01":
		return "tracked by git: deleting it is not enough, the history keeps it"
	case "STO-02":
		return "in git's history: deletion is not enough, the key must go"
	case "STO-03":
		return "untracked and not ignored: one `git add .` away from the history"
	case "STO-04":
		return "others on this machine can read the file"
	case "STO-06":
		return "in a shell's history"
	case "STO-07":
		return "in a log, a notebook, or what an AI agent keeps of its sessions"
	case "STO-08":
		return "in a compose file, an image or the configuration of CI"
	case "STO-09":
		return "in a folder that is copied to a cloud or a backup"
	}
	return rule
}

func scanSummaryWords(s scanSummaryDoc) string {
	found := text.Count(s.Credentials, "credential")
	if s.Partial > 0 {
		found += fmt.Sprintf(", %s of one", text.Count(s.Partial, "single part"))
	}
	return fmt.Sprintf("%s: %s", found, read(s))
}

func read(s scanSummaryDoc) string {
	prose := fmt.Sprintf("%s, %s read", text.Count(int(s.Files), "file"), byteWords(s.Bytes))
	if s.Gaps > 0 {
		prose += ", " + text.Count(s.Gaps, "gap")
	}
	return prose
}

func hiddenWords(s scanSummaryDoc) []string {
	var words []string
	for _, n := range []struct {
		n    int
		word string
	}{{s.Samples, "published sample"}, {s.Placeholders, "placeholder"}} {
		if n.n > 0 {
			words = append(words, text.Count(n.n, n.word))
		}
	}
	if s.Ignored > 0 {
		words = append(words, fmt.Sprintf("%d ignored with a reason", s.Ignored))
	}
	return words
}

// byteWords writes a number of bytes in powers of 1000.
func byteWords(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	v, u := float64(n), 0
	for v >= 1000 && u < len(units)-1 {
		v /= 1000
		u++
	}
	if u == 0 {
		return text.Count(int(n), "byte")
	}
	return fmt.Sprintf("%.1f %s", v, units[u])
}

// A gap is something that was not read, as scan and leak have it.
type gap struct{ Path, Kind, Detail string }

// mostGaps is how many lines of gaps a text has: more would scroll the findings
// away. The other formats list every one.
const mostGaps = 12

// printUnread prints what was not read, that of one archive together.
func (t textWriter) printUnread(all []gap, every bool) {
	t.Heading("Not read, or not to the end")
	groups := groupGaps(all)
	shown := groups
	if !every {
		shown = groups[:min(len(groups), mostGaps)]
	}
	for _, g := range shown {
		t.Paragraph("  ", "    ", text.Clean(g.Path)+": "+text.Sentence(g.Detail))
	}
	if n := len(groups) - len(shown); n > 0 {
		t.Paragraph("  ", "    ", fmt.Sprintf("and %d more: --verbose shows them all", n))
	}
}

// groupGaps makes one gap of all that lie in one outermost archive, and of many
// files of one folder that have the same trouble.
func groupGaps(all []gap) []gap {
	type place struct{ outer, detail string }
	at := map[place]int{}
	counts := []int{}
	var groups []gap
	for _, g := range all {
		outer, inner, inArchive := strings.Cut(g.Path, "!")
		key := place{outer: outer}
		if !inArchive {
			folder := outer[:strings.LastIndexByte(outer, '/')+1]
			key = place{folder, g.Kind + g.Detail}
		}
		if i, ok := at[key]; ok {
			counts[i]++
			continue
		}
		if inArchive {
			g.Path, g.Detail = outer, inner+": "+g.Detail
		}
		at[key] = len(groups)
		groups, counts = append(groups, g), append(counts, 0)
	}
	for i, n := range counts {
		switch {
		case n == 1:
			groups[i].Detail += "; 1 more there was not read"
		case n > 1:
			groups[i].Detail += fmt.Sprintf("; %d more there were not read", n)
		}
	}
	return groups
}
