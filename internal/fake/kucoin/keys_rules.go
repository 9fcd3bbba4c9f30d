package kucoin

import (
	"slices"
	"strings"
	"time"

	"rekey/internal/fake"
)

// Documented limits: kucoin-universal-sdk 78c90c7 spec (2025-11-04) and
// kucoin.com/docs, sub-account API, read 2026-11-22.
const (
	mostRemark      = 24
	leastPassphrase = 7
	mostPassphrase  = 32
	mostAddresses   = 20
)

// passphraseForm admits printable ASCII without spaces.
func passphraseForm(p string) bool {
	strange := strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r > '~' })
	return len(p) >= leastPassphrase && len(p) <= mostPassphrase && !strange
}

// set takes over the fields that were sent, and reports whether all are in
// form. An empty text is none: General alone, from anywhere, for ever.
func (k *Key) set(f map[string]string) bool {
	if list, sent := f["permission"]; sent {
		granted, ok := grant(list)
		if !ok {
			return false
		}
		k.Permission = granted
	}
	if list, sent := f["ipWhitelist"]; sent {
		entries, ok := fake.Addresses(list, false) // the documents show addresses and no networks
		if !ok || len(entries) > mostAddresses {
			return false
		}
		k.Whitelist = entries
	}
	switch days := f["expire"]; days {
	case "", "-1":
		if _, sent := f["expire"]; sent {
			k.Expires = time.Time{}
		}
	case "30", "90", "180", "360":
		n, _ := time.ParseDuration(days + "h")
		k.Expires = k.Created.Add(24 * n) // whether from creation or from the change is not documented
	default:
		return false
	}
	return true
}

// grant puts a list of permissions into KuCoin's order, which is not the
// caller's ("General,Spot,Futures" is answered by "General,Futures,Spot"). Every
// key has General. A blank after a comma stands in the documents' own example.
// Unified is known from the types of a third-party client (docs.rs kucoin 0.7.4,
// read 2026-11-30), its place in the order is not; the old word Trade is among
// the words of no document about new keys.
func grant(list string) (string, bool) {
	order := []string{"General", "Futures", "Spot", "Margin", "Unified", "InnerTransfer"}
	asked := []string{"General"}
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimPrefix(word, " ")
		if word != "" && !slices.Contains(order, word) || word == "" && list != "" {
			return "", false
		}
		asked = append(asked, word)
	}
	return strings.Join(slices.DeleteFunc(order, func(p string) bool { return !slices.Contains(asked, p) }), ","), true
}

// whitelisted adds the addresses to an answer, masked, where there are any.
func (k *Key) whitelisted(out map[string]any) map[string]any {
	if len(k.Whitelist) > 0 {
		out["ipWhitelist"] = masked(k.Whitelist)
	}
	return out
}
