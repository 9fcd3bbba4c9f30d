package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A reason says why a mutant that no test kills does no harm.
type reason struct {
	file, kind, fn, code string
	at                   int // 0: every column
	why                  string
	place                string // where it stands, for errors
}

// readReasons reads harmless.txt: entries "== FILE MUTATOR" with the fields
// func, code, why and, where one line has several, at.
func readReasons(path string) ([]reason, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	blocks, err := parseBlocks(path, string(text))
	if err != nil {
		return nil, err
	}
	var out []reason
	for _, b := range blocks {
		file, kind, _ := strings.Cut(b.name, " ")
		r := reason{file: file, kind: kind, fn: b.fields["func"], code: b.fields["code"], why: b.fields["why"], place: b.at}
		if r.kind == "" || r.code == "" || r.why == "" {
			return nil, fmt.Errorf("%s: an entry needs \"== FILE MUTATOR\", code and why", b.at)
		}
		if text, ok := b.fields["at"]; ok {
			if r.at, err = strconv.Atoi(text); err != nil || r.at < 1 {
				return nil, fmt.Errorf("%s: at is the column in code, from 1", b.at)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

func (r reason) covers(m mutant) bool {
	return r.file == m.file && r.kind == m.kind && r.fn == m.fn && r.code == m.code && (r.at == 0 || r.at == m.at)
}

// explained returns the reason why a mutant does no harm, "" when none is
// known.
func explained(reasons []reason, m mutant) string {
	for _, r := range reasons {
		if r.covers(m) {
			return r.why
		}
	}
	return ""
}

// staleReasons returns those reasons, of files that the mutants are of, that
// are about no mutant: the line was changed since. A reason for a mutant that
// was killed or timed out this time is left alone.
func staleReasons(reasons []reason, mutants []mutant) []reason {
	files := map[string]bool{}
	for _, m := range mutants {
		files[m.file] = true
	}
	var out []reason
	for _, r := range reasons {
		if files[r.file] && !coversAny(r, mutants) {
			out = append(out, r)
		}
	}
	return out
}

func coversAny(r reason, mutants []mutant) bool {
	for _, m := range mutants {
		if r.covers(m) {
			return true
		}
	}
	return false
}

// entry is a mutant as an entry of harmless.txt that lacks its reason.
func entry(m mutant) string {
	return fmt.Sprintf("== %s %s\nfunc: %s\ncode: %s\nat: %d\nwhy: \n", m.file, m.kind, m.fn, m.code, m.at)
}
