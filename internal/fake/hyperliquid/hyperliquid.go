// Package hyperliquid is a strict fake of the two questions of Hyperliquid's
// public information that have to do with agent wallets. It takes no signature
// and has no call that changes anything.
//
// Written from hyperliquid-python-sdk 7ee976d and the type files of
// @nktkas/hyperliquid 0.28-0.30, read 2026-11-30. Where they are silent, a comment
// says what was chosen.
package hyperliquid

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"rekey/internal/fake"
)

// An Account is a wallet with its agents.
type Account struct {
	Address string // 0x and 40 hexadecimal digits, in lower case
	Role    string // "user", "subAccount" or "vault"
	Master  string // of a sub-account
	Agents  []*Agent
}

// An Agent is a wallet that may trade for an account.
type Agent struct {
	Name       string // "" for the one that no list shows
	Address    string
	ValidUntil time.Time
	Removed    bool
}

// An Exchange is the state behind the fake. Change it between requests with Do.
type Exchange struct {
	fake.Exchange

	accounts []*Account
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts}
	s, err := x.Serve("127.0.0.1:0", now, x, nil)
	return s, x, err
}

var address = regexp.MustCompile(`^0x[0-9a-fA-F]{40}$`)

// The limit of an address, and what the questions weigh: the weights are those
// that third parties count with.
const (
	aMinute    = 1200
	roleWeight = 60
	weight     = 20
)

// ServeHTTP answers POST /info.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	if r.Method != http.MethodPost || r.URL.Path != "/info" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	body, err := fake.Body(r)
	fields, wrong, bad := fake.Fields(body, "type", "user")
	if err != nil || bad != nil || wrong != "" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") ||
		!address.MatchString(fields["user"]) {
		unreadable(w)
		return
	}
	costs := weight
	if fields["type"] == "userRole" {
		costs = roleWeight
	}
	limit := fake.Limit{Limit: aMinute, Window: time.Minute}
	if _, _, ok := x.Server.Limits.Count("address "+fake.Caller(r).String(), limit, costs, x.Server.Now()); !ok {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte("null"))
		return
	}
	switch user := strings.ToLower(fields["user"]); fields["type"] {
	case "userRole":
		fake.JSON(w, http.StatusOK, x.role(user))
	case "extraAgents":
		fake.JSON(w, http.StatusOK, x.agents(user))
	default:
		unreadable(w)
	}
}

// unreadable answers a question that cannot be read, with a text and no JSON.
func unreadable(w http.ResponseWriter) {
	w.WriteHeader(http.StatusUnprocessableEntity)
	_, _ = w.Write([]byte("Failed to deserialize the JSON body into the target type"))
}

func (a *Agent) works(now time.Time) bool {
	return !a.Removed && (a.ValidUntil.IsZero() || now.Before(a.ValidUntil))
}

// role says what an address is. An agent past its end is taken for pruned.
func (x *Exchange) role(of string) any {
	for _, a := range x.accounts {
		if a.Address == of {
			if a.Role == "subAccount" {
				return map[string]any{"role": a.Role, "data": map[string]string{"master": a.Master}}
			}
			return map[string]string{"role": a.Role}
		}
		for _, g := range a.Agents {
			if g.Address == of && g.works(x.Server.Now()) {
				return map[string]any{"role": "agent", "data": map[string]string{"user": a.Address}}
			}
		}
	}
	return map[string]string{"role": "missing"}
}

// agents lists the named agents of an account, an empty list for any address
// that has none.
func (x *Exchange) agents(of string) any {
	rows := []json.RawMessage{}
	for _, a := range x.accounts {
		for _, g := range a.Agents {
			if a.Address != of || g.Name == "" || !g.works(x.Server.Now()) {
				continue
			}
			row, err := json.Marshal(map[string]any{
				"name": g.Name, "address": g.Address, "validUntil": g.ValidUntil.UnixMilli(),
			})
			if err == nil {
				rows = append(rows, row)
			}
		}
	}
	return rows
}
