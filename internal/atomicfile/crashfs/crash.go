package crashfs

import (
	"bytes"
	"maps"
	"slices"
)

// Kill returns the directory as the next program finds it when this one was
// killed: with everything that was written, synced or not.
func (d *Disk) Kill() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	copies := map[*inode]*inode{}
	next := &Disk{names: cloned(d.names, copies), safe: cloned(d.safe, copies)}
	for _, c := range d.pending {
		next.pending = append(next.pending, cloned(c, copies))
	}
	return next
}

// Settled reports whether everything is safe: a power cut would change
// nothing.
func (d *Disk) Settled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.names {
		if !bytes.Equal(n.now, n.safe) || n.lost != (span{}) {
			return false
		}
	}
	return len(d.pending) == 0
}

// Crashes returns the directories that a power cut at this moment may leave.
// Of what was not synced, any part may have reached the disk:
//
//   - of the changes of names, any selection, in their order;
//   - of what was appended to a file, nothing, all, a beginning, or its length
//     with zeros in place of the beginning or of all of it;
//   - of what was written over, nothing, all, a beginning, or all but that;
//   - of any other change of content, nothing or all.
func (d *Disk) Crashes() []*Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []*Disk
	for chosen := range 1 << len(d.pending) {
		names := maps.Clone(d.safe)
		for i, c := range d.pending {
			if chosen&(1<<i) != 0 {
				c.to(names)
			}
		}
		out = append(out, withContents(names)...)
	}
	return distinct(out)
}

// withContents returns a Disk for each combination of what the files may hold.
func withContents(names map[string]*inode) []*Disk {
	sets := []map[string]*inode{{}}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		var next []map[string]*inode
		for _, set := range sets {
			for _, content := range leftOf(names[name]) {
				more := maps.Clone(set)
				more[name] = &inode{mode: names[name].mode, now: content, safe: content}
				next = append(next, more)
			}
		}
		sets = next
	}
	var out []*Disk
	for _, set := range sets {
		out = append(out, &Disk{names: set, safe: maps.Clone(set)})
	}
	return out
}

// leftOf returns what may be left of a file.
func leftOf(n *inode) [][]byte {
	if bytes.Equal(n.safe, n.now) {
		return [][]byte{n.now}
	}
	left := [][]byte{n.safe, n.now}
	appended, ok := bytes.CutPrefix(n.now, n.safe)
	if !ok {
		return append(left, halfWritten(n.safe, n.now)...)
	}
	for _, k := range []int{1, len(appended) / 2, len(appended) - 1} {
		if k > 0 && k < len(appended) {
			left = append(left, n.now[:len(n.safe)+k])
			zeros := slices.Concat(n.safe, make([]byte, k), appended[k:])
			left = append(left, zeros)
		}
	}
	return append(left, slices.Concat(n.safe, make([]byte, len(appended))))
}

// halfWritten returns what may be left of a file when a part of it was written
// over: its bytes from before up to a place in the part, and the new ones from
// there on, and the other way round.
func halfWritten(safe, now []byte) [][]byte {
	if len(safe) != len(now) {
		return nil
	}
	first, last := 0, len(now)
	for first < last && safe[first] == now[first] {
		first++
	}
	for last > first && safe[last-1] == now[last-1] {
		last--
	}
	var left [][]byte
	for _, at := range []int{first + 1, (first + last) / 2, last - 1} {
		left = append(left, slices.Concat(safe[:at], now[at:]), slices.Concat(now[:at], safe[at:]))
	}
	return left
}

// distinct drops the Disks that hold the same as an earlier one.
func distinct(disks []*Disk) []*Disk {
	var out []*Disk
	for _, d := range disks {
		if !slices.ContainsFunc(out, func(o *Disk) bool { return maps.Equal(o.Files(), d.Files()) }) {
			out = append(out, d)
		}
	}
	return out
}

// cloned copies names, with one copy for each file.
func cloned(names map[string]*inode, copies map[*inode]*inode) map[string]*inode {
	out := map[string]*inode{}
	for name, n := range names {
		if n != nil && copies[n] == nil {
			c := *n
			copies[n] = &c
		}
		out[name] = copies[n] // nil for nil
	}
	return out
}
