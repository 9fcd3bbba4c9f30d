package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rekey/internal/atomicfile"
)

// open reads the journal, mends what a crash left and makes it ready for
// writing. The caller holds the lock.
func open(path string, dir atomicfile.FS, now func() time.Time) (*Journal, []Remark, error) {
	file := filepath.Join(path, fileName)
	f, c, h, err := load(path, dir)
	if err != nil {
		return nil, nil, err
	}
	m := mender{path: path, dir: dir, file: f, chain: c}
	condition, damage := assess(c, f != nil, h, h)
	if condition == damaged {
		err = &DamageError{file, damage}
	} else {
		err = m.mend(condition, h)
	}
	if err != nil {
		m.close() // the other error says more
		return nil, nil, err
	}
	j := &Journal{path: file, now: now, dir: dir, file: m.file, head: m.head, size: c.size}
	j.seq, j.hash = c.head()
	j.records = make([]Record, 0, len(c.lines))
	for _, l := range c.lines {
		j.records = append(append(j.records, l.Record), l.Then...)
	}
	return j, m.remarks, nil
}

// load reads the journal and its head. The file is nil when there is none.
func load(path string, dir atomicfile.FS) (atomicfile.File, *chain, head, error) {
	h, err := readHead(dir)
	if err != nil {
		return nil, nil, h, &WriteError{filepath.Join(path, headName), err}
	}
	f, err := dir.Open(fileName, os.O_RDWR|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &chain{}, h, nil
	}
	if err != nil {
		return nil, nil, h, &WriteError{filepath.Join(path, fileName), err}
	}
	c, err := readChain(f)
	if err != nil {
		_ = f.Close() // the other error says more
		return nil, nil, h, &WriteError{filepath.Join(path, fileName), err}
	}
	return f, c, h, nil
}

// A mender brings a journal and its head into agreement.
type mender struct {
	path    string
	dir     atomicfile.FS
	file    atomicfile.File
	head    *headFile
	chain   *chain
	remarks []Remark
}

func (m *mender) close() {
	if m.file != nil {
		_ = m.file.Close() // nothing more is wanted of it
	}
	if m.head != nil {
		m.head.close()
	}
}

// ours reports whether a file of the directory is written by this package.
func ours(name string) bool {
	return name == headName || name == holderName || strings.HasPrefix(name, tornName)
}

func (m *mender) mend(found condition, h head) error {
	if _, err := atomicfile.Sweep(m.dir, ours); err != nil {
		return m.failed("", err)
	}
	var err error
	if m.head, err = openHead(m.dir, h); err != nil {
		return m.failed(headName, err)
	}
	switch found {
	case sound:
	case unborn:
		err = m.begin(h)
	case ahead:
		err = m.follow()
	case torn:
		err = m.setAside()
	case cut:
		err = m.complete(h)
	case damaged: // never comes here
	}
	if err != nil {
		return err
	}
	// What is reported as there, or as mended, is there for good.
	if err := m.file.Sync(); err != nil {
		return m.failed(fileName, err)
	}
	if err := m.dir.Sync(); err != nil {
		return m.failed(fileName, err)
	}
	return m.settle(h)
}

// settle makes sure of the head, which becomes that of the last record.
func (m *mender) settle(h head) error {
	seq, hash := m.chain.head()
	var err error
	if seq == h.seq {
		h.hash = hash // where there was no head
		err = m.head.repeat(h)
	} else {
		err = m.head.write(seq, hash, m.chain.last)
	}
	if err != nil {
		return m.failed(headName, err)
	}
	return nil
}

// begin makes a new journal. The head comes first: a journal without one is
// damaged.
func (m *mender) begin(h head) error {
	if !h.there {
		if err := m.head.write(0, noHash, nil); err != nil {
			return m.failed(headName, err)
		}
	}
	if m.file == nil {
		f, err := m.dir.Open(fileName, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return m.failed(fileName, err)
		}
		m.file = f
	}
	m.remark(Begun, "a new journal was begun")
	return nil
}

// follow writes the record that the head does not know once more, in its place:
// after a sync that failed, the system may take it for written although it is
// not. Its head comes last.
func (m *mender) follow() error {
	seq, _ := m.chain.head()
	f, err := m.dir.Open(fileName, os.O_WRONLY, 0)
	if err != nil {
		return m.failed(fileName, err)
	}
	defer func() { _ = f.Close() }() // synced below
	line := append(m.chain.last[:len(m.chain.last):len(m.chain.last)], '\n')
	if _, err := f.WriteAt(line, m.chain.size-int64(len(line))); err != nil {
		return m.failed(fileName, err)
	}
	if err := f.Sync(); err != nil {
		return m.failed(fileName, err)
	}
	m.remark(HeadBehind, fmt.Sprintf("rekey died while it wrote record %d; the record is whole and counts", seq))
	return nil
}

// setAside moves the torn line to a file of its own, and only then takes it
// off the journal.
func (m *mender) setAside() error {
	seq, _ := m.chain.head()
	name, err := m.freeName(fmt.Sprintf("%s%d", tornName, seq+1))
	if err != nil {
		return err
	}
	if err := atomicfile.WriteIn(m.dir, name, m.chain.tail, atomicfile.Options{}); err != nil {
		return m.failed(name, err)
	}
	if err := m.file.Truncate(m.chain.size); err != nil {
		return m.failed(fileName, err)
	}
	m.remark(
		TornLine,
		fmt.Sprintf("the last line was torn: %d bytes of a record %d that was never written whole are now in %s",
			len(m.chain.tail), seq+1, name),
	)
	return nil
}

// freeName returns a name that no file has: that of an earlier torn line stays.
func (m *mender) freeName(base string) (string, error) {
	for n := 1; ; n++ {
		name := base
		if n > 1 {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		switch _, err := m.dir.Lstat(name); {
		case errors.Is(err, fs.ErrNotExist):
			return name, nil
		case err != nil:
			return "", m.failed(name, err)
		}
	}
}

// complete puts back the end of the last line from the head.
func (m *mender) complete(h head) error {
	c := m.chain
	rest := append(h.line[len(c.tail):len(h.line):len(h.line)], '\n')
	if _, err := m.file.Write(rest); err != nil {
		return m.failed(fileName, err)
	}
	c.size += int64(len(c.tail))
	c.add(h.line)
	c.size += int64(len(rest))
	c.tail = nil
	c.judge()
	m.remark(CutLine, fmt.Sprintf("the end of record %d was torn off; %s knew it and it was put back", h.seq, headName))
	return nil
}

func (m *mender) remark(kind RemarkKind, text string) {
	m.remarks = append(m.remarks, Remark{kind, filepath.Join(m.path, fileName) + ": " + text})
}

func (m *mender) failed(name string, err error) error {
	return &WriteError{filepath.Join(m.path, name), err}
}
