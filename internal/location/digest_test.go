package location

import (
	"crypto/sha256"
	"path/filepath"
	"testing"
)

// A change names its files with the SHA-256 of what they held and of what they
// hold once it is applied.
func TestFiles(t *testing.T) {
	before := "X_API_KEY=" + testKey + "\nX_API_SECRET=" + testSecret + "\n"
	env := write(t, map[string]string{"f": before})
	change := stores(t, env, "dotenv:f#X", credential(newKey, newSecret, ""))
	want := FileSum{
		Path: filepath.Join(
			env.Dir,
			"f",
		), Before: sha256.Sum256([]byte(before)), After: sha256.Sum256([]byte(content(t, env, "f"))),
	}
	if got := change.Files(); len(got) != 1 || got[0] != want || want.Before == want.After {
		t.Errorf("got %+v, want %+v", got, want)
	}
	again := prepares(t, env, "dotenv:f#X", credential(newKey, newSecret, ""))
	if got := again.Files(); len(got) != 1 || got[0].Before != want.After || got[0].After != want.After {
		t.Errorf("nothing is to be changed: %+v", got)
	}
	if got := (Change{}).Files(); len(got) != 0 {
		t.Errorf("no file: %+v", got)
	}
}
