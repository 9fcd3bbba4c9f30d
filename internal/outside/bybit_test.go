//go:build outside

package outside

import (
	"testing"
	"time"

	"rekey/internal/fake/bybit"
)

const (
	bybitKey    = "aB3dE6gH9jK2mN5pQ8"
	bybitSecret = "CANARYs3cretS3cretS3cretS3cretS3cret"
)

func stageBybit(t *testing.T) *stage {
	t.Helper()
	const other = "CANARYs3cretS3cretS3cretS3cretS3creu"
	now := time.Now()
	k := &bybit.Key{
		AccessKey: bybitKey, Secret: bybitSecret, Note: "desk", Created: now,
		Groups: map[string][]string{"Wallet": {"AccountTransfer"}},
	}
	sub := &bybit.Key{AccessKey: "zZ3dE6gH9jK2mN5pQ8", Secret: other, Created: now, Groups: map[string][]string{}}
	server, x, err := bybit.Start(time.Now, &bybit.Account{
		UID: "24617703", Keys: []*bybit.Key{k},
		Subs: []*bybit.Sub{{UID: "24617801", Name: "botdesk1", Keys: []*bybit.Key{sub}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	list := call{Method: "privateGetV5UserQuerySubMembers"}
	return &stage{
		exchange: "bybit", server: server, key: credential{APIKey: bybitKey, Secret: bybitSecret}, otherSecret: other,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		accepted: []acceptedCall{
			{call{Method: "privateGetV5UserQueryApi"}, `"AccountTransfer"`, false},
			{list, "botdesk1", false},
			{
				call{Method: "privateGetV5UserSubApikeys", Params: map[string]string{"subMemberId": "24617801"}},
				sub.AccessKey,
				false,
			},
		},
		refused: refusals{
			signature: refusal{authentication, "10004"}, address: refusal{"PermissionDenied", "10010"},
			clock: refusal{"InvalidNonce", "10002"}, deleted: refusal{authentication, "10003"},
		},
		others: []otherCall{
			{"a sub-account lists", credential{APIKey: sub.AccessKey, Secret: other}, list, refusal{
				"PermissionDenied",
				"10005",
			}},
		},
	}
}

func writesBybit(t *testing.T) *writing {
	t.Helper()
	k := &bybit.Key{
		AccessKey: bybitKey, Secret: bybitSecret, Created: time.Now(),
		Groups: map[string][]string{"Wallet": {"SubMemberTransfer"}},
	}
	server, x, err := bybit.Start(time.Now, &bybit.Account{
		UID: "24617703", Keys: []*bybit.Key{k}, Subs: []*bybit.Sub{{UID: "24617801", Name: "botdesk1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]any{"Spot": []string{"SpotTrade"}}
	return &writing{
		exchange: "bybit", server: server, manager: credential{APIKey: bybitKey, Secret: bybitSecret},
		create: call{
			Method: "privatePostV5UserCreateSubApi", Params: map[string]string{"note": "outside", "ips": "203.0.113.7"},
			Nested: map[string]any{"subuid": 24617801, "readOnly": 0, "permissions": groups},
		},
		edit: func(accessKey string) call {
			return call{
				Method: "privatePostV5UserUpdateSubApi", Params: map[string]string{"apikey": accessKey, "ips": "203.0.113.7"},
				Nested: map[string]any{"readOnly": 1, "permissions": groups},
			}
		},
		edited: `"readOnly":1`,
		remove: func(accessKey string) call {
			return call{Method: "privatePostV5UserDeleteSubApi", Params: map[string]string{"apikey": accessKey}}
		},
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}
