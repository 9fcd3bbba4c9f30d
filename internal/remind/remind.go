// Package remind remembers when a person was last reminded of something, so that
// a job of every night does so once a week. What cannot be remembered is said
// again: nothing is ever left unsaid because of this package.
package remind

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"rekey/internal/atomicfile"
)

// Every is how often a person is reminded. It is half a day short of a week: the
// job of the same night a week later may start a little earlier.
const Every = 7*24*time.Hour - 12*time.Hour

// file is the name of the record in the state directory.
const file = "reminders.json"

// A Record says when each thing was last said, by its name. The zero Record has
// said nothing.
type Record struct {
	SchemaVersion int                  `json:"schema_version"`
	Said          map[string]time.Time `json:"said"`
}

// Load reads the record of a state directory. One that is not there or cannot be
// read has said nothing.
func Load(dir string) Record {
	var r Record
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil || json.Unmarshal(data, &r) != nil || r.SchemaVersion != 1 {
		return Record{}
	}
	return r
}

// Due reports whether it is time to say something again: it was never said, or
// not for [Every], or at a time that is still to come.
func (r Record) Due(name string, now time.Time) bool {
	at, said := r.Said[name]
	return !said || at.After(now) || now.Sub(at) >= Every
}

// Next is the record after names were what there was to say at now: those that
// were due are said, and what is no longer there is forgotten.
func (r Record) Next(names []string, now time.Time) Record {
	next := Record{SchemaVersion: 1, Said: map[string]time.Time{}}
	for _, name := range names {
		next.Said[name] = r.Said[name]
		if r.Due(name, now) {
			next.Said[name] = now.UTC()
		}
	}
	return next
}

// Save writes the record to a state directory.
func (r Record) Save(dir string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, file), append(data, '\n'), atomicfile.Options{})
}
