package bybit

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// queryAPI describes the key that asks.
func (x *Exchange) queryAPI(w http.ResponseWriter, _ url.Values, who caller) {
	out := x.describe(who.key)
	uid, parent := who.account.UID, "0"
	if who.sub != nil {
		uid, parent = who.sub.UID, who.account.UID
	}
	user, _ := strconv.ParseInt(uid, 10, 64)
	out["readOnly"] = bit(who.key.ReadOnly)
	out["isMaster"], out["parentUid"], out["userID"] = who.sub == nil, parent, user
	for name, value := range map[string]any{
		"unified": 0, "uta": 1, "inviterID": 0, "vipLevel": "No VIP", "mktMakerLevel": "0", "affiliateID": 0,
		"kycLevel": "LEVEL_1", "kycRegion": "MYS", "userIDInt64": "0", "inviterIDInt64": "0", "affiliateIDInt64": "0",
		"rsaPublicKey": who.key.PublicKey, "secret": "",
	} {
		out[name] = value
	}
	x.answer(w, out)
}

func (x *Exchange) describeSubKey(k *Key) map[string]any {
	out := x.describe(k)
	out["readOnly"], out["secret"], out["status"], out["flag"] = k.ReadOnly, "******", x.status(k), "hmac"
	if k.PublicKey != "" {
		out["flag"] = "rsa"
	}
	if x.MaskKeys {
		out["apiKey"] = k.AccessKey[:3] + "******"
	}
	return out
}

// describe is what both calls say of a key.
func (x *Exchange) describe(k *Key) map[string]any {
	kind := 1
	if k.ThirdParty {
		kind = 2
	}
	ends, days := "1970-01-01T00:00:00Z", -2
	if end := k.end(); !end.IsZero() {
		ends, days = end.UTC().Format(time.RFC3339), int(end.Sub(x.Server.Now()).Hours()/24)
	}
	return map[string]any{
		"id": k.AccessKey[:6], "note": k.Note, "apiKey": k.AccessKey, "permissions": k.groups(), "ips": k.ips(), "type": kind,
		"deadlineDay": days, "expiredAt": ends, "createdAt": k.Created.UTC().Format(time.RFC3339),
	}
}

// status is that of the list: 1 permanent, 2 expired, 3 valid, 4 under 7 days.
func (x *Exchange) status(k *Key) int {
	end, now := k.end(), x.Server.Now()
	switch {
	case end.IsZero():
		return 1
	case !now.Before(end):
		return 2
	case end.Sub(now) < 7*24*time.Hour:
		return 4
	default:
		return 3
	}
}

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

func (k *Key) ips() []string {
	if len(k.Whitelist) == 0 {
		return []string{"*"}
	}
	return k.Whitelist
}

// documentedGroups are the names of the groups with their words.
func documentedGroups() map[string][]string {
	return map[string][]string{
		"ContractTrade": {"Order", "Position"}, "Spot": {"SpotTrade"}, "Options": {"OptionsTrade"},
		"Wallet":      {"AccountTransfer", "SubMemberTransfer", "SubMemberTransferList", "Withdraw"},
		"Derivatives": {"DerivativesTrade"}, "CopyTrading": {"CopyTrading"}, "BlockTrade": {"BlockTrade"},
		"Exchange": {"ExchangeHistory"}, "NFT": {"NFTQueryProductList"}, "Affiliate": {"Affiliate"}, "Earn": {"Earn"},
		"FiatP2P": {"FiatP2POrder", "Advertising"}, "FiatBitPay": {"FaitPayOrder"},
		"FiatConvertBroker": {"FiatConvertBrokerOrder"}, "BitCard": {"BitCard"}, "ByXPost": {"ByXPost"},
	}
}

// groups are those of an answer: all that are documented, and the key's own.
func (k *Key) groups() map[string][]string {
	out := map[string][]string{}
	for name := range documentedGroups() {
		out[name] = []string{}
	}
	for name, words := range k.Groups {
		out[name] = slices.Clone(words)
	}
	return out
}

// createSubKey shows the secret this once.
func (x *Exchange) createSubKey(w http.ResponseWriter, f fields, who caller) {
	refused := who.manages()
	s := who.account.sub(strings.Trim(string(f["subuid"]), ` `))
	k := &Key{Created: x.Server.Now(), life: x.Lag.Begin(x.Server.Now())}
	note, ok := f.text("note")
	if refused == nil && (s == nil || !ok || f["readOnly"] == nil || f["permissions"] == nil) {
		refused = badParameter("subuid, note, readOnly or permissions")
	}
	if refused == nil && s.Frozen {
		refused = &refusal{http.StatusOK, 141004, "The sub-account is not normal."}
	}
	if refused == nil {
		refused = k.set(f, true)
	}
	if refused != nil {
		refused.write(w, x)
		return
	}
	k.Note, k.AccessKey = note, x.mint(s.UID)
	k.Secret = fake.RandomLetters(30) + fake.Canary
	s.Keys = append(s.Keys, k)
	x.keys[k.AccessKey] = caller{account: who.account, sub: s, key: k, user: s.UID}
	x.book(fake.Created, "", x.keys[k.AccessKey], who)
	x.answer(w, map[string]any{
		"id": "1", "note": k.Note, "apiKey": k.AccessKey, "readOnly": bit(k.ReadOnly), "secret": k.Secret,
		"permissions": k.groups(),
	})
}

// sub finds a sub-account by its ID.
func (a *Account) sub(uid string) *Sub {
	i := slices.IndexFunc(a.Subs, func(s *Sub) bool { return s.UID == uid })
	if i < 0 {
		return nil
	}
	return a.Subs[i]
}

// set takes over the settings of a write. What is left out opens the key:
// readOnly is 0, ips are any address ("If not passing the parameter, it means no
// bind"). permissions that are left out stay.
func (k *Key) set(f fields, ofSub bool) *refusal {
	switch string(f["readOnly"]) {
	case "", "0":
		k.ReadOnly = false
	case "1":
		k.ReadOnly = true
	default:
		return badParameter("readOnly")
	}
	list, ok := f.text("ips")
	if list == "*" {
		list = ""
	}
	entries, good := fake.Addresses(list, false)
	if !ok || !good {
		return badParameter("ips")
	}
	k.Whitelist = entries
	raw, sent := f["permissions"]
	if !sent {
		return nil
	}
	asked := map[string][]string{}
	if json.Unmarshal(raw, &asked) != nil {
		return badParameter("permissions")
	}
	for name, words := range asked {
		for _, word := range words {
			withdraws := ofSub && word == "Withdraw" // not offered to sub-accounts
			if !slices.Contains(documentedGroups()[name], word) || withdraws {
				return badParameter("permissions")
			}
		}
	}
	k.Groups = asked
	return nil
}

// updateSubKey changes a key that a master names, or the calling key of a
// sub-account, which must not name itself.
func (x *Exchange) updateSubKey(w http.ResponseWriter, f fields, who caller) {
	on, refused := x.target(f, who)
	if refused == nil {
		changed := *on.key
		if refused = changed.set(f, true); refused == nil {
			*on.key = changed
		}
	}
	if refused != nil {
		refused.write(w, x)
		return
	}
	x.book(fake.Changed, "permissions, ip whitelist", on, who)
	x.answer(w, changedAnswer(on.key))
}

func changedAnswer(k *Key) map[string]any {
	return map[string]any{
		"id": "1", "note": k.Note, "apiKey": k.AccessKey, "readOnly": bit(k.ReadOnly), "secret": "",
		"permissions": k.groups(), "ips": k.ips(),
	}
}

func (x *Exchange) deleteSubKey(w http.ResponseWriter, f fields, who caller) {
	on, refused := x.target(f, who)
	if refused != nil {
		refused.write(w, x)
		return
	}
	x.end(w, on, who)
}

// target finds the key that a write is about.
func (x *Exchange) target(f fields, who caller) (caller, *refusal) {
	access, ok := f.text("apikey")
	if who.sub != nil {
		if f := who.changesItself(); f != nil {
			return caller{}, f
		}
	}
	switch {
	case !ok, who.sub != nil && access != "", who.sub == nil && access == "":
		return caller{}, badParameter("apikey") // documented as forbidden, or required; the code was chosen
	case who.sub != nil:
		return who, nil
	}
	if f := who.manages(); f != nil {
		return caller{}, f
	}
	on, known := x.keys[access]
	if !known || on.account != who.account || on.sub == nil || on.key.Deleted {
		// Which code a key gets that is not there is not documented. The one
		// that reads like a dead caller was chosen.
		return caller{}, &refusal{http.StatusOK, codeNoSuchKey, "API key is invalid."}
	}
	return on, nil
}

// updateKey changes the calling key of a master account. Its addresses cannot be
// changed, and the withdrawal right cannot be given (141019, 141020).
func (x *Exchange) updateKey(w http.ResponseWriter, f fields, who caller) {
	refused := who.manages()
	changed := *who.key
	_, ips := f["ips"]
	if refused == nil && ips {
		refused = &refusal{http.StatusOK, 141019, "Please go to API management and select Edit."}
	}
	if refused == nil {
		refused = changed.set(f, false)
		changed.Whitelist = who.key.Whitelist
	}
	if refused == nil && slices.Contains(changed.Groups["Wallet"], "Withdraw") && f["permissions"] != nil {
		refused = &refusal{http.StatusOK, 141020, "Please go to API management and select Edit."}
	}
	if refused != nil {
		refused.write(w, x)
		return
	}
	*who.key = changed
	x.book(fake.Changed, "permissions", who, who)
	x.answer(w, changedAnswer(who.key))
}

func (x *Exchange) deleteKey(w http.ResponseWriter, _ fields, who caller) {
	if refused := who.manages(); refused != nil {
		refused.write(w, x)
		return
	}
	x.end(w, who, who)
}

// end deletes a key: "invalid immediately".
func (x *Exchange) end(w http.ResponseWriter, on, by caller) {
	on.key.Deleted, on.key.life = true, x.Lag.End(on.key.life, x.Server.Now())
	x.book(fake.Deleted, "", on, by)
	x.answer(w, map[string]any{})
}

func (x *Exchange) book(deed fake.Deed, what string, on, by caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: on.key.AccessKey, Account: on.accountName(),
		Label: on.key.Note, By: by.key.AccessKey, From: by.from,
	})
}
