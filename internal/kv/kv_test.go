package kv_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/fake/vault"
	"rekey/internal/kv"
)

// rootToken is the fake's. It holds the word that no output may hold.
const rootToken = "hvs.CANARYroot"

// A target is a server that the suite runs over, with the mounts kv and teams/kv
// of version 2 and old of version 1.
type target struct {
	address, root string
	fake          *vault.Server // nil: a real server
	prefix        string        // of names that nobody else uses
	wrapTTL       string        // how long an answer stays wrapped, "" for none
}

// targets are the fake, and a real server where BAO_ADDR and BAO_TOKEN name one:
// internal/outside/vaultserver starts one and runs this.
func targets(t *testing.T) map[string]target {
	t.Helper()
	f := start(t)
	to := map[string]target{"fake": {f.URL, rootToken, f, "desk", ""}}
	if address := os.Getenv("BAO_ADDR"); address != "" && os.Getenv("REKEY_LIVE_KV") != "" {
		to["real"] = target{address, os.Getenv("BAO_TOKEN"), nil, fmt.Sprintf("suite-%d", time.Now().UnixNano()), ""}
	}
	return to
}

func start(t *testing.T) *vault.Server {
	t.Helper()
	f, err := vault.Start(time.Now, rootToken)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func token(text string) kv.Auth {
	return kv.Auth{Token: func() (exchanges.Secret, error) { return exchanges.NewSecret(text), nil }}
}

func open(t *testing.T, address string, auth kv.Auth) *kv.Server {
	t.Helper()
	s, err := kv.New(kv.Options{Address: address, Auth: auth, Sleep: noWait, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// ask asks the server without rekey.
func (to target) ask(t *testing.T, method, path, body string) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, to.address+"/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Vault-Token", to.root)
	if to.wrapTTL != "" {
		req.Header.Set("X-Vault-Wrap-TTL", to.wrapTTL)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, data, err)
	}
	var out map[string]any
	_ = json.Unmarshal(data, &out)
	return out
}

// put writes a secret whose newest version is cas.
func (to target) put(t *testing.T, mount, name, data string, cas int) {
	t.Helper()
	to.ask(t, "POST", mount+"/data/"+name, fmt.Sprintf(`{"options":{"cas":%d},"data":%s}`, cas, data))
}

// limited returns a token that may do what the policy says.
func (to target) limited(t *testing.T, p vault.Policy) string {
	t.Helper()
	if to.fake != nil {
		to.fake.Allow("hvs.CANARYlimited", p)
		return "hvs.CANARYlimited"
	}
	var hcl strings.Builder
	for path, capabilities := range p {
		list, _ := json.Marshal(capabilities)
		fmt.Fprintf(&hcl, "path %q { capabilities = %s }\n", path, list)
	}
	body, _ := json.Marshal(map[string]string{"policy": hcl.String()})
	to.ask(t, "PUT", "sys/policies/acl/"+to.prefix, string(body))
	made := to.ask(t, "POST", "auth/token/create", `{"policies":["`+to.prefix+`"],"ttl":"5m"}`)
	auth, _ := made["auth"].(map[string]any)
	text, _ := auth["client_token"].(string)
	return text
}

const secretText = `{"api_key":"kCANARY1","api_secret":"sCANARY1","note":"<kept>","limit":0.1,"id":123456789012345}`

func wantReason(t *testing.T, err error, want kv.Reason) {
	t.Helper()
	if got := kv.ReasonOf(err); got != want {
		t.Errorf("reason %q (%v), want %q", got, err, want)
	}
	if err != nil && (strings.Contains(err.Error(), "CANARY") || strings.Contains(err.Error(), "127.0.0.1")) {
		t.Errorf("the error holds a secret or a URL: %v", err)
	}
}

// What was read is written in its place, and other fields stay.
func TestReadAndWrite(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			s := open(t, to.address, token(to.root))
			names := map[string]string{"kv": to.prefix + "/grid bot 100%", "teams/kv": to.prefix + "-%2e%2e?a=b"}
			for mount, name := range names {
				path := mount + "/" + name
				_, err := s.Read(t.Context(), path)
				wantReason(t, err, kv.ReasonAbsent)
				escaped := strings.NewReplacer("%", "%25", " ", "%20", "?", "%3F").Replace(name)
				to.put(t, mount, escaped, secretText, 0)
				d, err := s.Read(t.Context(), path)
				if err != nil || d.Version != 1 {
					t.Fatalf("%s: version %d, %v", path, d.Version, err)
				}
				changed := exchanges.NewSecret(strings.Replace(d.Text.Reveal(), "sCANARY1", "sCANARY2", 1))
				if d, err = s.Write(t.Context(), d, changed); err != nil || d.Version != 2 {
					t.Fatalf("%s: version %d, %v", path, d.Version, err)
				}
				again, err := s.Read(t.Context(), path)
				if err != nil || again.Version != 2 || !again.Text.Equal(changed) {
					t.Errorf("%s: version %d reads back otherwise: %v", path, again.Version, err)
				}
			}
		})
	}
}

// Somebody else writes between reading and writing: nothing is written over it.
func TestWriteRefusedWhenChanged(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			s := open(t, to.address, token(to.root))
			path := to.prefix + "/changed"
			to.put(t, "kv", path, secretText, 0)
			d, err := s.Read(t.Context(), "kv/"+path)
			wantReason(t, err, "")
			to.put(t, "kv", path, `{"api_key":"theirs"}`, 1)
			_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{"api_key":"ours"}`))
			wantReason(t, err, kv.ReasonChanged)
			now, err := s.Read(t.Context(), "kv/"+path)
			if err != nil || now.Text.Reveal() != `{"api_key":"theirs"}` {
				t.Errorf("it was written over: %v", err)
			}
			// They did what was to be done.
			to.put(t, "kv", path, `{"b":2,"a":1}`, 2)
			if d, err = s.Write(t.Context(), now, exchanges.NewSecret(`{"a": 1, "b": 2}`)); err != nil || d.Version != 3 {
				t.Errorf("version %d, %v", d.Version, err)
			}
		})
	}
}

// The server shows a long number rounded, so who writes back what they read would
// lose digits: such a secret is not written.
func TestLongNumbers(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			s := open(t, to.address, token(to.root))
			for i, number := range []string{"12345678901234567", "1234567890123456.5", "1e300", "1e30"} {
				path := fmt.Sprintf("%s/number-%d", to.prefix, i)
				to.put(t, "kv", path, `{"n":{"id":[`+number+`]}}`, 0)
				d, err := s.Read(t.Context(), "kv/"+path)
				wantReason(t, err, "")
				_, err = s.Write(t.Context(), d, d.Text)
				wantReason(t, err, kv.ReasonInvalid)
			}
		})
	}
}

// A secret whose newest version was deleted is not there, and an empty
// credential is not read from it.
func TestDeleted(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			s := open(t, to.address, token(to.root))
			path := to.prefix + "/deleted"
			to.put(t, "kv", path, secretText, 0)
			to.ask(t, "DELETE", "kv/data/"+path, "")
			_, err := s.Read(t.Context(), "kv/"+path)
			wantReason(t, err, kv.ReasonAbsent)
			if err == nil || !strings.Contains(err.Error(), "was deleted") {
				t.Errorf("%v", err)
			}
		})
	}
}

// KV version 1 has no check-and-set: it is read, and never written.
func TestFirstVersion(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			s := open(t, to.address, token(to.root))
			path := to.prefix + "-first"
			to.ask(t, "POST", "old/"+path, `{"api_key":"kCANARY"}`)
			d, err := s.Read(t.Context(), "old/"+path)
			if err != nil || d.Version != 0 || d.Text.Reveal() != `{"api_key":"kCANARY"}` {
				t.Fatalf("version %d, %v", d.Version, err)
			}
			_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{}`))
			wantReason(t, err, kv.ReasonReadOnly)
			_, err = s.Read(t.Context(), "old/"+path+"x")
			wantReason(t, err, kv.ReasonAbsent)
		})
	}
}

// A token that may not is no word about the secret.
func TestForbidden(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			path := to.prefix + "/mine"
			to.put(t, "kv", path, secretText, 0)
			to.put(t, "kv", to.prefix+"/theirs", secretText, 0)
			s := open(t, to.address, token(to.limited(t, vault.Policy{"kv/data/" + path: {"read"}})))
			d, err := s.Read(t.Context(), "kv/"+path)
			wantReason(t, err, "")
			wantReason(t, s.MayWrite(t.Context(), d), kv.ReasonForbidden)
			wantReason(t, open(t, to.address, token(to.root)).MayWrite(t.Context(), d), "")
			_, err = s.Read(t.Context(), "kv/"+to.prefix+"/theirs")
			wantReason(t, err, kv.ReasonForbidden)
			_, err = s.Read(t.Context(), "kv/"+to.prefix+"/nothing")
			wantReason(t, err, kv.ReasonForbidden)
			_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{}`))
			wantReason(t, err, kv.ReasonForbidden)
			_, err = open(t, to.address, token("hvs.CANARYnobody")).Read(t.Context(), "kv/"+path)
			wantReason(t, err, kv.ReasonForbidden)
			_, err = open(t, to.address, token(to.root)).Read(t.Context(), "nowhere/"+path)
			wantReason(t, err, kv.ReasonAbsent)
		})
	}
}

// What doctor says about a server and a token.
func TestHealthAndToken(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			s := open(t, to.address, token(to.root))
			h, err := s.Health(t.Context())
			if err != nil || h.Sealed || h.Standby || h.Version != "1.14.0" || time.Since(h.Time).Abs() > time.Minute {
				t.Errorf("%+v, %v", h, err)
			}
			own, err := s.Token(t.Context())
			if err != nil || !own.IsRoot() || own.Left != 0 {
				t.Errorf("%+v, %v", own, err)
			}
			small := to.limited(t, vault.Policy{"auth/token/lookup-self": {"read"}})
			own, err = open(t, to.address, token(small)).Token(t.Context())
			if err != nil || own.IsRoot() || own.Left <= 0 || own.Left > 5*time.Minute {
				t.Errorf("%+v, %v", own, err)
			}
			_, err = open(t, to.address, token("hvs.CANARYnobody")).Token(t.Context())
			wantReason(t, err, kv.ReasonForbidden)
			if to.fake != nil {
				to.fake.Seal(true)
				if h, err := s.Health(t.Context()); err != nil || !h.Sealed {
					t.Errorf("sealed: %+v, %v", h, err)
				}
				to.fake.Break(fake.Fault{Do: fake.Answer(200, "application/json", `{"sealed":false}`)})
				_, err := s.Health(t.Context())
				wantReason(t, err, kv.ReasonFailed)
			}
		})
	}
}

// A write whose answer was lost is sent again, with the same version, and is
// known for its own when it is refused (team.md B7, 4).
func TestB7_04_LostAnswerThenConflictIsWon(t *testing.T) {
	for name, effect := range map[string]fake.Effect{
		"reset": fake.LostAnswer(), "500": fake.Behind(fake.Answer(500, "text/plain", "")),
		"503": fake.Behind(fake.Answer(503, "application/json", `{"errors":["Vault is sealed"]}`)), "cut": fake.Truncated(),
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t)
			f.Put("kv/bot", secretText)
			s := open(t, f.URL, token(rootToken))
			d, err := s.Read(t.Context(), "kv/bot")
			wantReason(t, err, "")
			f.Break(fake.Fault{Method: "POST", Times: 1, Do: effect})
			f.Lag(0)
			d, err = s.Write(t.Context(), d, exchanges.NewSecret(`{"api_key":"new"}`))
			if err != nil || d.Version != 2 {
				t.Fatalf("version %d, %v", d.Version, err)
			}
			if _, version := f.Data("kv/bot"); version != 2 {
				t.Errorf("it was written %d times", version-1)
			}
			// The same, and a standby that does not show the write yet.
			f.Mend()
			f.Break(fake.Fault{Method: "POST", Times: 1, Do: effect})
			f.Lag(2)
			if d, err = s.Write(t.Context(), d, exchanges.NewSecret(`{"api_key":"newer"}`)); err != nil || d.Version != 3 {
				t.Errorf("with a standby: version %d, %v", d.Version, err)
			}
		})
	}
}

// A write that never gets an answer is neither done nor not done.
func TestWriteWithoutAnyAnswer(t *testing.T) {
	f := start(t)
	f.Put("kv/bot", secretText)
	s := open(t, f.URL, token(rootToken))
	d, err := s.Read(t.Context(), "kv/bot")
	wantReason(t, err, "")
	f.Break(fake.Fault{Method: "POST", Do: fake.Reset()})
	_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{}`))
	wantReason(t, err, kv.ReasonUncertain)
	f.Mend()
	// The token ends after a lost answer: that says nothing about the write.
	f.Break(fake.Fault{Method: "POST", Times: 1, Do: fake.Reset()})
	f.Break(fake.Fault{Method: "POST", Do: fake.Answer(403, "application/json", `{"errors":["permission denied"]}`)})
	_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{}`))
	wantReason(t, err, kv.ReasonUncertain)
	f.Mend()
	// A standby that never shows the version: no verdict.
	f.Put("kv/bot", `{"api_key":"theirs"}`)
	f.Lag(100)
	_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{}`))
	wantReason(t, err, kv.ReasonUncertain)
}

// A write is sent once where the answer is clear, no redirect is followed, and
// the token goes nowhere else (team.md B7, 5).
func TestB7_05_NoRetryNoRedirect(t *testing.T) {
	elsewhere := start(t)
	f := start(t)
	f.Put("kv/bot", secretText)
	s := open(t, f.URL, token(rootToken))
	d, err := s.Read(t.Context(), "kv/bot")
	wantReason(t, err, "")
	before := len(f.Requests())
	_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{"a":1}`))
	wantReason(t, err, "")
	if n := len(f.Requests()) - before; n != 1 {
		t.Errorf("%d requests for one write", n)
	}
	f.Break(fake.Fault{Do: fake.Redirect(elsewhere.URL + "/v1/kv/data/bot")})
	_, err = s.Read(t.Context(), "kv/bot")
	wantReason(t, err, kv.ReasonFailed)
	if err == nil || !strings.Contains(err.Error(), "not followed") {
		t.Errorf("%v", err)
	}
	_, err = s.Write(t.Context(), d, exchanges.NewSecret(`{"a":1}`))
	wantReason(t, err, kv.ReasonFailed)
	if n := len(elsewhere.Requests()); n != 0 {
		t.Errorf("%d requests went where the redirect pointed", n)
	}
}

// Trouble of every kind, and what it is called.
func TestTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		do   fake.Effect
		want kv.Reason
		says string
	}{
		"sealed":        {fake.Answer(503, "application/json", `{"errors":["Vault is sealed"]}`), kv.ReasonSealed, "sealed"},
		"500":           {fake.Answer(500, "application/json", `{"errors":["CANARY"]}`), kv.ReasonFailed, "did not do it"},
		"429":           {fake.Answer(429, "application/json", `{"errors":["CANARY"]}`), kv.ReasonFailed, "less often"},
		"login":         {fake.Answer(200, "text/html", "<html>CANARY</html>"), kv.ReasonFailed, "no JSON object"},
		"a proxy's 404": {fake.Answer(404, "text/html", "<html>CANARY</html>"), kv.ReasonFailed, "no JSON object"},
		"not kv": {
			fake.Answer(200, "application/json", `{"data":{"path":"kv/","type":"pki"}}`), kv.ReasonFailed, "no KV engine",
		},
		"reset":   {fake.Reset(), kv.ReasonFailed, "could not be asked"},
		"cut":     {fake.Truncated(), kv.ReasonFailed, "could not be asked"},
		"endless": {fake.Endless(1 << 30), kv.ReasonFailed, "larger than"},
		"empty":   {fake.Answer(200, "application/json", `{"data":{}}`), kv.ReasonFailed, "no version"},
		"null":    {fake.Answer(200, "application/json", `null`), kv.ReasonFailed, "no version"},
		"no path": {
			fake.Answer(200, "application/json", `{"data":{"path":"/","data":{"a":1}}}`), kv.ReasonFailed, "no version",
		},
		"firewall": {fake.Firewall(), kv.ReasonForbidden, "403"},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t)
			f.Put("kv/bot", secretText)
			f.Break(fake.Fault{Do: c.do})
			_, err := open(t, f.URL, token(rootToken)).Read(t.Context(), "kv/bot")
			wantReason(t, err, c.want)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q in it", err, c.says)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	f := start(t)
	f.Put("kv/bot", secretText)
	s := open(t, f.URL, token(rootToken))
	d, err := s.Read(t.Context(), "kv/bot")
	wantReason(t, err, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Read(ctx, "kv/bot")
	wantReason(t, err, kv.ReasonCanceled)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is no cancellation", err)
	}
	_, err = s.Write(ctx, d, exchanges.NewSecret(`{}`))
	wantReason(t, err, kv.ReasonUncertain) // it may have left
}

func TestNamespace(t *testing.T) {
	f := start(t)
	f.Put("kv/bot", secretText)
	f.SetNamespace("desk-a")
	s, err := kv.New(kv.Options{Address: f.URL, Namespace: "desk-a", Auth: token(rootToken), Sleep: noWait, Now: time.Now})
	wantReason(t, err, "")
	_, err = s.Read(t.Context(), "kv/bot")
	wantReason(t, err, "")
	_, err = open(t, f.URL, token(rootToken)).Read(t.Context(), "kv/bot")
	wantReason(t, err, kv.ReasonAbsent)
}

// wrapped makes an AppRole and wraps its secret id into a file.
func (to target) wrapped(t *testing.T, file string) kv.Auth {
	t.Helper()
	role, wrapping := "role-1", "hvs.CANARYwrap"
	if to.fake != nil {
		to.fake.Role("approle", role, "sid-CANARY", to.root)
		to.fake.Wrap(wrapping, "sid-CANARY")
	} else {
		role, wrapping = to.appRole(t)
	}
	if err := os.WriteFile(file, []byte(wrapping+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return kv.Auth{AppRole: &kv.AppRole{Mount: "approle", RoleID: role, Wrapped: file}}
}

// appRole makes an AppRole of a real server, and returns its role id and a token
// that its secret id is wrapped in.
func (to target) appRole(t *testing.T) (role, wrapping string) {
	t.Helper()
	name := "auth/approle/role/" + to.prefix
	policy, _ := json.Marshal(map[string]string{"policy": `path "kv/data/*" { capabilities = ["read"] }`})
	to.ask(t, "PUT", "sys/policies/acl/"+to.prefix+"-role", string(policy))
	to.ask(t, "POST", name, `{"token_policies":"`+to.prefix+`-role","token_ttl":"5m"}`)
	data, _ := to.ask(t, "GET", name+"/role-id", "")["data"].(map[string]any)
	role, _ = data["role_id"].(string)
	to.wrapTTL = "1m"
	info, _ := to.ask(t, "POST", name+"/secret-id", "")["wrap_info"].(map[string]any)
	wrapping, _ = info["token"].(string)
	return role, wrapping
}

// AppRole: the secret id is unwrapped once, and who took it before is noticed
// (team.md B7, 16).
func TestB7_16_WrappedSecretID(t *testing.T) {
	for name, to := range targets(t) {
		t.Run(name, func(t *testing.T) {
			to.put(t, "kv", to.prefix+"/approle", secretText, 0)
			file := filepath.Join(t.TempDir(), "sid")
			auth := to.wrapped(t, file)
			s := open(t, to.address, auth)
			for range 2 { // one login for both
				_, err := s.Read(t.Context(), "kv/"+to.prefix+"/approle")
				wantReason(t, err, "")
			}
			_, err := open(t, to.address, auth).Read(t.Context(), "kv/"+to.prefix+"/approle")
			wantReason(t, err, kv.ReasonLogin)
			if err == nil || !strings.Contains(err.Error(), "somebody else may have taken it") {
				t.Errorf("%v", err)
			}
			auth = to.wrapped(t, file)
			auth.AppRole.RoleID += "x"
			_, err = open(t, to.address, auth).Read(t.Context(), "kv/"+to.prefix+"/approle")
			wantReason(t, err, kv.ReasonLogin)
			if err == nil || !strings.Contains(err.Error(), "refuses the login at auth/approle") {
				t.Errorf("%v", err)
			}
			auth = kv.Auth{AppRole: &kv.AppRole{Mount: "nowhere", RoleID: "r", Wrapped: to.wrapped(t, file).AppRole.Wrapped}}
			_, err = open(t, to.address, auth).Read(t.Context(), "kv/"+to.prefix+"/approle")
			wantReason(t, err, kv.ReasonLogin)
		})
	}
}

// A lost answer to unwrapping is not tried again: the second answer would accuse
// somebody.
func TestUnwrappingIsTriedOnce(t *testing.T) {
	f := start(t)
	f.Put("kv/bot", secretText)
	auth := target{f.URL, rootToken, f, "desk", ""}.wrapped(t, filepath.Join(t.TempDir(), "sid"))
	f.Break(fake.Fault{Path: "unwrap", Do: fake.LostAnswer()})
	s := open(t, f.URL, auth)
	for range 2 {
		_, err := s.Read(t.Context(), "kv/bot")
		wantReason(t, err, kv.ReasonLogin)
		if err == nil || strings.Contains(err.Error(), "somebody else") {
			t.Errorf("%v", err)
		}
	}
	if n := len(f.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestSignedLogins(t *testing.T) {
	f := start(t)
	f.Put("kv/bot", secretText)
	f.Role("kubernetes", "desk", "jwt-CANARY", rootToken)
	f.Role("jwt", "ci", "jwt-CANARY", rootToken)
	given := func() (exchanges.Secret, error) { return exchanges.NewSecret("jwt-CANARY"), nil }
	for _, auth := range []kv.Auth{
		{Kubernetes: &kv.TokenLogin{Mount: "kubernetes", Role: "desk", Token: given}},
		{JWT: &kv.TokenLogin{Mount: "jwt", Role: "ci", Token: given}},
	} {
		_, err := open(t, f.URL, auth).Read(t.Context(), "kv/bot")
		wantReason(t, err, "")
	}
	for _, auth := range []kv.Auth{
		{},
		{Kubernetes: &kv.TokenLogin{Mount: "kubernetes", Role: "other", Token: given}},
		{JWT: &kv.TokenLogin{Mount: "elsewhere", Role: "ci", Token: given}},
		token("two\nlines"),
	} {
		_, err := open(t, f.URL, auth).Read(t.Context(), "kv/bot")
		wantReason(t, err, kv.ReasonLogin)
	}
}

func TestOptionsRefused(t *testing.T) {
	for address, says := range map[string]string{
		"":                              "is not named",
		"bao.example:8200":              "is no URL",
		"bao.example":                   "is no URL",
		"http://bao.example:8200":       "is plain http to another machine",
		"http://127.0.0.1.evil.example": "is plain http to another machine",
		"https://u:CANARY@bao.example":  "holds a user name",
		"https://bao.example/v1":        "no path",
		"https://bao.example?a=CANARY":  "no query",
		"https://bao.example:0":         "no valid host and port",
		"ftp://bao.example":             "must begin with https",
	} {
		_, err := kv.New(kv.Options{Address: address})
		wantReason(t, err, kv.ReasonInvalid)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, o := range []kv.Options{
		{CA: filepath.Join(t.TempDir(), "none.pem")},
		{ClientCert: "a.pem"},
		{ClientCert: "a.pem", ClientKey: "b.pem"},
		{Namespace: "desk\na"},
	} {
		o.Address = "https://127.0.0.1:1"
		_, err := kv.New(o)
		wantReason(t, err, kv.ReasonInvalid)
	}
}

func TestPaths(t *testing.T) {
	for path, says := range map[string]string{
		"": "names no secret", "kv": "names no secret", "kv/": "ends with a slash", "/kv/a": "begins with a slash",
		"kv//a": "two slashes", "kv/../sys": "a segment . or ..", "kv/.": "a segment . or ..", "kv/ a": "a blank at an end",
		"kv/a ": "a blank at an end",
	} {
		if got := kv.CheckPath(path); !strings.Contains(got, says) {
			t.Errorf("%q: %q", path, got)
		}
		_, err := open(t, "http://127.0.0.1:1", token("t")).Read(t.Context(), path)
		wantReason(t, err, kv.ReasonInvalid)
	}
	for _, path := range []string{"kv/a", "kv/a b", "kv/%2e%2e/a", "kv/a..b", "kv/ä/#"} {
		if got := kv.CheckPath(path); got != "" {
			t.Errorf("%q: %q", path, got)
		}
	}
}

// A wrong certificate, and one that the configuration vouches for.
func TestServerIsVerified(t *testing.T) {
	server, ca := overTLS(t)
	_, err := open(t, server, token(rootToken)).Read(t.Context(), "kv/bot")
	wantReason(t, err, kv.ReasonFailed)
	if err == nil || !strings.Contains(err.Error(), "certificate could not be verified") {
		t.Errorf("%v", err)
	}
	s, err := kv.New(kv.Options{Address: server, CA: ca, Auth: token(rootToken), Sleep: noWait, Now: time.Now})
	wantReason(t, err, "")
	_, err = s.Read(t.Context(), "kv/bot")
	wantReason(t, err, "")
}
