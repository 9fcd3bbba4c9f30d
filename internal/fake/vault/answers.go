package vault

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

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
