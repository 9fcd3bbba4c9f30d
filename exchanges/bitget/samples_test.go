package bitget

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	const none = "no example of /api/v3 is among the samples"
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "bitget", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opUnified: new(wireAnswer[*wireUnified]), opClassic: new(wireAnswer[*wireClassic]),
				opClassicKeys: new(wireAnswer[[]wireClassicKey]),
			}[op]
		},
		Check: func(t *testing.T, _ string, value any) {
			t.Helper()
			switch w := value.(type) {
			case *wireAnswer[*wireUnified]:
				perms, raw := readUnified(w.Data.PermType, w.Data.Permissions, exchanges.AccountMaster)
				for _, p := range []exchanges.Permission{
					exchanges.Withdraw, exchanges.ManageKeys,
					exchanges.Trade, exchanges.Futures,
				} {
					if on, _ := perms.Has(p).Get(); !on {
						t.Errorf("%q does not give %s", raw, p)
					}
				}
			case *wireAnswer[*wireClassic]:
				perms, raw := readClassic(w.Data.Authorities)
				if on, _ := perms.Has(exchanges.Trade).Get(); !on || len(raw) != 2 {
					t.Errorf("permissions %q", raw)
				}
			case *wireAnswer[[]wireClassicKey]:
				if readList(w.Data[0].IPList).Restricted != exchanges.Known(true) {
					t.Errorf("keys %+v", w.Data)
				}
			}
		},
		Without: map[string]string{
			opTime: "no example of it is among the samples", opSubAccounts: none, opSubKeys: none, opIssue: none, opEdit: none,
			opRevoke: none, opClassicSubs: "no example of it is among the samples",
		},
		RefusalOf: opUnified,
		Refusals: map[string]exchanges.Kind{
			"ERROR_40006_malformed_key.json": exchanges.KindCredential,
			"ERROR_40018_ip.json":            exchanges.KindIPRefused,
			"ERROR_40020_parameter.json":     exchanges.KindOther,
			"ERROR_40037_key_unknown.json":   exchanges.KindNoSuchKey,
		},
	})
}
