package bybit

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// What each refusal means, and that nothing of its text is kept: that of 10004
// holds the access key.
func TestRefusals(t *testing.T) {
	read, _ := protocol().Operation(opInspect)
	write, _ := protocol().Operation(opEdit)
	for _, c := range []struct {
		op     exchanges.Operation
		status int
		body   string
		want   exchanges.Kind
	}{
		{read, 200, refused("10003", "CANARY"), exchanges.KindNoSuchKey},
		{read, 401, refused("10003", "CANARY"), exchanges.KindNoSuchKey},
		{read, 200, `{"retCode":"10003","retMsg":"CANARY"}`, exchanges.KindOther},
		{read, 400, refused("10003", "CANARY"), exchanges.KindUndetermined},
		{read, 200, `{"retCode":10003}`, exchanges.KindUndetermined},
		{read, 403, refused("10003", "CANARY"), exchanges.KindUndetermined},
		{read, 503, refused("10003", "CANARY"), exchanges.KindMaintenance},
		{read, 200, refused("10004", "error sign! origin_string[1701783394711CANARY5000]"), exchanges.KindBadSignature},
		{read, 200, refused("10010", "CANARY"), exchanges.KindIPRefused},
		{read, 200, refused("10002", "CANARY"), exchanges.KindClock},
		{read, 200, refused("-1", "request expired: o@0, now[] diff[]"), exchanges.KindClock},
		{read, 200, refused("10028", "CANARY"), exchanges.KindForbidden},
		{read, 200, refused("10016", "CANARY"), exchanges.KindMaintenance},
		{read, 200, refused("10009", "CANARY"), exchanges.KindGeoBlocked},
		{read, 200, refused("77777", "CANARY"), exchanges.KindOther},
		{read, 403, "access too frequent", exchanges.KindRateLimited},
		{read, 403, "CANARY", exchanges.KindForbidden},
		{read, 401, "", exchanges.KindUndetermined},
		{write, 200, refused("10001", "CANARY"), exchanges.KindRejected},
		{write, 200, refused("141019", "CANARY"), exchanges.KindRejected},
		{write, 200, refused("81007", "CANARY"), exchanges.KindRejected},
		{write, 200, refused("77777", "CANARY"), exchanges.KindOther},
	} {
		err := judge(c.op, exchanges.Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)})
		if got := exchanges.KindOf(err); got != c.want || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("HTTP %d %s: %q (%v), want %q", c.status, c.body, got, err, c.want)
		}
	}
}

// A limit names its end, an address that asked too often is left alone for ten
// minutes.
func TestLimits(t *testing.T) {
	op, _ := protocol().Operation(opInspect)
	var e *exchanges.Error
	h := http.Header{"X-Bapi-Limit-Reset-Timestamp": {"1795348800000"}}
	err := judge(op, exchanges.Response{Status: 200, Header: h, Body: []byte(refused("10006", "x"))})
	if !errors.As(err, &e) || e.Until.UnixMilli() != 1795348800000 {
		t.Errorf("until %v", e)
	}
	err = judge(op, exchanges.Response{Status: 403, Header: http.Header{}, Body: []byte("access too frequent")})
	if !errors.As(err, &e) || e.RetryAfter < 10*time.Minute {
		t.Errorf("%+v", e)
	}
	if u, ok := usage(op, http.Header{"X-Bapi-Limit-Status": {"3"}}); !ok || u.Remaining != 3 {
		t.Errorf("%+v, %v", u, ok)
	}
	if _, ok := usage(op, http.Header{}); ok {
		t.Error("a limit without headers")
	}
}
