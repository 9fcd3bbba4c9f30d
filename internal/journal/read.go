package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"rekey/internal/atomicfile"
)

// A View is a journal as it was read without the lock.
type View struct {
	Path   string // of the file
	Absent bool   // there is no journal yet, and none was lost
	Lines  []Line // every line, in its place
	Damage []Damage
	// Remarks say what a crash left, or a writer at work: the next rekey that
	// writes mends it.
	Remarks []Remark

	seq  uint64 // of the last trusted record
	hash string
}

// Last returns the number and the hash of the last trusted record, and 0 and 64
// zeros where there is none. Noted down elsewhere, they tell later whether the
// journal was written anew or put back to an earlier day.
func (v View) Last() (seq uint64, hash string) { return v.seq, v.hash }

// HashOf returns the hash of the trusted record of this number, and whether
// there is one.
func (v View) HashOf(seq uint64) (hash string, ok bool) {
	if seq == 0 || seq > v.seq {
		return "", false
	}
	return v.Lines[seq-1].hash, true
}

// Records yields what every readable line says, and whether it can be trusted.
func (v View) Records() iter.Seq2[Record, bool] {
	return func(yield func(Record, bool) bool) {
		for _, l := range v.Lines {
			if !l.Readable {
				continue
			}
			if !yield(l.Record, l.Trusted) {
				return
			}
			for _, r := range l.Then {
				if !yield(r, l.Trusted) {
					return
				}
			}
		}
	}
}

// Runs returns every run of a key that a readable line names. Those of a damaged
// journal are Doubtful as far as they go beyond the first damage.
func (v View) Runs() []Run { return groupRuns(v.Records()) }

// Unfinished returns the runs that reached no final stage.
func (v View) Unfinished() []Run { return unfinished(v.Runs()) }

// Err returns a *DamageError when the journal is damaged.
func (v View) Err() error {
	if len(v.Damage) == 0 {
		return nil
	}
	return &DamageError{v.Path, v.Damage}
}

// Read reads the journal in the directory path and changes nothing. It needs
// no lock: records that are being written meanwhile are in the View or not.
// Where there is no journal, the View is empty and Absent. A damaged journal is read to
// its end; its damage is in the View. The error is that of the file system.
func Read(path string) (View, error) {
	dir, err := atomicfile.OpenDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return View{Path: filepath.Join(path, fileName), Absent: true, hash: noHash}, nil
	}
	if err != nil {
		return View{}, fmt.Errorf("%s: cannot be read: %w", path, atomicfile.Cause(err))
	}
	defer func() { _ = dir.Close() }() // nothing is buffered in it
	return readIn(dir, path)
}

// readTries is how often a journal is read that looks damaged: another rekey
// that mends its end at this moment makes it look so.
const readTries = 3

func readIn(dir atomicfile.FS, path string) (View, error) {
	var v View
	var err error
	for range readTries {
		if v, err = readOnce(dir, path); err != nil || len(v.Damage) == 0 {
			break
		}
	}
	if err != nil {
		return View{}, fmt.Errorf("%s: cannot be read: %w", filepath.Join(path, fileName), atomicfile.Cause(err))
	}
	var loose *UnsafeError
	if errors.As(guard(dir, path), &loose) {
		v.Remarks = append(v.Remarks, Remark{Loose, loose.Error()})
	}
	return v, nil
}

func readOnce(dir atomicfile.FS, path string) (View, error) {
	v := View{Path: filepath.Join(path, fileName)}
	first, err := readHead(dir)
	if err != nil {
		return v, err
	}
	f, err := dir.Open(fileName, os.O_RDONLY, 0)
	found := err == nil
	c := &chain{}
	switch {
	case found:
		defer func() { _ = f.Close() }() // read only: nothing is lost
		if c, err = readChain(f); err != nil {
			return v, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return v, err
	}
	last, err := readHead(dir)
	if err != nil {
		return v, err
	}
	if !first.there && last.there { // begun while we looked
		first = last
	}
	condition, damage := assess(c, found, first, last)
	v.Lines, v.Damage, v.Absent = c.lines, damage, condition == unborn
	v.hash = noHash
	for _, l := range c.lines {
		if !l.Trusted {
			break
		}
		v.seq, v.hash = l.Record.Seq, l.hash
	}
	v.Remarks = v.remarks(condition, len(c.tail), first.seq)
	return v, nil
}

// remarks says what Open would mend.
func (v View) remarks(found condition, tail int, seq uint64) []Remark {
	const or = ": rekey is writing it at this moment, or died while it did"
	switch found {
	case torn:
		return []Remark{
			{
				TornLine,
				fmt.Sprintf("%s: after line %d there are %d bytes of an unfinished record%s", v.Path, len(v.Lines), tail, or),
			},
		}
	case ahead:
		return []Remark{{HeadBehind, fmt.Sprintf("%s: record %d is not yet in %s%s", v.Path, v.seq, headName, or)}}
	case cut:
		return []Remark{{CutLine, fmt.Sprintf("%s: the end of record %d is torn off; %s knows it", v.Path, seq, headName)}}
	case sound, unborn, damaged:
		return nil
	}
	return nil
}
