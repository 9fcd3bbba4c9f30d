package gateio

import (
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "gateio", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opTime: new(wireTime), opDetail: new(wireDetail), opMainKeys: new([]wireKeyOnly), opSubAccounts: new([]wireAccount),
				opSubKeys: new([]wireKeyOnly), opIssue: new(wireKeyOnly),
			}[op]
		},
		Check: func(t *testing.T, op string, value any) {
			t.Helper()
			switch w := value.(type) {
			case *wireDetail:
				if list, _ := readList(w.IPWhitelist).Entries.Get(); w.UserID == 0 || len(list) != 1 {
					t.Errorf("detail %+v", w)
				}
			case *[]wireKeyOnly:
				for _, row := range *w {
					k := keyOf(describedKey{Value: row.key()}, exchanges.Account{Kind: exchanges.AccountMaster})
					spot, _ := k.Permissions.Has(exchanges.Spot).Get()
					if !spot || !k.CreatedAt.IsKnown() || !k.LastUsedAt.IsKnown() || k.Status != exchanges.StatusAlive ||
						exchanges.IsPart(exchanges.PartOf(k.Ref.AccessKey)) != (op == opMainKeys) {
						t.Errorf("key %+v", k)
					}
				}
			}
		},
		Without: map[string]string{
			opEdit: "answers 204 without a body", opRevoke: "answers 204 without a body",
		},
		RefusalOf: opDetail,
		Refusals: map[string]exchanges.Kind{
			"ERROR_INVALID_KEY.json":       exchanges.KindNoSuchKey,
			"ERROR_INVALID_SIGNATURE.json": exchanges.KindBadSignature,
			"ERROR_IP_FORBIDDEN.json":      exchanges.KindIPRefused,
			"ERROR_USER_NOT_FOUND.json":    exchanges.KindForbidden,
		},
	})
}

// wireKeyOnly is wireKey with rights whose members are all known, so that the
// samples' decoder sees a member that is not.
type wireKeyOnly struct {
	wireKey
	Perms []wirePerm `json:"perms"`
}

func (w wireKeyOnly) key() wireKey {
	k := w.wireKey
	rows := []describedPerm{}
	for _, p := range w.Perms {
		rows = append(rows, describedPerm{Value: p})
	}
	k.Perms = &rows
	return k
}
