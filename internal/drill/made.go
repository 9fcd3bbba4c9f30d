package drill

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"
)

// Access keys are the same at every start, so that two drills print the same
// report; secrets are random.

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// seed is 64 bytes that belong to a name.
func seed(name string) []byte {
	a, b := sha256.Sum256([]byte("drill "+name)), sha256.Sum256([]byte("drill more "+name))
	return append(a[:], b[:]...)
}

// alphanumeric is an access key of n letters and digits.
func alphanumeric(name string, n int) string {
	out := make([]byte, n)
	s := seed(name)
	for i := range out {
		out[i] = letters[int(s[i%len(s)])%len(letters)]
	}
	return string(out)
}

// hexadecimal is an access key of n hex digits.
func hexadecimal(name string, n int) string { return hex.EncodeToString(seed(name))[:n] }

// objectID is an access key of KuCoin's form: its first digits are the time of
// its making.
func objectID(name string, made time.Time) string {
	return fmt.Sprintf("%08x", made.Unix()) + hexadecimal(name, 16)
}

// uuid is an access key in the form of a UUID.
func uuid(name string) string {
	h := hexadecimal(name, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:32]
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

// randomText is a secret of n letters and digits.
func randomText(n int) string {
	out := random(n)
	for i, b := range out {
		out[i] = letters[int(b)%len(letters)]
	}
	return string(out)
}

// randomHex is a secret of n hex digits.
func randomHex(n int) string { return hex.EncodeToString(random((n + 1) / 2))[:n] }

// randomUUID is a secret in the form of a UUID.
func randomUUID() string {
	h := randomHex(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// randomBase64 is a secret of n bytes in base64.
func randomBase64(n int) string { return base64.StdEncoding.EncodeToString(random(n)) }

// passphrase is one that every exchange takes: digit, upper, lower, special.
func passphrase() string { return randomText(12) + "a1B!" }

func on(year, month, day, hour, minute int) time.Time {
	return time.Date(year, time.Month(month), day, hour, minute, 0, 0, time.UTC)
}
