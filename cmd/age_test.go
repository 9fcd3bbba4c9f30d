package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"
)

// future puts a store that a later version of rekey may have written in the
// place of the one in DIR, for the identity there: future DIR.
func future(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: future DIR")
	}
	dir := ts.MkAbs(args[0])
	identity, err := os.ReadFile(filepath.Join(dir, "store.key"))
	ts.Check(err)
	ids, err := age.ParseIdentities(bytes.NewReader(identity))
	ts.Check(err)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, ids[0].(*age.X25519Identity).Recipient())
	ts.Check(err)
	_, err = w.Write([]byte(`{"version":2,"slots":{"store:grid-bot":"CANARY in another form"}}`))
	ts.Check(err)
	ts.Check(w.Close())
	ts.Check(os.WriteFile(filepath.Join(dir, "store.age"), sealed.Bytes(), 0o600))
}

// keygen makes an age identity, as age-keygen -o FILE does, and prints its
// public key: keygen FILE.
func keygen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: keygen FILE")
	}
	id, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(id.String()+"\n"), 0o600))
	_, err = fmt.Fprintln(ts.Stdout(), id.Recipient())
	ts.Check(err)
}
