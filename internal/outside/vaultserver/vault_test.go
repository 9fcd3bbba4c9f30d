// Package vaultserver holds rekey's KV client against a real HashiCorp Vault: version
// 1.14.0, the last of its line under MPL-2.0, in this process, on loopback. It is a
// module of its own, test-only: nothing of it is in rekey.
//
// Its modules are of 2023 and stay so on purpose, and govulncheck does not look
// here. Building it takes minutes when the cache is cold: go test -vet=off -p=1 .
package vaultserver

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	log "github.com/hashicorp/go-hclog"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/api"
	"github.com/hashicorp/vault/builtin/credential/approle"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/vault"
)

// serve starts a Vault core on loopback, its storage in a folder, and returns its
// address and root token.
func serve(t *testing.T) (*vault.Core, string, string) {
	t.Helper()
	storage, err := file.NewFileBackend(map[string]string{"path": t.TempDir()}, log.NewNullLogger())
	if err != nil {
		t.Fatal(err)
	}
	core, _, root := vault.TestCoreUnsealedWithConfig(t, &vault.CoreConfig{
		Physical: storage, Logger: log.NewNullLogger(), DisableMlock: true,
		LogicalBackends:    map[string]logical.Factory{"kv": kv.Factory},
		CredentialBackends: map[string]logical.Factory{"approle": approle.Factory},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	vaulthttp.TestServerWithListener(t, listener, address, core)
	return core, address, root
}

func client(t *testing.T, address, token string) *api.Client {
	t.Helper()
	c, err := api.NewClient(&api.Config{Address: address, MaxRetries: 0, HttpClient: &http.Client{}})
	if err != nil {
		t.Fatal(err)
	}
	c.SetToken(token)
	return c
}

// mounted starts a server with the mounts that the suite of internal/kv wants: kv
// and teams/kv of version 2 that insist on check-and-set, old of version 1.
func mounted(t *testing.T) (address, root string) {
	t.Helper()
	_, address, root = serve(t)
	c := client(t, address, root)
	for path, version := range map[string]string{"kv": "2", "teams/kv": "2", "old": "1"} {
		input := &api.MountInput{Type: "kv", Options: map[string]string{"version": version}}
		if err := c.Sys().Mount(path, input); err != nil {
			t.Fatal(err)
		}
		for try := 0; version == "2"; try++ { // the engine upgrades itself for a moment
			_, err := c.Logical().Write(path+"/config", map[string]any{"cas_required": true})
			if err == nil {
				break
			}
			if try == 100 {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	if err := c.Sys().EnableAuthWithOptions("approle", &api.EnableAuthOptions{Type: "approle"}); err != nil {
		t.Fatal(err)
	}
	return address, root
}

// TestSuite runs the suite of internal/kv, which runs over the fake every day, over
// the real server.
func TestSuite(t *testing.T) {
	address, root := mounted(t)
	suite := exec.Command("go", "test", "-count=1", "-v", "-run", "/real", "./internal/kv")
	suite.Dir = "../../.."
	suite.Env = append(os.Environ(), "BAO_ADDR="+address, "BAO_TOKEN="+root, "REKEY_LIVE_KV=1", "GOFLAGS=")
	out, err := suite.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}
