package okx

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "okx", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opTime: new(wireAnswer[wireTime]), opInspect: new(wireAnswer[wireConfig]),
				opSubAccounts: new(wireAnswer[wireAccount]), opSubKeys: new(wireAnswer[wireSubKey]),
				opIssue: new(wireAnswer[wireNewKey]), opEdit: new(wireAnswer[wireNewKey]), opRevoke: new(wireAnswer[wireNewKey]),
			}[op]
		},
		Check: func(t *testing.T, _ string, value any) {
			t.Helper()
			switch w := value.(type) {
			case *wireAnswer[wireConfig]:
				perms, raw := readPermissions(w.Data[0].Perm)
				if on, _ := perms.Has(exchanges.Unmapped).Get(); on || len(raw) != 3 ||
					w.Data[0].kind() != exchanges.AccountMaster {
					t.Errorf("permissions %q, account %q", raw, w.Data[0].kind())
				}
			case *wireAnswer[wireAccount]:
				if on, told := w.Data[0].Enable.Get(); !on || !told {
					t.Error("enable was not read")
				}
			case *wireAnswer[wireSubKey]:
				if len(w.Data) != 2 || w.Data[0].TS == 0 || readWhitelist(w.Data[0].IP).Restricted != exchanges.Known(true) {
					t.Errorf("keys %+v", w.Data)
				}
			}
		},
		RefusalOf: opInspect,
		Refusals: map[string]exchanges.Kind{
			"ERROR_50101_recorded.json":          exchanges.KindUndetermined,
			"ERROR_50102_recorded.json":          exchanges.KindClock,
			"ERROR_50103_recorded.json":          exchanges.KindCredential,
			"ERROR_50110_recorded_redacted.json": exchanges.KindIPRefused,
			"ERROR_50112_recorded.json":          exchanges.KindClock,
			"ERROR_50119_recorded.json":          exchanges.KindNoSuchKey,
		},
	})
}
