package leak

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// Hashes as whole runs are found where a plain search for runs finds them, and
// nowhere else.
func TestRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	all := keys()
	for range many {
		all = append(all, Own{Credential: exchanges.Credential{AccessKey: fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())}})
	}
	m := NewMatcher(all, nil)
	sum := hash(accessKey)
	parts := []string{
		hex.EncodeToString(sum), strings.ToUpper(hex.EncodeToString(sum)),
		base64.RawStdEncoding.EncodeToString(sum), base64.RawURLEncoding.EncodeToString(sum),
		" ", "\n", ":", "=", "\x00", "é", ".", ",", "f", "g", "+", "_", "abc", strings.Repeat("a", 43),
		strings.Repeat("b", 64), strings.Repeat("Z", 300), strings.Repeat(" ", 70),
	}
	hexRun, base64Run := regexp.MustCompile(`[0-9a-fA-F]+`), regexp.MustCompile(`[0-9a-zA-Z+/_-]+`)
	found := 0
	for range 3000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		text := b.String()
		var want []int
		for _, at := range hexRun.FindAllStringIndex(text, -1) {
			if strings.EqualFold(text[at[0]:at[1]], parts[0]) {
				want = append(want, at[0])
			}
		}
		for _, at := range base64Run.FindAllStringIndex(text, -1) {
			if run := text[at[0]:at[1]]; run == parts[2] || run == parts[3] {
				want = append(want, at[0])
			}
		}
		slices.Sort(want)
		var got []int
		for _, h := range m.scan([]byte(text), 0, len(text)) {
			if h.what == Hash {
				got = append(got, h.at)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q: hashes at %v, want %v", text, got, want)
		}
		found += len(got)
	}
	if found == 0 {
		t.Error("no hash was in any text")
	}
}
