package kv

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"

	"rekey/exchanges"
)

// Auth says how a token is come by. One of its fields is set.
type Auth struct {
	// Token returns the token, or an empty one where there is none.
	Token      func() (exchanges.Secret, error)
	AppRole    *AppRole
	Kubernetes *TokenLogin
	JWT        *TokenLogin
}

// An AppRole logs in with a role and a secret id. The secret id comes wrapped: in
// a token that opens once, so that whoever took it before is noticed.
type AppRole struct {
	Mount   string // of the auth method
	RoleID  string
	Wrapped string // a file that holds the wrapping token
}

// A TokenLogin logs in with a signed token that the surroundings gave: that of a
// Kubernetes service account, or of a CI system.
type TokenLogin struct {
	Mount string // of the auth method
	Role  string
	// Token returns the signed token.
	Token func() (exchanges.Secret, error)
}

// longestToken is longer than any token, and shorter than a file in its place.
const longestToken = 16 << 10

// TokenFile reads a token from a file, without the white space around it.
func TokenFile(path string) (exchanges.Secret, error) {
	data, err := os.ReadFile(path)
	switch {
	case err != nil:
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: path + " cannot be read", Err: err}
	case len(data) > longestToken:
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: path + " holds more than a token"}
	}
	return exchanges.NewSecret(strings.TrimSpace(string(data))), nil
}

// login returns the token, and logs in when it is first called. What failed once
// is not tried again: a secret id opens once.
func (s *Server) login(ctx context.Context) (exchanges.Secret, error) {
	s.logins.Lock()
	defer s.logins.Unlock()
	if s.token.IsZero() && s.failed == nil {
		s.token, s.failed = s.newToken(ctx)
		if ReasonOf(s.failed) == ReasonCanceled {
			err := s.failed
			s.failed = nil
			return exchanges.Secret{}, err
		}
	}
	return s.token, s.failed
}

func (s *Server) newToken(ctx context.Context) (exchanges.Secret, error) {
	var token exchanges.Secret
	var err error
	switch a := s.opts.Auth; {
	case a.AppRole != nil:
		token, err = s.appRole(ctx, *a.AppRole)
	case a.Kubernetes != nil:
		token, err = s.signed(ctx, *a.Kubernetes)
	case a.JWT != nil:
		token, err = s.signed(ctx, *a.JWT)
	case a.Token != nil:
		token, err = a.Token()
	}
	switch {
	case err != nil:
		return exchanges.Secret{}, err
	case token.IsZero():
		return exchanges.Secret{}, &Error{
			Reason: ReasonLogin, Problem: "there is no token for the server",
			Hint: "set BAO_TOKEN or VAULT_TOKEN, log in with bao login, or write vault: auth: into rekey.yaml",
		}
	case badHeader(token.Reveal()):
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: "the token holds a character that no token has"}
	}
	return token, nil
}

// appRole opens the wrapped secret id and logs in with it.
func (s *Server) appRole(ctx context.Context, a AppRole) (exchanges.Secret, error) {
	wrapped, err := TokenFile(a.Wrapped)
	switch {
	case err != nil:
		return exchanges.Secret{}, err
	case wrapped.IsZero() || badHeader(wrapped.Reveal()):
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: a.Wrapped + " holds no wrapping token"}
	}
	res, err := s.do(ctx, request{
		name: "unwrap", method: http.MethodPost, path: "sys/wrapping/unwrap", token: wrapped,
		effect: exchanges.ReadOnly, tries: 1,
	})
	if err != nil {
		return exchanges.Secret{}, notLoggedIn("the secret id was not unwrapped", err)
	}
	var opened struct {
		Data struct {
			SecretID string `json:"secret_id"`
		} `json:"data"`
	}
	switch {
	case res.Status == http.StatusBadRequest, res.Status == http.StatusForbidden:
		return exchanges.Secret{}, &Error{
			Reason:  ReasonLogin,
			Problem: a.Wrapped + ": the wrapped secret id does not open: somebody else may have taken it, or its time is over",
			Hint: "if nobody of yours used it, destroy the secret id and look into the server's audit log; " +
				"then wrap a new one",
		}
	case res.Status != http.StatusOK:
		return exchanges.Secret{}, notLoggedIn("the secret id was not unwrapped", unwanted(res))
	case json.Unmarshal(res.Body, &opened) != nil || opened.Data.SecretID == "":
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: a.Wrapped + ": what was wrapped is no secret id"}
	}
	return s.loginWith(ctx, a.Mount, struct {
		RoleID   string `json:"role_id"`
		SecretID string `json:"secret_id"`
	}{a.RoleID, opened.Data.SecretID})
}

func (s *Server) signed(ctx context.Context, l TokenLogin) (exchanges.Secret, error) {
	token, err := l.Token()
	switch {
	case err != nil:
		return exchanges.Secret{}, err
	case token.IsZero():
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: "the signed token to log in with is empty"}
	}
	return s.loginWith(ctx, l.Mount, struct {
		Role string `json:"role"`
		JWT  string `json:"jwt"`
	}{l.Role, token.Reveal()})
}

// loginWith sends what a login takes and returns the token. It is sent once:
// every login makes a token.
func (s *Server) loginWith(ctx context.Context, mount string, with any) (exchanges.Secret, error) {
	body, err := json.Marshal(with)
	if err != nil {
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: "the login cannot be written as JSON"}
	}
	res, err := s.do(ctx, request{
		name: "log in", method: http.MethodPost, path: "auth/" + mount + "/login", body: exchanges.NewSecret(string(body)),
		effect: exchanges.ReadOnly, tries: 1,
	})
	if err != nil {
		return exchanges.Secret{}, notLoggedIn("the login failed", err)
	}
	var answer struct {
		Auth struct {
			Token string `json:"client_token"`
		} `json:"auth"`
	}
	switch {
	case res.Status == http.StatusBadRequest, res.Status == http.StatusForbidden, res.Status == http.StatusNotFound:
		return exchanges.Secret{}, &Error{
			Reason: ReasonLogin, Problem: "the server refuses the login at auth/" + mount,
			Hint: "look at the role, at what it is bound to, and at the mount",
		}
	case res.Status != http.StatusOK:
		return exchanges.Secret{}, notLoggedIn("the login failed", unwanted(res))
	case json.Unmarshal(res.Body, &answer) != nil || answer.Auth.Token == "":
		return exchanges.Secret{}, &Error{Reason: ReasonLogin, Problem: "the answer to the login holds no token"}
	}
	return exchanges.NewSecret(answer.Auth.Token), nil
}

func notLoggedIn(what string, err error) *Error {
	e := &Error{Reason: ReasonLogin, Problem: what + ": " + err.Error(), Err: err}
	if r := ReasonOf(err); r == ReasonCanceled || r == ReasonSealed || r == ReasonInvalid {
		e.Reason = r
	}
	return e
}
