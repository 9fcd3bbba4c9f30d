package okx

import (
	"errors"
	"net/http"
	"testing"

	"rekey/exchanges"
)

// The code is kept, also one that rekey does not know: without it a refusal of
// the exchange reads like one of a firewall. What is no code is not kept.
func TestCodeIsKept(t *testing.T) {
	op, _ := protocol().Operation(opInspect)
	for body, want := range map[string]string{
		`{"code":"50120","msg":"CANARY"}`: "50120",
		`{"code":"99999","msg":"CANARY"}`: "99999",
		`{"code":"CANARY","msg":""}`:      "",
		`{"msg":"CANARY"}`:                "",
		`CANARY`:                          "",
	} {
		var e *exchanges.Error
		err := judge(op, exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body)})
		if !errors.As(err, &e) || e.Code != want {
			t.Errorf("%s: %v, want the code %q", body, err, want)
		}
	}
}
