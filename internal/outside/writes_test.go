//go:build outside

package outside

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
)

// A writing is a fake with a manager whose key ccxt holds, and the calls that
// make, change and delete a key of its sub-account.
type writing struct {
	exchange string
	server   *fake.Server
	manager  credential
	// create, edit and remove are the calls; edit and remove are about the key
	// that create made.
	create       call
	edit, remove func(accessKey string) call
	// edited stands in the answer to edit; live are the access keys that exist.
	edited string
	live   func() []string
	// denies stands in an answer that ccxt takes for a good one and that refuses.
	denies string
	// ledger counts what was done.
	ledger func() int
}

// ccxt makes, changes and deletes a key at every exchange that lets it; what is tampered
// with on the way is refused, and nothing is done.
func TestCCXTWrites(t *testing.T) {
	c := startCCXT(t)
	for _, stage := range []func(*testing.T) *writing{
		writesBinance, writesKuCoin, writesOKX, writesBybit, writesBitget, writesGateio, writesHTX,
	} {
		w := stage(t)
		t.Run(w.exchange, func(t *testing.T) {
			t.Cleanup(w.server.Close)
			w.server.Limits.TurnOff() // ccxt's own pace is not the subject
			made := accessKeyIn.FindStringSubmatch(w.perform(t, c, "create", w.create, ""))
			if made == nil {
				t.Fatal("the answer to create names no key")
			}
			if !strings.Contains(strings.Join(w.live(), " "), made[1]) {
				t.Fatalf("the key that was made does not exist")
			}
			w.perform(t, c, "edit", w.edit(made[1]), w.edited)
			w.perform(t, c, "delete", w.remove(made[1]), "")
			if strings.Contains(strings.Join(w.live(), " "), made[1]) {
				t.Error("the key that was deleted exists")
			}
		})
	}
}

var accessKeyIn = regexp.MustCompile(`"(?:apiKey|accessKey|key)":"([^"]+)"`)

// perform makes a call that changes something: tampered with in every way
// first, which must be refused and do nothing, then as it is.
func (w *writing) perform(t *testing.T, c *client, story string, cl call, word string) string {
	t.Helper()
	for _, tamper := range []string{"signature", "time", "account"} {
		before := w.ledger()
		v := c.ask(t, question{Exchange: w.exchange, URL: w.server.URL, Credential: w.manager, Tamper: tamper, call: cl})
		denied := v.Error != "" || w.denies != "" && strings.Contains(v.Text, w.denies)
		if !denied || w.ledger() != before {
			t.Errorf("%s with another %s: accepted, %s", story, tamper, v.Text)
			continue
		}
		t.Logf("%-8s %-48s another %-10s refused, %s", story, cl, tamper, v.Error)
	}
	before := w.ledger()
	v := c.ask(t, question{
		Exchange: w.exchange, URL: w.server.URL, Credential: w.manager, shows: story == "create", call: cl,
	})
	if v.Error != "" || !strings.Contains(v.Text, word) || w.ledger() == before {
		t.Fatalf("%s: %s: %s %s", story, cl, v.Error, v.Text)
	}
	t.Logf("%-8s %-48s accepted", story, cl)
	return v.Text
}

func liveKeys(live []fake.LiveKey) []string {
	var out []string
	for _, k := range live {
		out = append(out, k.AccessKey)
	}
	return out
}

func writesBinance(t *testing.T) *writing {
	t.Helper()
	k := &binance.Key{
		AccessKey: strings.Repeat("Mana", 16), Secret: "CANARY" + strings.Repeat("a1", 29), Created: made,
		Whitelist: []string{"127.0.0.1"}, Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
	}
	server, x, err := binance.Start(time.Now, &binance.Account{
		ID: "30071993", Keys: []*binance.Key{k},
		Subs: []*binance.Sub{{ID: 41001, Email: "grid@desk.example", Created: made}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const email = "grid%40desk.example" // percent-encoding is up to the caller, see stageBinance
	key := func(method, path string, more map[string]string) func(string) call {
		return func(accessKey string) call {
			params := map[string]string{"email": email, "subAccountApiKey": accessKey}
			for name, value := range more {
				params[name] = value
			}
			return call{HTTP: method, API: "sapi", Path: path, Params: params}
		}
	}
	return &writing{
		exchange: "binance", server: server, manager: credential{APIKey: k.AccessKey, Secret: k.Secret},
		create: call{HTTP: "POST", API: "sapi", Path: "sub-account/subAccountApi", Params: map[string]string{
			"email": email, "apiName": "outside", "status": "2", "ipAddress": "203.0.113.7", "canTrade": "false",
			"canMarginLoanRepay": "false",
			"canFuturesTrade":    "false", "canUniversalTransfer": "false", "canVanillaOptions": "false",
		}},
		edit: key("POST", "sub-account/subAccountApiPermission", map[string]string{
			"canTrade": "true", "canMarginLoanRepay": "false", "canFuturesTrade": "false", "canUniversalTransfer": "false",
			"canVanillaOptions": "false",
		}),
		edited: `"canTrade":true`,
		remove: key("DELETE", "sub-account/subAccountApi", nil),
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}

func writesKuCoin(t *testing.T) *writing {
	t.Helper()
	k := &kucoin.Key{
		AccessKey: "62219c385f3a0b0001c0ffee", Secret: "6b0f7a2e-1c3d-4e5f-8a9b-0c1d2e3f4a5b", Passphrase: passphrase,
		Permission: "General,Spot", Created: made,
	}
	server, x, err := kucoin.Start(time.Now, &kucoin.Account{
		UID: 165111215, Keys: []*kucoin.Key{k},
		Subs: []*kucoin.Sub{{UID: 165111216, UserID: "62219c385f3a0b0001aaaaaa", Name: "gridbot1", Created: made}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const own = "Passw0rd77"
	return &writing{
		exchange: "kucoin", server: server, manager: credential{k.AccessKey, k.Secret, passphrase},
		create: call{Method: "privatePostSubApiKey", Params: map[string]string{
			"subName": "gridbot1", "remark": "outside", "passphrase": own, "permission": "General", "ipWhitelist": "203.0.113.7",
		}},
		edit: func(accessKey string) call {
			return call{Method: "privatePostSubApiKeyUpdate", Params: map[string]string{
				"subName": "gridbot1", "apiKey": accessKey, "passphrase": own, "permission": "General,Spot",
			}}
		},
		edited: "General,Spot",
		remove: func(accessKey string) call {
			return call{Method: "privateDeleteSubApiKey", Params: map[string]string{
				"subName": "gridbot1",
				"apiKey":  accessKey, "passphrase": own,
			}}
		},
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}

func writesOKX(t *testing.T) *writing {
	t.Helper()
	k := &okx.Key{
		AccessKey: "37c541a1-8a5b-4d6e-9f70-1a2b3c4d5e6f", Secret: "0A1B2C3D4E5F60718293A4B5C6D7E8F9",
		Passphrase: passphrase, Label: "desk",
		Whitelist: []string{"127.0.0.1"}, Perms: []string{"read_only", "trade"},
	}
	server, x, err := okx.Start(time.Now, &okx.Account{
		ID: "44705892343619584", Keys: []*okx.Key{k},
		Subs: []*okx.Sub{{ID: "340012345678907413", Name: "botdesk", Created: made}},
	})
	if err != nil {
		t.Fatal(err)
	}
	of := func(path string, more map[string]string) func(string) call {
		return func(accessKey string) call {
			params := map[string]string{"subAcct": "botdesk", "apiKey": accessKey}
			for name, value := range more {
				params[name] = value
			}
			return call{HTTP: "POST", API: "private", Path: path, Params: params}
		}
	}
	return &writing{
		exchange: "okx", server: server, manager: credential{k.AccessKey, k.Secret, passphrase},
		create: call{HTTP: "POST", API: "private", Path: "users/subaccount/apikey", Params: map[string]string{
			"subAcct": "botdesk", "label": "outside", "passphrase": "Passw0rd!77", "perm": "read_only", "ip": "203.0.113.7",
		}},
		edit:   of("users/subaccount/modify-apikey", map[string]string{"perm": "read_only,trade"}),
		edited: "trade",
		remove: of("users/subaccount/delete-apikey", nil),
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}
