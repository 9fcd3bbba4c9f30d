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
	"strings"

	"rekey/exchanges"
	"rekey/internal/scan/token"
)

// Against looks for keys of which only fingerprints are known: on the side of
// somebody who holds a dump and must not learn the keys.
type Against struct{ sums map[[sha256.Size]byte]bool }

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
		if line == "" || line[0] == '#' {
			continue
		}
		raw, err := hex.DecodeString(strings.TrimPrefix(line, "sha256:"))
		if err != nil || len(raw) != sha256.Size {
			return nil, fmt.Errorf("line %d is no fingerprint (sha256: and 64 hexadecimal digits)", n)
		}
		a.sums[[sha256.Size]byte(raw)] = true
	}
	return a, lines.Err()
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

func (a *Against) scan(k block, name string) []Hit {
	var hits []Hit
	for i := k.from; i < k.to; {
		if !token.Byte[k.b[i]] {
			i++
			continue
		}
		start := i
		for i < len(k.b) && token.Byte[k.b[i]] {
			i++
		}
		if start == k.from && start > 0 && token.Byte[k.b[start-1]] {
			continue // it began in the block before
		}
		if key, ok := a.known(k.b[start:i]); ok {
			hits = append(hits, Hit{
				Own: Own{Credential: exchanges.Credential{AccessKey: key}}, What: AccessKey, Path: name, Offset: k.offset + int64(start-k.from),
				Line: int64(bytes.Count(k.b[k.from:start], []byte{'\n'})),
			})
		}
	}
	return hits
}

func (a *Against) known(run []byte) (string, bool) {
	if len(run) < leastKey || len(run) > mostKey || !a.sums[sha256.Sum256(run)] {
		return "", false
	}
	return string(run), true
}
