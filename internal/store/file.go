package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"

	"rekey/internal/atomicfile"
)

// The names of the files in the state directory.
const (
	FileName     = "store.age"
	IdentityName = "store.key"
)

// Options say which store, and what opens it. No secret comes in through argv
// or the environment: only paths may, and what a Passphrase tells.
type Options struct {
	// Dir is the state directory.
	Dir string
	// Identity is the path of the identity file; "" means IdentityName in Dir.
	Identity string
	// Passphrase tells the passphrase of an identity file that has one. Nil
	// means that nobody is here to ask.
	Passphrase Passphrase
	// Wrap, when set, stands between the store and its directory: a benchmark
	// counts syncs there.
	Wrap func(atomicfile.FS) atomicfile.FS

	// What follows is the outside world, exchanged by tests.
	makeDir func(path string) error
	openFS  func(path string) (atomicfile.FS, error)
	lock    func(ctx context.Context, d directory, wait time.Duration) (func(), error)
	wait    time.Duration
	work    int // log2 of the work to try a passphrase
}

func (o Options) withDefaults() Options {
	if o.openFS == nil {
		o.makeDir, o.openFS, o.lock = makeReal, openReal, lockReal
	}
	if wrap, open := o.Wrap, o.openFS; wrap != nil {
		o.Wrap, o.openFS = nil, func(path string) (atomicfile.FS, error) {
			dir, err := open(path)
			if err != nil {
				return nil, err
			}
			return wrap(dir), nil
		}
	}
	if o.wait == 0 {
		o.wait = lockWait
	}
	if o.work == 0 {
		o.work = usualWork
	}
	return o
}

// A File is the store in the file FileName. Each call reads the file anew. In
// memory are the identity, and what the file held when it was last decrypted:
// while its bytes are the same, it need not be decrypted again.
type File struct {
	options Options
	ids     []age.Identity
	changes sync.Mutex // spares the goroutines of a process the waiting for the lock

	mu    sync.Mutex
	known contents
	of    [sha256.Size]byte // the sum of the file that known is from
}

var _ Store = (*File)(nil)

// Open opens the store in o.Dir and proves that it can be decrypted. It
// changes nothing. ReasonAbsent means that there is none yet; the passphrase
// is not asked for then.
func Open(ctx context.Context, o Options) (*File, error) {
	o = o.withDefaults()
	if err := canceled(ctx); err != nil {
		return nil, err
	}
	d, err := o.open(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // nothing is written
	if there, err := d.has(FileName); err != nil || !there {
		return nil, absent(d, err)
	}
	ids, err := o.identities(ctx, d)
	if err != nil {
		return nil, err
	}
	f := &File{options: o, ids: ids}
	if _, err := f.load(d); err != nil {
		return nil, err
	}
	return f, nil
}

func absent(d directory, err error) error {
	if err != nil {
		return err
	}
	return &Error{Path: d.file(FileName), Reason: ReasonAbsent, Problem: "there is no store yet"}
}

// String names the store. It keeps the identity away from printers.
func (f *File) String() string { return "store in " + f.Path() }

// GoString is String for %#v.
func (f *File) GoString() string { return f.String() }

// Path returns the path of the file.
func (f *File) Path() string { return filepath.Join(f.options.Dir, FileName) }

// load reads and decrypts the file.
func (f *File) load(d directory) (contents, error) {
	sealed, err := d.read(FileName, largestFile)
	if err != nil {
		return contents{}, err
	}
	if c, same := f.recall(sealed); same {
		return c, nil
	}
	plain, failure := decrypt(sealed, f.ids...)
	if failure == nil {
		defer clear(plain)
		var c contents
		if c, failure = decode(plain); failure == nil {
			f.remember(sealed, c)
			return c, nil
		}
	}
	failure.Path = f.Path()
	if failure.Reason == ReasonIdentity {
		failure.Hint = "the identity that was tried is " + f.options.IdentityPath()
	}
	return contents{}, failure
}

// recall returns what these bytes were decrypted to before, if they were.
func (f *File) recall(sealed []byte) (contents, bool) {
	sum := sha256.Sum256(sealed)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known.clone(), sum == f.of
}

// remember keeps what these bytes decrypt to.
func (f *File) remember(sealed []byte, c contents) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known, f.of = c.clone(), sha256.Sum256(sealed)
}

// look reads the store without the lock: a file is replaced as a whole.
func (f *File) look(ctx context.Context) (contents, error) {
	if err := canceled(ctx); err != nil {
		return contents{}, err
	}
	d, err := f.options.open(f.options.Dir)
	if err != nil {
		return contents{}, err
	}
	defer func() { _ = d.Close() }() // nothing is written
	return f.load(d)
}

// Get implements [Store].
func (f *File) Get(ctx context.Context, slot string) (Entry, error) {
	if err := checkSlot(slot); err != nil {
		return Entry{}, err
	}
	c, err := f.look(ctx)
	if err != nil {
		return Entry{}, err
	}
	if entries := c.slots[slot]; len(entries) > 0 {
		return entries[0], nil
	}
	return Entry{}, &Error{
		Path: f.Path(), Reason: ReasonNoEntry, Problem: fmt.Sprintf("holds nothing under the name %q", slot),
	}
}

// List implements [Store].
func (f *File) List(ctx context.Context) ([]Slot, error) {
	c, err := f.look(ctx)
	if err != nil {
		return nil, err
	}
	return c.list(), nil
}
