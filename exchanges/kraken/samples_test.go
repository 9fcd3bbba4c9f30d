package kraken

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "kraken", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{opSpot: new(wireAnswer[wireKey])}[op]
		},
		Check: func(t *testing.T, _ string, value any) {
			t.Helper()
			w, ok := value.(*wireAnswer[wireKey])
			if !ok {
				t.Fatalf("%T", value)
			}
			var k exchanges.Key
			w.Result.apply(&k)
			withdraw, _ := k.Permissions.Has(exchanges.Withdraw).Get()
			if k.Label == "" || !withdraw || k.ExpiresAt.IsKnown() || !k.CreatedAt.IsKnown() || !k.LastUsedAt.IsKnown() ||
				k.Whitelist.Restricted != exchanges.Known(false) {
				t.Errorf("%+v", k)
			}
		},
		Without: map[string]string{
			opTime:    "no full answer was collected",
			opFutures: "its schema alone was found",
		},
		RefusalOf: opSpot,
		Refusals:  map[string]exchanges.Kind{},
	})
}

// The documented refusals come with HTTP 200, as everything of the spot API.
func TestDocumentedRefusals(t *testing.T) {
	op, _ := protocol().Operation(opSpot)
	for text, want := range map[string]exchanges.Kind{
		"EAPI:Invalid key": exchanges.KindNoSuchKey, "EAPI:Invalid nonce": exchanges.KindUndetermined,
		"EAPI:Invalid signature": exchanges.KindBadSignature, "EGeneral:Permission denied": exchanges.KindForbidden,
		"EAPI:Rate limit exceeded": exchanges.KindRateLimited, "EService:Unavailable": exchanges.KindMaintenance,
	} {
		body := []byte(`{"error": ["` + text + `"], "result": {}}`)
		if got := exchanges.KindOf(judge(op, exchanges.Response{Status: 200, Body: body})); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
