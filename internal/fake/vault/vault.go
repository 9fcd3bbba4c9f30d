// Package vault is a fake of OpenBao and HashiCorp Vault, as far as rekey asks
// them: KV version 2 and 1, tokens with policies, AppRole, Kubernetes and JWT
// logins, wrapping, sealing and namespaces.
//
// Statuses and words are those of HashiCorp Vault 1.14.0, which
// internal/outside/vaultserver runs: the suite of internal/kv runs over both.
package vault

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rekey/internal/fake"
)

// A Server is a running fake.
type Server struct {
	*fake.Server

	mu         sync.Mutex
	namespace  string
	sealed     bool
	mounts     map[string]int    // path to version of the engine
	secrets    map[string]*entry // by mount and path
	tokens     map[string]Policy
	wrapped    map[string]map[string]string // by wrapping token
	roles      map[string]string            // AppRole: role id and secret id to token, else method, role and JWT
	readStale  int                          // how many reads show what was before the last write
	beforeLast map[string]*entry
}

// An entry is a secret with its versions, from 1.
type entry struct{ versions []version }

type version struct {
	data    json.RawMessage // nil once it was deleted
	created time.Time
	gone    bool // deleted
}

// A Policy maps paths, with a * at their end for anything behind, to
// capabilities.
type Policy map[string][]string

// Start serves a fake with the mounts kv and teams/kv of version 2, old of
// version 1, and a root token.
func Start(now func() time.Time, root string) (*Server, error) {
	s := &Server{
		mounts: map[string]int{"kv": 2, "teams/kv": 2, "old": 1}, secrets: map[string]*entry{},
		tokens:  map[string]Policy{root: {"*": {"create", "read", "update", "delete", "list", "sudo"}}},
		wrapped: map[string]map[string]string{}, roles: map[string]string{}, beforeLast: map[string]*entry{},
	}
	var err error
	s.Server, err = fake.Start(now, func(*fake.Server) http.Handler { return http.HandlerFunc(s.serve) })
	return s, err
}

// Allow gives a token a policy, none to take it away.
func (s *Server) Allow(token string, p Policy) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, token)
	if p != nil {
		s.tokens[token] = p
	}
}

// Seal seals or unseals.
func (s *Server) Seal(sealed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sealed = sealed
}

// SetNamespace puts everything into a namespace.
func (s *Server) SetNamespace(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.namespace = name
}

// Wrap puts a secret id into a wrapping token.
func (s *Server) Wrap(token, secretID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrapped[token] = map[string]string{"secret_id": secretID}
}

// Role lets a login of a method (approle, kubernetes, jwt) in: with the role and
// the secret id or signed token it gets the token.
func (s *Server) Role(method, role, with, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles[method+"\x00"+role+"\x00"+with] = token
}

// Lag makes the next reads show a secret as it was before its last write, as a
// standby that lags does.
func (s *Server) Lag(reads int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readStale = reads
}

// Data returns the newest version of a secret and its number, mount first.
func (s *Server) Data(path string) (string, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.secrets[path]
	if e == nil {
		return "", 0
	}
	return string(e.versions[len(e.versions)-1].data), len(e.versions)
}

// Put writes a secret whatever is there, mount first.
func (s *Server) Put(path, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(path, json.RawMessage(data))
}

func (s *Server) add(path string, data json.RawMessage) int {
	e := s.secrets[path]
	if e == nil {
		e = &entry{}
		s.secrets[path] = e
	}
	s.beforeLast[path] = &entry{versions: slices.Clone(e.versions)}
	e.versions = append(e.versions, version{data: sorted(data), created: s.Now()})
	return len(e.versions)
}

// sorted writes JSON as the server keeps it: decoded, and encoded by name.
func sorted(data json.RawMessage) json.RawMessage {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return data
	}
	out, err := json.Marshal(v)
	if err != nil {
		return data
	}
	return out
}

// shown is what a reader of KV version 2 gets: every number as a floating-point one.
func shown(data json.RawMessage) any {
	var v any
	if len(data) == 0 || json.Unmarshal(data, &v) != nil {
		return nil
	}
	return v
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path, ok := strings.CutPrefix(r.URL.Path, "/v1/")
	body, _ := fake.Body(r)
	switch {
	case !ok || strings.Contains(path, "//") || slices.Contains(strings.Split(path, "/"), ".."):
		refuse(w, http.StatusNotFound)
	case path == "sys/health":
		s.health(w)
	case s.sealed:
		refuse(w, http.StatusServiceUnavailable, "Vault is sealed")
	case r.Header.Get("X-Vault-Namespace") != s.namespace:
		refuse(w, http.StatusNotFound, "no handler for route")
	case path == "sys/wrapping/unwrap" && r.Method != http.MethodGet:
		s.unwrap(w, r.Header.Get("X-Vault-Token"))
	case strings.HasPrefix(path, "auth/") && strings.HasSuffix(path, "/login") && r.Method != http.MethodGet:
		s.logIn(w, path, body)
	default:
		s.asked(w, r, path, body)
	}
}

// asked answers what needs a token.
func (s *Server) asked(w http.ResponseWriter, r *http.Request, path string, body []byte) {
	policy, known := s.tokens[r.Header.Get("X-Vault-Token")]
	if below, ok := strings.CutPrefix(path, "sys/internal/ui/mounts/"); ok && r.Method == http.MethodGet {
		s.mountOf(w, below, policy)
		return
	}
	if known && path == "sys/capabilities-self" && r.Method == http.MethodPost {
		rights(w, policy, body)
		return
	}
	need := "read"
	switch r.Method {
	case http.MethodDelete:
		need = "delete"
	case http.MethodPost, http.MethodPut:
		need = "update"
		if m, below, ok := s.split(path); ok && s.secrets[m+"/"+strings.TrimPrefix(below, "data/")] == nil {
			need = "create"
		}
	}
	switch {
	case known && path == "auth/token/lookup-self" && r.Method == http.MethodGet:
		ttl, name := 300, "desk"
		if policy.allows("sys/policies/acl/any", "sudo") {
			ttl, name = 0, "root"
		}
		reply(w, map[string]any{"ttl": ttl, "renewable": ttl > 0, "policies": []string{name}})
	case !known || !policy.allows(path, need):
		refuse(w, http.StatusForbidden, "1 error occurred:\n\t* permission denied\n\n")
	default:
		s.secret(w, r, path, body)
	}
}

// rights says what a token may do at the paths that are asked about.
func rights(w http.ResponseWriter, p Policy, body []byte) {
	var in struct {
		Paths []string `json:"paths"`
	}
	if json.Unmarshal(body, &in) != nil || len(in.Paths) == 0 {
		refuse(w, http.StatusBadRequest, "paths must be supplied")
		return
	}
	out := map[string]any{}
	for _, path := range in.Paths {
		may := []string{}
		for _, c := range []string{"create", "delete", "list", "read", "sudo", "update"} {
			if p.allows(path, c) {
				may = append(may, c)
			}
		}
		if len(may) == 0 {
			may = []string{"deny"}
		}
		out[path], out["capabilities"] = may, may
	}
	reply(w, out)
}

func (p Policy) allows(path, capability string) bool {
	for pattern, capabilities := range p {
		prefix, glob := strings.CutSuffix(pattern, "*")
		if (pattern == path || glob && strings.HasPrefix(path, prefix)) && slices.Contains(capabilities, capability) {
			return true
		}
	}
	return false
}

// split finds the mount of a path.
func (s *Server) split(path string) (mount, below string, ok bool) {
	for m := range s.mounts {
		if rest, is := strings.CutPrefix(path, m+"/"); is && len(m) > len(mount) {
			mount, below, ok = m, rest, true
		}
	}
	return mount, below, ok
}

func (s *Server) mountOf(w http.ResponseWriter, path string, p Policy) {
	m, _, ok := s.split(path)
	may := slices.ContainsFunc(keys(p), func(pattern string) bool {
		return pattern == "*" || strings.HasPrefix(pattern, m+"/")
	})
	if !ok || !may {
		refuse(w, http.StatusForbidden, "preflight capability check returned 403, please ensure client's policies "+
			"grant access to path \""+path+"/\"")
		return
	}
	reply(w, map[string]any{
		"path": m + "/", "type": "kv", "options": map[string]string{"version": strconv.Itoa(s.mounts[m])},
	})
}

func keys(p Policy) []string {
	var out []string
	for k := range p {
		out = append(out, k)
	}
	return out
}

func (s *Server) secret(w http.ResponseWriter, r *http.Request, path string, body []byte) {
	m, below, ok := s.split(path)
	if !ok {
		refuse(w, http.StatusNotFound, "no handler for route \""+path+"\". route entry not found.")
		return
	}
	writes := r.Method == http.MethodPost || r.Method == http.MethodPut
	name, isData := strings.CutPrefix(below, "data/")
	switch {
	case s.mounts[m] == 1 && r.Method == http.MethodGet:
		s.readFirst(w, m+"/"+below)
	case s.mounts[m] == 1 && writes:
		s.add(m+"/"+below, body)
		w.WriteHeader(http.StatusNoContent)
	case !isData:
		refuse(w, http.StatusNotFound)
	case r.Method == http.MethodGet:
		s.read(w, m+"/"+name, r.URL.Query().Get("version"))
	case writes:
		s.write(w, m+"/"+name, body)
	case r.Method == http.MethodDelete:
		if e := s.secrets[m+"/"+name]; e != nil {
			last := &e.versions[len(e.versions)-1]
			last.data, last.gone = nil, true
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		refuse(w, http.StatusMethodNotAllowed)
	}
}

func (s *Server) readFirst(w http.ResponseWriter, path string) {
	e := s.secrets[path]
	if e == nil {
		refuse(w, http.StatusNotFound)
		return
	}
	reply(w, e.versions[len(e.versions)-1].data)
}

func (s *Server) read(w http.ResponseWriter, path, which string) {
	e := s.secrets[path]
	if s.readStale > 0 && s.beforeLast[path] != nil {
		s.readStale--
		e = s.beforeLast[path]
	}
	n, err := strconv.Atoi(which)
	switch {
	case e == nil || len(e.versions) == 0 || which != "" && (err != nil || n > len(e.versions)):
		refuse(w, http.StatusNotFound)
		return
	case which == "" || n == 0:
		n = len(e.versions)
	}
	v := e.versions[n-1]
	deleted := ""
	if v.gone {
		deleted = v.created.UTC().Format(time.RFC3339Nano)
	}
	status := http.StatusOK
	if v.data == nil {
		status = http.StatusNotFound
	}
	metadata := map[string]any{
		"created_time": v.created.UTC().Format(time.RFC3339Nano), "custom_metadata": nil, "deletion_time": deleted,
		"destroyed": false, "version": n,
	}
	fake.JSON(w, status, map[string]any{
		"request_id": "fake", "data": map[string]any{"data": shown(v.data), "metadata": metadata},
	})
}

func (s *Server) write(w http.ResponseWriter, path string, body []byte) {
	var in struct {
		Options struct {
			CAS *int `json:"cas"`
		} `json:"options"`
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &in) != nil || len(in.Data) == 0 || in.Data[0] != '{' {
		refuse(w, http.StatusBadRequest, "no data provided")
		return
	}
	newest := 0
	if e := s.secrets[path]; e != nil {
		newest = len(e.versions)
	}
	switch {
	case in.Options.CAS == nil: // as a mount with cas_required
		refuse(w, http.StatusBadRequest, "check-and-set parameter required for this call")
	case *in.Options.CAS != newest:
		refuse(w, http.StatusBadRequest, "check-and-set parameter did not match the current version")
	default:
		n := s.add(path, in.Data)
		reply(w, map[string]any{
			"created_time": s.Now().UTC().Format(time.RFC3339Nano), "custom_metadata": nil, "deletion_time": "",
			"destroyed": false, "version": n,
		})
	}
}

func (s *Server) unwrap(w http.ResponseWriter, token string) {
	data, ok := s.wrapped[token]
	if !ok {
		refuse(w, http.StatusBadRequest, "wrapping token is not valid or does not exist")
		return
	}
	delete(s.wrapped, token)
	reply(w, data)
}

func (s *Server) logIn(w http.ResponseWriter, path string, body []byte) {
	var in struct {
		RoleID   string `json:"role_id"`
		SecretID string `json:"secret_id"`
		Role     string `json:"role"`
		JWT      string `json:"jwt"`
	}
	method := strings.TrimSuffix(strings.TrimPrefix(path, "auth/"), "/login")
	known := slices.ContainsFunc(roles(s.roles), func(key string) bool { return strings.HasPrefix(key, method+"\x00") })
	bad := json.Unmarshal(body, &in) != nil
	token, ok := s.roles[method+"\x00"+in.RoleID+in.Role+"\x00"+in.SecretID+in.JWT]
	switch {
	case !known:
		refuse(w, http.StatusForbidden, "permission denied")
	case (bad || !ok) && method == "approle":
		refuse(w, http.StatusBadRequest, "invalid role or secret ID")
	case bad || !ok:
		refuse(w, http.StatusBadRequest, "error validating token")
	default:
		fake.JSON(w, http.StatusOK, map[string]any{"auth": map[string]any{
			"client_token": token, "lease_duration": 1200, "renewable": true,
		}})
	}
}

func roles(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

func (s *Server) health(w http.ResponseWriter) {
	status := http.StatusOK
	if s.sealed {
		status = http.StatusServiceUnavailable
	}
	fake.JSON(w, status, map[string]any{
		"initialized": true, "sealed": s.sealed, "standby": false, "server_time_utc": s.Now().Unix(), "version": "1.14.0",
	})
}

func reply(w http.ResponseWriter, data any) {
	fake.JSON(w, http.StatusOK, map[string]any{"request_id": "fake", "data": data})
}

func refuse(w http.ResponseWriter, status int, words ...string) {
	if words == nil {
		words = []string{}
	}
	fake.JSON(w, status, map[string]any{"errors": words})
}
