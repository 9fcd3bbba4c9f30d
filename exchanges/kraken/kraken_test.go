package kraken

import (
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakekraken "rekey/internal/fake/kraken"
)

// accessKey makes a key of the documented form; the secret holds the canary.
func accessKey(name string) string { return fake.LettersOf("kraken test "+name, 56) }

func secret(name string) string {
	return exchangetest.Canary + fake.LettersOf("secret "+name, 60) + "AAAAAAAAAAAAAAAAAAAA=="
}

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

var created = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func key(name string, whitelist []string, words ...string) *fakekraken.Key {
	return &fakekraken.Key{
		AccessKey: accessKey(name), Secret: secret(name), Name: "label " + name, Created: created, Whitelist: whitelist,
		Words: words,
	}
}

func futuresKey(name string, whitelist []string) *fakekraken.Key {
	k := key(name, whitelist)
	k.Futures, k.General, k.Transfer = true, "FULL_ACCESS", "NO_ACCESS"
	return k
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", nil, "query-funds")
	dead.Deleted = true
	server, _, err := fakekraken.Start(now, &fakekraken.Account{UID: "1", Keys: []*fakekraken.Key{
		key("alive", []string{"127.0.0.1", "203.0.113.0/28"}, "query-funds", "modify-trades"),
		key("strange", nil, "query-funds", "moonshot"), dead,
	}})
	if err != nil {
		t.Fatal(err)
	}
	open := []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.ManageKeys}
	return exchangetest.Stage{
		Server: server, InspectPath: pathSpot, NeverDead: true,
		Alive: credential("alive"), Dead: credential("dead"),
		Want: exchanges.Key{
			Ref: exchanges.KeyRef{
				Exchange: Name, AccessKey: accessKey("alive"), Account: exchanges.Account{Kind: exchanges.AccountUnknown},
			},
			Label: "label alive", Status: exchanges.StatusAlive, Algorithm: "hmac", CreatedAt: exchanges.Known(created),
			Permissions: exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).Deny(without(open)...),
			Raw:         []string{"query-funds", "modify-trades"},
			Whitelist:   exchanges.ParseWhitelist([]string{"127.0.0.1", "203.0.113.0/28"}),
		},
		WrongSecret:       exchanges.Credential{AccessKey: accessKey("alive"), Secret: exchanges.NewSecret(secret("other"))},
		WrongSecretStatus: exchanges.StatusAlive,
		Strange:           credential("strange"), StrangeWord: "moonshot",
	}
}
