//go:build outside

package outside

import (
	"testing"
	"time"

	"rekey/internal/fake/htx"
)

const (
	htxKey    = "0a1b2c3d-4e5f6071-8293a4b5-c6d7e"
	htxSubKey = "0a1b2c3d-4e5f6071-8293a4b5-c6d7f"
	htxSecret = "43414e41-52590a1b-2c3d4e5f-60718"
	htxOther  = "43414e41-52590a1b-2c3d4e5f-60719"
)

// htxUser starts a fake with a manager and a key of its sub user.
func htxUser(t *testing.T) (*stage, *htx.Exchange) {
	t.Helper()
	key := func(access, secret string, words ...string) *htx.Key {
		return &htx.Key{AccessKey: access, Secret: secret, Note: "desk", Created: made, Perms: words}
	}
	k := key(htxKey, htxSecret, "readOnly", "trade")
	server, x, err := htx.Start(time.Now, &htx.User{
		ID: 4470001, Keys: []*htx.Key{k},
		Subs: []*htx.Sub{{ID: 4470002, Keys: []*htx.Key{key(htxSubKey, htxOther, "readOnly")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const authentication, code = "AuthenticationError", "api-signature-not-valid"
	return &stage{
		exchange: "htx", server: server, key: credential{APIKey: htxKey, Secret: htxSecret}, otherSecret: htxOther,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		refused: refusals{
			signature: refusal{authentication, "Verification failure"},
			address:   refusal{authentication, "Incorrect IP address"},
			clock:     refusal{authentication, code}, deleted: refusal{authentication, "Incorrect Access key"},
		},
	}, x
}

func stageHTX(t *testing.T) *stage {
	t.Helper()
	s, _ := htxUser(t)
	list := call{Method: "v2PrivateGetSubUserUserList"}
	s.accepted = []acceptedCall{
		{call{Method: "spotPrivateGetV1AccountAccounts"}, `"working"`, false},
		{call{Method: "v2PrivateGetUserUid"}, "4470001", false},
		{list, "4470002", false},
		{call{Method: "v2PrivateGetUserApiKey", Params: map[string]string{"uid": "4470002"}}, htxSubKey, false},
	}
	s.others = []otherCall{{
		"a sub user lists",
		credential{APIKey: htxSubKey, Secret: htxOther},
		list,
		refusal{"PermissionDenied", "no permission"},
	}}
	return s
}

func writesHTX(t *testing.T) *writing {
	t.Helper()
	s, x := htxUser(t)
	of := func(method string, more map[string]string) func(string) call {
		return func(accessKey string) call {
			params := map[string]string{"subUid": "4470002", "accessKey": accessKey}
			for name, value := range more {
				params[name] = value
			}
			return call{Method: method, Params: params}
		}
	}
	return &writing{
		exchange: "htx", server: s.server, manager: s.key,
		create: call{Method: "v2PrivatePostSubUserApiKeyGeneration", Params: map[string]string{
			"otpToken": x.Code, "subUid": "4470002", "note": "outside", "permission": "readOnly", "ipAddresses": "203.0.113.7",
		}},
		edit: of("v2PrivatePostSubUserApiKeyModification", map[string]string{
			"note": "outside", "permission": "readOnly,trade", "ipAddresses": "203.0.113.7",
		}),
		edited: "readOnly,trade", denies: `"message":"invalid field value`,
		remove: of("v2PrivatePostSubUserApiKeyDeletion", nil),
		live:   func() []string { return liveKeys(x.Live()) },
		ledger: func() int { return len(x.Ledger()) },
	}
}
