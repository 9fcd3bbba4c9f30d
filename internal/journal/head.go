package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"rekey/internal/atomicfile"
)

// A head is the last record as journal.head keeps it. A chain of hashes cannot
// tell that lines are missing at its end; the head can. It holds the whole
// line, so that the last one can be completed when its end was torn off.
//
// The file has two slots of one size, and zeros where they are not full. A
// head is written in place, into the slot that does not hold the current one,
// which takes one sync: a power cut leaves the one before in any case. Each slot
// is the sealed object of slotWire, a line break, the line, and a line break.
type head struct {
	there bool // there is such a file
	seq   uint64
	hash  string
	line  []byte  // without its line break, nil for seq 0
	prev  string  // the hash before line
	harm  *Damage // what is wrong with the file, or nil
	slot  int     // where it lies, 0 or 1
	size  int     // of a slot, 0 in a file of version 1, which has none
}

type slotWire struct {
	V    int    `json:"v"`
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"` // of the line
}

// headWireV1 is the only object of a file of version 1.
type headWireV1 struct {
	V    int    `json:"v"`
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
	Line string `json:"line"`
}

// leastSlot is the size of a slot at first, in bytes: room for all but the
// plans of responses.
const leastSlot = 2048

// encodeSlot returns the content of a slot without its zeros.
func encodeSlot(seq uint64, hash string, line []byte) ([]byte, error) {
	object, err := json.Marshal(slotWire{version, seq, hash})
	if err != nil {
		return nil, err
	}
	out := append(seal(object), '\n')
	return append(append(out, line...), '\n'), nil
}

// decodeHead reads the file: the later one of its slots that are whole. One that
// is not, beside one that is, was cut short while it was written.
func decodeHead(data []byte) head {
	rotten := head{there: true, harm: &Damage{Harm: HeadLost, Problem: "is not as it was written"}}
	newer := head{there: true, harm: &Damage{Harm: Newer, Problem: "was written by a later version of rekey"}}
	if line, ended := bytes.CutSuffix(data, []byte("\n")); ended && !bytes.Contains(line, []byte("\n")) {
		if h, ok := decodeHeadV1(line); ok {
			return h
		}
	}
	if versionOf(bytes.TrimRight(data, "\x00\n")) > version {
		return newer
	}
	size := len(data) / 2
	if len(data)%2 != 0 || size < leastSlot || size&(size-1) != 0 {
		data, size = nil, 0 // it was cut
	}
	best := rotten
	for i, slot := range [][]byte{data[:size], data[size:]} {
		content := bytes.TrimRight(slot, "\x00")
		h, ok := decodeSlot(content)
		switch first, _, _ := bytes.Cut(content, []byte("\n")); {
		case versionOf(first) > version:
			return newer
		case ok && (best.harm != nil || h.seq > best.seq):
			best = h
			best.slot, best.size = i, size
		}
	}
	return best
}

func decodeSlot(content []byte) (head, bool) {
	sealed, rest, _ := bytes.Cut(content, []byte("\n"))
	line, ended := bytes.CutSuffix(rest, []byte("\n"))
	object, fits := unseal(sealed)
	var w slotWire
	if !ended || !fits || strict(object, &w) != nil || w.V != version {
		return head{}, false
	}
	return headOf(w.Seq, w.Hash, line)
}

func decodeHeadV1(sealed []byte) (head, bool) {
	object, fits := unseal(sealed)
	var w headWireV1
	if !fits || strict(object, &w) != nil || w.V != 1 {
		return head{}, false
	}
	return headOf(w.Seq, w.Hash, []byte(w.Line))
}

// headOf returns the head that says so, and whether its parts fit together.
func headOf(seq uint64, hash string, line []byte) (head, bool) {
	if seq == 0 {
		return head{there: true, hash: hash}, hash == noHash && len(line) == 0
	}
	records, prev, err := decode(line)
	if err != nil || records[0].Seq != seq || hashOf(line) != hash {
		return head{}, false
	}
	return head{there: true, seq: seq, hash: hash, line: bytes.Clone(line), prev: prev}, true
}

// maxHead is more than a head can have.
const maxHead = 8 * maxLine

func readHead(dir atomicfile.FS) (head, error) {
	f, err := dir.Open(headName, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return head{}, nil
	}
	if err != nil {
		return head{}, err
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(f, maxHead))
	if err != nil {
		return head{}, err
	}
	return decodeHead(data), nil
}

// A headFile is journal.head, open for writing.
type headFile struct {
	dir  atomicfile.FS
	file atomicfile.File // nil before it is there in the current form
	slot int             // that holds the current head
	size int
}

// openHead opens the file that h was read from.
func openHead(dir atomicfile.FS, h head) (*headFile, error) {
	out := &headFile{dir: dir}
	if h.size == 0 {
		return out, nil
	}
	f, err := dir.Open(headName, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	out.file, out.slot, out.size = f, h.slot, h.size
	return out, nil
}

// write returns once the head would survive a power cut, which leaves it or the
// one before.
func (f *headFile) write(seq uint64, hash string, line []byte) error {
	return f.put(1-f.slot, seq, hash, line)
}

// repeat writes the current head once more, where it is: what programs read
// there may never have come to the disk, of a process that was killed or whose
// sync failed. Only then may the other slot be written.
func (f *headFile) repeat(h head) error { return f.put(f.slot, h.seq, h.hash, h.line) }

func (f *headFile) put(slot int, seq uint64, hash string, line []byte) error {
	content, err := encodeSlot(seq, hash, line)
	if err != nil {
		return err
	}
	if f.file == nil || len(content) > f.size {
		return f.replace(content)
	}
	padded := append(content, make([]byte, f.size-len(content))...)
	if _, err := f.file.WriteAt(padded, int64(slot*f.size)); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	f.slot = slot
	return nil
}

// replace makes a new file, whose slots have room for the content.
func (f *headFile) replace(content []byte) error {
	size := max(f.size, leastSlot)
	for size < len(content) {
		size *= 2
	}
	data := append(content, make([]byte, 2*size-len(content))...)
	if err := atomicfile.WriteIn(f.dir, headName, data, atomicfile.Options{}); err != nil {
		return err
	}
	f.close()
	file, err := f.dir.Open(headName, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	f.file, f.slot, f.size = file, 0, size
	return nil
}

// moved reports whether the file is no longer the one of that name.
func (f *headFile) moved() (bool, error) {
	same, err := f.dir.Is(headName, f.file)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return !same, err
}

func (f *headFile) close() {
	if f.file != nil {
		_ = f.file.Close() // what was written is synced
		f.file = nil
	}
}
