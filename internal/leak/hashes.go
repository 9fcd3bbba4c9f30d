package leak

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// The lengths of a SHA-256 in base64, without padding, and in hexadecimal
// digits.
const (
	hash64  = 43
	hashHex = 64
)

// A hashed names what a hash was made of: a key, and the number of one of its
// inputs. The hash itself is made again where it is asked for, which is seldom.
type hashed struct{ own, input int32 }

// indexHashes fills the indexes of hashes.
func (m *Matcher) indexHashes() {
	type first struct {
		number        int
		hex, std, url uint64
	}
	var all []first
	for i := range m.own {
		m.own[i].inputs(m.salts, func(n int32, in string) {
			sum := sha256.Sum256([]byte(in))
			var text [piece]byte
			hex.Encode(text[:], sum[:piece/2])
			f := first{number: len(m.hashed), hex: pieceOf(text[:])}
			base64.RawStdEncoding.Encode(text[:], sum[:piece*6/8])
			f.std = pieceOf(text[:])
			base64.RawURLEncoding.Encode(text[:], sum[:piece*6/8])
			f.url = pieceOf(text[:])
			all = append(all, f)
			m.hashed = append(m.hashed, hashed{int32(i), n}) //nolint:gosec // keys are far fewer than 2^31
		})
	}
	m.hex = newIndex(len(all))
	for _, f := range all {
		m.hex.add(f.hex, f.number)
	}
	if len(m.own) < many {
		return
	}
	m.base64 = newIndex(2 * len(all))
	for _, f := range all {
		m.base64.add(f.std, f.number)
		if f.url != f.std {
			m.base64.add(f.url, f.number)
		}
	}
}

// sum is the hash that h names.
func (m *Matcher) sum(h hashed) (sum [sha256.Size]byte) {
	m.own[h.own].inputs(m.salts, func(n int32, in string) {
		if n == h.input {
			sum = sha256.Sum256([]byte(in))
		}
	})
	return sum
}

// hashPatterns adds the ways in which a list writes a hash in base64.
func (m *Matcher) hashPatterns(h hashed, all []pattern) []pattern {
	sum := m.sum(h)
	std, url := base64.RawStdEncoding.EncodeToString(sum[:]), base64.RawURLEncoding.EncodeToString(sum[:])
	for _, t := range texts(std) {
		all = append(all, pattern{t, h.own, Hash, false})
	}
	if url != std {
		all = append(all, pattern{url, h.own, Hash, false})
	}
	return all
}

// isHash reports whether a run of a dump is the hash that h names.
func (m *Matcher) isHash(run []byte, h hashed) bool {
	var got []byte
	var err error
	if len(run) == hashHex {
		got, err = hex.DecodeString(string(run))
	} else if got, err = base64.RawStdEncoding.DecodeString(string(run)); err != nil {
		got, err = base64.RawURLEncoding.DecodeString(string(run))
	}
	sum := m.sum(h)
	return err == nil && string(got) == string(sum[:])
}
