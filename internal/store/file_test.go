package store

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
)

// quick is scrypt with so little work that tests can afford it.
const quick = 4

const testPassphrase = "CANARY correct horse battery staple"

// options returns those of a store in a new directory that does not exist yet.
func options(t *testing.T) Options {
	t.Helper()
	return Options{Dir: filepath.Join(t.TempDir(), "state", "rekey"), work: quick}
}

func tells(text string) Passphrase {
	return func(context.Context) (exchanges.Secret, error) { return exchanges.NewSecret(text), nil }
}

func create(t *testing.T, o Options, seal string) *File {
	t.Helper()
	f, err := Create(t.Context(), o, exchanges.NewSecret(seal))
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return f
}

func open(t *testing.T, o Options) *File {
	t.Helper()
	f, err := Open(t.Context(), o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return f
}

// onDisk returns the options of a store on a directory in memory.
func onDisk(disk atomicfile.FS) Options {
	var held sync.Mutex
	return Options{
		Dir: "state", work: quick,
		makeDir: func(string) error { return nil },
		openFS:  func(string) (atomicfile.FS, error) { return disk, nil },
		lock: func(context.Context, directory, time.Duration) (func(), error) {
			held.Lock()
			return held.Unlock, nil
		},
	}
}

// inside returns the directory of a store, held open for the test.
func inside(t *testing.T, o Options) directory {
	t.Helper()
	d, err := o.withDefaults().open(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
