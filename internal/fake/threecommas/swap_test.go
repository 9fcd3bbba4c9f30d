package threecommas

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/fake"
)

const (
	update  = accounts + "/update"
	refresh = accounts + "/1/load_balances"
)

// post sends a form, signed as docs/quick-start/6 does it: path, "?" and body.
func (u user) post(t *testing.T, target, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, u.url+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	signed := target
	if body != "" && strings.Contains(target, "?") {
		signed += body
	} else if body != "" {
		signed += "?" + body
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Apikey", u.key)
	req.Header.Set("Signature", u.hmac(signed))
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

// newSwapDesk is a desk whose token may write, and whose exchange accepts the
// key "fresh-key" with its secret.
func newSwapDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.Do(func() {
		d.state.Users[0].Tokens[0].Permissions = []string{"ACCOUNTS_READ", "ACCOUNTS_WRITE"}
		d.state.AtExchange = func(_ string, c exchanges.Credential) bool {
			return c.AccessKey == "fresh-key" && c.Secret.Equal(exchanges.NewSecret("CANARY-fresh"))
		}
	})
	return d
}

const fresh = "account_id=1&api_key=fresh-key&secret=CANARY-fresh"

func TestSwap(t *testing.T) {
	d := newSwapDesk(t)
	status, body := d.ana.post(t, update, fresh)
	if status != http.StatusCreated || !strings.Contains(body, `"id":1`) || strings.Contains(body, "CANARY") ||
		strings.Contains(body, "fresh-key") {
		t.Fatalf("%d %s", status, body)
	}
	for key, want := range map[string]string{"fresh-key": "one", "stored-1": ""} {
		if _, body := d.ana.signed(t, accounts+"?api_key="+key); names(t, body) != want {
			t.Errorf("%s is held by %q, want %q", key, names(t, body), want)
		}
	}
	if status, body := d.ana.post(t, refresh, ""); status != http.StatusCreated ||
		!strings.Contains(body, `"api_key_invalid":false`) {
		t.Errorf("balances: %d %s", status, body)
	}
	// A key is connected once, also where it is connected already.
	if status, body := d.ana.post(t, update, fresh); status != http.StatusBadRequest ||
		!strings.Contains(body, "already connected") {
		t.Errorf("again: %d %s", status, body)
	}
	if e := d.Ledger(); len(e) != 1 || e[0].Deed != fake.Changed || e[0].AccessKey != "fresh-key" || e[0].Account != "1" ||
		e[0].By != "ana" {
		t.Errorf("ledger %+v", e)
	}
}

func TestSwapIsRefused(t *testing.T) {
	for _, c := range []struct {
		story, target, body string
		header              []string
		edit                func(*State)
		status              int
		says                string
	}{
		{
			story:  "no permission to write",
			edit:   func(s *State) { s.Users[0].Tokens[0].Permissions = []string{"ACCOUNTS_READ"} },
			status: 403, says: "Forbidden",
		},
		{
			story: "a plan that only reads", edit: func(s *State) { s.Users[0].ReadOnlyAPI = true }, status: 429,
			says: "subscription plan",
		},
		{
			story: "an unknown connection", body: "account_id=9&api_key=fresh-key&secret=CANARY-fresh",
			status: 404, says: "not_found",
		},
		{
			story: "a paper connection", body: "account_id=3&api_key=fresh-key&secret=CANARY-fresh",
			status: 404, says: "not_found",
		},
		{story: "no connection", body: "api_key=fresh-key&secret=CANARY-fresh", status: 404, says: "not_found"},
		{
			story: "a wrong secret", body: "account_id=1&api_key=fresh-key&secret=CANARY-other", status: 422,
			says: "invalid_api_key",
		},
		{story: "no secret", body: "account_id=1&api_key=fresh-key", status: 400, says: "too short"},
		{story: "no exchange to ask", edit: func(s *State) { s.AtExchange = nil }, status: 422, says: "30 seconds"},
		{
			story: "an OKX key without passphrase", body: "account_id=2&api_key=fresh-key&secret=CANARY-fresh",
			status: 400, says: "passphrase",
		},
		{story: "an unknown parameter", body: fresh + "&force=true", status: 400, says: "not a parameter"},
		{story: "a parameter twice", body: fresh + "&secret=CANARY", status: 400, says: "not a parameter"},
		{story: "JSON", header: []string{"Content-Type", "application/json"}, status: 400, says: "record_invalid"},
		{
			story: "a secret in the URL", target: update + "?secret=CANARY-fresh", body: "account_id=1&api_key=fresh-key",
			status: 400, says: "not a parameter",
		},
		{story: "a body that was not signed", header: []string{"Signature", "00"}, status: 401, says: "signature_invalid"},
	} {
		d := newSwapDesk(t)
		if c.edit != nil {
			d.Do(func() { c.edit(d.state) })
		}
		if c.target == "" {
			c.target = update
		}
		if c.body == "" {
			c.body = fresh
		}
		if status, body := d.ana.post(t, c.target, c.body, c.header...); status != c.status ||
			!strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s, want %d and %q", c.story, status, body, c.status, c.says)
		}
		if len(d.Ledger()) > 0 || d.state.Users[0].Connections[0].AccessKey != "stored-1" {
			t.Errorf("%s: the key was swapped all the same", c.story)
		}
	}
}

// A swap whose answer is lost has happened.
func TestLostAnswerOfASwap(t *testing.T) {
	d := newSwapDesk(t)
	d.server.Break(fake.Fault{Path: "/update", Times: 1, Do: fake.LostAnswer()})
	if status, body := d.ana.post(t, update, fresh); status != 0 {
		t.Fatalf("answered %d %s", status, body)
	}
	if _, body := d.ana.signed(t, accounts+"?api_key=fresh-key"); names(t, body) != "one" || len(d.Ledger()) != 1 {
		t.Errorf("the new key is held by %q, ledger %+v", names(t, body), d.Ledger())
	}
}

func TestBalancesAndActivity(t *testing.T) {
	d := newSwapDesk(t)
	active := accounts + "/1/active_trading_entities"
	d.Do(func() { d.state.Users[0].Connections[0].Active = Active{Bots: 5, Deals: 4, SmartTrades: 3, Orders: 2} })
	if status, body := d.ana.signed(t, active); status != http.StatusOK ||
		!strings.Contains(body, `"active_bots_count":5`) ||
		!strings.Contains(body, `"active_grid_bots_count":0`) {
		t.Errorf("activity: %d %s", status, body)
	}
	// The exchange does not accept the stored key any more.
	for _, target := range []string{refresh, active} {
		status, body := d.ana.post(t, target, "")
		if target == active {
			status, body = d.ana.signed(t, target)
		}
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, "invalid_api_key") {
			t.Errorf("%s: %d %s", target, status, body)
		}
	}
	if _, body := d.ana.signed(t, accounts+"?api_key=stored-1"); !strings.Contains(body, `"api_key_invalid":true`) {
		t.Errorf("a refused key is not marked: %s", body)
	}
	for _, target := range []string{
		accounts + "/9/load_balances", accounts + "/3/load_balances",
		accounts + "/1/sell_all_to_usd", accounts + "/1/remove",
	} {
		if status, _ := d.ana.post(t, target, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d", target, status)
		}
	}
}
