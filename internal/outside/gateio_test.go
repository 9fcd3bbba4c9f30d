//go:build outside

package outside

import (
	"testing"
	"time"

	"rekey/internal/fake/gateio"
)

const (
	gateioKey    = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	gateioSubKey = "0a1b2c3d4e5f60718293a4b5c6d7e8fa"
	gateioSecret = "43414e4152590a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293"
	gateioOther  = "43414e4152590a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718294"
)

// gateioAccount starts a fake with a manager and a key of its sub-account.
func gateioAccount(t *testing.T) (*stage, *gateio.Exchange) {
	t.Helper()
	key := func(access, secret string, perms ...string) *gateio.Key {
		k := &gateio.Key{AccessKey: access, Secret: secret, Created: made}
		k.Name, k.Mode = "desk", 1
		for _, p := range perms {
			k.Perms = append(k.Perms, gateio.Perm{Name: p})
		}
		return k
	}
	k := key(gateioKey, gateioSecret, "account", "wallet")
	server, x, err := gateio.Start(time.Now, &gateio.Account{
		ID: 4470001, Keys: []*gateio.Key{k},
		Subs: []*gateio.Sub{{ID: 4470002, Name: "botdesk", Keys: []*gateio.Key{key(gateioSubKey, gateioOther, "spot")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	return &stage{
		exchange: "gate", server: server, key: credential{APIKey: gateioKey, Secret: gateioSecret}, otherSecret: gateioOther,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		refused: refusals{
			signature: refusal{authentication, "INVALID_SIGNATURE"},
			address:   refusal{authentication, "IP_FORBIDDEN"}, clock: refusal{authentication, "REQUEST_EXPIRED"},
			deleted: refusal{authentication, "INVALID_KEY"},
		},
	}, x
}

func stageGateio(t *testing.T) *stage {
	t.Helper()
	s, _ := gateioAccount(t)
	list := call{Method: "privateSubAccountsGetSubAccounts", Params: map[string]string{"type": "0"}}
	s.accepted = []acceptedCall{
		{call{Method: "privateAccountGetDetail"}, `"user_id"`, false},
		{call{Method: "privateAccountGetMainKeys"}, gateioKey[:12] + "*****", false},
		{list, "4470002", false},
		{
			call{Method: "privateSubAccountsGetSubAccountsUserIdKeys", Params: map[string]string{"user_id": "4470002"}},
			gateioSubKey, false,
		},
	}
	s.others = []otherCall{{
		"a sub-account lists",
		credential{APIKey: gateioSubKey, Secret: gateioOther},
		list,
		refusal{"PermissionDenied", "FORBIDDEN"},
	}}
	return s
}

func writesGateio(t *testing.T) *writing {
	t.Helper()
	s, x := gateioAccount(t)
	body := func(reads bool) map[string]any {
		return map[string]any{
			"mode": 1, "name": "outside", "perms": []map[string]any{{"name": "spot", "read_only": reads}},
			"ip_whitelist": []string{"203.0.113.7"},
		}
	}
	return &writing{
		exchange: "gate", server: s.server, manager: s.key,
		create: call{
			Method: "privateSubAccountsPostSubAccountsUserIdKeys", Nested: body(true),
			Params: map[string]string{"user_id": "4470002"},
		},
		edit: func(accessKey string) call {
			return call{
				Method: "privateSubAccountsPutSubAccountsUserIdKeysKey", Nested: body(false),
				Params: map[string]string{"user_id": "4470002", "key": accessKey},
			}
		},
		remove: func(accessKey string) call {
			return call{
				Method: "privateSubAccountsDeleteSubAccountsUserIdKeysKey",
				Params: map[string]string{"user_id": "4470002", "key": accessKey},
			}
		},
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}
