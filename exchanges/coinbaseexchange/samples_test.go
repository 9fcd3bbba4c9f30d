package coinbaseexchange

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "coinbase", Prefix: "EXCHANGE_", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{opTime: new(wireTime), opProfiles: new([]wireProfile), opAccounts: new([]wireAccount)}[op]
		},
		Without: map[string]string{
			opTime:     "the documents name the call and show no answer",
			opProfiles: "the documented answer is not among the samples; TestDecode holds its shape",
		},
		RefusalOf: opProfiles,
		Refusals:  map[string]exchanges.Kind{"EXCHANGE_ERROR_shape.json": exchanges.KindOther},
	})
}
