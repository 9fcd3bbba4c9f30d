package kucoin

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakekucoin "rekey/internal/fake/kucoin"
)

// accessKey makes a key of the documented form; secret and passphrase hold the
// canary, which a UUID cannot.
func accessKey(name string) string {
	return (hex.EncodeToString([]byte(name)) + strings.Repeat("0", 24))[:24]
}

func secret(name string) string { return exchangetest.Canary + "-secret-of-" + name }

func passphrase(name string) string { return exchangetest.Canary + "!@#11+" + name }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{
		AccessKey: accessKey(
			name,
		), Secret: exchanges.NewSecret(secret(name)), Passphrase: exchanges.NewSecret(passphrase(name)),
	}
}

var created = time.Date(2024, 3, 4, 5, 6, 7, 8e6, time.UTC)

func key(name, permission string, whitelist ...string) *fakekucoin.Key {
	return &fakekucoin.Key{
		AccessKey: accessKey(name), Secret: secret(name), Passphrase: passphrase(name), Remark: "label of " + name,
		Permission: permission, Whitelist: whitelist, Created: created,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", "General,Spot")
	dead.Deleted = true
	server, x, err := fakekucoin.Start(now, &fakekucoin.Account{
		UID: 165111215,
		Keys: []*fakekucoin.Key{
			key("alive", "Spot,General,InnerTransfer,Transfer", "127.0.0.1", "203.0.113.7"),
			key("master", "General"),
			key("elsewhere", "General", "203.0.113.7"),
			key("strange", "General,Moonshots"),
			dead,
		},
		Subs: []*fakekucoin.Sub{
			{UID: 71, UserID: "63743f07e0c5230001761d08", Name: "grid1", Created: created, Keys: []*fakekucoin.Key{
				key("sub1", "General,Spot,Margin", "203.0.113.7"), key("sub2", "General"),
			}},
			{
				UID:     72,
				UserID:  "63743f07e0c5230001761d09",
				Name:    "iced & old",
				Frozen:  true,
				Created: created,
				Keys: []*fakekucoin.Key{
					key("iced", "General,Futures,Earn"),
				},
			},
			{UID: 73, UserID: "63743f07e0c5230001761d0a", Name: "empty", Created: created},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	sub := func(id, name string, frozen bool) exchanges.Account {
		return exchanges.Account{ID: id, Name: name, Kind: exchanges.AccountSub, Frozen: exchanges.Known(frozen)}
	}
	listed := func(name string, account exchanges.Account, whitelist exchanges.IPWhitelist,
		perms exchanges.Permissions, raw ...string,
	) exchanges.Key {
		return exchanges.Key{
			Ref: exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: account}, Label: "label of " + name,
			Status: exchanges.StatusAlive, Permissions: perms, Raw: raw, Whitelist: whitelist,
			CreatedAt: exchanges.Known(created), Algorithm: "hmac",
		}
	}
	masked := exchanges.RestrictedUnseen()
	masked.Unread = []string{"203.**.7"}
	want := listed("alive", exchanges.Account{ID: "165111215", Kind: exchanges.AccountMaster}, masked,
		granted(exchanges.Spot, exchanges.Read, exchanges.Transfer, exchanges.Withdraw).
			Deny(except(exchanges.ManageKeys, exchanges.SubaccountTransfer)...),
		"Spot", "General", "InnerTransfer", "Transfer")
	want.Whitelist.Unread = []string{"127.**.1", "203.**.7"}
	return exchangetest.Stage{
		Writes: writes(x),
		Server: server, InspectPath: pathInspect, Environment: "live", Region: regionGlobal,
		Alive: credential("alive"), Want: want,
		Dead: credential("dead"), IPRefused: credential("elsewhere"),
		WrongSecret: exchanges.Credential{
			AccessKey: accessKey(
				"alive",
			), Secret: exchanges.NewSecret(secret("other")), Passphrase: credential("alive").Passphrase,
		},
		WrongPassphrase: exchanges.Credential{
			AccessKey: accessKey(
				"alive",
			), Secret: credential("alive").Secret, Passphrase: exchanges.NewSecret(passphrase("other")),
		},
		WrongSecretStatus: exchanges.StatusAlive,
		Strange:           credential("strange"), StrangeWord: "Moonshots",
		Master: credential("master"), NotMaster: credential("sub2"), ListRefusal: exchanges.KindForbidden,
		// 400007 says more than that
		Listed: []exchanges.Key{
			listed("sub1", sub("71", "grid1", false), masked, granted(exchanges.Read, exchanges.Spot, exchanges.Margin).
				Deny(except(exchanges.Transfer, exchanges.SubaccountTransfer)...), "General", "Spot", "Margin"),
			listed("sub2", sub("71", "grid1", false), exchanges.Unrestricted(), granted(exchanges.Read).DenyRest(), "General"),
			listed(
				"iced",
				sub("72", "iced & old", true),
				exchanges.Unrestricted(),
				granted(exchanges.Read, exchanges.Futures, exchanges.Earn).
					Deny(except(exchanges.Transfer)...),
				"General",
				"Futures",
				"Earn",
			),
		},
	}
}

// writes stages the powers over the keys of the first sub-account.
func writes(x *fakekucoin.Exchange) *exchangetest.Writes {
	revoking := exchangetest.Endpoint{Method: http.MethodDelete, Path: pathSubKeys}
	return &exchangetest.Writes{
		Manager: credential("master"), // General is enough
		Issue: exchanges.IssueRequest{
			Account: exchanges.Account{Name: "grid1"}, Label: "rekey7Q4mZ", Whitelist: []string{"127.0.0.1", "203.0.113.8"},
			Permissions: []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Transfer},
			Passphrase:  exchanges.NewSecret(passphrase("new")),
		},
		Narrow:     []exchanges.Permission{exchanges.Read, exchanges.Transfer},
		Issuing:    exchangetest.Endpoint{Method: http.MethodPost, Path: pathSubKeys},
		Permitting: exchangetest.Endpoint{Method: http.MethodPost, Path: pathEdit},
		Revoking:   revoking,
		Listing:    pathSubKeys,
		WithoutSecret: `{"code":"200000","data":{"subName":"grid1","remark":"rekey7Q4mZ","apiKey":"k1",` +
			`"passphrase":"CANARY","permission":"General"}}`,
		WithoutKey: `{"code":"200000","data":{"subName":"grid1","remark":"rekey7Q4mZ","apiKey":"","apiSecret":"CANARY",` +
			`"permission":"General"}}`,
		NoSuchKey: fake.Answer(
			http.StatusBadRequest,
			"application/json",
			`{"code":"400003","msg":"KC-API-KEY not exists"}`,
		),
		SecretsInURL: []exchangetest.Endpoint{revoking}, // the passphrase
		Live:         x.Live,
	}
}

func granted(powers ...exchanges.Permission) exchanges.Permissions {
	return exchanges.Permissions{}.Grant(powers...)
}

// except returns every power but those.
func except(powers ...exchanges.Permission) []exchanges.Permission {
	return slices.DeleteFunc(
		exchanges.AllPermissions(),
		func(p exchanges.Permission) bool { return slices.Contains(powers, p) },
	)
}
