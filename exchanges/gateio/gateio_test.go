package gateio

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakegateio "rekey/internal/fake/gateio"
)

// accessKey makes a key of the documented form; secrets hold the canary.
func accessKey(name string) string { return fake.HexOf("gateio test "+name, 32) }

func secret(name string) string { return exchangetest.Canary + "-secret-of-" + name }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

// perms makes rights of words; one that ends with - may only read.
func perms(words ...string) []fakegateio.Perm {
	out := []fakegateio.Perm{}
	for _, w := range words {
		p := fakegateio.Perm{Name: w}
		if n := len(w) - 1; w[n] == '-' {
			p = fakegateio.Perm{Name: w[:n], ReadOnly: true}
		}
		out = append(out, p)
	}
	return out
}

func key(name string, whitelist []string, words ...string) *fakegateio.Key {
	return &fakegateio.Key{
		AccessKey: accessKey(name), Secret: secret(name), Created: created,
		Settings: fakegateio.Settings{Name: "note " + name, Mode: 1, Perms: perms(words...), Whitelist: whitelist},
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

var created = time.Date(2022, 3, 4, 5, 6, 7, 0, time.UTC)

const (
	mainID = 447000
	subID  = 44700071
)

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", nil, "spot-")
	dead.Deleted = true
	frozen := key("frozen", nil, "spot")
	frozen.State = 3
	server, x, err := fakegateio.Start(now, &fakegateio.Account{
		ID: mainID,
		Keys: []*fakegateio.Key{
			key("alive", []string{"127.0.0.1", "203.0.113.7"}, "spot", "account-", "wallet"),
			key("manager", []string{"127.0.0.1"}, "account"),
			key("elsewhere", []string{"203.0.113.7"}, "spot-"),
			key("strange", nil, "moonshot", "account-"),
			dead,
		},
		Subs: []*fakegateio.Sub{
			{ID: subID, Name: "grid", Keys: []*fakegateio.Key{
				key("sub1", []string{"203.0.113.7"}, "spot", "futures-"), key("sub2", nil, "spot-"), frozen,
			}},
			{ID: subID + 1, Name: "iced", Locked: true, Keys: []*fakegateio.Key{key("iced", nil, "options", "earn")}},
			{ID: subID + 2, Name: "empty"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	x.Do(func() { x.MostKeys = 50 }) // the suite makes more than twenty
	used := func(k exchanges.Key) exchanges.Key {
		k.LastUsedAt = exchanges.Known(now().Truncate(time.Second).UTC())
		return k
	}
	ref := func(shown string, a exchanges.Account) exchanges.KeyRef {
		return exchanges.KeyRef{Exchange: Name, AccessKey: shown, Account: a}
	}
	mainAccount := exchanges.Account{ID: "447000", Kind: exchanges.AccountMaster}
	sub := func(id, name string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: name, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	entries := func(words ...string) exchanges.IPWhitelist {
		var list []netip.Prefix
		for _, word := range words {
			list = append(list, netip.MustParsePrefix(word))
		}
		return exchanges.IPWhitelist{Restricted: exchanges.Known(true), Entries: exchanges.Known(list)}
	}
	listed := func(shown, name string, a exchanges.Account, p exchanges.Permissions, raw []string,
		list exchanges.IPWhitelist,
	) exchanges.Key {
		return exchanges.Key{
			Ref: ref(shown, a), Label: "note " + name, Status: exchanges.StatusAlive, CreatedAt: exchanges.Known(created),
			LastUsedAt: exchanges.Known(created), Permissions: p, Raw: raw, Whitelist: list,
		}
	}
	part := func(name string) string { return accessKey(name)[:12] + "…" }
	grant := func(open []exchanges.Permission, powers ...exchanges.Permission) exchanges.Permissions {
		rest := exchanges.Permissions{}.Grant(powers...)
		for _, p := range exchanges.AllPermissions() {
			unsaid := p == exchanges.Withdraw
			for _, o := range open {
				unsaid = unsaid || p == o
			}
			if !unsaid {
				rest = rest.Deny(p)
			}
		}
		return rest
	}
	free := exchanges.Unrestricted()
	here := entries("127.0.0.1/32", "203.0.113.7/32")
	keys := []exchanges.Permission{exchanges.ManageKeys}
	wide := grant([]exchanges.Permission{exchanges.ManageKeys, exchanges.SubaccountTransfer},
		exchanges.Read, exchanges.Spot, exchanges.Margin, exchanges.Transfer)
	wideRaw := []string{"spot", "account read_only", "wallet"}
	want := used(listed(accessKey("alive"), "alive", mainAccount, wide, wideRaw, here))
	want.Algorithm = "hmac"
	iced := listed(accessKey("frozen"), "frozen", sub("44700071", "grid", false),
		grant(nil, exchanges.Read, exchanges.Spot, exchanges.Margin), []string{"spot"}, free)
	iced.Status = exchanges.StatusDisabled
	other := credential("alive")
	other.Secret = exchanges.NewSecret(secret("other"))
	return exchangetest.Stage{
		Server: server, InspectPath: pathDetail,
		Alive: credential("alive"), Want: want,
		Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret: other, WrongSecretStatus: exchanges.StatusAlive,
		Strange: credential("strange"), StrangeWord: "moonshot",
		Master: credential("manager"), NotMaster: credential("sub2"), ListRefusal: exchanges.KindForbidden,
		Listed: []exchanges.Key{
			listed(part("alive"), "alive", mainAccount, wide, wideRaw, here),
			used(listed(part("manager"), "manager", mainAccount, grant(keys, exchanges.Read), []string{"account"},
				entries("127.0.0.1/32"))),
			listed(part("elsewhere"), "elsewhere", mainAccount, grant(nil, exchanges.Read), []string{"spot read_only"},
				entries("203.0.113.7/32")),
			listed(part("strange"), "strange", mainAccount, exchanges.Permissions{}.Grant(exchanges.Unmapped, exchanges.Read),
				[]string{"moonshot", "account read_only"}, free),
			listed(accessKey("sub1"), "sub1", sub("44700071", "grid", false),
				grant(nil, exchanges.Read, exchanges.Spot, exchanges.Margin), []string{"spot", "futures read_only"},
				entries("203.0.113.7/32")),
			listed(accessKey("sub2"), "sub2", sub("44700071", "grid", false), grant(nil, exchanges.Read),
				[]string{"spot read_only"}, free),
			iced,
			listed(accessKey("iced"), "iced", sub("44700072", "iced", true),
				grant(nil, exchanges.Read, exchanges.Options, exchanges.Earn), []string{"options", "earn"}, free),
		},
		Writes: &exchangetest.Writes{
			Manager: credential("manager"), ReadsFirst: true, RightsUntold: true,
			Issue: exchanges.IssueRequest{
				Account: exchanges.Account{Name: "grid"}, Label: "rekey7Q4mZ",
				Whitelist:   []string{"127.0.0.1", "203.0.113.8"},
				Permissions: []exchanges.Permission{exchanges.Futures, exchanges.Options},
			},
			Narrow:        []exchanges.Permission{exchanges.Futures},
			Issuing:       exchangetest.Endpoint{Method: http.MethodPost, Path: subKeys("44700071")},
			Permitting:    exchangetest.Endpoint{Method: http.MethodPut, Path: subKeys("44700071") + "/"},
			Revoking:      exchangetest.Endpoint{Method: http.MethodDelete, Path: subKeys("44700071") + "/"},
			Listing:       subKeys("44700071"),
			WithoutSecret: `{"state":1,"name":"rekey7Q4mZ","perms":[],"ip_whitelist":[],"mode":1,"key":"0a"}`,
			WithoutKey:    `{"state":1,"name":"rekey7Q4mZ","perms":[],"ip_whitelist":[],"mode":1,"secret":"CANARY"}`,
			NoSuchKey: fake.Answer(http.StatusUnauthorized, "application/json",
				`{"label":"INVALID_KEY","message":"Invalid key provided"}`),
			Live: x.Live,
		},
	}
}
