package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/drill"
	"rekey/internal/fake"
	"rekey/internal/fake/gateio"
)

// stageGateio starts a fake of Gate and writes a rekey.yaml and .env for it: a
// key of the main account that may read account and manages a sub-account's key,
// a key that trades, and the sub-account's key. One more key of the main account
// is declared by nobody.
func stageGateio(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: gateio")
	}
	server, _, err := writeGateio(ts.MkAbs("."), time.Now)
	ts.Check(err)
	ts.Defer(server.Close)
}

// writeGateio starts the fake and writes the files into a folder.
func writeGateio(dir string, now func() time.Time) (*fake.Server, *gateio.Exchange, error) {
	secret := fake.HexOf("gateio story", 52) + fake.HexCanary
	key := func(name string, perms ...gateio.Perm) *gateio.Key {
		return &gateio.Key{
			AccessKey: fake.HexOf("gateio story "+name, 32), Secret: secret, Created: now().Add(-time.Hour),
			Settings: gateio.Settings{Name: name, Mode: 1, Whitelist: []string{"127.0.0.1"}, Perms: perms},
		}
	}
	spot := gateio.Perm{Name: "spot"}
	account := gateio.Perm{Name: "account"}
	keys := []*gateio.Key{key("owner", account), key("trader", spot), key("sub-bot", spot)}
	server, x, err := gateio.Start(now, &gateio.Account{
		ID: 447000, Keys: append(keys[:2:2], key("planted", spot, gateio.Perm{Name: "wallet"})),
		Subs: []*gateio.Sub{{ID: 44700071, Name: "grid1", Keys: keys[2:]}},
	})
	if err != nil {
		return nil, nil, err
	}
	var env, yaml strings.Builder
	yaml.WriteString("version: 1\nkeys:\n")
	for _, k := range keys {
		prefix := strings.ToUpper(strings.ReplaceAll(k.Name, "-", "_"))
		fmt.Fprintf(&env, "%s_API_KEY=%s\n%s_API_SECRET=%s\n", prefix, k.AccessKey, prefix, secret)
		fmt.Fprintf(&yaml, "  %s:\n    exchange: gate\n    credential: dotenv:.env#%s\n", k.Name, prefix)
	}
	yaml.WriteString("    manager: owner\n    account: grid1\n")
	fmt.Fprintf(&yaml, "exchanges:\n  gateio: {endpoint: %q}\n", server.URL)
	return server, x, errors.Join(
		os.WriteFile(filepath.Join(dir, "rekey.yaml"), []byte(yaml.String()), 0o600),
		os.WriteFile(filepath.Join(dir, ".env"), []byte(env.String()), 0o600))
}

// At Gate a change may take five minutes: a rotation waits for the new key, and a
// revocation calls the old one neither dead nor alive before that.
func TestGateTakesMinutes(t *testing.T) {
	for _, c := range []struct {
		story string
		args  []string
		lag   fake.Lag
		exit  int
		says  string
		least time.Duration
	}{
		{"dead at once", []string{"revoke"}, fake.Lag{}, 0, `"confirmed_dead": true`, 5 * time.Minute},
		{
			"dead after four minutes",
			[]string{"revoke"},
			fake.Lag{Revoke: 4 * time.Minute},
			0, `"confirmed_dead": true`,
			5 * time.Minute,
		},
		{
			"dead after six",
			[]string{"revoke"},
			fake.Lag{Revoke: 6 * time.Minute},
			0, `"confirmed_dead": true`,
			6 * time.Minute,
		},
		{"alive for ever", []string{"revoke"}, fake.Lag{Revoke: time.Hour}, 5, `the key is alive`, 7 * time.Minute},
		{
			"a new key that is late",
			[]string{"rotate", "--accept-risk", "bot-still-running"},
			fake.Lag{Activate: 4 * time.Minute, List: time.Minute},
			0, `"stage": "done"`, 9 * time.Minute,
		},
	} {
		clock := drill.NewClock(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC))
		begin := clock.Now()
		dir := t.TempDir()
		server, x, err := writeGateio(dir, clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		x.Do(func() { x.Lag = c.lag })
		var stdout, stderr bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: dir, Now: clock.Now, Sleep: clock.Sleep,
			Registry: all.Registry(), Terminal: func() (io.ReadWriteCloser, error) { return nil, os.ErrNotExist },
		}
		args := append(c.args, "sub-bot", "--yes", "--format", "json", "--state", filepath.Join(dir, "state"))
		code := app.Run(t.Context(), args)
		server.Close()
		if took := clock.Now().Sub(begin); code != c.exit || took < c.least || took > c.least+3*time.Minute ||
			!strings.Contains(stdout.String()+stderr.String(), c.says) {
			t.Errorf("%s: exit %d after %v\n%s\n%s", c.story, code, took, stdout.String(), stderr.String())
		}
		if code == 5 && !strings.Contains(stderr.String(), "rekey runs resume") {
			t.Errorf("%s: the command that goes on is not named: %s", c.story, stderr.String())
		}
	}
}
