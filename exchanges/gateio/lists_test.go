package gateio

import (
	"net/http"
	"testing"

	"rekey/exchanges"
)

// An answer without a list is no empty list, and the list of the main account's own
// keys names at least the key that asks.
func TestNoListIsNoEmptyList(t *testing.T) {
	for _, body := range []string{`null`, `{}`, ``, `[null]`, `"x"`, `[]`} {
		a, _ := openStub(t, map[string]reply{
			"global " + opMainKeys: {http.StatusOK, body}, "global " + opSubAccounts: {http.StatusOK, `[]`},
		})
		trouble := 0
		for _, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
			if err != nil {
				trouble++
			}
		}
		if trouble == 0 {
			t.Errorf("%q is a list without a key, and nobody hears of it", body)
		}
	}
}
