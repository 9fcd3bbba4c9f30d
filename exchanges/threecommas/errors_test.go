package threecommas

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
)

func TestJudge(t *testing.T) {
	const plan = `{"error":"The request type 'read' is not available with your current subscription plan. Please ` +
		`upgrade (CANARY, 203.0.113.7)."}`
	for _, c := range []struct {
		status int
		body   string
		kind   exchanges.Kind
		code   string
	}{
		{200, `{"valid":true}`, "", ""},
		{200, `[]`, "", ""},
		{200, `[{"error":"signature_invalid"}]`, "", ""},
		{
			401, `{"error":"api_key_invalid_or_expired","error_description":"CANARY"}`, exchanges.KindCredential,
			"api_key_invalid_or_expired",
		},
		{401, `{"error":"signature_invalid"}`, exchanges.KindBadSignature, "signature_invalid"},
		{200, `{"error":"signature_invalid"}`, exchanges.KindBadSignature, "signature_invalid"},
		{401, `{"error":"ip_not_allowed"}`, exchanges.KindForbidden, "ip_not_allowed"}, // the real word is not documented
		{401, `{"error":"Unauthorized. CANARY 203.0.113.7"}`, exchanges.KindForbidden, ""},
		{401, ``, exchanges.KindForbidden, ""},
		{403, `{"error":"Forbidden"}`, exchanges.KindForbidden, ""},
		{403, `{"error":"Forbidden. Unavailable for CANARY."}`, exchanges.KindForbidden, ""},
		{403, `<html>`, exchanges.KindForbidden, ""},
		{404, `{"error":"not_found","error_description":"Not Found"}`, exchanges.KindNotFound, "not_found"},
		{404, ``, exchanges.KindNotFound, ""},
		{400, `{"error":"record_invalid","error_attributes":{"api_key":["CANARY"]}}`, exchanges.KindOther, "record_invalid"},
		{422, `{"error":"invalid_api_key"}`, exchanges.KindOther, "invalid_api_key"},
		{422, `{"error":"account_not_deletable"}`, exchanges.KindOther, "account_not_deletable"},
		{418, `{"error":"Too Many Requests"}`, exchanges.KindRateLimited, ""},
		{429, `{"error":"Too Many Requests"}`, exchanges.KindRateLimited, ""},
		{429, `{"error":"The limit of your current subscription plan is exceeded"}`, exchanges.KindRateLimited, ""},
		{429, ``, exchanges.KindRateLimited, ""},
		{429, plan, exchanges.KindForbidden, ""},
		{403, plan, exchanges.KindForbidden, ""},
		{500, plan, exchanges.KindMaintenance, ""},
		{500, `{"error":"signature_invalid"}`, exchanges.KindMaintenance, ""},
		{504, ``, exchanges.KindMaintenance, ""},
		{302, ``, exchanges.KindOther, ""},
		{400, `{"error":{"deep":"CANARY"}}`, exchanges.KindOther, ""},
		{400, `{"error":"` + strings.Repeat("a_", 60) + `a"}`, exchanges.KindOther, ""},
	} {
		op, _ := protocol().Operation(opConnections)
		err := judge(op, exchanges.Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)})
		if c.kind == "" {
			if err != nil {
				t.Errorf("%d %s: %v, want no error", c.status, c.body, err)
			}
			continue
		}
		var e *exchanges.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Code != c.code || e.Op != opConnections || e.Exchange != Name ||
			e.Status != c.status {
			t.Errorf("%d %s: %+v, want kind %q and code %q", c.status, c.body, err, c.kind, c.code)
			continue
		}
		if strings.Contains(e.Error(), "CANARY") || strings.Contains(e.Error(), "203.0.113") {
			t.Errorf("%d %s: the text of the answer is in %q", c.status, c.body, e.Error())
		}
		if (e.RetryAfter == block) != (c.kind == exchanges.KindRateLimited) {
			t.Errorf("%d %s: wants to be left alone for %v", c.status, c.body, e.RetryAfter)
		}
	}
}

// The same answers to a change say what became of it.
func TestJudgeOfAChange(t *testing.T) {
	const plan = `{"error":"The request type 'write' is not available with your current ` +
		`subscription plan. Please upgrade."}`
	for _, c := range []struct {
		op     string
		status int
		body   string
		kind   exchanges.Kind
		says   string
	}{
		{opUpdate, 201, `{"id":501}`, "", ""},
		{opUpdate, 400, `{"error":"record_invalid"}`, exchanges.KindRejected, "connected once"},
		{opUpdate, 422, `{"error":"invalid_api_key"}`, exchanges.KindRejected, "30 seconds"},
		{opRefresh, 422, `{"error":"invalid_api_key"}`, exchanges.KindRejected, "IP whitelist"},
		{opUpdate, 404, `{"error":"not_found"}`, exchanges.KindNotFound, ""},
		{opUpdate, 403, `{"error":"Forbidden"}`, exchanges.KindForbidden, "ACCOUNTS_WRITE"},
		{opRefresh, 403, `{"error":"Forbidden"}`, exchanges.KindForbidden, "ACCOUNTS_READ"},
		{opUpdate, 429, plan, exchanges.KindForbidden, "plan does not allow"},
		{opUpdate, 429, `{"error":"Too Many Requests"}`, exchanges.KindRateLimited, ""},
		{opUpdate, 401, `{"error":"signature_invalid"}`, exchanges.KindBadSignature, ""},
		{opUpdate, 400, `{"error":"something_new"}`, exchanges.KindOther, ""}, // the client makes it uncertain
		{opUpdate, 504, `{"error":"invalid_api_key"}`, exchanges.KindMaintenance, ""},
	} {
		op, _ := protocol().Operation(c.op)
		err := judge(op, exchanges.Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)})
		if exchanges.KindOf(err) != c.kind || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf(
				"%s, %d %s: %v (%q), want %q that says %q",
				c.op,
				c.status,
				c.body,
				err,
				exchanges.KindOf(err),
				c.kind,
				c.says,
			)
		}
	}
}
