package binance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// mostAddresses is documented for keys of the Fast API and margin special keys,
// mostText for the list of a sub-account's new key.
const (
	mostAddresses = 30
	mostText      = 500
)

// addresses reads a list. The documents show addresses and no networks.
func addresses(list string) ([]string, *refusal) {
	entries, ok := fake.Addresses(list, false)
	if !ok || len(entries) > mostAddresses || len(list) > mostText {
		return nil, invalid("ipAddress")
	}
	return entries, nil
}

// restrictKey opens a key to all addresses, or adds trusted ones. Status 2
// without any address, in the call or on the key, is refused; what Binance does
// is not documented.
func (x *Exchange) restrictKey(w http.ResponseWriter, q url.Values, who caller) {
	k, s, ok := x.addressed(w, q, who)
	if !ok {
		return
	}
	switch q.Get("status") {
	case "1":
		x.setAddresses(k, s, nil, who)
	case "2":
		added, refused := addresses(q.Get("ipAddress"))
		whole := added
		if !x.ReplaceIPs || len(added) == 0 {
			whole = slices.DeleteFunc(slices.Clone(k.Whitelist), func(a string) bool { return slices.Contains(added, a) })
			whole = append(whole, added...)
		}
		switch {
		case refused != nil:
		case len(whole) == 0:
			refused = missing("ipAddress")
		case len(whole) > mostAddresses:
			refused = invalid("ipAddress")
		}
		if refused != nil {
			refused.write(w)
			return
		}
		x.setAddresses(k, s, whole, who)
	case "":
		missing("status").write(w)
		return
	default:
		invalid("status").write(w)
		return
	}
	out := map[string]any{"status": q.Get("status"), "updateTime": millis(k.addressed), "apiKey": k.AccessKey}
	if len(k.Whitelist) > 0 { // "only return if you open IP restriction and input IP address"
		out["ipList"] = k.Whitelist
	}
	fake.JSON(w, http.StatusOK, out)
}

// dropIPs takes addresses off the list. What becomes of a key whose list is
// empty then is not documented; here it is open to all, the worse of the two,
// and the answer says so. An address that is not on the list is refused.
func (x *Exchange) dropIPs(w http.ResponseWriter, q url.Values, who caller) {
	k, s, ok := x.addressed(w, q, who)
	if !ok {
		return
	}
	if q.Get("ipAddress") == "" {
		missing("ipAddress").write(w)
		return
	}
	gone := strings.Split(q.Get("ipAddress"), ",")
	for _, a := range gone {
		if !slices.Contains(k.Whitelist, a) {
			invalid("ipAddress").write(w)
			return
		}
	}
	x.setAddresses(
		k,
		s,
		slices.DeleteFunc(slices.Clone(k.Whitelist), func(a string) bool { return slices.Contains(gone, a) }),
		who,
	)
	fake.JSON(w, http.StatusOK, k.addresses())
}

func (x *Exchange) addressed(w http.ResponseWriter, q url.Values, who caller) (*Key, *Sub, bool) {
	s, ok := x.target(w, q, who)
	if !ok {
		return nil, nil, false
	}
	k, ok := x.named(w, q, s)
	return k, s, ok
}

func (x *Exchange) setAddresses(k *Key, s *Sub, whitelist []string, who caller) {
	k.Whitelist, k.addressed = whitelist, x.Server.Now()
	x.book(fake.Changed, "ip whitelist", s.Email, k, who)
}
