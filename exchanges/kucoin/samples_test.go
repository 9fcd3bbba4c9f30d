package kucoin

import (
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// framed is an answer with its data decoded in place, so that a field nobody
// knows is noticed inside the frame too.
type framed[T any] struct {
	Code string `json:"code"`
	Data T      `json:"data"`
}

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "kucoin", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opTime: new(framed[exchanges.Number]), opAddress: new(framed[string]), opInspect: new(framed[wireKey]),
				opSubAccounts: new(framed[wireAccounts]), opSubKeys: new(framed[[]wireKey]),
				opIssue: new(framed[wireNewKey]), opEdit: new(framed[wireNewKey]), opRevoke: new(framed[wireNewKey]),
			}[op]
		},
		Check: func(t *testing.T, op string, value any) {
			t.Helper()
			var rows []wireKey
			switch v := value.(type) {
			case *framed[wireKey]:
				rows = []wireKey{v.Data}
			case *framed[[]wireKey]:
				rows = v.Data
			}
			for _, row := range rows {
				var k exchanges.Key
				row.apply(&k)
				if unmapped, _ := k.Permissions.Has(exchanges.Unmapped).Get(); unmapped {
					t.Errorf("%s: a documented permission is not known: %q", op, k.Raw)
				}
				if restricted, _ := k.Whitelist.Restricted.Get(); !restricted ||
					len(k.Whitelist.Unread) != strings.Count(row.IPWhitelist, ",")+1 {
					t.Errorf("%s: whitelist %+v of %q", op, k.Whitelist, row.IPWhitelist)
				}
			}
		},
		RefusalOf: opInspect,
		Refusals: map[string]exchanges.Kind{
			"errors/400005_signature.json":              exchanges.KindBadSignature,
			"errors/400006_ip_new.json":                 exchanges.KindIPRefused,
			"errors/400007_permission.json":             exchanges.KindForbidden,
			"errors/411100_frozen.json":                 exchanges.KindForbidden,
			"errors/http400_400001_headers.json":        exchanges.KindOther,
			"errors/http400_400002_timestamp.json":      exchanges.KindClock,
			"errors/http401_400003_key_not_exists.json": exchanges.KindNoSuchKey,
			"ERROR_400003_site_mismatch.json":           exchanges.KindNoSuchKey,
			"errors/http401_400004_passphrase.json":     exchanges.KindBadPassphrase,
			"errors/http403_400006_ip_old.json":         exchanges.KindIPRefused,
		},
	})
}
