package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"rekey/exchanges"
	"rekey/internal/atomicfile/crashfs"
	"rekey/internal/store"
	"rekey/internal/store/storetest"
)

func TestContract(t *testing.T) {
	for _, c := range []struct {
		story   string
		options func(*testing.T) store.Options
		seal    string
	}{
		{"with a bare identity", inDirectory, ""},
		{"with a passphrase", inDirectory, "CANARY passphrase"},
		{"in memory", inMemory, ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			opened := map[store.Store]store.Options{}
			storetest.Run(t, storetest.Engine{
				New: func(t *testing.T) store.Store {
					t.Helper()
					o := c.options(t)
					if c.seal != "" {
						path := filepath.Join(t.TempDir(), "passphrase")
						if err := os.WriteFile(path, []byte(c.seal+"\n"), 0o600); err != nil {
							t.Fatal(err)
						}
						o.Passphrase = store.PassphraseFile(path)
					}
					f, err := store.Create(t.Context(), o, exchanges.NewSecret(c.seal))
					if err != nil {
						t.Fatal(err)
					}
					opened[f] = o
					return f
				},
				Reopen: func(t *testing.T, s store.Store) store.Store {
					t.Helper()
					f, err := store.Open(t.Context(), opened[s])
					if err != nil {
						t.Fatal(err)
					}
					opened[f] = opened[s]
					return f
				},
			})
		})
	}
}

func inDirectory(t *testing.T) store.Options {
	t.Helper()
	return store.Quick(store.Options{Dir: filepath.Join(t.TempDir(), "state")})
}

func inMemory(*testing.T) store.Options { return store.OnDisk(crashfs.NewDisk()) }
