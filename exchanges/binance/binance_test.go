package binance

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebinance "rekey/internal/fake/binance"
)

// accessKey makes a key of the documented form; secret makes one that holds
// the canary.
func accessKey(name string) string { return (name + strings.Repeat("0", 64))[:64] }

func secret(name string) string { return (exchangetest.Canary + name + strings.Repeat("s", 64))[:64] }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

func key(name string, created time.Time, whitelist []string, flags ...string) *fakebinance.Key {
	return &fakebinance.Key{
		AccessKey: accessKey(name),
		Secret:    secret(name),
		Label:     name,
		Created:   created,
		Whitelist: whitelist,
		Flags:     flags,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

var created = time.Date(2022, 3, 4, 5, 6, 7, 8e6, time.UTC)

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", created, nil, "enableReading")
	dead.Deleted = true
	server, x, err := fakebinance.Start(now, &fakebinance.Account{
		ID: "10001",
		Keys: []*fakebinance.Key{
			key(
				"alive",
				created,
				[]string{"127.0.0.1"},
				"enableReading",
				"enableSpotAndMarginTrading",
				"permitsUniversalTransfer",
			),
			key("master", created, nil, "enableReading"),
			key("manager", created, nil, "enableReading", "enableSpotAndMarginTrading"),
			key("elsewhere", created, []string{"203.0.113.7"}, "enableReading"),
			key("strange", created, nil, "enableReading", "enableMoonshots"),
			dead,
		},
		Subs: []*fakebinance.Sub{
			{ID: 71, Email: "grid+1@desk.example", Created: created, Keys: []*fakebinance.Key{
				key("sub1", created, []string{"203.0.113.7", "198.51.100.0/24"}, "enableReading", "enableSpotAndMarginTrading"),
				key("sub2", created, nil, "enableReading"),
			}},
			{ID: 72, Email: "frozen@desk.example", Frozen: true, Created: created, Keys: []*fakebinance.Key{
				key("iced", created, nil, "enableReading", "enableFutures"),
			}},
		},
		MarginKeys: []fakebinance.MarginKey{
			{Name: "special", AccessKey: accessKey("special"), IP: "203.0.113.9", Type: "HMAC_SHA256", Mode: "TRADE"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	unknown := exchanges.Account{Kind: exchanges.AccountUnknown}
	sub := func(id, email string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: email, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	ref := func(name string, a exchanges.Account) exchanges.KeyRef {
		return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: a}
	}
	subPowers := exchanges.Permissions{}.Grant(exchanges.Read).Deny(exchanges.Trade)
	off := []exchanges.Permission{
		exchanges.Spot,
		exchanges.Margin,
		exchanges.Futures,
		exchanges.Transfer,
		exchanges.Options,
	}
	return exchangetest.Stage{
		Writes: writes(x),
		Server: server, InspectPath: "/sapi/v1/account/apiRestrictions", Environment: "live",
		Alive: credential("alive"),
		Want: exchanges.Key{
			Ref: ref("alive", unknown), Status: exchanges.StatusAlive, Algorithm: "hmac",
			Permissions: exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Spot, exchanges.Transfer).Deny(
				exchanges.Trade, exchanges.Withdraw, exchanges.SubaccountTransfer, exchanges.Margin, exchanges.Futures,
				exchanges.Options, exchanges.FIXTrade, exchanges.FIXRead, exchanges.PortfolioMargin),
			Raw:       []string{"enableReading", "permitsUniversalTransfer", "enableSpotAndMarginTrading"},
			Whitelist: exchanges.RestrictedUnseen(),
			CreatedAt: exchanges.Known(created),
		},
		Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret:       exchanges.Credential{AccessKey: accessKey("alive"), Secret: exchanges.NewSecret(secret("other"))},
		WrongSecretStatus: exchanges.StatusAlive,
		Strange:           credential("strange"), StrangeWord: "enableMoonshots",
		Master: credential("master"), NotMaster: credentialOfSub(), ListRefusal: exchanges.KindNotMaster,
		Listed: []exchanges.Key{
			{
				Ref: ref(
					"sub1",
					sub("71", "grid+1@desk.example", false),
				), Label: "sub1", Status: exchanges.StatusAlive, CreatedAt: exchanges.Known(created),
				Permissions: subPowers.Grant(exchanges.Spot).Deny(off...), Raw: []string{"canTrade"},
				Whitelist: exchanges.IPWhitelist{Restricted: exchanges.Known(true), Entries: exchanges.Known([]netip.Prefix{
					netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("198.51.100.0/24"),
				})},
			},
			{
				Ref: ref(
					"sub2",
					sub("71", "grid+1@desk.example", false),
				), Label: "sub2", Status: exchanges.StatusAlive, CreatedAt: exchanges.Known(created),
				Permissions: subPowers.Deny(off...), Whitelist: exchanges.Unrestricted(),
			},
			{
				Ref: ref(
					"iced",
					sub("72", "frozen@desk.example", true),
				), Label: "iced", Status: exchanges.StatusAlive, CreatedAt: exchanges.Known(created),
				Permissions: subPowers.Grant(exchanges.Futures).
					Deny(off...),
				Raw: []string{"canFuturesTrade"}, Whitelist: exchanges.Unrestricted(),
			},
			{
				Ref: ref(
					"special",
					unknown,
				), Label: "special", Status: exchanges.StatusAlive, SpecialMargin: true, Algorithm: "hmac",
				Permissions: exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Margin).DenyRest(), Raw: []string{"TRADE"},
				Whitelist: exchanges.ParseWhitelistText("203.0.113.9"),
			},
		},
	}
}

// writes stages the powers over the keys of the first sub-account.
func writes(x *fakebinance.Exchange) *exchangetest.Writes {
	return &exchangetest.Writes{
		Manager: credential("manager"),
		Issue: exchanges.IssueRequest{
			Account: exchanges.Account{
				Name: "grid+1@desk.example",
			}, Label: "rekey7Q4mZ", Whitelist: []string{"127.0.0.1", "203.0.113.8"},
			Permissions: []exchanges.Permission{exchanges.Spot, exchanges.Futures, exchanges.Transfer},
		},
		Narrow:     []exchanges.Permission{exchanges.Read, exchanges.Transfer},
		Issuing:    exchangetest.Endpoint{Method: http.MethodPost, Path: pathSubKeys},
		Permitting: exchangetest.Endpoint{Method: http.MethodPost, Path: pathPermit},
		Revoking:   exchangetest.Endpoint{Method: http.MethodDelete, Path: pathSubKeys},
		Listing:    pathSubKeys,
		WithoutSecret: `{"apiName":"rekey7Q4mZ","apiKey":"k1","secretKey":null,"canTrade":true,` +
			`"status":2,"ipList":["127.0.0.1"]}`,
		WithoutKey: `{"apiName":"rekey7Q4mZ","apiKey":"","secretKey":"CANARY","canTrade":true,` +
			`"status":2,"ipList":["127.0.0.1"]}`,
		NoSuchKey: fake.Answer(http.StatusBadRequest, "application/json", `{"code":-2008,"msg":"Invalid Api-Key ID."}`),
		Live:      x.Live,
	}
}

// credentialOfSub is a key of a sub-account, which may not list.
func credentialOfSub() exchanges.Credential { return credential("sub2") }
