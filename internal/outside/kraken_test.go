//go:build outside

package outside

import (
	"strings"
	"testing"
	"time"

	"rekey/internal/fake/kraken"
)

func stageKraken(t *testing.T) *stage {
	t.Helper()
	secret, other := "CANARY"+strings.Repeat("a1", 39)+"aA==", "CANARY"+strings.Repeat("b2", 39)+"bA=="
	k := &kraken.Key{
		AccessKey: strings.Repeat("kRaKen7/", 7), Secret: secret, Name: "desk", Created: made,
		Words: []string{"query-funds"},
	}
	server, x, err := kraken.Start(time.Now, &kraken.Account{UID: "1", Keys: []*kraken.Key{k}})
	if err != nil {
		t.Fatal(err)
	}
	const authentication = "AuthenticationError"
	return &stage{
		exchange: "kraken", server: server, key: credential{APIKey: k.AccessKey, Secret: secret}, otherSecret: other,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		accepted: []acceptedCall{
			{call{HTTP: "POST", API: "private", Path: "GetApiKeyInfo"}, "query-funds", false},
		},
		refused: refusals{
			// ccxt has no entry for it and raises its general class.
			signature: refusal{"ExchangeError", "EAPI:Invalid signature"},
			// What a refused address is told is documented nowhere: the fake takes the nastiest.
			address: refusal{authentication, "EAPI:Invalid key"}, deleted: refusal{authentication, "EAPI:Invalid key"},
		},
	}
}
