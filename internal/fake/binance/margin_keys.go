package binance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// The calls are those of developers.binance.com margin_trading/trade, "special
// key of low-latency trading", read 2026-11-22.

// special refuses accounts that are not approved for special keys; the code is
// the one for a missing right. That sub-accounts may have them too is
// documented and not staged.
func (x *Exchange) special(w http.ResponseWriter, who caller) bool {
	if who.sub != nil || !who.account.SpecialKeys && len(who.account.MarginKeys) == 0 {
		forbidden().write(w)
		return false
	}
	return true
}

// trading is special for writes: "you need to enable Permits Enable Spot &
// Margin Trading option for the API key which requests this endpoint".
func (x *Exchange) trading(w http.ResponseWriter, who caller) bool {
	if !x.special(w, who) {
		return false
	}
	if !who.may("enableSpotAndMarginTrading") {
		forbidden().write(w)
		return false
	}
	return true
}

// marginKeys lists the keys of cross margin, or those of one isolated pair.
// There is no list of all. The page of the list names no condition, as that of
// making one does: an account that has none is given an empty list.
func (x *Exchange) marginKeys(w http.ResponseWriter, q url.Values, who caller) {
	rows := []any{}
	if who.sub != nil { // keys of a sub-account's own are documented and not staged
		fake.JSON(w, http.StatusOK, rows)
		return
	}
	for _, m := range who.account.MarginKeys {
		if m.Symbol == q.Get("symbol") && m.life.Listed(m.Deleted, x.Server.Now()) {
			rows = append(rows, m.describe())
		}
	}
	fake.JSON(w, http.StatusOK, rows)
}

func (m *MarginKey) describe() map[string]any {
	return map[string]any{"apiName": m.Name, "apiKey": m.AccessKey, "ip": m.IP, "type": m.Type, "permissionMode": m.Mode}
}

func (x *Exchange) marginKey(w http.ResponseWriter, q url.Values, who caller) {
	if !x.special(w, who) {
		return
	}
	if m := x.specialKey(w, q, who); m != nil {
		fake.JSON(w, http.StatusOK, m.describe())
	}
}

// createMarginKey makes a key for cross margin, or for the isolated pair that
// symbol names. permissionMode counts for Ed25519 keys alone: an HMAC key that
// was asked to read only may trade.
func (x *Exchange) createMarginKey(w http.ResponseWriter, q url.Values, who caller) {
	if !x.trading(w, who) {
		return
	}
	m := MarginKey{
		Name:   q.Get("apiName"),
		Symbol: q.Get("symbol"),
		IP:     q.Get("ip"),
		Type:   hmacKey,
		Mode:   "TRADE",
		life:   x.Lag.Begin(x.Server.Now()),
	}
	if text := q.Get("publicKey"); text != "" {
		m.Type, m.Verify = publicKey(text)
	}
	entries, isList := fake.Addresses(m.IP, false)
	mode := q.Get("permissionMode")
	refused := (*refusal)(nil)
	switch {
	case m.Name == "":
		refused = missing("apiName")
	case m.Type == "":
		refused = invalid("publicKey")
	case !isList || len(entries) > mostAddresses:
		refused = invalid("ip")
	case mode != "" && mode != "READ" && mode != "TRADE":
		refused = invalid("permissionMode")
	}
	if refused != nil {
		refused.write(w)
		return
	}
	if m.Type == ed25519Key && mode == "READ" {
		m.Mode = mode
	}
	if m.IP == "" {
		m.IP = noAddress
	}
	m.AccessKey = x.mint(who.account.ID)
	var secret any // "will be null when creating an RSA key"
	if m.Verify == nil {
		m.Secret = newSecret()
		secret = m.Secret
	}
	who.account.MarginKeys = append(who.account.MarginKeys, m)
	x.marginDone(fake.Created, "", &m, who)
	fake.JSON(w, http.StatusOK, map[string]any{"apiKey": m.AccessKey, "secretKey": secret, "type": m.Type})
}

// deleteMarginKey deletes the key that apiKey names, or else every key of the
// name apiName. The answer is an empty object.
func (x *Exchange) deleteMarginKey(w http.ResponseWriter, q url.Values, who caller) {
	if !x.trading(w, who) {
		return
	}
	if q.Get("apiKey") == "" && q.Get("apiName") == "" {
		missing("apiKey").write(w)
		return
	}
	found := false
	for i := range who.account.MarginKeys {
		m := &who.account.MarginKeys[i]
		named := m.AccessKey == q.Get("apiKey") || q.Get("apiKey") == "" && m.Name == q.Get("apiName")
		if !named || m.Deleted || m.Symbol != q.Get("symbol") {
			continue
		}
		found = true
		m.Deleted, m.life = true, x.Lag.End(m.life, x.Server.Now())
		x.marginDone(fake.Deleted, "", m, who)
	}
	if !found {
		unknownKey().write(w)
		return
	}
	fake.JSON(w, http.StatusOK, map[string]any{})
}

// changeMarginIPs sets the addresses. "Edit" is taken to replace them. The
// answer is an empty object.
func (x *Exchange) changeMarginIPs(w http.ResponseWriter, q url.Values, who caller) {
	if !x.trading(w, who) {
		return
	}
	m := x.specialKey(w, q, who)
	if m == nil {
		return
	}
	entries, ok := fake.Addresses(q.Get("ip"), false)
	switch {
	case len(entries) == 0 && ok:
		missing("ip").write(w)
		return
	case !ok || len(entries) > mostAddresses:
		invalid("ip").write(w)
		return
	}
	if strings.HasPrefix(m.IP+",", noAddress+",") && entries[0] != noAddress { // the documented example keeps it
		entries = slices.Concat([]string{noAddress}, entries)
	}
	m.IP = strings.Join(entries, ",")
	x.marginDone(fake.Changed, "ip whitelist", m, who)
	fake.JSON(w, http.StatusOK, map[string]any{})
}

// specialKey finds the key that apiKey names, of the pair that symbol names.
func (x *Exchange) specialKey(w http.ResponseWriter, q url.Values, who caller) *MarginKey {
	if q.Get("apiKey") == "" {
		missing("apiKey").write(w)
		return nil
	}
	for i := range who.account.MarginKeys {
		m := &who.account.MarginKeys[i]
		if m.AccessKey == q.Get("apiKey") && m.Symbol == q.Get("symbol") && !m.Deleted {
			return m
		}
	}
	unknownKey().write(w)
	return nil
}

func (x *Exchange) marginDone(deed fake.Deed, what string, m *MarginKey, who caller) {
	x.indexMargin(who.account)
	x.book(deed, what, "", m.key(), who)
}
