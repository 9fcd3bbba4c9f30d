package report

import (
	"fmt"
	"strings"

	"rekey/internal/text"
)

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
