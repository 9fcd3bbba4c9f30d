package location

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/parallel"
)

// One look reads and parses a file once, however many keys it holds, in every
// format; an environment without Once looks again.
func TestOnceReadsAFileOnce(t *testing.T) {
	for _, tt := range []struct{ file, at, first, second string }{
		{
			".env", "dotenv:.env#B%d", "B1_API_KEY=one\nB1_API_SECRET=CANARY1\nB2_API_KEY=two\nB2_API_SECRET=CANARY2\n",
			"B1_API_KEY=six\nB1_API_SECRET=CANARYx\n",
		},
		{
			"k.json", "json:k.json#/b%d", `{"b1":{"key":"one","secret":"CANARY1"},"b2":{"key":"two","secret":"CANARY2"}}`,
			`{"b1":{"key":"six","secret":"CANARYx"}}`,
		},
		{
			"k.yaml", "yaml:k.yaml#/b%d", "b1: {key: one, secret: CANARY1}\nb2: {key: two, secret: CANARY2}\n",
			"b1: {key: six, secret: CANARYx}\n",
		},
		{
			"k.toml", "toml:k.toml#/b%d", "[b1]\nkey = 'one'\nsecret = 'CANARY1'\n[b2]\nkey = 'two'\nsecret = 'CANARY2'\n",
			"[b1]\nkey = 'six'\nsecret = 'CANARYx'\n",
		},
	} {
		dir := t.TempDir()
		write := func(text string) {
			if err := os.WriteFile(filepath.Join(dir, tt.file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		read := func(env Env, n int) string {
			l, err := Parse(fmt.Sprintf(tt.at, n))
			if err != nil {
				t.Fatal(err)
			}
			r, err := l.Read(context.Background(), env)
			if err != nil {
				return err.Error()
			}
			return r.Credential.AccessKey
		}
		again := Env{Dir: dir}
		once := again.Once()
		write(tt.first)
		if got := read(once, 1); got != "one" {
			t.Fatalf("%s: %s", tt.file, got)
		}
		write(tt.second)
		if got := read(once, 2); got != "two" {
			t.Errorf("%s: the second key is %q: the file was read again", tt.file, got)
		}
		if got := read(again, 1); got != "six" {
			t.Errorf("%s: without Once the key is %q, and the file holds six", tt.file, got)
		}
		if got := read(again.Once(), 1); got != "six" {
			t.Errorf("%s: a new look sees %q, and the file holds six", tt.file, got)
		}
		l, err := Parse(fmt.Sprintf(tt.at, 1))
		if err != nil {
			t.Fatal(err)
		}
		change, err := l.Prepare(
			context.Background(),
			once,
			exchanges.Credential{AccessKey: "new", Secret: exchanges.NewSecret("CANARYnew")},
		)
		if err == nil {
			err = change.Apply(context.Background())
		}
		if err != nil || read(again, 1) != "new" {
			t.Errorf("%s: a change is made of what an earlier look remembers: %v", tt.file, err)
		}
	}
}

// A file that cannot be parsed is the problem of each of its keys, and each
// error names its own location.
func TestOnceTellsEachKeyOfAProblem(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte("B1_API_KEY='CANARY\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := Env{Dir: dir}.Once()
	errs := make([]string, 64)
	all := make([]int, len(errs))
	for i := range all {
		all[i] = i
	}
	parallel.Each(context.Background(), 8, all, func(ctx context.Context, i int) {
		l, err := Parse(fmt.Sprintf("dotenv:.env#B%d", i))
		if err == nil {
			_, err = l.Read(ctx, env)
		}
		errs[i] = fmt.Sprint(err)
	})
	for i, e := range errs {
		if !strings.Contains(e, fmt.Sprintf("dotenv:.env#B%d:", i)) || strings.Contains(e, "CANARY") {
			t.Errorf("key %d: %s", i, e)
		}
	}
}
