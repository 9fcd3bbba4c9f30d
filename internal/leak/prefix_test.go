package leak

import (
	"slices"
	"testing"
)

// TestPrefixes wants masks of every kind, and no beginning that is too short to
// mean anything.
func TestPrefixes(t *testing.T) {
	n := len(accessKey)
	for text, want := range map[string][]string{
		accessKey[:4] + "..." + accessKey[n-4:]:  {"grid prefix 1"},
		accessKey[:4] + "…" + accessKey[n-4:]:    {"grid prefix 1"},
		accessKey[:4] + "****" + accessKey[n-4:]: {"grid prefix 1"},
		accessKey[:4] + "..." + accessKey[n-3:]:  nil,
		accessKey[:4] + "...nope":                nil,
		accessKey[:8] + "***":                    {"grid prefix 1"},
		accessKey[:7] + "***":                    nil,
		accessKey[:16]:                           {"grid prefix 1"},
		accessKey[:15]:                           nil,
		accessKey[:4]:                            nil,
	} {
		if got := hits(t, "x "+text+" y\n"); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", text, got, want)
		}
	}
}
