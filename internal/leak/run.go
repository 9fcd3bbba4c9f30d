package leak

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"rekey/internal/parallel"
	"rekey/internal/scan/unpack"
)

// A Hit is a part of a key that stands in a dump.
type Hit struct {
	Own    Own
	What   What
	Path   string
	Line   int64 // from 1
	Offset int64 // of the unpacked dump, from 0
}

// A Gap is a dump, or a piece of one, that was not read.
type Gap struct{ Path, Kind, Detail string }

// A Result is what was found, in the order of the dumps.
type Result struct {
	Hits        []Hit
	Gaps        []Gap
	Bytes       int64 // unpacked
	Records     int64 // lines
	Interrupted bool
}

// Progress may be read while a search goes on.
type Progress struct{ Bytes, Hits atomic.Int64 }

// mostHits is how many hits are listed of one run: somebody who looks for their
// keys needs no more to know.
const mostHits = 100_000

const (
	blockSize = 1 << 17 // with the bits of an index it stays in a core's cache
	overlap   = 8 << 10 // before and behind a block, for what lies across its edges
)

// A run is one search.
type run struct {
	m        *Matcher
	against  *Against
	progress *Progress
	mu       sync.Mutex
	result   Result
}

// A Dump is a stream to search. Size is 0 where it is not known; At is set
// where the stream can be read at any place.
type Dump struct {
	Name string
	Read io.Reader
	At   io.ReaderAt
	Size int64
	// Open, where it is set, opens the dump when its turn comes, and Read, At
	// and Size are those of what it returns. An error is a gap.
	Open func() (Opened, error)

	inArchive bool
}

// An Opened is a dump that was opened when its turn came.
type Opened struct {
	Read io.Reader
	At   io.ReaderAt
	Size int64
	// Close frees it; nil where there is nothing to free.
	Close func() error
}

// Search looks for the matcher's keys in dumps, one after the other.
// Compressed dumps and archives are unpacked as they are read.
func Search(ctx context.Context, m *Matcher, dumps []Dump, p *Progress) Result {
	return search(ctx, &run{m: m, progress: p}, dumps)
}

func search(ctx context.Context, r *run, dumps []Dump) Result {
	if r.progress == nil {
		r.progress = &Progress{}
	}
	for _, d := range dumps {
		if ctx.Err() != nil {
			break
		}
		r.open(ctx, d)
	}
	r.result.Interrupted = ctx.Err() != nil
	return r.result
}

// open searches a dump, and opens it before where it is not open.
func (r *run) open(ctx context.Context, d Dump) {
	if d.Open != nil {
		o, err := d.Open()
		if err != nil {
			r.gap(d.Name, "unreadable", err.Error())
			return
		}
		if o.Close != nil {
			defer func() { _ = o.Close() }() // it was only read
		}
		d.Read, d.At, d.Size = o.Read, o.At, o.Size
	}
	if d.At == nil {
		d.Read = parallel.Interruptible(ctx, d.Read) // a pipe may never end
	}
	r.dump(ctx, d, unpack.NewBudget(limits()), 0)
}

// limits are those of a scan, without a bound on the whole: dumps are large.
func limits() unpack.Limits {
	l := unpack.Default()
	l.Total, l.Ratio, l.Inner = 1<<62, 1000, 256<<20
	return l
}

func (r *run) gap(path, kind, detail string) {
	r.result.Gaps = append(r.result.Gaps, Gap{path, kind, detail})
}

// dump searches one dump, or one member of an archive.
func (r *run) dump(ctx context.Context, d Dump, budget *unpack.Budget, depth int) {
	head := make([]byte, unpack.Enough)
	n, err := io.ReadFull(d.Read, head)
	head = head[:n]
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		r.failed(ctx, d, err)
		return
	}
	all := io.MultiReader(bytes.NewReader(head), d.Read)
	format := unpack.Sniff(head)
	if format != unpack.Plain && depth >= budget.Depth {
		r.gap(d.Name, "limit", "archives in archives in archives: too deep")
		return
	}
	switch format {
	case unpack.Plain:
		if bytes.HasPrefix(head, []byte("%PDF-")) {
			r.gap(d.Name, "format", "is a PDF, whose text is mostly compressed: only what stands in it as it is was searched")
		}
		if d.At != nil && d.Size > blockSize && !utf16(head) {
			r.parallel(ctx, d)
			return
		}
		if d.At != nil && !utf16(head) {
			r.small(d, all)
			return
		}
		r.stream(ctx, d, plainText(all, head))
		return
	case unpack.Sealed:
		r.gap(d.Name, "format", "is in the format "+unpack.Unread(head)+", which rekey does not read")
		return
	case unpack.Gzip, unpack.Zstd, unpack.XZ, unpack.Bzip2, unpack.Tar, unpack.Zip:
	}
	if depth == 0 {
		all = budget.Packed(all)
	}
	if err := r.unpacked(ctx, format, d, all, budget, depth); err != nil {
		r.failed(ctx, d, err)
	}
}

// failed notes that a dump could not be read to its end. That a budget is spent
// is said once, of the outermost archive; an interruption is known to the caller.
func (r *run) failed(ctx context.Context, d Dump, err error) {
	if ctx.Err() != nil || d.inArchive && errors.Is(err, unpack.ErrLimit) {
		return
	}
	r.gap(d.Name, kindOf(err), sentence(err))
}

func (r *run) unpacked(
	ctx context.Context,
	format unpack.Format,
	d Dump,
	all io.Reader,
	budget *unpack.Budget,
	depth int,
) error {
	member := func(name string, in io.Reader) {
		r.dump(ctx, Dump{Name: d.Name + "!" + name, Read: in, inArchive: true}, budget, depth+1)
	}
	switch format {
	case unpack.Tar:
		return budget.Tar(all, member)
	case unpack.Zip:
		at, size := d.At, d.Size
		if at == nil {
			data, err := io.ReadAll(io.LimitReader(all, budget.Inner+1))
			if err != nil {
				return err
			}
			at, size = bytes.NewReader(data), int64(len(data))
		}
		return budget.Zip(at, size, member, func(name string, err error) { r.gap(d.Name+"!"+name, "format", err.Error()) })
	default:
		plain, err := unpack.Decompress(format, all)
		if err != nil {
			return err
		}
		r.dump(ctx, Dump{Name: d.Name, Read: budget.Unpacked(plain)}, budget, depth+1)
		_ = plain.Close() // it was only read
		return nil
	}
}

func kindOf(err error) string {
	if errors.Is(err, unpack.ErrLimit) {
		return "limit"
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		return "unreadable"
	}
	return "format"
}

// small searches a file that fits into one block.
func (r *run) small(d Dump, in io.Reader) {
	b, err := io.ReadAll(io.LimitReader(in, d.Size))
	if len(b) > 0 {
		r.result.Bytes += int64(len(b))
		r.collect([]tally{r.tallyOf(block{b: b, to: len(b)}, d.Name)}, b[len(b)-1] != '\n')
	}
	if err != nil {
		r.gap(d.Name, "unreadable", err.Error())
	} else if int64(len(b)) < d.Size {
		r.gap(d.Name, "changed", "became shorter while it was read")
	}
}

// A block is a piece of a dump with what lies around it. What begins in
// b[from:to] is its own.
type block struct {
	number   int
	b        []byte
	from, to int
	offset   int64 // of b[from] in the dump
}

// A tally is what was found in a block.
type tally struct {
	number int
	lines  int64
	hits   []Hit // Line counts from the block's first line
}

// tallyOf searches a block.
func (r *run) tallyOf(k block, name string) tally {
	t := tally{number: k.number, lines: int64(bytes.Count(k.b[k.from:k.to], []byte{'\n'}))}
	r.progress.Bytes.Add(int64(k.to - k.from))
	if r.against != nil {
		t.hits = r.against.scan(k, name)
	} else {
		for _, f := range r.m.scan(k.b, k.from, k.to) {
			t.hits = append(t.hits, Hit{
				Own: r.m.own[f.own], What: f.what, Path: name, Offset: k.offset + int64(f.at-k.from),
				Line: int64(bytes.Count(k.b[k.from:max(f.at, k.from)], []byte{'\n'})),
			})
		}
	}
	r.progress.Hits.Add(int64(len(t.hits)))
	return t
}

// collect puts the tallies of a dump in order and counts lines.
func (r *run) collect(tallies []tally, open bool) {
	slices.SortFunc(tallies, func(a, b tally) int { return cmp.Compare(a.number, b.number) })
	lines := int64(0)
	for _, t := range tallies {
		for _, h := range t.hits {
			if len(r.result.Hits) < mostHits {
				h.Line += lines + 1
				r.result.Hits = append(r.result.Hits, h)
			}
		}
		lines += t.lines
	}
	if open {
		lines++
	}
	r.result.Records += lines
}

// parallel searches a plain file from several places at once.
func (r *run) parallel(ctx context.Context, d Dump) {
	blocks := int((d.Size + blockSize - 1) / blockSize)
	var next, read atomic.Int64
	group, inner := parallel.New(ctx)
	var tallies []tally
	var failed error
	open := false
	for range min(runtime.GOMAXPROCS(0), blocks) {
		group.Go(func() {
			buf := make([]byte, blockSize+2*overlap)
			var mine []tally
			for inner.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= blocks {
					break
				}
				start := int64(i) * blockSize
				low := max(0, start-overlap)
				n, err := d.At.ReadAt(buf[:int(start-low)+blockSize+overlap], low)
				from := int(start - low)
				to := min(n, from+blockSize)
				if err != nil && !errors.Is(err, io.EOF) {
					r.mu.Lock()
					failed = err
					r.mu.Unlock()
					break
				}
				if to <= from {
					continue
				}
				read.Add(int64(to - from))
				k := block{i, buf[:n], from, to, start}
				mine = append(mine, r.tallyOf(k, d.Name))
				if i == blocks-1 {
					r.mu.Lock()
					open = buf[to-1] != '\n'
					r.mu.Unlock()
				}
			}
			r.mu.Lock()
			tallies = append(tallies, mine...)
			r.mu.Unlock()
		})
	}
	group.Wait()
	r.result.Bytes += read.Load()
	r.collect(tallies, open)
	switch {
	case failed != nil:
		r.gap(d.Name, "unreadable", failed.Error())
	case ctx.Err() == nil && read.Load() < d.Size:
		r.gap(d.Name, "changed", "became shorter while it was read")
	}
}
