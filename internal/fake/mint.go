package fake

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// What a fake makes can be told apart: every secret holds Canary, or HexCanary
// where its form has hex digits alone. Tests look for both where no secret
// belongs. Access keys belong to the seed that they are made from, so that two
// runs of one story print the same; secrets are random.
const (
	Canary    = "CANARY"
	HexCanary = "43414e415259" // the same six letters
)

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// HexOf returns n hex digits, at most 64, that belong to seed.
func HexOf(seed string, n int) string {
	sum := sha256.Sum256([]byte(seed))
	return hex.EncodeToString(sum[:])[:n]
}

// LettersOf returns n letters and digits, at most 64, that belong to seed.
func LettersOf(seed string, n int) string {
	a, b := sha256.Sum256([]byte(seed)), sha256.Sum256([]byte("more "+seed))
	return letters(append(a[:], b[:]...)[:n])
}

// RandomHex returns n random hex digits.
func RandomHex(n int) string { return hex.EncodeToString(random((n + 1) / 2))[:n] }

// RandomLetters returns n random letters and digits.
func RandomLetters(n int) string { return letters(random(n)) }

// UUID puts dashes between 32 hex digits.
func UUID(h string) string {
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

func letters(of []byte) string {
	out := make([]byte, len(of))
	for i, b := range of {
		out[i] = alphanumerics[int(b)%len(alphanumerics)]
	}
	return string(out)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}
