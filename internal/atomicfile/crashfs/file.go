package crashfs

import (
	"io"
	"io/fs"
	"slices"
)

// A file is an open file of a Disk.
type file struct {
	disk    *Disk
	node    *inode
	at      int64
	appends bool
}

func (f *file) Read(b []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.at >= int64(len(f.node.now)) {
		return 0, io.EOF
	}
	n := copy(b, f.node.now[f.at:])
	f.at += int64(n)
	return n, nil
}

func (f *file) Write(b []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.appends {
		f.at = int64(len(f.node.now))
	}
	f.put(b, f.at)
	f.at += int64(len(b))
	return len(b), nil
}

func (f *file) WriteAt(b []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.put(b, at)
	return len(b), nil
}

// put never changes bytes that a Disk made by Crashes may share.
func (f *file) put(b []byte, at int64) {
	now := slices.Clone(f.node.now)
	if end := at + int64(len(b)); end > int64(len(now)) {
		now = append(now, make([]byte, end-int64(len(now)))...)
	}
	copy(now[at:], b)
	f.node.now = now
	if l := f.node.lost; at <= l.from && l.to <= at+int64(len(b)) {
		f.node.lost = span{} // written once more
	}
}

// lose plays a sync that failed: the system drops what was to be written, and
// no later sync tries it again, although programs still read it.
func (f *file) lose() {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.node.lost = span{int64(len(f.node.safe)), int64(len(f.node.now))}
}

func (f *file) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.node.now = append(slices.Clone(f.node.now), make([]byte, max(0, size-int64(len(f.node.now))))...)[:size]
	return nil
}

func (f *file) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.node.safe = f.node.now
	if l := f.node.lost; l.to > l.from && l.to <= int64(len(f.node.now)) {
		f.node.safe = slices.Clone(f.node.now)
		clear(f.node.safe[l.from:l.to])
	}
	return nil
}

func (f *file) Stat() (fs.FileInfo, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return info{mode: f.node.mode, size: int64(len(f.node.now))}, nil
}

func (f *file) Chmod(mode fs.FileMode) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.node.mode = mode
	return nil
}

func (f *file) Close() error { return nil }
