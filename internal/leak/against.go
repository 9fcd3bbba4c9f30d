package leak

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"rekey/exchanges"
	"rekey/internal/scan/token"
)

// Against looks for keys of which only fingerprints are known: on the side of
// somebody who holds a dump and must not learn the keys.
type Against struct {
	sums map[[sha256.Size]byte]bool
	// lengths marks the lengths that the keys have, where the list says them;
	// else all that access keys may have. least is the smallest.
	lengths [mostKey + 1]bool
	least   int
}

// lengthsWord begins the line of a list that says how long the keys are. Who
// does not know it takes the line for a remark.
const lengthsWord = "# lengths:"

// Lengths returns the line that goes before fingerprints: with it, whoever holds
// the dump need not hash everything in it. That a key has 64 characters is no
// secret.
func Lengths(own []Own) string {
	var all []int
	for _, o := range own {
		if n := len(o.AccessKey); n > 0 {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	line := lengthsWord
	for _, n := range slices.Compact(all) {
		line += " " + strconv.Itoa(n)
	}
	return line
}

// Fingerprints returns what may be shown of keys to somebody who holds a dump:
// the SHA-256 of every access key, sorted. Access keys are long and random, so
// nobody finds a key from it.
func Fingerprints(own []Own) []string {
	var all []string
	for _, o := range own {
		if o.AccessKey != "" {
			all = append(all, exchanges.Fingerprint(o.AccessKey))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ReadFingerprints reads a list as Fingerprints makes it, one a line. Empty
// lines and lines that begin with # are left out.
func ReadFingerprints(in io.Reader) (*Against, error) {
	a := &Against{sums: map[[sha256.Size]byte]bool{}}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if list, ok := strings.CutPrefix(line, lengthsWord); ok {
			a.takeLengths(list)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		raw, err := hex.DecodeString(strings.TrimPrefix(line, "sha256:"))
		if err != nil || len(raw) != sha256.Size {
			return nil, fmt.Errorf("line %d is no fingerprint (sha256: and 64 hexadecimal digits)", n)
		}
		a.sums[[sha256.Size]byte(raw)] = true
	}
	if a.least == 0 {
		a.least = leastKey
		for n := leastKey; n <= mostKey; n++ {
			a.lengths[n] = true
		}
	}
	return a, lines.Err()
}

// takeLengths marks the lengths of a list. What is no length is left out, and a
// list without any says nothing.
func (a *Against) takeLengths(list string) {
	for word := range strings.FieldsSeq(list) {
		if n, err := strconv.Atoi(word); err == nil && n >= leastKey && n <= mostKey {
			a.lengths[n] = true
			if a.least == 0 || n < a.least {
				a.least = n
			}
		}
	}
}

// Keys returns how many keys are looked for.
func (a *Against) Keys() int { return len(a.sums) }

// SearchAgainst looks for keys by their fingerprints: it hashes every run of a
// dump that may be an access key.
func SearchAgainst(ctx context.Context, a *Against, dumps []Dump, p *Progress) Result {
	return search(ctx, &run{against: a, progress: p}, dumps)
}

// The lengths that access keys have.
const (
	leastKey = 8
	mostKey  = 128
)

// scan looks at one byte of as many as the shortest key has: a run that is long
// enough has that byte.
func (a *Against) scan(k block, name string) []Hit {
	var hits []Hit
	for i := k.from; i < k.to; {
		probe := i + a.least - 1
		if probe >= len(k.b) {
			break
		}
		if !token.Byte[k.b[probe]] {
			i = probe + 1
			continue
		}
		start := token.Start(k.b, probe, i, &token.Byte)
		end := token.End(k.b, probe+1, &token.Byte)
		i = end + 1
		if start > 0 && token.Byte[k.b[start-1]] || start >= k.to {
			continue // it began in the block before, or begins in the next
		}
		if key, ok := a.known(k.b[start:end]); ok {
			hits = append(hits, Hit{
				Own: Own{
					Credential: exchanges.Credential{AccessKey: key},
				}, What: AccessKey, Path: name, Offset: k.offset + int64(start-k.from),
				Line: int64(bytes.Count(k.b[k.from:start], []byte{'\n'})),
			})
		}
	}
	return hits
}

func (a *Against) known(run []byte) (string, bool) {
	if len(run) > mostKey || !a.lengths[len(run)] || !a.sums[sha256.Sum256(run)] {
		return "", false
	}
	return string(run), true
}
