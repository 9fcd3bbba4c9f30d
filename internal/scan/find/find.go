// Package find finds the credentials of exchanges in a text: sets of access
// key, secret and passphrase, each with its exchange and the reason why it is
// thought to be one. It is pure and knows nothing of files.
//
// It works in three steps. [Hits] looks over raw bytes and finds the few
// places that may be worth a closer look, [Worth] keeps those that are. Around them, readers collect the named
// values of
// the text, with their structure where the text has one that is known (JSON
// and code, YAML, sections, XML) and without where it has not (proximity).
// Then values are paired, and judged by names, forms and neighbours. A form
// alone is never enough.
package find

import (
	"cmp"
	"slices"
	"strings"

	"rekey/internal/form"
)

// A Kind says what was found. The words are part of the contract.
type Kind string

// The kinds of a set.
const (
	Credential  Kind = "credential"
	Partial     Kind = "partial"
	Sample      Kind = "sample"
	Placeholder Kind = "placeholder"
)

// A Confidence says how sure the exchange of a set is.
type Confidence string

// The confidences.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// A Part is a part of a set: its value, and where in the text it is written.
type Part struct {
	Value    string
	Pos, End int
}

// IsZero reports whether there is no such part.
func (p Part) IsZero() bool { return p.End == 0 }

// A Set is a credential that was found. A part that is not there is zero.
type Set struct {
	Exchange                string
	Kind                    Kind
	Confidence              Confidence
	Why                     string
	Key, Secret, Passphrase Part
}

// first is where the set begins in the text.
func (s Set) first() int {
	at := -1
	for _, p := range []Part{s.Key, s.Secret, s.Passphrase} {
		if !p.IsZero() && (at < 0 || p.Pos < at) {
			at = p.Pos
		}
	}
	return at
}

// A Text is what is searched, with what is known of where it came from.
type Text struct {
	Bytes []byte
	// Path is the name of the file. Its ending chooses the reader, and its
	// words may say which exchange is meant.
	Path string
	// Flat is set for what has no structure, whatever its name says.
	Flat bool
}

// Sets returns the sets in a text, in the order in which they are written. The
// values of a set that is written several times are reported once, at the
// first place.
//
// It also reports whether there are values that would be a set if the file's
// name said of which exchange.
func Sets(t Text) (sets []Set, unsure bool) { return setsIn(t, 0) }

// deepestFile is how many files may lie in each other.
const deepestFile = 3

func setsIn(t Text, depth int) (sets []Set, unsure bool) {
	j := newJudge(t)
	if !t.Flat {
		for _, g := range structure(t) {
			j.pair(g)
		}
		for _, g := range readRows(t.Bytes, t.Path) {
			j.pair(g)
		}
	}
	for _, g := range clusters(t.Bytes, proximity(t.Bytes)) {
		j.pair(g)
	}
	if depth < deepestFile {
		j.inside(t, depth)
	}
	j.leftovers()
	slices.SortStableFunc(j.sets, func(a, b Set) int { return cmp.Compare(a.first(), b.first()) })
	return j.sets, j.unsure
}

// inside adds what is in the files that are written in base64 in a text. Their
// parts stand where the base64 does.
func (j *judge) inside(t Text, depth int) {
	for _, file := range unpacked(t.Bytes) {
		name := t.Path
		if said := lastName(t.Bytes, file.pos); said != "" {
			name += "!" + said
		}
		sets, unsure := setsIn(Text{Bytes: []byte(file.text), Path: name}, depth+1)
		j.unsure = j.unsure || unsure
		for _, s := range sets {
			if j.taken[s.Key.Value] || j.taken[s.Secret.Value] {
				continue
			}
			for _, p := range []*Part{&s.Key, &s.Secret, &s.Passphrase} {
				if !p.IsZero() {
					p.Pos, p.End = file.pos, file.end
				}
			}
			s.Why += ", in a file written in base64"
			for _, p := range []Part{s.Key, s.Secret} {
				if !p.IsZero() {
					j.taken[p.Value] = true
				}
			}
			j.sets = append(j.sets, s)
		}
	}
}

// lastName is the name before a value on its line: that of the file, where
// Kubernetes keeps one.
func lastName(b []byte, at int) string {
	end := at
	for end > 0 && strings.IndexByte(" \t\"':|>-\n", b[end-1]) >= 0 && at-end < 40 {
		end--
	}
	start := end
	for start > 0 && nameByte(b[start-1]) && end-start < 80 {
		start--
	}
	return string(b[start:end])
}

// A group is values that may belong together.
type group struct {
	items []item
	path  []string // the names of the objects around them, outermost first
	said  int      // the exchange that a value beside them names, or -1
	// exact is set where a reader knows that the values are members of one
	// object. Others are only near each other.
	exact bool
	// strong is set where the order of the values says what they are, as names
	// would: the columns of a row beside the name of an exchange.
	strong bool
}

// clusters groups items by their distance.
func clusters(b []byte, items []item) []group {
	slices.SortStableFunc(items, func(a, c item) int { return cmp.Compare(a.pos, c.pos) })
	var groups []group
	end := -1
	for _, it := range items {
		if end < 0 || it.pos-end > nearby || it.pos > end && manyLines(b[end:it.pos]) {
			groups = append(groups, group{said: -1})
		}
		g := &groups[len(groups)-1]
		g.items = append(g.items, it)
		end = max(end, it.end)
	}
	return groups
}

func manyLines(b []byte) bool {
	n := 0
	for _, c := range b {
		if c == '\n' {
			n++
		}
	}
	return n > 16
}

// exchangesIn lists the numbers of the exchanges of a set whose form is known.
func exchangesIn(s form.Set) []int {
	var all []int
	for i := range form.Shaped() {
		if s.Has(i) {
			all = append(all, i)
		}
	}
	return all
}
