package htx

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "htx", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opAccounts: new(wireV1[[]wireAccount]), opUID: new(wireV2[exchanges.Number]), opKeys: new(wireV2[[]wireKey]),
				opSubUsers: new(wireV2[[]wireUser]), opIssue: new(wireV2[*wireNew]), opEdit: new(wireV2[*wireChanged]),
				opRevoke: new(wireV2[any]),
			}[op]
		},
		Check: func(t *testing.T, _ string, value any) {
			t.Helper()
			w, ok := value.(*wireV2[[]wireKey])
			if !ok {
				return
			}
			for _, row := range w.Data { // -1 days are no end, and a withdraw key without addresses is seen as one
				k := keyOf(describedKey{Value: row}, exchanges.Account{Kind: exchanges.AccountMaster})
				trade, _ := k.Permissions.Has(exchanges.Trade).Get()
				if !trade || k.Status != exchanges.StatusAlive || k.ExpiresAt.IsKnown() || !k.CreatedAt.IsKnown() {
					t.Errorf("key %+v", k)
				}
				withdraw, _ := k.Permissions.Has(exchanges.Withdraw).Get()
				if bound, _ := k.Whitelist.Restricted.Get(); withdraw == bound {
					t.Errorf("key %+v", k)
				}
			}
		},
		Without:   map[string]string{opTime: "the document has a part of it alone"},
		RefusalOf: opAccounts,
		Refusals: map[string]exchanges.Kind{
			"ERROR_api-signature-not-valid_incorrect-access-key.json": exchanges.KindNoSuchKey,
			"ERROR_incorrect_access_key_probe.json":                   exchanges.KindNoSuchKey,
			"ERROR_api-signature-not-valid_no-permission.json":        exchanges.KindForbidden,
			"ERROR_base-request-exceed-frequency-limit.json":          exchanges.KindRateLimited,
			"ERROR_rate-too-many-requests.json":                       exchanges.KindRateLimited,
			"ERROR_gateway-internal-error.json":                       exchanges.KindMaintenance,
			"ERROR_system_maintenance.json":                           exchanges.KindMaintenance,
			"ERROR_incorrect_ip_address.json":                         exchanges.KindIPRefused,
			"ERROR_incorrect_ip_address_2018.json":                    exchanges.KindIPRefused,
			"ERROR_submission_time_2018.json":                         exchanges.KindClock,
			"ERROR_verification_failure.json":                         exchanges.KindBadSignature,
			"ERROR_v2_1003.json":                                      exchanges.KindUndetermined,
			"ERROR_futures_403_incorrect-access-key.json":             exchanges.KindOther,
		},
	})
}
