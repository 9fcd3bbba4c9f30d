package bitget

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebitget "rekey/internal/fake/bitget"
)

// accessKey makes a key of the documented form; secret and passphrase hold the
// canary.
func accessKey(name string) string { return "bg_" + fake.HexOf(name, 32) }

func secret(name string) string { return exchangetest.Canary + "-secret-of-" + name }

func passphrase(name string) string { return exchangetest.Canary + "Phrase1" + name }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{
		AccessKey: accessKey(
			name,
		), Secret: exchanges.NewSecret(secret(name)), Passphrase: exchanges.NewSecret(passphrase(name)),
	}
}

func key(name string, whitelist []string, kind string, perms ...string) *fakebitget.Key {
	return &fakebitget.Key{
		AccessKey: accessKey(name), Secret: secret(name), Passphrase: passphrase(name),
		Note: "note " + name, Created: created, Whitelist: whitelist, Type: kind, Perms: perms,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

var created = time.Date(2022, 3, 4, 5, 6, 7, 8e6, time.UTC)

// uid is the sub-account of most tests.
const uid = "44700071"

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", nil, typeRead, wordTrade)
	dead.Deleted = true
	server, x, err := fakebitget.Start(now, &fakebitget.Account{
		ID: "447000",
		Keys: []*fakebitget.Key{
			key("alive", []string{"127.0.0.1", "203.0.113.7"}, typeWrite, wordTrade, "uta_mgt"),
			key("manager", []string{"127.0.0.1"}, typeWrite, "uta_mgt"),
			key("elsewhere", []string{"203.0.113.7"}, typeRead, wordTrade),
			key("strange", nil, typeRead, "moonshot"),
			dead,
		},
		Subs: []*fakebitget.Sub{
			{ID: uid, Name: "grid", Keys: []*fakebitget.Key{
				key("sub1", []string{"203.0.113.7"}, typeWrite, wordTrade), key("sub2", nil, typeRead, wordTrade),
			}},
			{ID: "44700072", Name: "iced", Frozen: true, Keys: []*fakebitget.Key{key("iced", nil, typeWrite, wordTrade)}},
			{ID: "44700073", Name: "empty"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	x.Do(func() { x.MostKeys = 50 }) // the suite makes more than ten
	ref := func(name string, a exchanges.Account) exchanges.KeyRef {
		return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: a}
	}
	sub := func(id string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: id, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	entries := func(words ...string) exchanges.IPWhitelist {
		var list []netip.Prefix
		for _, word := range words {
			list = append(list, netip.MustParsePrefix(word))
		}
		return exchanges.IPWhitelist{Restricted: exchanges.Known(true), Entries: exchanges.Known(list)}
	}
	trade := exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).DenyRest()
	read := exchanges.Permissions{}.Grant(exchanges.Read).DenyRest()
	everything := exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade, exchanges.Transfer, exchanges.ManageKeys).
		Deny(
			exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options,
			exchanges.PortfolioMargin, exchanges.Withdraw,
			exchanges.Earn, exchanges.FIXRead, exchanges.FIXTrade, exchanges.Receive, exchanges.Unmapped)
	listed := func(name string, a exchanges.Account, p exchanges.Permissions, list exchanges.IPWhitelist,
		kind string,
	) exchanges.Key {
		return exchanges.Key{
			Ref: ref(name, a), Label: "note " + name, Status: exchanges.StatusAlive, CreatedAt: exchanges.Known(created),
			Permissions: p, Raw: []string{kind, wordTrade}, Whitelist: list,
		}
	}
	other := credential("alive")
	other.Secret = exchanges.NewSecret(secret("other"))
	wrong := credential("alive")
	wrong.Passphrase = exchanges.NewSecret(passphrase("other"))
	return exchangetest.Stage{
		Server: server, InspectPath: pathUnified,
		Alive: credential("alive"),
		Want: exchanges.Key{
			Ref:    ref("alive", exchanges.Account{ID: "447000", Kind: exchanges.AccountMaster}),
			Status: exchanges.StatusAlive, Algorithm: "hmac", Permissions: everything,
			Raw: []string{"read-and-write", wordTrade, "uta_mgt"}, Whitelist: entries("127.0.0.1/32", "203.0.113.7/32"),
		},
		Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret: other, WrongSecretStatus: exchanges.StatusAlive, WrongPassphrase: wrong,
		Strange: credential("strange"), StrangeWord: "moonshot",
		Master: credential("manager"), NotMaster: credential("sub2"), ListRefusal: exchanges.KindForbidden,
		Listed: []exchanges.Key{
			listed("sub1", sub(uid, false), trade, entries("203.0.113.7/32"), typeWrite),
			listed("sub2", sub(uid, false), read, exchanges.Unrestricted(), typeRead),
			listed("iced", sub("44700072", true), trade, exchanges.Unrestricted(), typeWrite),
		},
		Writes: &exchangetest.Writes{
			Manager: credential("manager"), ReadsFirst: true,
			Issue: exchanges.IssueRequest{
				Account: exchanges.Account{Name: uid}, Label: "rekey7Q4mZ", Whitelist: []string{"127.0.0.1", "203.0.113.8"},
				Permissions: []exchanges.Permission{exchanges.Trade}, Passphrase: exchanges.NewSecret(passphrase("new")),
			},
			Narrow:        []exchanges.Permission{exchanges.Read},
			Issuing:       exchangetest.Endpoint{Method: http.MethodPost, Path: pathIssue},
			Permitting:    exchangetest.Endpoint{Method: http.MethodPost, Path: pathEdit},
			Revoking:      exchangetest.Endpoint{Method: http.MethodPost, Path: pathRevoke},
			Listing:       pathSubKeys,
			WithoutSecret: answerWith(`{"note":"rekey7Q4mZ","apiKey":"bg_1","type":"read_only","permissions":[],"ips":[]}`),
			WithoutKey:    answerWith(`{"note":"rekey7Q4mZ","secret":"CANARY","type":"read_only","permissions":[],"ips":[]}`),
			NoSuchKey: fake.Answer(http.StatusBadRequest, "application/json",
				`{"code":"40037","msg":"Apikey does not exist","requestTime":1,"data":null}`),
			Live: x.Live,
		},
	}
}

func answerWith(data string) string {
	return `{"code":"00000","msg":"success","requestTime":1,"data":` + data + `}`
}
