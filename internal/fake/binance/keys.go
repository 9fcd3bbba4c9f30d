package binance

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rekey/internal/fake"
)

func (x *Exchange) sub(w http.ResponseWriter, q url.Values, who caller) (*Sub, bool) {
	if !x.master(w, who) {
		return nil, false
	}
	if !strings.Contains(q.Get("email"), "@") {
		missing("email").write(w)
		return nil, false
	}
	s := x.subs[subEmail{who.account, q.Get("email")}]
	if s == nil {
		fail(w, http.StatusBadRequest, -9000, "sub-account does not exist") // code and text chosen, not documented
	}
	return s, s != nil
}

// existing finds the key that a call is about. A new one can be changed and
// deleted before lists name it.
func (s *Sub) existing(access string) *Key {
	i := slices.IndexFunc(s.Keys, func(k *Key) bool { return k.AccessKey == access && !k.Deleted })
	if i < 0 {
		return nil
	}
	return s.Keys[i]
}

// A power is a permission of a sub-account's key: the parameter and field that
// sets it, and the field of apiRestrictions that shows it.
type power struct{ param, flag string }

func subPowers() []power {
	return []power{
		{"canTrade", "enableSpotAndMarginTrading"},
		{"canMarginLoanRepay", "enableMargin"},
		{"canFuturesTrade", "enableFutures"},
		{"canUniversalTransfer", "permitsUniversalTransfer"},
		{"canVanillaOptions", "enableVanillaOptions"},
	}
}

func fixPowers() []power {
	return []power{{"canFixApiTrading", "enableFixApiTrade"}, {"canFixApiReading", "enableFixReadOnly"}}
}

// powers names the parameters, with or without those of FIX.
func powers(fix bool) []string {
	all := subPowers()
	if fix {
		all = append(all, fixPowers()...)
	}
	var out []string
	for _, p := range all {
		out = append(out, p.param)
	}
	return out
}

// describe adds a key's permissions to an answer.
func (k *Key) describe(out map[string]any, powers []power) map[string]any {
	for _, p := range powers {
		out[p.param] = slices.Contains(k.Flags, p.flag)
	}
	return out
}

func (x *Exchange) subKeys(w http.ResponseWriter, q url.Values, who caller) {
	s, ok := x.sub(w, q, who)
	if !ok {
		return
	}
	rows := []any{}
	for _, k := range s.Keys {
		if !k.life.Listed(k.Deleted, x.Server.Now()) ||
			q.Get("subAccountApiKey") != "" && q.Get("subAccountApiKey") != k.AccessKey {
			continue
		}
		rows = append(rows, k.describe(map[string]any{
			"email": s.Email, "apiName": k.Label, "apikey": k.AccessKey, "timestamp": millis(k.Created),
		}, subPowers()))
	}
	fake.JSON(
		w,
		http.StatusOK,
		map[string]any{"total": len(rows), "rows": page(rows, q.Get("page"), q.Get("size"), 30, 100)},
	)
}

// subKeyIPs answers with ipRestrict as a string, as documented.
func (x *Exchange) subKeyIPs(w http.ResponseWriter, q url.Values, who caller) {
	s, ok := x.sub(w, q, who)
	if !ok {
		return
	}
	k := s.existing(q.Get("subAccountApiKey"))
	if k == nil || !k.life.Listed(k.Deleted, x.Server.Now()) {
		unknownKey().write(w)
		return
	}
	fake.JSON(w, http.StatusOK, k.addresses())
}

func (k *Key) addresses() map[string]any {
	updated := k.addressed
	if updated.IsZero() {
		updated = k.Created
	}
	return map[string]any{
		"ipRestrict": strconv.FormatBool(
			len(k.Whitelist) > 0,
		), "ipList": listed(k.Whitelist), "updateTime": millis(updated), "apiKey": k.AccessKey,
	}
}

// listed keeps an empty list from becoming null.
func listed(addresses []string) []string { return append([]string{}, addresses...) }
