package threecommas

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"rekey/exchanges"
	"rekey/internal/fake"
)

// refusedAtExchange is what a load of balances answers for a dead key
// (docs/account/9). That a swap is refused in the same way is chosen, after
// the refusal of a new connection in issue 161 of the documents' repository
// (2023-12-08), which names the 30 seconds; its code is not told there.
const refusedAtExchange = "API keys are no longer valid or incorrect."

// on finds the connection that a path names.
func (s *Service) on(
	id string,
	serve func(w http.ResponseWriter, c *Connection),
) func(http.ResponseWriter, *http.Request, caller) {
	return func(w http.ResponseWriter, r *http.Request, who caller) {
		c := who.connection(r, id)
		if c == nil {
			notFound(w)
			return
		}
		serve(w, c)
	}
}

// connection finds a connection of the caller, in the mode in force.
func (c caller) connection(r *http.Request, id string) *Connection {
	i := slices.IndexFunc(c.user.Connections, func(x *Connection) bool {
		return strconv.FormatInt(x.ID, 10) == id && x.Paper == inPaperMode(r, c)
	})
	if i < 0 {
		return nil
	}
	return c.user.Connections[i]
}

// update swaps the key of a connection (docs/account/4). The documents show
// 201 and the refusal of a key that is connected already. Chosen: which of
// several refusals comes first, that a connection which holds the key itself
// counts as connected, and that an unknown connection is 404.
func (s *Service) update(w http.ResponseWriter, r *http.Request, who caller) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	c := who.connection(r, form.Get("account_id"))
	if c == nil {
		notFound(w)
		return
	}
	next := exchanges.Credential{
		AccessKey:  form.Get("api_key"),
		Secret:     exchanges.NewSecret(form.Get("secret")),
		Passphrase: exchanges.NewSecret(form.Get("passphrase")),
	}
	connected := func(x *Connection) bool { return x.AccessKey == next.AccessKey && x.MarketCode == c.MarketCode }
	switch {
	case len(next.AccessKey) < 5:
		invalid(w, "api_key", "is too short (minimum is 5 characters)")
	case len(form.Get("secret")) < 5:
		invalid(w, "secret", "is too short (minimum is 5 characters)")
	case slices.Contains([]string{"okex", "kucoin", "bitget"}, c.MarketCode) && next.Passphrase.IsZero():
		invalid(w, "passphrase", "can't be blank")
	case slices.ContainsFunc(who.user.Connections, connected):
		invalid(w, "api_key", "This account is already connected!")
	case !s.accepted(c, next):
		fail(
			w,
			http.StatusUnprocessableEntity,
			"invalid_api_key",
			refusedAtExchange+" If you have just created this key, please wait 30 seconds and try again.",
		)
	default:
		c.AccessKey, c.Secret, c.Passphrase = next.AccessKey, next.Secret, next.Passphrase
		c.KeyInvalid, c.State, c.LockReason, c.Updated = false, "", "", s.server.Now()
		s.index()
		s.ledger.Book(fake.Entry{
			At: s.server.Now(), Deed: fake.Changed, What: "stored key", AccessKey: next.AccessKey,
			Account: strconv.FormatInt(c.ID, 10), By: who.token.AccessKey, From: fake.Caller(r),
		})
		fake.JSON(w, http.StatusCreated, c.answer())
	}
}

// readForm reads the body of a swap. JSON is documented too, and not served:
// the documents contradict themselves on its signature. So are parameters in
// the query, which ServeHTTP refuses: a secret in a URL is a mistake here.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, err := fake.Body(r)
	form, wrong := url.ParseQuery(string(body))
	if err != nil || wrong != nil || kind != "application/x-www-form-urlencoded" {
		invalid(w, "account_id", "is missing")
		return nil, false
	}
	for name, values := range form {
		if !slices.Contains([]string{"account_id", "api_key", "secret", "passphrase"}, name) || len(values) != 1 {
			invalid(w, name, "is not a parameter of this call")
			return nil, false
		}
	}
	return form, true
}

func (s *Service) accepted(c *Connection, with exchanges.Credential) bool {
	return s.state.AtExchange != nil && s.state.AtExchange(c.MarketCode, with)
}

// loadBalances uses the stored key at the exchange (docs/account/9). That a
// refused key is marked as invalid is chosen.
func (s *Service) loadBalances(w http.ResponseWriter, c *Connection) {
	c.Updated = s.server.Now()
	if !s.accepted(c, exchanges.Credential{AccessKey: c.AccessKey, Secret: c.Secret, Passphrase: c.Passphrase}) {
		c.KeyInvalid = true
		fail(w, http.StatusUnprocessableEntity, "invalid_api_key", refusedAtExchange)
		return
	}
	c.KeyInvalid = false
	fake.JSON(w, http.StatusCreated, c.answer())
}

// activity counts what runs (docs/account/6). The documented 422 for a key that
// is known to be dead is served for that.
func (s *Service) activity(w http.ResponseWriter, c *Connection) {
	if c.KeyInvalid {
		fail(w, http.StatusUnprocessableEntity, "invalid_api_key", refusedAtExchange)
		return
	}
	fake.JSON(w, http.StatusOK, map[string]any{"data": map[string]any{
		"active_bots_count": c.Active.Bots, "active_deals_count": c.Active.Deals,
		"active_smart_trades_count": c.Active.SmartTrades,
		"active_orders_count":       c.Active.Orders, "active_grid_bots_count": c.Active.GridBots,
	}})
}
