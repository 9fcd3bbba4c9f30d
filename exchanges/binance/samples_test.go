package binance

import (
	"slices"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "binance", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opTime: new(wireTime), opInspect: new(wireRestrictions), opAccount: new(map[string]any),
				opSubAccounts: new(wireAccounts),
				opSubKeys:     new(wireSubKeys), opSubKeyIPs: new(wireSubKeyIPs), opMarginKeys: new([]wireMarginKey),
				opIssue: new(wireNewKey), opRevoke: new(map[string]any), opPermit: new(wireSubKey),
				opRestrict: new(wireSubKeyIPs), opUnlist: new(wireSubKeyIPs),
				opIssueMargin: new(wireNewMarginKey),
				opTrades:      new([]wireTrade), opWithdrawals: new([]wireWithdrawal), opDeposits: new([]wireDeposit),
				opWallets: new([]wireWallet),
			}[op]
		},
		Check: func(t *testing.T, op string, value any) {
			t.Helper()
			w, ok := value.(*wireRestrictions)
			if !ok {
				return
			}
			var k exchanges.Key
			if err := w.apply(&k); err != nil {
				t.Fatal(err)
			}
			known := facts()
			for _, f := range flags() {
				known = append(known, f.field)
			}
			for field := range *w {
				if !slices.Contains(known, field) {
					t.Errorf("%s: field %q is not known", op, field)
				}
			}
		},
		Without: map[string]string{
			opRevokeMargin: "the documents show an empty answer", opAddressMargin: "the documents show an empty answer",
			opMarkets: "a public answer, of which four fields are read", opCandles: "a public answer, rows of numbers",
		},
		RefusalOf: opInspect,
		Refusals: map[string]exchanges.Kind{
			"errors/-1002_not_authorized.json":        exchanges.KindForbidden,
			"errors/-1021_ahead.json":                 exchanges.KindClock,
			"errors/-1021_recv_window.json":           exchanges.KindClock,
			"errors/-1022_bad_signature.json":         exchanges.KindBadSignature,
			"errors/-2014_bad_key_format.json":        exchanges.KindCredential,
			"errors/http400_-2008_sapi.json":          exchanges.KindNoSuchKey,
			"errors/http400_-2015_sapi.json":          exchanges.KindIPRefused,
			"errors/http401_-2015_fapi_with_ip.json":  exchanges.KindIPRefused,
			"errors/http401_-2015_spot_api.json":      exchanges.KindIPRefused,
			"errors/http451_restricted_location.json": exchanges.KindGeoBlocked,
		},
	})
}
