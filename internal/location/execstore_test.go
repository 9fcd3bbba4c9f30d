//go:build unix

package location

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// helper is a program that keeps the credential in the file kept, as a user may
// write it.
func helper(t *testing.T, onStore string) Env {
	t.Helper()
	env := program(t, `for last; do :; done
if [ "$last" = store ]; then `+onStore+`; else cat kept; fi`)
	if err := os.WriteFile(filepath.Join(env.Dir, "kept"), []byte(goodAnswer), 0o600); err != nil {
		t.Fatal(err)
	}
	return env
}

const keeps = `cat > kept.new && mv kept.new kept`

func TestExecStores(t *testing.T) {
	env := helper(t, `printf '%s|' "$@" >> seen; env >> seen; tr '\0' '|' < /proc/$$/environ >> seen 2>/dev/null; `+keeps)
	env.Environ = append(env.Environ, "BINANCE_API_SECRET=CANARY")
	change := stores(t, env, "exec:./get-key --name 'grid bot'", credential(newKey, newSecret, newPassphrase))
	want(t, change.Describe(), "exec:./get-key …: is run with the argument store and the credential on its stdin")
	want(
		t,
		content(t, env, "kept"),
		`{"version":1,"access_key":"`+newKey+`","secret":"`+newSecret+`","passphrase":"`+newPassphrase+"\"}\n",
	)
	seen := content(t, env, "seen")
	if !strings.HasPrefix(seen, "--name|grid bot|store|") || strings.Count(seen, "|store|") != 1 {
		t.Errorf("the program was called with %.60s", seen)
	}
	if strings.Contains(seen, canary) {
		t.Error("a secret is in the program's arguments or environment")
	}
	if again := prepares(t, env, "exec:./get-key", credential(newKey, newSecret, newPassphrase)); !again.Done() ||
		change.Done() {
		t.Error("Done does not tell whether the program has the credential")
	}
	// The way back, and no passphrase.
	stores(t, env, "exec:./get-key", credential(testKey, testSecret, testPassphrase))
	stores(t, env, "exec:./get-key", credential(testKey, testSecret, ""))
	stores(t, env, "exec:./get-key", credential(testKey, testPEM, "p\"'\\é"))
}

// What the program says counts less than what it answers afterwards.
func TestExecStoreFails(t *testing.T) {
	const byHand = " (run it by hand to see why: rekey does not show its stderr, which may hold a secret)"
	to := credential(newKey, newSecret, newPassphrase)
	for _, c := range []struct {
		name, onStore string
		want          string // "" for success
	}{
		{"an error, and nothing stored", `cat; cat >&2; exit 7`, "storing: the program ended with exit status 7" + byHand},
		{"stored, and an error", keeps + `; exit 7`, ""},
		{"stored, and then it hangs", keeps + `; sleep 1000`, ""},
		{"it hangs", `sleep 1000`, "storing: the program did not answer within 1s and was killed (it must answer without " +
			"a question at the terminal)"},
		{"it does not read", `exit 0`, "the program ended well and does not answer with the new credential (it must store " +
			"what comes on its stdin when its last argument is store)"},
		{"it stores half", `tr -d = > kept`, "the program ended well and does not answer with the new credential (it must " +
			"store what comes on its stdin when its last argument is store)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := helper(t, c.onStore)
			env.programLimit = time.Second
			err := prepares(t, env, "exec:./get-key", to).Apply(t.Context())
			if c.want == "" {
				if err != nil {
					t.Errorf("%v", err)
				}
				return
			}
			want(t, isError(t, env, err, ReasonFailed), "exec:./get-key: "+c.want)
		})
	}
}

func TestExecStoreAfterAnEdit(t *testing.T) {
	env := helper(t, keeps)
	to := credential(newKey, newSecret, newPassphrase)
	change := prepares(t, env, "exec:./get-key", to)
	other := strings.Replace(goodAnswer, testKey, "kCANARYother", 1)
	if err := os.WriteFile(filepath.Join(env.Dir, "kept"), []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	want(
		t,
		isError(t, env, change.Apply(t.Context()), ReasonChanged),
		"exec:./get-key: the program answers with another credential than when the change was prepared (nothing was "+
			"stored; look at it and try again)",
	)
	want(t, content(t, env, "kept"), other)
	stores(t, env, "exec:./get-key", to)
	// The first Change finds that its work was done.
	if err := change.Apply(t.Context()); err != nil {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(env.Dir, "kept")); err != nil {
		t.Fatal(err)
	}
	isError(t, env, change.Apply(t.Context()), ReasonFailed)
	declines(t, env, "exec:./get-key", to, ReasonFailed)
}
