package coinbaseexchange

import (
	"net/http"
	"time"

	"rekey/internal/fake"
)

// A route is one call that the fake knows.
type route struct {
	open  bool // public
	pool  string
	rate  int
	serve func(w http.ResponseWriter, r *http.Request, who caller)
}

func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /time":     {open: true, serve: x.time},
		"GET /profiles": {pool: "private", rate: ratePrivate, serve: x.listProfiles},
		"GET /accounts": {pool: "accounts", rate: rateAccounts, serve: x.listAccounts},
	}
}

func (x *Exchange) time(w http.ResponseWriter, _ *http.Request, _ caller) {
	now := x.Server.Now().UTC()
	fake.JSON(w, http.StatusOK, map[string]any{
		"iso": now.Format("2006-01-02T15:04:05.000Z"), "epoch": float64(now.UnixMilli()) / 1000,
	})
}

// listProfiles tells of all profiles of the user, not only of the key's own.
func (x *Exchange) listProfiles(w http.ResponseWriter, r *http.Request, _ caller) {
	rows := []any{}
	for _, p := range x.profiles {
		if filter := r.URL.Query().Get("active"); filter == "true" && p.Inactive || filter == "false" && !p.Inactive {
			continue
		}
		rows = append(rows, map[string]any{
			"id": p.ID, "user_id": "6e00aa11bb22cc33dd44ee55", "name": p.Name, "active": !p.Inactive, "is_default": p.Default,
			"created_at": p.Created.UTC().Format(time.RFC3339Nano),
		})
	}
	fake.JSON(w, http.StatusOK, rows)
}

// listAccounts tells of the accounts of the key's profile.
func (x *Exchange) listAccounts(w http.ResponseWriter, _ *http.Request, who caller) {
	rows := []any{}
	for _, currency := range who.profile.Currencies {
		rows = append(rows, map[string]any{
			"id": who.profile.ID + "-" + currency, "currency": currency, "balance": "0.0000000000000000",
			"hold":      "0.0000000000000000",
			"available": "0", "profile_id": who.profile.ID, "trading_enabled": true,
		})
	}
	fake.JSON(w, http.StatusOK, rows)
}
