package htx

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakehtx "rekey/internal/fake/htx"
)

// accessKey makes a key of the documented form; secrets hold the canary.
func accessKey(name string) string {
	h := fake.HexOf("htx test "+name, 32)
	return h[:8] + "-" + h[8:16] + "-" + h[16:24] + "-" + h[24:29]
}

func secret(name string) string { return exchangetest.Canary + "-secret-of-" + name }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

func key(name string, whitelist []string, words ...string) *fakehtx.Key {
	return &fakehtx.Key{
		AccessKey: accessKey(name), Secret: secret(name), Note: "note " + name, Created: created, Whitelist: whitelist,
		Perms: words,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

var created = time.Date(2026, 10, 4, 5, 6, 7, 8e6, time.UTC)

// uid is the sub user of most tests.
const uid = "132208121"

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", nil, wordRead)
	dead.Deleted = true
	expired := key("expired", nil, wordRead)
	expired.Expired = true
	server, x, err := fakehtx.Start(now, &fakehtx.User{
		ID: 63628520,
		Keys: []*fakehtx.Key{
			key("alive", []string{"127.0.0.1", "203.0.113.7"}, wordTrade, wordRead, wordWithdraw),
			key("manager", []string{"127.0.0.1"}, wordRead, wordTrade),
			key("elsewhere", []string{"203.0.113.7"}, wordRead),
			key("strange", nil, wordRead, "moonshot"), dead,
		},
		Subs: []*fakehtx.Sub{
			{ID: 132208121, Keys: []*fakehtx.Key{
				key("sub1", []string{"203.0.113.0/24"}, wordRead, wordTrade),
				key("sub2", nil, wordRead), expired,
			}},
			{ID: 132208122, Locked: true, Keys: []*fakehtx.Key{key("iced", nil, wordRead)}},
			{ID: 132208123},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	x.Do(func() { x.MostKeys, x.PageSize = 50, 2 })
	ref := func(name string, a exchanges.Account) exchanges.KeyRef {
		return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: a}
	}
	sub := func(id string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: id, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	parent := exchanges.Account{ID: "63628520", Kind: exchanges.AccountMaster}
	entries := func(list ...string) exchanges.IPWhitelist {
		var out []netip.Prefix
		for _, word := range list {
			out = append(out, netip.MustParsePrefix(word))
		}
		return exchanges.IPWhitelist{Restricted: exchanges.Known(true), Entries: exchanges.Known(out)}
	}
	grant := func(kind exchanges.AccountKind, words ...string) exchanges.Permissions {
		var p exchanges.Permissions
		var open []exchanges.Permission
		for _, w := range words {
			switch w {
			case wordRead:
				p = p.Grant(exchanges.Read)
			case wordTrade:
				p = p.Grant(exchanges.Trade)
				open = []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer}
				if kind != exchanges.AccountSub {
					open = append(open, exchanges.ManageKeys)
				}
			case wordWithdraw:
				p = p.Grant(exchanges.Withdraw)
			default:
				return exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Unmapped)
			}
		}
		for _, w := range exchanges.AllPermissions() {
			if !slices.Contains(open, w) {
				p = p.Deny(w)
			}
		}
		return p
	}
	listed := func(name string, a exchanges.Account, list exchanges.IPWhitelist, words ...string) exchanges.Key {
		return exchanges.Key{
			Ref: ref(name, a), Label: "note " + name, Status: exchanges.StatusAlive, CreatedAt: exchanges.Known(created),
			Permissions: grant(a.Kind, words...), Raw: words, Whitelist: list,
		}
	}
	free, here := exchanges.Unrestricted(), entries("127.0.0.1/32", "203.0.113.7/32")
	old := listed("expired", sub(uid, false), free, wordRead)
	old.Status = exchanges.StatusExpired
	want := listed("alive", exchanges.Account{ID: "63628520", Kind: exchanges.AccountUnknown}, here,
		wordTrade, wordRead, wordWithdraw)
	want.Algorithm = algorithm
	other := credential("alive")
	other.Secret = exchanges.NewSecret(secret("other"))
	return exchangetest.Stage{
		Server: server, InspectPath: pathAccounts,
		Alive: credential("alive"), Want: want, Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret: other, WrongSecretStatus: exchanges.StatusAlive,
		Strange: credential("strange"), StrangeWord: "moonshot",
		Master: credential("manager"), NotMaster: credential("sub2"), ListRefusal: exchanges.KindForbidden,
		AskCode: func(context.Context, exchanges.CodeQuestion) (exchanges.Secret, error) {
			return exchanges.NewSecret("123456"), nil
		},
		Listed: []exchanges.Key{
			listed("alive", parent, here, wordTrade, wordRead, wordWithdraw),
			listed("manager", parent, entries("127.0.0.1/32"), wordRead, wordTrade),
			listed("elsewhere", parent, entries("203.0.113.7/32"), wordRead),
			listed("strange", parent, free, wordRead, "moonshot"),
			listed("sub1", sub(uid, false), entries("203.0.113.0/24"), wordRead, wordTrade),
			listed("sub2", sub(uid, false), free, wordRead), old,
			listed("iced", sub("132208122", true), free, wordRead),
		},
		Writes: &exchangetest.Writes{
			Manager: credential("manager"), ReadsFirst: true,
			Issue: exchanges.IssueRequest{
				Account: exchanges.Account{Name: uid}, Label: "rekey7Q4mZ", Whitelist: []string{"127.0.0.1", "203.0.113.8"},
				Permissions: []exchanges.Permission{exchanges.Trade},
			},
			Narrow:        []exchanges.Permission{exchanges.Read},
			Issuing:       exchangetest.Endpoint{Method: http.MethodPost, Path: pathIssue},
			Permitting:    exchangetest.Endpoint{Method: http.MethodPost, Path: pathEdit},
			Revoking:      exchangetest.Endpoint{Method: http.MethodPost, Path: pathRevoke},
			Listing:       pathKeys,
			WithoutSecret: `{"code":200,"data":{"accessKey":"a","note":"rekey7Q4mZ","permission":"readOnly","ipAddresses":""}}`,
			WithoutKey:    `{"code":200,"data":{"secretKey":"CANARY","note":"rekey7Q4mZ","permission":"readOnly"}}`,
			NoSuchKey: fake.Answer(http.StatusOK, "application/json",
				`{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Incorrect Access key",`+
					`"data":null}`),
			Live: x.Live,
		},
	}
}
