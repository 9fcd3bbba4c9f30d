package bybit

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// subKeysAnswer decodes the list without the wrapper that keeps unknown members,
// so that the sample fails on them.
type subKeysAnswer struct {
	Result         []wireKey `json:"result"`
	NextPageCursor string    `json:"nextPageCursor"`
}

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "bybit", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opTime: new(wireAnswer[wireTime]), opInspect: new(wireAnswer[wireKey]),
				opSubAccounts: new(wireAnswer[wireSubAccounts]), opSubKeys: new(wireAnswer[subKeysAnswer]),
				opIssue: new(wireAnswer[wireKey]), opEdit: new(wireAnswer[wireKey]), opEditSelf: new(wireAnswer[wireKey]),
				opRevoke: new(wireAnswer[wireEmpty]), opRevokeSelf: new(wireAnswer[wireEmpty]),
			}[op]
		},
		Check: func(t *testing.T, op string, value any) {
			t.Helper()
			switch w := value.(type) {
			case *wireAnswer[wireKey]:
				_, words := w.Result.readPermissions()
				if len(words) == 0 || w.Result.APIKey == "" {
					t.Errorf("%s: words %q", op, words)
				}
				for _, text := range words {
					if text == "readOnly" {
						continue
					}
					if _, strange := (wireKey{Permissions: grouped([]string{text})}).words(); strange {
						t.Errorf("%s: the documented word %q is not known", op, text)
					}
				}
			case *wireAnswer[subKeysAnswer]:
				k := w.Result.Result[0]
				if readWhitelist(k.IPs).Restricted != exchanges.Known(false) || !readTime(k.ExpiredAt).IsKnown() {
					t.Errorf("key %+v", k)
				}
			case *wireAnswer[wireSubAccounts]:
				if len(w.Result.SubMembers) != 2 || w.Result.NextCursor != 0 {
					t.Errorf("sub-accounts %+v", w.Result)
				}
			}
		},
		RefusalOf: opInspect,
		Refusals: map[string]exchanges.Kind{
			"ERROR_10004_error_sign.json":   exchanges.KindBadSignature,
			"ERROR_10010_unmatched_ip.json": exchanges.KindIPRefused,
			"ERROR_10020_not_unified.json":  exchanges.KindForbidden,
			// Of an API that is gone: its words prove nothing.
			"ERROR_10003_legacy.json": exchanges.KindOther,
			"ERROR_10010_legacy.json": exchanges.KindOther,
		},
	})
}
