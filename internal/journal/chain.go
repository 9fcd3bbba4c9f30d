package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"rekey/internal/atomicfile"
)

// A Line is one line of a journal as it was found.
type Line struct {
	Number int // from 1
	// Record is what the line says, zero when it cannot be read.
	Record Record
	// Then are the records that were appended with it, all or none.
	Then []Record
	// Readable says that the line is whole, as some rekey wrote it.
	Readable bool
	// Trusted says that this line and all before it are as they were written.
	Trusted bool

	hash, prev string
	newer      bool // a later version wrote it
	long       bool // it is longer than any line that was ever written
}

// A chain is the content of a journal: its lines, and what follows the last
// line break.
type chain struct {
	lines  []Line
	damage []Damage
	size   int64  // of the lines, with their line breaks
	last   []byte // the last line, without its line break
	tail   []byte // what follows, at most maxLine bytes of it
	more   bool   // the tail is longer than that
}

// usualLine is about what a line has, in bytes. It saves growing lists.
const usualLine = 400

// readChain reads a journal. It keeps every line, readable or not, and says of
// each whether it can be trusted. The error is the file's.
func readChain(f atomicfile.File) (*chain, error) {
	c := &chain{}
	if info, err := f.Stat(); err == nil {
		c.lines = make([]Line, 0, min(info.Size()/usualLine, 1<<18))
	}
	in := bufio.NewReaderSize(f, maxLine)
	for {
		piece, err := in.ReadSlice('\n')
		switch {
		case err == nil:
			c.add(piece[:len(piece)-1])
			c.size += int64(len(piece))
		case errors.Is(err, io.EOF):
			c.tail = bytes.Clone(piece)
			c.judge()
			return c, nil
		case errors.Is(err, bufio.ErrBufferFull):
			start := int64(len(piece))
			n, ended, err := skipLine(in)
			if err != nil {
				return nil, err
			}
			if !ended {
				c.tail, c.more = []byte{}, true
				c.judge()
				return c, nil
			}
			c.add(nil)
			c.lines[len(c.lines)-1].long = true
			c.size += start + n
		default:
			return nil, err
		}
	}
}

// skipLine reads to the end of a line that is too long. It returns how many
// bytes that were, and whether there was an end.
func skipLine(in *bufio.Reader) (n int64, ended bool, err error) {
	for {
		piece, err := in.ReadSlice('\n')
		n += int64(len(piece))
		switch {
		case err == nil:
			return n, true, nil
		case errors.Is(err, io.EOF):
			return n, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return n, false, err
		}
	}
}

// add keeps a line. Its bytes are the reader's.
func (c *chain) add(raw []byte) {
	c.last = append(c.last[:0], raw...)
	line := Line{Number: len(c.lines) + 1, hash: hashOf(raw)}
	records, prev, err := decode(raw)
	line.newer = errors.Is(err, errNewer)
	if err == nil {
		line.Record, line.Then, line.prev, line.Readable = records[0], records[1:], prev, true
	}
	c.lines = append(c.lines, line)
}

// head returns the number and the hash of the last line.
func (c *chain) head() (seq uint64, hash string) {
	if len(c.lines) == 0 {
		return 0, noHash
	}
	return uint64(len(c.lines)), c.lines[len(c.lines)-1].hash
}

// dropLast takes the last line away: it turned out to be a torn one.
func (c *chain) dropLast() {
	c.lines = c.lines[:len(c.lines)-1]
	c.size -= int64(len(c.last)) + 1
	c.tail = append(c.last, '\n')
	c.damage = nil
	c.judge()
}

// judge looks for what was changed, removed, put elsewhere or written twice.
// Lines before the first damage are trusted.
func (c *chain) judge() {
	good, prev := 0, noHash
	for i, l := range c.lines {
		if !l.Readable || l.Record.Seq != uint64(l.Number) || l.prev != prev { //nolint:gosec // a number of a line
			break
		}
		good, prev = i+1, l.hash
	}
	for i := range c.lines {
		c.lines[i].Trusted = i < good
	}
	if good < len(c.lines) {
		c.explain(good)
	}
}

// explain says what is wrong with the lines from the index first on.
func (c *chain) explain(first int) {
	at := map[uint64]*Line{} // the first line of each number
	for i := range c.lines {
		l := &c.lines[i]
		if seq := l.Record.Seq; l.Readable && at[seq] == nil {
			at[seq] = l
		}
	}
	next := uint64(first) + 1 //nolint:gosec // the number that belongs here
	for i := range c.lines[first:] {
		l := &c.lines[first+i]
		if harm, problem := l.compare(next, at); harm != "" {
			c.damage = append(c.damage, Damage{l.Number, harm, problem})
		}
		if l.Readable {
			next = max(next, l.Record.Seq+1)
		} else {
			next++
		}
	}
}

// compare says what is wrong with a line where the number next belongs.
func (l *Line) compare(next uint64, at map[uint64]*Line) (Harm, string) {
	seq := l.Record.Seq
	switch {
	case l.newer:
		return Newer, "was written by a later version of rekey"
	case !l.Readable:
		return Changed, "is not as it was written: its checksum does not fit"
	case seq > next && absent(at, next, seq-1):
		return Missing, fmt.Sprintf("is record %d: lines are missing before it, the first of them record %d", seq, next)
	case seq > next:
		return Reordered, fmt.Sprintf("is record %d, where record %d belongs", seq, next)
	case at[seq] != l && at[seq].hash == l.hash:
		return Duplicated, fmt.Sprintf("is a copy of line %d", at[seq].Number)
	case at[seq] != l:
		return Changed, fmt.Sprintf("says that it is record %d, and so does line %d", seq, at[seq].Number)
	case seq < next:
		return Reordered, fmt.Sprintf("is record %d, which belongs further up", seq)
	}
	before := noHash
	if seq > 1 {
		if at[seq-1] == nil {
			return "", "" // not readable, and that is said there
		}
		before = at[seq-1].hash
	}
	if l.prev != before {
		return Changed, "does not follow from the line before: one of the two is not the one that was written"
	}
	return "", ""
}

// absent reports whether one of the records from first to last is nowhere.
func absent(at map[uint64]*Line, first, last uint64) bool {
	for seq := first; seq <= last; seq++ {
		if at[seq] == nil {
			return true
		}
	}
	return false
}
