package main

import (
	"io"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"rekey/internal/atomicfile"
)

// A cost is what a rotation cannot do without: the time that its requests were
// on their way, and the time that the disk took to sync.
type cost struct {
	mu      sync.Mutex
	Trips   int
	Wire    time.Duration // from sending a request to the last byte of its answer
	Syncs   int
	Syncing time.Duration
	SyncsOf map[string]int // the same syncs, by who asked for them
	Pauses  time.Duration  // waits that were asked for, on the run's clock
}

func (c *cost) add(count *int, sum *time.Duration, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*count++
	*sum += took
}

// count adds syncs of one who asked for them.
func (c *cost) count(of string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.SyncsOf == nil {
		c.SyncsOf = map[string]int{}
	}
	c.SyncsOf[of] += n
}

// A timedTransport measures round trips.
type timedTransport struct {
	next http.RoundTripper
	cost *cost
}

func (t timedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	begun := time.Now()
	res, err := t.next.RoundTrip(r)
	if err != nil {
		t.cost.add(&t.cost.Trips, &t.cost.Wire, time.Since(begun))
		return res, err
	}
	res.Body = &timedBody{res.Body, begun, t.cost, false}
	return res, nil
}

// A timedBody ends the measurement with the last byte, or when it is closed.
type timedBody struct {
	io.ReadCloser
	begun time.Time
	cost  *cost
	ended bool
}

func (b *timedBody) end() {
	if !b.ended {
		b.ended = true
		b.cost.add(&b.cost.Trips, &b.cost.Wire, time.Since(b.begun))
	}
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.end()
	}
	return n, err
}

func (b *timedBody) Close() error {
	b.end()
	return b.ReadCloser.Close()
}

// A timedFS measures the syncs of a directory and of its files.
type timedFS struct {
	atomicfile.FS
	cost *cost
	of   string
}

// wrap returns what stands before a directory to count the syncs of it.
func (c *cost) wrap(of string) func(atomicfile.FS) atomicfile.FS {
	return func(dir atomicfile.FS) atomicfile.FS { return timedFS{dir, c, of} }
}

func (t timedFS) sync(do func() error) error {
	begun := time.Now()
	err := do()
	t.cost.add(&t.cost.Syncs, &t.cost.Syncing, time.Since(begun))
	t.cost.count(t.of, 1)
	return err
}

func (t timedFS) Sync() error { return t.sync(t.FS.Sync) }

func (t timedFS) Open(name string, flag int, perm fs.FileMode) (atomicfile.File, error) {
	f, err := t.FS.Open(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return timedFile{f, t}, nil
}

func (t timedFS) Is(name string, f atomicfile.File) (bool, error) { return t.FS.Is(name, bare(f)) }

func (t timedFS) Imitate(name string, f atomicfile.File) error { return t.FS.Imitate(name, bare(f)) }

type timedFile struct {
	atomicfile.File
	fs timedFS
}

func (f timedFile) Sync() error { return f.fs.sync(f.File.Sync) }

func bare(f atomicfile.File) atomicfile.File {
	if t, ok := f.(timedFile); ok {
		return t.File
	}
	return f
}
