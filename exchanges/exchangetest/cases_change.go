package exchangetest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
)

// act is one of the three powers, with all it needs.
type act struct {
	name     string
	endpoint Endpoint
	do       func(ctx context.Context) error
}

func (b *bench) acts(m manager, issued exchanges.Issued) []act {
	req := b.Writes.Issue
	req.Label = "another1"
	edit := b.editRequest(issued)
	edit.Permissions = b.Writes.Narrow
	return []act{
		{"issue", b.Writes.Issuing, func(ctx context.Context) error { _, err := m.IssueKey(ctx, req); return err }},
		{"edit", b.Writes.Permitting, func(ctx context.Context) error { _, err := m.EditKey(ctx, edit); return err }},
		{"revoke", b.Writes.Revoking, func(ctx context.Context) error { return m.RevokeKey(ctx, b.revokeRequest(issued)) }},
	}
}

// writeTroubles breaks every change in every way, with and without effect.
func writeTroubles(t *testing.T, c Config) {
	json := "application/json"
	for _, trouble := range []struct {
		name string
		do   fake.Effect
		want exchanges.Kind
	}{
		{"500", fake.Answer(500, json, `{}`), exchanges.KindUncertain},
		{"502 web page", fake.Answer(502, "text/html", "<html>Bad Gateway</html>"), exchanges.KindUncertain},
		{"503", fake.Answer(503, json, ``), exchanges.KindUncertain},
		{"500, and it was done", fake.Behind(fake.Answer(500, json, `{}`)), exchanges.KindUncertain},
		{"login page", fake.Answer(200, "text/html", "<!doctype html><title>Hotel WiFi</title>"), exchanges.KindUncertain},
		{"empty answer", fake.Answer(200, json, ``), exchanges.KindUncertain},
		{"null", fake.Answer(200, json, `null`), exchanges.KindUncertain},
		{"wrong type", fake.Answer(200, json, `[1,"two",{"three":[]}]`), exchanges.KindUncertain},
		{"another object", fake.Answer(200, json, `{"hello":"world"}`), exchanges.KindUncertain},
		{"redirect", fake.Redirect("/elsewhere"), exchanges.KindUncertain},
		{"cut off", fake.Truncated(), exchanges.KindUncertain},
		{"reset", fake.Reset(), exchanges.KindUncertain},
		{"lost", fake.LostAnswer(), exchanges.KindUncertain},
		{"too late", fake.Late(2 * time.Second), exchanges.KindUncertain},
		{"gigabyte", fake.Endless(1 << 30), exchanges.KindUncertain},
		{"429", fake.Answer(429, json, `{}`, "Retry-After", "7"), exchanges.KindRateLimited},
		{"firewall", fake.Firewall(), exchanges.KindForbidden},
		{"451", fake.Answer(451, json, `{}`), exchanges.KindGeoBlocked},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			for i := range 3 {
				b := newBench(t, c)
				m := b.manage(t, b.Writes.Manager)
				issued := b.issue(t, m)
				if trouble.name == "too late" {
					b.client = b.clientFor(t, true, 500*time.Millisecond)
					m = powers(t, b.open(t, b.Writes.Manager))
				}
				a := b.acts(m, issued)[i]
				before := b.sent(a.endpoint)
				b.Server.Break(a.endpoint.fault(trouble.do))
				err := a.do(t.Context())
				wantKind(t, err, trouble.want)
				b.unclear(t, err, a.endpoint, before+1)
			}
		})
	}
}

// writeRefused checks that a key which may not gets a clear answer, and that
// nothing has changed.
func writeRefused(t *testing.T, c Config) {
	b := newBench(t, c)
	issued := b.issue(t, b.manage(t, b.Writes.Manager))
	before := fmt.Sprint(b.Writes.Live())
	for _, a := range b.acts(b.manage(t, b.NotMaster), issued) {
		err := a.do(t.Context())
		wantKind(t, err, exchanges.KindForbidden, exchanges.KindNotMaster)
		clean(t, err)
	}
	for _, a := range b.acts(b.manage(t, b.Dead), issued) {
		if err := a.do(t.Context()); exchanges.KindOf(err) != exchanges.KindNoSuchKey {
			t.Errorf("%s by a dead manager: %v", a.name, err)
		}
	}
	m := b.manage(t, b.Writes.Manager)
	twice := b.Writes.Issue
	twice.Account.Name = "nobody@desk.example"
	_, err := m.IssueKey(t.Context(), twice)
	wantKind(t, err, exchanges.KindRejected)
	if after := fmt.Sprint(b.Writes.Live()); after != before {
		t.Errorf("the keys were %s and are %s", before, after)
	}
}

func writeClock(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	for i, a := range b.acts(m, b.issue(t, m)) {
		b.Server.SetSkew(10 * time.Minute * time.Duration(1+i))
		before := b.sent(a.endpoint)
		err := a.do(t.Context())
		times := b.sent(a.endpoint) - before
		readCorrected := times == 1 && b.Writes.ReadsFirst // it met the clock before the change did
		if err != nil || times != 2 && !readCorrected {
			t.Errorf("%s: sent %d times, %v", a.name, times, err)
		}
	}
	if n := len(b.labelled("another1")); n != 1 {
		t.Errorf("%d new keys, want 1", n)
	}
}

func writeReadOnly(t *testing.T, c Config) {
	b := newBench(t, c)
	issued := b.issue(t, b.manage(t, b.Writes.Manager))
	b.client = b.newClient(t)
	before := len(b.Server.Requests())
	for _, a := range b.acts(powers(t, b.open(t, b.Writes.Manager)), issued) {
		err := a.do(t.Context())
		wantKind(t, err, exchanges.KindRefused)
		clean(t, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, a := range b.acts(b.manage(t, b.Writes.Manager), issued) {
		if err := a.do(ctx); err == nil {
			t.Errorf("%s after an interruption succeeded", a.name)
		}
	}
	for _, r := range b.Server.Requests()[before:] {
		if r.Method != http.MethodGet || !b.Writes.ReadsFirst {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

// writeDeclared does everything once and looks at what left.
func writeDeclared(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	for _, a := range b.acts(m, issued) {
		if err := a.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
	}
	for _, r := range b.Server.Requests() {
		if !declaredBy(c.Exchange.Protocol, r) {
			t.Errorf("%s %s was sent and is not declared", r.Method, r.Path)
		}
		forced := slices.ContainsFunc(b.Writes.SecretsInURL, func(e Endpoint) bool { return e.is(r) })
		if strings.Contains(r.Query+r.Path, Canary) && !forced {
			t.Errorf("%s %s carries a secret in its URL", r.Method, r.Path)
		}
		if strings.Contains(fmt.Sprint(r), issued.Credential.Secret.Reveal()) {
			t.Errorf("%s %s carries the new secret", r.Method, r.Path)
		}
	}
	for _, op := range c.Exchange.Protocol.Operations {
		if op.Effect == exchanges.ReadOnly && op.Method != http.MethodGet && op.Method != http.MethodPost {
			t.Errorf("operation %q reads by %s", op.Name, op.Method)
		}
	}
}
