package cmd_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake"
	"rekey/internal/fake/vault"
)

// vaultToken is the root token of a story's server. No output may hold it: see
// noSecrets.
const vaultToken = "hvs." + fake.Canary + "root"

// vaults are the servers of stories, by their folder.
var vaults sync.Map

// vaultServer starts and turns a server of secrets:
//
//	vault start                    sets BAO_ADDR and BAO_TOKEN
//	vault move PATH ENV PREFIX     puts the credential of PREFIX in the file ENV there
//	vault token TOKEN PATH CAPABILITIES   a token with a policy, capabilities with commas
//	vault wrap FILE ROLE           an AppRole, its secret id wrapped into FILE
//	vault seal, vault unseal
//	vault fault METHOD WHAT        once: lost, redirect, 403, 503
//	vault holds PATH TEXT          the newest version holds TEXT
//	vault version PATH N
func vaultServer(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: vault WHAT ...")
	}
	if args[0] == "start" {
		s, err := vault.Start(time.Now, vaultToken)
		ts.Check(err)
		ts.Defer(s.Close)
		vaults.Store(ts.Getenv("WORK"), s)
		ts.Setenv("BAO_ADDR", s.URL)
		ts.Setenv("BAO_TOKEN", vaultToken)
		return
	}
	kept, _ := vaults.Load(ts.Getenv("WORK"))
	s, ok := kept.(*vault.Server)
	if !ok {
		ts.Fatalf("no vault was started")
	}
	switch {
	case args[0] == "move" && len(args) == 4:
		s.Put(args[1], secretOf(ts, args[2], args[3]))
	case args[0] == "token" && len(args) == 4:
		s.Allow(args[1], vault.Policy{args[2]: strings.Split(args[3], ",")})
	case args[0] == "wrap" && len(args) == 3:
		s.Role("approle", args[2], "sid-"+fake.Canary+args[2], vaultToken)
		s.Wrap("hvs."+fake.Canary+"wrap", "sid-"+fake.Canary+args[2])
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte("hvs."+fake.Canary+"wrap\n"), 0o600))
	case args[0] == "seal" || args[0] == "unseal":
		s.Seal(args[0] == "seal")
	case args[0] == "fault" && len(args) == 3:
		effects := map[string]fake.Effect{
			"lost": fake.LostAnswer(), "redirect": fake.Redirect("http://127.0.0.1:1/"),
			"403": fake.Answer(http.StatusForbidden, "application/json", `{"errors":["permission denied"]}`),
			"503": fake.Answer(http.StatusServiceUnavailable, "application/json", `{"errors":["Vault is sealed"]}`),
		}
		s.Mend()
		s.Break(fake.Fault{Method: args[1], Path: "/data/", Times: 1, Do: effects[args[2]]})
	case args[0] == "holds" && len(args) == 3:
		if data, _ := s.Data(args[1]); strings.Contains(data, args[2]) == neg {
			ts.Fatalf("%s: whether it holds %s is %v", args[1], args[2], neg)
		}
	case args[0] == "version" && len(args) == 3:
		if _, n := s.Data(args[1]); fmt.Sprint(n) != args[2] {
			ts.Fatalf("%s has version %d, want %s", args[1], n, args[2])
		}
	default:
		ts.Fatalf("vault cannot %s", strings.Join(args, " "))
	}
}

// secretOf writes a credential of a .env file as the fields of a secret, with one
// that is somebody else's.
func secretOf(ts *testscript.TestScript, file, prefix string) string {
	fields := []string{`"note":"theirs"`}
	for _, line := range strings.Split(ts.ReadFile(file), "\n") {
		name, value, _ := strings.Cut(line, "=")
		if part, is := strings.CutPrefix(name, prefix+"_"); is {
			fields = append(fields, fmt.Sprintf("%q:%q", strings.ToLower(part), strings.Trim(value, `"'`)))
		}
	}
	if len(fields) < 3 {
		ts.Fatalf("%s has no credential %s", file, prefix)
	}
	return "{" + strings.Join(fields, ",") + "}"
}
