package okx

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakeokx "rekey/internal/fake/okx"
)

// accessKey makes a key of the documented form, secret and passphrase hold the
// canary.
func accessKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	h := hex.EncodeToString(sum[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

func secret(name string) string { return exchangetest.Canary + "-secret-of-" + name }

func passphrase(name string) string { return exchangetest.Canary + "-Phrase-1-" + name }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{
		AccessKey:  accessKey(name),
		Secret:     exchanges.NewSecret(secret(name)),
		Passphrase: exchanges.NewSecret(passphrase(name)),
	}
}

func key(name string, whitelist []string, perms ...string) *fakeokx.Key {
	return &fakeokx.Key{
		AccessKey: accessKey(name), Secret: secret(name), Passphrase: passphrase(name),
		Label: "label " + name, Created: created, Whitelist: whitelist, Perms: perms,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

var created = time.Date(2022, 3, 4, 5, 6, 7, 8e6, time.UTC)

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", nil, "read_only")
	dead.Deleted = true
	server, x, err := fakeokx.Start(now, &fakeokx.Account{
		ID: "44700000000000001",
		Keys: []*fakeokx.Key{
			key("alive", []string{"127.0.0.1", "203.0.113.0/28"}, "read_only", "trade"),
			key("master", nil, "read_only"),
			key("manager", []string{"127.0.0.1"}, "read_only", "trade"),
			key("elsewhere", []string{"203.0.113.7"}, "read_only"),
			key("strange", nil, "read_only", "moonshot"),
			dead,
		},
		Subs: []*fakeokx.Sub{
			{ID: "44700000000000071", Name: "grid1", Label: "the grid", Created: created, Keys: []*fakeokx.Key{
				key("sub1", []string{"203.0.113.7", "2001:db8::/48"}, "read_only", "trade"),
				key("sub2", nil, "read_only"),
			}},
			{ID: "44700000000000072", Name: "frozen1", Frozen: true, Created: created.Add(time.Hour), Keys: []*fakeokx.Key{
				key("iced", nil, "read_only", "trade"),
			}},
			{ID: "44700000000000073", Name: "empty1", Created: created.Add(2 * time.Hour)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	sub := func(id, name string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: name, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	ref := func(name string, a exchanges.Account) exchanges.KeyRef {
		return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: a}
	}
	entries := func(words ...string) exchanges.IPWhitelist {
		w := exchanges.IPWhitelist{Restricted: exchanges.Known(true)}
		var list []netip.Prefix
		for _, word := range words {
			list = append(list, netip.MustParsePrefix(word))
		}
		w.Entries = exchanges.Known(list)
		return w
	}
	// What trade covers besides trading is left open.
	trade := exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).Deny(
		exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options, exchanges.PortfolioMargin, exchanges.Withdraw,
		exchanges.Earn, exchanges.FIXRead, exchanges.FIXTrade, exchanges.Receive, exchanges.Unmapped)
	read := exchanges.Permissions{}.Grant(exchanges.Read).DenyRest()
	return exchangetest.Stage{
		Writes: writes(x),
		Server: server, InspectPath: pathConfig,
		Alive: credential("alive"),
		Want: exchanges.Key{
			Ref:   ref("alive", exchanges.Account{ID: "44700000000000001", Kind: exchanges.AccountMaster}),
			Label: "label alive", Status: exchanges.StatusAlive, Algorithm: "hmac",
			Permissions: trade, Raw: []string{"read_only", "trade"},
			Whitelist: entries("127.0.0.1/32", "203.0.113.0/28"),
		},
		Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret: exchanges.Credential{
			AccessKey: accessKey(
				"alive",
			), Secret: exchanges.NewSecret(secret("other")), Passphrase: exchanges.NewSecret(passphrase("alive")),
		},
		WrongSecretStatus: exchanges.StatusAlive,
		WrongPassphrase: exchanges.Credential{
			AccessKey: accessKey(
				"alive",
			), Secret: exchanges.NewSecret(secret("alive")), Passphrase: exchanges.NewSecret(passphrase("other")),
		},
		Strange: credential("strange"), StrangeWord: "moonshot",
		Master: credential("master"), NotMaster: credential("sub2"), ListRefusal: exchanges.KindNotMaster,
		Listed: []exchanges.Key{
			{
				Ref: ref("sub1", sub("44700000000000071", "grid1", false)), Label: "label sub1", Status: exchanges.StatusAlive,
				CreatedAt: exchanges.Known(
					created,
				), Algorithm: "hmac", Permissions: trade.Deny(exchanges.ManageKeys), Raw: []string{"read_only", "trade"},
				Whitelist: entries("203.0.113.7/32", "2001:db8::/48"),
			},
			{
				Ref: ref("sub2", sub("44700000000000071", "grid1", false)), Label: "label sub2", Status: exchanges.StatusAlive,
				CreatedAt: exchanges.Known(
					created,
				), Algorithm: "hmac", Permissions: read, Raw: []string{"read_only"}, Whitelist: exchanges.Unrestricted(),
			},
			{
				Ref: ref("iced", sub("44700000000000072", "frozen1", true)), Label: "label iced", Status: exchanges.StatusAlive,
				CreatedAt: exchanges.Known(
					created,
				), Algorithm: "hmac", Permissions: trade.Deny(exchanges.ManageKeys), Raw: []string{"read_only", "trade"},
				Whitelist: exchanges.Unrestricted(),
			},
		},
	}
}

// writes stages the powers over the keys of the first sub-account.
func writes(x *fakeokx.Exchange) *exchangetest.Writes {
	return &exchangetest.Writes{
		Manager: credential("manager"),
		Issue: exchanges.IssueRequest{
			Account: exchanges.Account{Name: "grid1"}, Label: "rekey7Q4mZ", Whitelist: []string{"127.0.0.1", "203.0.113.8"},
			Permissions: []exchanges.Permission{exchanges.Trade}, Passphrase: exchanges.NewSecret(passphrase("new")),
		},
		Narrow:     []exchanges.Permission{exchanges.Read},
		Issuing:    exchangetest.Endpoint{Method: http.MethodPost, Path: pathSubKeys},
		Permitting: exchangetest.Endpoint{Method: http.MethodPost, Path: pathEdit},
		Revoking:   exchangetest.Endpoint{Method: http.MethodPost, Path: pathRevoke},
		Listing:    pathSubKeys,
		WithoutSecret: rows(
			`{"subAcct":"grid1","label":"rekey7Q4mZ","apiKey":"k1","passphrase":"CANARY","perm":"read_only","ip":"","ts":"1"}`,
		),
		WithoutKey: rows(
			`{"subAcct":"grid1","label":"rekey7Q4mZ","secretKey":"CANARY","passphrase":"CANARY",` +
				`"perm":"read_only","ip":"","ts":"1"}`,
		),
		NoSuchKey: fake.Answer(http.StatusOK, "application/json", `{"msg":"","code":"59506"}`),
		Live:      x.Live,
	}
}
