package cmd_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake/htx"
)

// stageHTX starts a fake of HTX and writes a rekey.yaml and .env for it: a key of
// the parent user that trades and manages a sub user's key, and that key. One more
// key of the parent is declared by nobody.
func stageHTX(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: htx")
	}
	const secret = "43414e41-52590a1b-2c3d4e5f-60718"
	key := func(n int, note string, words ...string) *htx.Key {
		return &htx.Key{
			AccessKey: fmt.Sprintf("0a1b2c3d-4e5f6071-8293a4b5-000%02d", n), Secret: secret, Note: note, Perms: words,
			Created: time.Now().Add(-time.Hour), Whitelist: []string{"127.0.0.1"},
		}
	}
	keys := []*htx.Key{key(1, "owner", "readOnly", "trade"), key(2, "sub-bot", "readOnly", "trade")}
	server, _, err := htx.Start(time.Now, &htx.User{
		ID: 63628520, Keys: []*htx.Key{keys[0], key(3, "planted", "withdraw", "readOnly")},
		Subs: []*htx.Sub{{ID: 132208121, Keys: keys[1:]}},
	})
	ts.Check(err)
	ts.Defer(server.Close)
	var env, yaml strings.Builder
	yaml.WriteString("version: 1\nkeys:\n")
	for _, k := range keys {
		prefix := strings.ToUpper(strings.ReplaceAll(k.Note, "-", "_"))
		fmt.Fprintf(&env, "%s_API_KEY=%s\n%s_API_SECRET=%s\n", prefix, k.AccessKey, prefix, secret)
		fmt.Fprintf(&yaml, "  %s:\n    exchange: huobi\n    credential: dotenv:.env#%s\n", k.Note, prefix)
	}
	yaml.WriteString("    manager: owner\n    account: \"132208121\"\n")
	fmt.Fprintf(&yaml, "exchanges:\n  htx: {endpoint: %q}\n", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs("rekey.yaml"), []byte(yaml.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(".env"), []byte(env.String()), 0o600))
}
