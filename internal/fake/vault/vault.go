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
