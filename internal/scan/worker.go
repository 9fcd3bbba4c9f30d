package scan

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"rekey/exchanges"
	"rekey/internal/scan/find"
	"rekey/internal/scan/text"
	"rekey/internal/scan/tree"
	"rekey/internal/scan/unpack"
)

// Sizes of the one buffer that a worker has. What lies in the first margin was
// looked at before and is context for what comes; what lies in the last one is
// looked at when the next block is there.
const (
	bufferSize = 512 << 10
	margin     = 48 << 10
	// mostPerFile is how many findings a file may have: a file with more is a
	// dump, and a matter for `rekey leak`.
	mostPerFile = 1000
)

// A worker reads one file after the other.
type worker struct {
	buf      []byte
	hits     []int
	progress *Progress
	findings []Finding
	gaps     []Gap
}

func newWorker(p *Progress) *worker {
	return &worker{buf: make([]byte, bufferSize), progress: p}
}

func (w *worker) gap(name, kind, detail string) {
	w.gaps = append(w.gaps, Gap{name, kind, detail})
}

// file scans a file of the tree.
func (w *worker) file(f tree.File) {
	h, err := tree.Open(f.Path, false)
	if err != nil {
		if !errors.Is(err, tree.ErrSpecial) {
			g := tree.GapOf(f.Name, err)
			w.gap(g.Name, g.Kind, g.Detail)
		}
		return
	}
	s := source{name: f.Name, file: f.Path, handle: h}
	w.progress.Files.Add(1)
	w.stream(h, &s)
	if s.blocks > 1 && h.Changed() {
		w.gap(f.Name, GapChanged, "was written to while it was read")
	}
	_ = h.Close() // it was only read
}

// A source is a stream of text, with what is known of it.
type source struct {
	name   string // as reports show it
	file   string // on disk, "" where it is in none
	member bool
	handle *tree.Handle // of the file itself, nil for what is inside of one
	commit *Commit
	sift   *sift // set to learn whether it is worth a look, without one
	depth  int   // archives around it
	// inArchive is set for a member of an archive, which knows of its limits.
	inArchive bool
	pdf       bool // its text is mostly compressed

	storage []string // rules that hold for all that is found in it
	packed  bool     // it is read from within another file, which was counted
	budget  *unpack.Budget

	blocks int
	lines  int // line ends before the buffer
	found  int
	seen   map[string]bool // access keys and secrets that were found in it
	binary bool
	unsure bool // there may be more to it, if its name were known
}

// stream scans a stream block by block.
func (w *worker) stream(r io.Reader, s *source) {
	n, err := fill(r, w.buf)
	w.count(n, s)
	head := w.buf[:n]
	if f := unpack.Sniff(head); f != unpack.Plain {
		w.unpack(f, head, r, s)
		return
	}
	s.pdf = bytes.HasPrefix(head, []byte("%PDF-"))
	e := text.EncodingOf(head)
	s.binary = e == text.Binary
	if e.IsUTF16() {
		r = text.Decode(io.MultiReader(bytes.NewReader(bytes.Clone(head)), r), e)
		n, err = fill(r, w.buf)
	}
	w.blocks(r, s, n, err)
}

// count adds to the bytes that were read from disk.
func (w *worker) count(n int, s *source) {
	if !s.packed {
		w.progress.Bytes.Add(int64(n))
	}
}

// blocks scans a stream whose first n bytes are in the buffer already; err is
// how reading them ended.
func (w *worker) blocks(r io.Reader, s *source, n int, err error) {
	for from := 0; ; { // what lies before from was looked at
		s.blocks++
		end := err != nil
		if end && !errors.Is(err, io.EOF) {
			w.streamFailed(s, err)
		}
		b := w.buf[:n]
		if s.pdf && compressedPDF(b) {
			w.gap(s.name, GapFormat, "is a PDF whose text is compressed, which rekey does not read")
			s.pdf = false
		}
		to := n
		if !end {
			to = n - margin
		}
		w.hits = find.Hits(w.hits[:0], b, from, to)
		if len(w.hits) > 0 {
			w.hits = find.Worth(b, w.hits, s.sift != nil || find.NamesUnknown(s.name))
		}
		if s.sift != nil {
			s.sift.add(b, w.hits)
		} else if len(w.hits) > 0 || end && s.blocks == 1 && n < templateSize && template(s.name) {
			w.look(b, s, end && s.blocks == 1)
		}
		if end || s.found >= mostPerFile {
			return
		}
		keep := 2 * margin
		s.lines += bytes.Count(b[:n-keep], []byte{'\n'})
		copy(w.buf, b[n-keep:])
		var more int
		more, err = fill(r, w.buf[keep:])
		w.count(more, s)
		n, from = keep+more, margin
	}
}

// compressedPDF reports whether a piece of a PDF says that it is compressed or
// encrypted.
func compressedPDF(b []byte) bool {
	return bytes.Contains(b, []byte("/FlateDecode")) || bytes.Contains(b, []byte("/LZWDecode")) ||
		bytes.Contains(b, []byte("/Encrypt"))
}

// templateSize is how large a template may be to be looked at for placeholders.
const templateSize = 64 << 10

// template reports whether a file is by its name one that people copy and fill
// in: it is looked at also where nothing in it looks like a key.
func template(name string) bool {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	if strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env") {
		return true
	}
	for _, word := range []string{"example", "sample", ".dist", "template"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

// fill reads until b is full or the stream ends.
func fill(r io.Reader, b []byte) (int, error) {
	n := 0
	for n < len(b) {
		m, err := r.Read(b[n:])
		n += m
		if err != nil {
			return n, err
		}
		if m == 0 {
			return n, io.ErrNoProgress
		}
	}
	return n, nil
}

// look judges the text around the hits of a block.
func (w *worker) look(b []byte, s *source, whole bool) {
	if whole {
		w.judge(find.Text{Bytes: b, Path: s.name}, s, b, 0)
		return
	}
	for i := 0; i < len(w.hits); {
		start, last := w.hits[i], w.hits[i]
		for i < len(w.hits) && w.hits[i]-last < margin/2 {
			last = w.hits[i]
			i++
		}
		low, high := cut(b, start-margin/2, start), cut(b, last+margin/2, last)
		w.judge(find.Text{Bytes: b[low:high], Path: s.name}, s, b, low)
	}
}

// cut moves the edge of a window to the end of a line, where one is near.
func cut(b []byte, edge, hit int) int {
	if edge <= 0 {
		return 0
	}
	if edge >= len(b) {
		return len(b)
	}
	if edge < hit {
		if i := bytes.IndexByte(b[edge:hit], '\n'); i >= 0 {
			return edge + i + 1
		}
		return edge
	}
	if i := bytes.LastIndexByte(b[hit:edge], '\n'); i >= 0 {
		return hit + i + 1
	}
	return edge
}

// judge makes findings of the sets in a text that begins at low in the block.
func (w *worker) judge(t find.Text, s *source, b []byte, low int) {
	if s.binary {
		t.Bytes, t.Flat = text.Printable(t.Bytes), true
	}
	sets, unsure := find.Sets(t)
	s.unsure = s.unsure || unsure
	for _, set := range sets {
		id := set.Key.Value + "\x00" + set.Secret.Value
		if s.seen[id] || s.found >= mostPerFile {
			continue
		}
		if s.seen == nil {
			s.seen = map[string]bool{}
		}
		s.seen[id] = true
		if s.found++; s.found == mostPerFile {
			w.gap(s.name, GapLimit, "holds more findings than are listed of one file; see rekey leak")
		}
		f := Finding{
			Exchange: set.Exchange, Kind: set.Kind, Confidence: set.Confidence, Why: set.Why,
			Credential: exchanges.Credential{
				AccessKey: set.Key.Value, Secret: exchanges.NewSecret(set.Secret.Value),
				Passphrase: exchanges.NewSecret(set.Passphrase.Value),
			},
			File: s.file, Member: s.member, Commit: s.commit, Storage: slices.Clone(s.storage),
		}
		bareIgnore := false
		for _, p := range []struct {
			part find.Part
			to   **Place
		}{{set.Key, &f.AccessKey}, {set.Secret, &f.Secret}, {set.Passphrase, &f.Passphrase}} {
			if !p.part.IsZero() {
				*p.to = placeOf(b, low+p.part.Pos, s)
				reason, bare := accepted(b, low+p.part.Pos)
				if f.Accepted == "" {
					f.Accepted = reason
				}
				bareIgnore = bareIgnore || bare
			}
		}
		if bareIgnore && f.Accepted == "" {
			f.Why += "; rekey:ignore without a reason does not count"
		}
		w.progress.Found.Add(1)
		w.findings = append(w.findings, f)
	}
}

// placeOf turns an offset in the buffer into a line and a column.
func placeOf(b []byte, at int, s *source) *Place {
	start := bytes.LastIndexByte(b[:at], '\n') + 1
	return &Place{
		Path:   s.name,
		Line:   s.lines + bytes.Count(b[:start], []byte{'\n'}) + 1,
		Column: utf8.RuneCount(b[start:at]) + 1,
	}
}

// streamGap and streamError put an error in the middle of a stream into words.
func streamGap(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return GapUnreadable
	}
	return gapKind(err)
}

func streamError(err error) string { return packedError(err) }
