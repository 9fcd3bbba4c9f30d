// Package listed remembers the keys that managers listed and nobody declared.
//
// Such a key is seen through a list alone. When the manager dies, or leaves
// rekey.yaml, nothing would mention the key any more, and it may live: so a look
// that cannot ask whoever listed it has a gap, never silence.
package listed

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/survey"
)

// fileName is where keys are remembered, in the state directory.
const fileName = "listed.json"

// version is raised when a meaning changes.
const version = 1

// A Key is one that a manager listed. It holds no part of the key that reports do
// not show.
type Key struct {
	Name        string    `json:"name"` // the display name
	Exchange    string    `json:"exchange"`
	Fingerprint string    `json:"fingerprint"`
	Managers    []string  `json:"managers"` // names in rekey.yaml of those that listed it
	SeenAt      time.Time `json:"seen_at"`
}

type document struct {
	Version int   `json:"version"`
	Keys    []Key `json:"keys"`
}

// Remembered returns the keys that earlier looks saw, by their names. Where none
// ever was it is empty. An error means that it cannot be known.
func Remembered(stateDir string) ([]Key, error) {
	data, err := os.ReadFile(filepath.Join(stateDir, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", fileName, err)
	}
	if d.Version > version {
		return nil, fmt.Errorf("%s was written by a newer rekey (version %d)", fileName, d.Version)
	}
	return d.Keys, nil
}

// Remember replaces what is remembered. Where nothing is to be remembered and
// nothing was, no file is made.
func Remember(stateDir string, keys, before []Key) error {
	if slices.EqualFunc(keys, before, same) {
		return nil
	}
	data, err := json.MarshalIndent(document{version, keys}, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.MakeDir(stateDir); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(stateDir, fileName), append(data, '\n'), atomicfile.Options{})
}

// same reports whether two memories differ in nothing but the time.
func same(a, b Key) bool {
	return a.Name == b.Name && a.Exchange == b.Exchange && a.Fingerprint == b.Fingerprint &&
		slices.Equal(a.Managers, b.Managers)
}

// Compare holds a look against what earlier ones saw. It returns what is to be
// remembered, by name, and a gap for each key that this look does not mention and
// that nobody who listed it could be asked about. A key that a list, read whole,
// does not name any more is forgotten, and so is one that ended says has ended.
func Compare(before []Key, now survey.Result, at time.Time, ended func(fingerprint string) bool) ([]Key, []audit.Gap) {
	var keys []Key
	var gaps []audit.Gap
	mentioned := map[string]bool{}
	for _, s := range now.Subjects {
		if s.Key.Ref.AccessKey == "" {
			continue
		}
		id := exchanges.Fingerprint(s.Key.Ref.AccessKey)
		mentioned[id] = true
		if s.Origin == audit.FromExchange {
			keys = append(keys, Key{
				Name: s.DisplayName(), Exchange: s.Key.Ref.Exchange, Fingerprint: id,
				Managers: managersOf(now, s.Key.Ref), SeenAt: at.UTC().Truncate(time.Second),
			})
		}
	}
	for _, k := range before {
		if mentioned[k.Fingerprint] || ended(k.Fingerprint) || readAgain(now, k) {
			continue
		}
		keys = append(keys, k)
		gaps = append(gaps, audit.Gap{Key: k.Name, Kind: exchanges.KindUndetermined, Detail: fmt.Sprintf(
			"%s listed it on %s, and cannot be asked any more: it may live, and nobody sees it. Look on %s's page; "+
				"when it is gone there: rekey audit --forget '%s'",
			strings.Join(k.Managers, ", "), k.SeenAt.UTC().Format(time.DateOnly), k.Exchange, k.Name)})
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
	return keys, gaps
}

// managersOf are the keys whose lists name a key.
func managersOf(now survey.Result, ref exchanges.KeyRef) []string {
	var out []string
	for name, m := range now.Managers {
		if m.Key.Ref.Exchange == ref.Exchange && m.Lists[ref.AccessKey] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// readAgain reports whether one of those that listed a key was asked again, and
// its list read whole.
func readAgain(now survey.Result, k Key) bool {
	return slices.ContainsFunc(k.Managers, func(name string) bool {
		m, asked := now.Managers[name]
		return asked && m.Err == nil && m.Key.Status == exchanges.StatusAlive && m.Listed
	})
}
