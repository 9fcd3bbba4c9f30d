package bybit

import (
	"net/http"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebybit "rekey/internal/fake/bybit"
)

// accessKey makes a key of the documented form; the secret holds the canary.
func accessKey(name string) string { return fake.LettersOf("bybit test "+name, 18) }

func secret(name string) string { return fake.LettersOf("secret "+name, 30) + exchangetest.Canary }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

var created = time.Date(2026, 11, 2, 5, 6, 7, 0, time.UTC)

// words are groups of Bybit's words.
type words = map[string][]string

func key(name string, whitelist []string, groups words) *fakebybit.Key {
	return &fakebybit.Key{
		AccessKey: accessKey(name), Secret: secret(name), Note: "label " + name, Created: created,
		Whitelist: whitelist, Groups: groups,
	}
}

func reading(name string, whitelist []string) *fakebybit.Key {
	k := key(name, whitelist, words{"Spot": {"SpotTrade"}})
	k.ReadOnly = true
	return k
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

// spot are the permissions of a key with SpotTrade alone: whether it may borrow
// is not told.
func spot(more ...exchanges.Permission) exchanges.Permissions {
	p := exchanges.Permissions{}.Grant(append(more, exchanges.Read, exchanges.Spot)...)
	for _, other := range exchanges.AllPermissions() {
		if other != exchanges.Margin {
			p = p.Deny(other)
		}
	}
	return p
}

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", nil, words{"Spot": {"SpotTrade"}})
	dead.Deleted = true
	server, x, err := fakebybit.Start(now, &fakebybit.Account{
		UID: "24617703",
		Keys: []*fakebybit.Key{
			key("alive", []string{"127.0.0.1", "203.0.113.7"}, words{"Spot": {"SpotTrade"}}),
			key("manager", []string{"127.0.0.1"}, words{"Wallet": {"SubMemberTransfer"}, "Spot": {"SpotTrade"}}),
			key("elsewhere", []string{"203.0.113.7"}, words{"Spot": {"SpotTrade"}}),
			key("strange", nil, words{"Moon": {"Shot"}}),
			dead,
		},
		Subs: []*fakebybit.Sub{
			{UID: "24617801", Name: "grid1", Keys: []*fakebybit.Key{
				key("sub1", []string{"203.0.113.7"}, words{"Spot": {"SpotTrade"}}), reading("sub2", nil),
			}},
			{UID: "24617802", Name: "frozen1", Frozen: true, Keys: []*fakebybit.Key{
				key("iced", nil, words{"Spot": {"SpotTrade"}, "Wallet": {"AccountTransfer"}}),
			}},
			{UID: "24617803", Name: "empty1"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	sub := func(id, name string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: name, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	ends := exchanges.Known(created.Add(90 * 24 * time.Hour))
	bound := func(addresses ...string) exchanges.IPWhitelist { return exchanges.ParseWhitelist(addresses) }
	row := func(name string, a exchanges.Account, p exchanges.Permissions, raw ...string) exchanges.Key {
		return exchanges.Key{
			Ref: exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: a}, Label: "label " + name,
			Status: exchanges.StatusAlive, Algorithm: "hmac", Permissions: p, Raw: raw, CreatedAt: exchanges.Known(created),
			Whitelist: exchanges.Unrestricted(), ExpiresAt: ends,
		}
	}
	alive := row("alive", exchanges.Account{ID: "24617703", Kind: exchanges.AccountMaster}, spot(), "Spot:SpotTrade")
	alive.Whitelist, alive.ExpiresAt = bound("127.0.0.1", "203.0.113.7"), exchanges.Unknown[time.Time]()
	sub1 := row("sub1", sub("24617801", "grid1", false), spot(), "Spot:SpotTrade")
	sub1.Whitelist, sub1.ExpiresAt = bound("203.0.113.7"), exchanges.Unknown[time.Time]()
	return exchangetest.Stage{
		Writes: writes(x), Server: server, InspectPath: pathInspect,
		Alive: credential("alive"), Want: alive,
		Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret: exchanges.Credential{
			AccessKey: accessKey("alive"), Secret: exchanges.NewSecret(secret("other")),
		},
		WrongSecretStatus: exchanges.StatusAlive,
		Strange:           credential("strange"), StrangeWord: "Moon:Shot",
		Master: credential("manager"), NotMaster: credential("sub2"), ListRefusal: exchanges.KindNotMaster,
		Listed: []exchanges.Key{
			sub1,
			row("sub2", sub("24617801", "grid1", false), exchanges.Permissions{}.Grant(exchanges.Read).DenyRest(),
				"readOnly", "Spot:SpotTrade"),
			row("iced", sub("24617802", "frozen1", true), spot(exchanges.Transfer), "Spot:SpotTrade", "Wallet:AccountTransfer"),
		},
	}
}

// writes stages the powers over the keys of the first sub-account.
func writes(x *fakebybit.Exchange) *exchangetest.Writes {
	const described = `"id":"1","note":"rekey7Q4mZ","readOnly":0,"permissions":{"Spot":["SpotTrade"]}`
	return &exchangetest.Writes{
		Manager: credential("manager"), ReadsFirst: true,
		Issue: exchanges.IssueRequest{
			Account: exchanges.Account{Name: "grid1"}, Label: "rekey7Q4mZ", Whitelist: []string{"127.0.0.1", "203.0.113.8"},
			Permissions: []exchanges.Permission{exchanges.Spot, exchanges.Futures},
		},
		Narrow:        []exchanges.Permission{exchanges.Spot},
		Issuing:       exchangetest.Endpoint{Method: http.MethodPost, Path: pathIssue},
		Permitting:    exchangetest.Endpoint{Method: http.MethodPost, Path: pathEdit},
		Revoking:      exchangetest.Endpoint{Method: http.MethodPost, Path: pathRevoke},
		Listing:       pathSubKeys,
		WithoutSecret: result(`{` + described + `,"apiKey":"abcdefghijklmnopqr","secret":""}`),
		WithoutKey:    result(`{` + described + `,"secret":"CANARY"}`),
		NoSuchKey:     fake.Answer(http.StatusOK, "application/json", refused("10003", "API key is invalid.")),
		Live:          x.Live,
	}
}

func result(of string) string {
	return `{"retCode":0,"retMsg":"","result":` + of + `,"retExtInfo":{},"time":1795348800000}`
}

func refused(code, text string) string {
	return `{"retCode":` + code + `,"retMsg":"` + text + `","result":{},"retExtInfo":{},"time":1795348800000}`
}
