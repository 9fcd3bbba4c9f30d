//go:build outside

package outside

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake/coinbaseexchange"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
)

// The exchanges whose keys have a passphrase.
const (
	passphrase      = "CANARY-pa55phrase!"
	otherPassphrase = "CANARY-0ther-one!"
)

// listed is an address on a whitelist that nobody here calls from.
const listed = "203.0.113.7"

var made = time.Date(2022, 3, 4, 5, 6, 0, 0, time.UTC)

func stageKuCoin(t *testing.T) *stage {
	t.Helper()
	const secret, other = "6b0f7a2e-1c3d-4e5f-8a9b-0c1d2e3f4a5b", "6b0f7a2e-1c3d-4e5f-8a9b-0c1d2e3f4a5c"
	k := &kucoin.Key{
		AccessKey:  "62219c385f3a0b0001c0ffee",
		Secret:     secret,
		Passphrase: passphrase,
		Permission: "General,Spot",
		Created:    made,
	}
	sub := &kucoin.Key{
		AccessKey:  "62219c385f3a0b0001c0ffef",
		Secret:     other,
		Passphrase: passphrase,
		Permission: "General",
		Created:    made,
	}
	server, x, err := kucoin.Start(time.Now, &kucoin.Account{
		UID: 165111215, Keys: []*kucoin.Key{k},
		Subs: []*kucoin.Sub{
			{UID: 165111216, UserID: "62219c385f3a0b0001aaaaaa", Name: "gridbot1", Created: made, Keys: []*kucoin.Key{sub}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	list := call{Method: "privateGetSubUser", Params: map[string]string{"currentPage": "1", "pageSize": "100"}}
	return &stage{
		exchange: "kucoin", server: server,
		key: credential{k.AccessKey, secret, passphrase}, otherSecret: other,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		accepted: []acceptedCall{
			{call{Method: "publicGetStatus"}, `"status":"open"`, true},
			{call{Method: "privateGetUserApiKey"}, `"permission":"General,Spot"`, false},
			{list, "gridbot1", false},
			{call{Method: "privateGetSubApiKey", Params: map[string]string{"subName": "gridbot1"}}, sub.AccessKey, false},
		},
		refused: refusals{
			signature: refusal{
				authentication,
				"400005",
			}, passphrase: refusal{authentication, "400004"}, address: refusal{authentication, "400006"},
			clock: refusal{"InvalidNonce", "400002"}, deleted: refusal{authentication, "400003"},
		},
		others: []otherCall{
			{"a sub-account lists", credential{sub.AccessKey, other, passphrase}, list, refusal{authentication, "400007"}},
			// The signature is good: the query was signed before it was encoded.
			{
				"a name that needs encoding",
				credential{k.AccessKey, secret, passphrase},
				call{Method: "privateGetSubApiKey", Params: map[string]string{"subName": "grid bot"}},
				refusal{"BadRequest", "400100"},
			},
		},
	}
}

func stageOKX(t *testing.T) *stage {
	t.Helper()
	const secret, other = "0A1B2C3D4E5F60718293A4B5C6D7E8F9", "0A1B2C3D4E5F60718293A4B5C6D7E8FA"
	k := &okx.Key{
		AccessKey:  "37c541a1-8a5b-4d6e-9f70-1a2b3c4d5e6f",
		Secret:     secret,
		Passphrase: passphrase,
		Label:      "desk",
		Perms:      []string{"read_only"},
	}
	sub := &okx.Key{
		AccessKey:  "37c541a1-8a5b-4d6e-9f70-1a2b3c4d5e70",
		Secret:     other,
		Passphrase: passphrase,
		Perms:      []string{"read_only"},
		Created:    made,
	}
	server, x, err := okx.Start(time.Now, &okx.Account{
		ID: "44705892343619584", Keys: []*okx.Key{k},
		Subs: []*okx.Sub{{ID: "340012345678907413", Name: "botdesk", Created: made, Keys: []*okx.Key{sub}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	list := call{Method: "privateGetUsersSubaccountList", Params: map[string]string{"limit": "100"}}
	return &stage{
		exchange: "okx", server: server,
		key: credential{k.AccessKey, secret, passphrase}, otherSecret: other,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		accepted: []acceptedCall{
			{call{Method: "privateGetAccountConfig"}, `"perm":"read_only"`, false},
			{list, "botdesk", false},
			{
				call{Method: "privateGetUsersSubaccountApikey", Params: map[string]string{"subAcct": "botdesk"}},
				sub.AccessKey,
				false,
			},
		},
		refused: refusals{
			signature: refusal{
				authentication,
				"50113",
			}, passphrase: refusal{authentication, "50105"}, address: refusal{"PermissionDenied", "50110"},
			// ccxt has no entry for 50119 and raises its general class.
			clock: refusal{"InvalidNonce", "50102"}, deleted: refusal{"ExchangeError", "50119"},
		},
		others: []otherCall{
			{"a sub-account lists", credential{sub.AccessKey, other, passphrase}, list, refusal{"ExchangeError", "59500"}},
			// The signature is good: the query was signed as it was sent.
			{
				"a name that needs encoding",
				credential{k.AccessKey, secret, passphrase},
				call{Method: "privateGetUsersSubaccountApikey", Params: map[string]string{"subAcct": "bot desk"}},
				refusal{"ExchangeError", "59510"},
			},
		},
	}
}

func stageCoinbaseExchange(t *testing.T) *stage {
	t.Helper()
	secret := base64.StdEncoding.EncodeToString([]byte("CANARY" + strings.Repeat("a1", 29)))
	other := base64.StdEncoding.EncodeToString([]byte("CANARY" + strings.Repeat("b2", 29)))
	k := &coinbaseexchange.Key{
		AccessKey:   "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
		Secret:      secret,
		Passphrase:  passphrase,
		Permissions: []string{"view"},
	}
	blind := &coinbaseexchange.Key{
		AccessKey:   "0a1b2c3d4e5f60718293a4b5c6d7e8fa",
		Secret:      other,
		Passphrase:  passphrase,
		Permissions: []string{"trade"},
	}
	server, x, err := coinbaseexchange.Start(time.Now, &coinbaseexchange.Profile{
		ID: "86602c68-306a-4500-ac73-4ce56a91d83c", Name: "default", Default: true, Created: made,
		Currencies: []string{"BTC"},
		Keys:       []*coinbaseexchange.Key{k, blind},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	profiles := call{Method: "privateGetProfiles"}
	return &stage{
		exchange: "coinbaseexchange", server: server,
		key: credential{k.AccessKey, secret, passphrase}, otherSecret: other,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		accepted: []acceptedCall{
			{profiles, `"name":"default"`, false},
			{call{Method: "privateGetProfiles", Params: map[string]string{"active": "true"}}, `"active":true`, false},
			{call{Method: "privateGetAccounts"}, `"currency":"BTC"`, false},
		},
		refused: refusals{
			signature: refusal{authentication, "invalid signature"}, passphrase: refusal{authentication, "Invalid Passphrase"},
			address: refusal{authentication, "Invalid API Key"}, deleted: refusal{authentication, "Invalid API Key"},
			clock: refusal{authentication, "request timestamp expired"},
		},
		// ccxt reads every 403 without a class of its own like this.
		others: []otherCall{
			{
				"without the permission",
				credential{blind.AccessKey, other, passphrase},
				profiles,
				refusal{"ExchangeNotAvailable", "403 Forbidden"},
			},
		},
	}
}
