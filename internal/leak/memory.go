package leak

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
)

// memoryFile is where hits are remembered, in the state directory. The next
// audit reads it (INC-06).
const memoryFile = "leaks.json"

// memoryVersion is raised when a meaning changes.
const memoryVersion = 1

// A Memory says that a key was found in a dump. It holds no part of the key.
type Memory struct {
	Fingerprint string    `json:"fingerprint"`
	What        []What    `json:"what"`
	Dump        string    `json:"dump"` // the name that the dump had
	FoundAt     time.Time `json:"found_at"`
}

type memories struct {
	Version int      `json:"version"`
	Hits    []Memory `json:"hits"`
}

// Remembered returns what was found in dumps before, the oldest first. Where
// nothing was ever found it is empty. An error means that it cannot be known.
func Remembered(stateDir string) ([]Memory, error) {
	data, err := os.ReadFile(filepath.Join(stateDir, memoryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m memories
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", memoryFile, err)
	}
	if m.Version > memoryVersion {
		return nil, fmt.Errorf("%s was written by a newer rekey (version %d)", memoryFile, m.Version)
	}
	return m.Hits, nil
}

// Remember adds hits to what is remembered. A possible hit is not remembered.
// A key that was found in a dump of that name before keeps its day.
func Remember(stateDir string, hits []Hit, now time.Time) error {
	all, err := Remembered(stateDir)
	if err != nil {
		return err
	}
	changed := false
	for _, h := range hits {
		if h.What == Prefix || h.Own.AccessKey == "" {
			continue
		}
		f := exchanges.Fingerprint(h.Own.AccessKey)
		i := slices.IndexFunc(all, func(m Memory) bool { return m.Fingerprint == f && m.Dump == h.Path })
		if i < 0 {
			all = append(all, Memory{Fingerprint: f, Dump: h.Path, FoundAt: now.UTC().Truncate(time.Second)})
			i = len(all) - 1
		}
		if !slices.Contains(all[i].What, h.What) {
			all[i].What = append(all[i].What, h.What)
			slices.Sort(all[i].What)
			changed = true
		}
	}
	if !changed {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Memory) int {
		return cmp.Or(a.FoundAt.Compare(b.FoundAt), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	data, err := json.MarshalIndent(memories{memoryVersion, all}, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.MakeDir(stateDir); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(stateDir, memoryFile), append(data, '\n'), atomicfile.Options{})
}
