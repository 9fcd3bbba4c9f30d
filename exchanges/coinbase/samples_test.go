package coinbase

import (
	"slices"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "coinbase", Exchange: Exchange(),
		Wire: func(op string) any { return map[string]any{opTime: new(wireTime), opInspect: new(wirePermissions)}[op] },
		Check: func(t *testing.T, op string, value any) {
			t.Helper()
			w, ok := value.(*wirePermissions)
			if !ok {
				return
			}
			var k exchanges.Key
			if err := w.apply(&k); err != nil || !w.tells() {
				t.Fatal(err)
			}
			known := []string{
				"portfolio_uuid",
				"portfolio_type",
				"can_withdraw",
			} // a slip of the SDK's test; the documents have no such field
			for _, f := range flags() {
				known = append(known, f.field)
			}
			for field := range *w {
				if !slices.Contains(known, field) {
					t.Errorf("%s: field %q is not known", op, field)
				}
			}
		},
		Without:   map[string]string{opTime: "the documents name the fields and show no answer"},
		RefusalOf: opInspect,
		Refusals:  map[string]exchanges.Kind{"ERROR_api_v3_brokerage_default_shape.json": exchanges.KindOther},
	})
}
