package threecommas

import (
	"net/http"
	"regexp"
	"strconv"

	"rekey/internal/fake"
)

// A route is one call that the fake knows.
type route struct {
	signed bool
	needs  string // permission of the token
	params []string
	serve  func(w http.ResponseWriter, r *http.Request, who caller)
}

// ofConnection is the path of a call on one connection.
var ofConnection = regexp.MustCompile(`^/public/api/ver1/accounts/([0-9]+)/([a-z_]+)$`)

// route finds the call that a request makes.
func (s *Service) route(r *http.Request) (route, bool) {
	switch r.Method + " " + r.URL.Path {
	case "GET /public/api/ver1/validate":
		return route{signed: true, serve: s.validate}, true
	case "GET /public/api/ver1/accounts":
		return route{
			signed: true,
			needs:  "ACCOUNTS_READ",
			params: []string{"api_key", "page", "per_page"},
			serve:  s.accounts,
		}, true
	case "GET /public/api/ver1/accounts/market_list":
		return route{serve: s.markets}, true
	case "POST /public/api/ver1/accounts/update":
		return route{signed: true, needs: "ACCOUNTS_WRITE", serve: s.update}, true
	}
	m := ofConnection.FindStringSubmatch(r.URL.Path)
	if m == nil {
		return route{}, false
	}
	switch r.Method + " " + m[2] {
	case "POST load_balances":
		return route{signed: true, needs: "ACCOUNTS_READ", serve: s.on(m[1], s.loadBalances)}, true
	case "GET active_trading_entities":
		return route{signed: true, needs: "ACCOUNTS_READ", serve: s.on(m[1], s.activity)}, true
	}
	return route{}, false
}

func (s *Service) validate(w http.ResponseWriter, _ *http.Request, _ caller) {
	fake.JSON(w, http.StatusOK, map[string]any{"valid": true})
}

// accounts lists the connections of the mode in force. That paper mode hides
// the real ones is documented for bots; chosen for connections too.
func (s *Service) accounts(w http.ResponseWriter, r *http.Request, who caller) {
	q := r.URL.Query()
	page, ok := whole(q.Get("page"), 1, 1, 1<<31)
	if !ok {
		invalid(w, "page", "is invalid")
		return
	}
	size, ok := whole(q.Get("per_page"), 100, 1, 100)
	if !ok {
		invalid(w, "per_page", "does not have a valid value")
		return
	}
	connections := who.user.Connections
	if q.Has("api_key") {
		if q.Get("api_key") == "" { // chosen: the documents do not say what an empty filter finds
			invalid(w, "api_key", "is empty")
			return
		}
		connections = s.stored[who.user][q.Get("api_key")]
	}
	paper := inPaperMode(r, who)
	rows := []any{}
	for _, c := range connections {
		if c.Paper == paper {
			rows = append(rows, c.answer())
		}
	}
	from := min((page-1)*size, len(rows))
	fake.JSON(w, http.StatusOK, rows[from:min(from+size, len(rows))])
}

// inPaperMode reports the mode that a request sees.
func inPaperMode(r *http.Request, who caller) bool {
	if mode := r.Header.Get("Forced-Mode"); mode != "" {
		return mode == "paper"
	}
	return who.user.PaperMode
}

// whole reads a number within bounds, standard when it is missing.
func whole(text string, standard, least, most int) (int, bool) {
	if text == "" {
		return standard, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least && n <= most
}

func notFound(w http.ResponseWriter) {
	fail(w, http.StatusNotFound, "not_found", "Not Found")
}

func invalid(w http.ResponseWriter, field, why string) {
	fake.JSON(w, http.StatusBadRequest, map[string]any{
		"error": "record_invalid", "error_description": "Invalid parameters",
		"error_attributes": map[string]any{field: []string{why}},
	})
}

func fail(w http.ResponseWriter, status int, code, description string) {
	body := map[string]any{"error": code}
	if description != "" {
		body["error_description"] = description
	}
	fake.JSON(w, status, body)
}
