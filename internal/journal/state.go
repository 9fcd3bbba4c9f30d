package journal

import (
	"bytes"
	"fmt"
)

// A condition is what a journal and its head together tell about its end.
type condition int

const (
	// sound: the head is that of the last line.
	sound condition = iota
	// unborn: there is no journal yet.
	unborn
	// ahead: the last record is whole, and its head was not written. Its
	// Append never returned.
	ahead
	// torn: what follows the last line is a part of a record whose Append never
	// returned.
	torn
	// cut: the end of the last record is torn off, and the head knows it.
	cut
	// damaged: anything else.
	damaged
)

// assess compares a journal with its head. first is the head as it was before
// the journal was read, last as it was after: whoever reads without the lock
// may see records arrive in between. found says whether there is a journal
// file at all.
func assess(c *chain, found bool, first, last head) (condition, []Damage) {
	if harm := firstHarm(first, last); harm != nil {
		return damaged, append([]Damage{*harm}, c.damage...)
	}
	if !first.there && (c.size > 0 || len(c.tail) > 0 || c.more) {
		problem := "is gone: nobody can say whether lines are missing at the end of " + fileName
		return damaged, append([]Damage{{Harm: HeadLost, Problem: problem}}, c.damage...)
	}
	// A record that was torn where a page of the file ends can keep its line
	// break. As long as nobody was told that it is written, it is a torn one.
	if n := len(c.lines); n > 0 && uint64(n-1) == last.seq && len(c.tail) == 0 && !c.more && c.endsRotten() {
		c.dropLast()
	}
	if len(c.damage) > 0 {
		return damaged, c.damage
	}
	seq, _ := c.head()
	switch {
	case !first.there, !found && first.seq == 0:
		return unborn, nil
	case !found:
		return damaged, []Damage{{1, Missing, fmt.Sprintf("is gone with the whole file, which had %d records", first.seq)}}
	case c.continuesTo(first):
		return cut, nil
	case seq < first.seq:
		return damaged, []Damage{{len(c.lines) + 1, Missing, endProblem(seq+1, first.seq)}}
	}
	for _, h := range []head{first, last} {
		if h.seq <= seq && !c.agrees(h) {
			c.distrust(h.seq)
			problem := fmt.Sprintf("is not the line that %s knows as record %d", headName, h.seq)
			return damaged, []Damage{{int(h.seq), Changed, problem}} //nolint:gosec // at most len(c.lines)
		}
	}
	switch rest := len(c.tail) > 0 || c.more; {
	case seq > last.seq+1, seq == last.seq+1 && rest:
		problem := fmt.Sprintf(
			"ends at record %d, and %s goes on: it is of another day, or lines were added by hand",
			last.seq,
			fileName,
		)
		return damaged, []Damage{{Harm: HeadLost, Problem: problem}}
	case seq == last.seq+1:
		return ahead, nil
	case c.more:
		return damaged, []Damage{{len(c.lines) + 1, Changed, "is longer than any record"}}
	case rest && seq == last.seq:
		return torn, nil
	}
	return sound, nil // with seq < last.seq, somebody is writing while we read
}

func firstHarm(heads ...head) *Damage {
	for _, h := range heads {
		if h.harm != nil {
			return h.harm
		}
	}
	return nil
}

func endProblem(from, to uint64) string {
	if from == to {
		return fmt.Sprintf("is missing at the end: it was record %d", from)
	}
	return fmt.Sprintf("is missing at the end, with all that followed: it was record %d of %d", from, to)
}

// endsRotten reports whether the last line, and no other, is not readable.
func (c *chain) endsRotten() bool {
	last := c.lines[len(c.lines)-1]
	return len(c.damage) == 1 && c.damage[0].Line == last.Number && !last.Readable && !last.newer && !last.long
}

// distrust takes the trust from the lines of record seq and after.
func (c *chain) distrust(seq uint64) {
	for i := int(seq) - 1; i < len(c.lines); i++ { //nolint:gosec // at most len(c.lines)
		c.lines[i].Trusted = false
	}
}

// agrees reports whether the line that h is about is the one that h knows.
func (c *chain) agrees(h head) bool {
	if h.seq == 0 {
		return true
	}
	return c.lines[h.seq-1].hash == h.hash
}

// continuesTo reports whether the tail is the beginning of the record that h
// holds, and that record is the next one.
func (c *chain) continuesTo(h head) bool {
	seq, hash := c.head()
	return h.seq == seq+1 && h.prev == hash && len(c.tail) > 0 && !c.more && bytes.HasPrefix(h.line, c.tail)
}
