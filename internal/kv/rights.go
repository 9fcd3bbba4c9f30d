package kv

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// MayWrite asks whether the token may write where d was read, so that nothing
// begins that cannot end. It returns an *Error of ReasonForbidden when the server
// says no. A server that does not say is no error: the write will tell.
func (s *Server) MayWrite(ctx context.Context, d Document) error {
	token, err := s.login(ctx)
	if err != nil {
		return err
	}
	path := d.mount.path + "/data/" + d.path
	body, err := json.Marshal(map[string][]string{"paths": {path}})
	if err != nil {
		return invalid("the path of the secret cannot be sent")
	}
	res, err := s.do(ctx, request{
		name: "look up rights", method: http.MethodPost, path: "sys/capabilities-self", token: token,
		body: exchanges.NewSecret(string(body)), effect: exchanges.ReadOnly, tries: readTries,
	})
	var answer struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	if err != nil || res.Status != http.StatusOK || json.Unmarshal(res.Body, &answer) != nil {
		return canceled(ctx)
	}
	var may []string
	unsaid := json.Unmarshal(answer.Data[path], &may) != nil || len(may) == 0
	if unsaid || slices.Contains(may, "update") || slices.Contains(may, "root") {
		return nil
	}
	return &Error{
		Reason: ReasonForbidden, Problem: "the token may not write this secret",
		Hint: "its policy needs update on " + path,
	}
}

func canceled(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &Error{Reason: ReasonCanceled, Problem: "interrupted", Err: err}
	}
	return nil
}

// Health is what a server says about itself to anybody.
type Health struct {
	Sealed, Standby bool
	Version         string // as it says
	Time            time.Time
}

// Health asks how the server is. It needs no token.
func (s *Server) Health(ctx context.Context) (Health, error) {
	res, err := s.do(ctx, request{
		name: "look at its health", method: http.MethodGet, path: "sys/health", effect: exchanges.ReadOnly, tries: 1,
	})
	if err != nil {
		return Health{}, err
	}
	var answer struct {
		Initialized *bool  `json:"initialized"`
		Sealed      bool   `json:"sealed"`
		Standby     bool   `json:"standby"`
		Version     string `json:"version"`
		Time        int64  `json:"server_time_utc"`
	}
	if json.Unmarshal(res.Body, &answer) != nil || answer.Initialized == nil {
		return Health{}, unwanted(res)
	}
	h := Health{Sealed: answer.Sealed || !*answer.Initialized, Standby: answer.Standby, Version: answer.Version}
	if answer.Time > 0 {
		h.Time = time.Unix(answer.Time, 0)
	}
	return h, nil
}

// A Token is what the server says about the token that it is asked with.
type Token struct {
	Left     time.Duration // 0 for one that never ends
	Policies []string
}

// Token logs in, where that was not done, and asks about the token.
func (s *Server) Token(ctx context.Context) (Token, error) {
	token, err := s.login(ctx)
	if err != nil {
		return Token{}, err
	}
	res, err := s.do(ctx, request{
		name: "look up the token", method: http.MethodGet, path: "auth/token/lookup-self", token: token,
		effect: exchanges.ReadOnly, tries: readTries,
	})
	if err != nil {
		return Token{}, err
	}
	var answer struct {
		Data struct {
			TTL      int64    `json:"ttl"`
			Policies []string `json:"policies"`
		} `json:"data"`
	}
	if res.Status != http.StatusOK || json.Unmarshal(res.Body, &answer) != nil {
		return Token{}, unwanted(res)
	}
	return Token{Left: time.Duration(answer.Data.TTL) * time.Second, Policies: answer.Data.Policies}, nil
}

// IsRoot reports whether the token may do everything.
func (t Token) IsRoot() bool {
	return slices.ContainsFunc(t.Policies, func(p string) bool { return strings.EqualFold(p, "root") })
}
