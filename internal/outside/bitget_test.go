//go:build outside

package outside

import (
	"testing"
	"time"

	"rekey/internal/fake/bitget"
)

const (
	bitgetKey    = "bg_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	bitgetSubKey = "bg_0a1b2c3d4e5f60718293a4b5c6d7e8fa"
	bitgetSecret = "43414e4152590a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293"
	bitgetOther  = "43414e4152590a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718294"
	bitgetPhrase = "Passw0rd77"
)

// bitgetAccount starts a fake with a manager and a key of its sub-account.
func bitgetAccount(t *testing.T, classic bool, perms, sub []string) (*stage, *bitget.Exchange, *bitget.Key) {
	t.Helper()
	key := func(access, secret string, perms []string) *bitget.Key {
		return &bitget.Key{
			AccessKey: access, Secret: secret, Passphrase: passphrase, Note: "desk", Created: made,
			Type: "read_write", Perms: perms,
		}
	}
	k := key(bitgetKey, bitgetSecret, perms)
	server, x, err := bitget.Start(time.Now, &bitget.Account{
		ID: "4470001", Classic: classic, Keys: []*bitget.Key{k},
		Subs: []*bitget.Sub{{
			ID: "4470002", Name: "botdesk", Classic: classic, Keys: []*bitget.Key{key(bitgetSubKey, bitgetOther, sub)},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	return &stage{
		exchange: "bitget", server: server, key: credential{bitgetKey, bitgetSecret, passphrase}, otherSecret: bitgetOther,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		refused: refusals{
			signature: refusal{authentication, "40009"}, passphrase: refusal{authentication, "40012"},
			address: refusal{"PermissionDenied", "40018"}, clock: refusal{"InvalidNonce", "40008"},
			deleted: refusal{authentication, "40037"},
		},
	}, x, k
}

func stageBitget(t *testing.T) *stage {
	t.Helper()
	s, _, _ := bitgetAccount(t, false, []string{"uta_mgt"}, []string{"uta_trade"})
	list := call{Method: "privateUtaGetV3UserSubList", Params: map[string]string{"limit": "100"}}
	s.accepted = []acceptedCall{
		{call{Method: "privateUtaGetV3AccountInfo"}, `"uta_mgt"`, false},
		{list, "4470002", false},
		{
			call{Method: "privateUtaGetV3UserSubApiList", Params: map[string]string{"subUid": "4470002", "limit": "100"}},
			bitgetSubKey, false,
		},
	}
	s.others = []otherCall{
		{
			"a sub-account lists",
			credential{bitgetSubKey, bitgetOther, passphrase},
			list,
			refusal{"PermissionDenied", "40014"},
		},
	}
	return s
}

func stageBitgetClassic(t *testing.T) *stage {
	t.Helper()
	s, _, _ := bitgetAccount(t, true, []string{"coor", "chow"}, []string{"spot_trade"})
	s.accepted = []acceptedCall{
		{call{Method: "privateSpotGetV2SpotAccountInfo"}, `"chow"`, false},
		{call{Method: "privateUserGetV2UserVirtualSubaccountList"}, "4470002", false},
		{
			call{
				Method: "privateUserGetV2UserVirtualSubaccountApikeyList",
				Params: map[string]string{"subAccountUid": "4470002"},
			},
			bitgetSubKey, false,
		},
	}
	return s
}

func writesBitget(t *testing.T) *writing {
	t.Helper()
	s, x, _ := bitgetAccount(t, false, []string{"uta_mgt"}, []string{"uta_trade"})
	words := func(kind string) map[string]any {
		return map[string]any{"type": kind, "permissions": []string{"uta_trade"}, "ips": []string{"203.0.113.7"}}
	}
	return &writing{
		exchange: "bitget", server: s.server, manager: s.key,
		create: call{
			Method: "privateUtaPostV3UserCreateSubApi", Nested: words("read_only"),
			Params: map[string]string{"subUid": "4470002", "note": "outside", "passphrase": bitgetPhrase},
		},
		edit: func(accessKey string) call {
			return call{
				Method: "privateUtaPostV3UserUpdateSubApi", Nested: words("read_write"),
				Params: map[string]string{"apiKey": accessKey, "passphrase": bitgetPhrase},
			}
		},
		edited: `"type":"read_write"`,
		remove: func(accessKey string) call {
			return call{Method: "privateUtaPostV3UserDeleteSubApi", Params: map[string]string{"apiKey": accessKey}}
		},
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}
