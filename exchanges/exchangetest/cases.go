package exchangetest

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
)

func inspectAlive(t *testing.T, c Config) {
	b := newBench(t, c)
	k, err := b.inspect(t, b.Alive)
	if err != nil {
		t.Fatalf("inspect: %v", err)
	}
	if d := diff(b.Want, k); d != "" {
		t.Errorf("key (-want +got):\n%s", d)
	}
}

func inspectDead(t *testing.T, c Config) {
	b := newBench(t, c)
	if isZero(b.Dead) {
		if !b.NeverDead {
			t.Error("the stage has no dead key; say NeverDead if no answer proves a death")
		}
		return
	}
	k, err := b.inspect(t, b.Dead)
	if b.NeverDead {
		if k.Status != exchanges.StatusUndetermined || err == nil {
			t.Errorf("status %q, error %v: no answer of this exchange proves a death", k.Status, err)
		}
		return
	}
	if err != nil || k.Status != exchanges.StatusDead {
		t.Errorf("status %q, error %v, want dead", k.Status, err)
	}
}

func inspectIPRefused(t *testing.T, c Config) {
	b := newBench(t, c)
	if isZero(b.IPRefused) {
		return
	}
	k, err := b.inspect(t, b.IPRefused)
	wantKind(t, err, exchanges.KindIPRefused)
	if k.Status != exchanges.StatusIPRefused {
		t.Errorf("status %q, want ip_refused", k.Status)
	}
}

func inspectWrongSecret(t *testing.T, c Config) {
	b := newBench(t, c)
	for _, wrong := range []struct {
		credential exchanges.Credential
		kinds      []exchanges.Kind
	}{
		{b.WrongSecret, []exchanges.Kind{exchanges.KindBadSignature, exchanges.KindUndetermined}},
		{b.WrongPassphrase, []exchanges.Kind{exchanges.KindBadPassphrase}},
	} {
		if isZero(wrong.credential) {
			continue
		}
		k, err := b.inspect(t, wrong.credential)
		wantKind(t, err, wrong.kinds...)
		if k.Status != b.WrongSecretStatus {
			t.Errorf("status %q, want %q", k.Status, b.WrongSecretStatus)
		}
	}
}

func inspectStrange(t *testing.T, c Config) {
	b := newBench(t, c)
	if isZero(b.Strange) {
		return
	}
	k, err := b.inspect(t, b.Strange)
	if err != nil {
		t.Fatalf("inspect: %v", err)
	}
	if on, _ := k.Permissions.Has(exchanges.Unmapped).Get(); !on || !slices.Contains(k.Raw, b.StrangeWord) {
		t.Errorf("unmapped %v, raw %q, want the word %q kept", on, k.Raw, b.StrangeWord)
	}
}

func listWhole(t *testing.T, c Config) {
	b := newBench(t, c)
	if isZero(b.Master) {
		return
	}
	keys, errs := collect(t.Context(), t, b.open(t, b.Master))
	if len(errs) > 0 {
		t.Fatalf("errors: %v", errs)
	}
	want := slices.Clone(b.Listed)
	slices.SortFunc(want, func(a, b exchanges.Key) int { return strings.Compare(a.Ref.AccessKey, b.Ref.AccessKey) })
	if d := diff(want, keys); d != "" {
		t.Errorf("keys (-want +got):\n%s", d)
	}
}

func listRefused(t *testing.T, c Config) {
	b := newBench(t, c)
	if isZero(b.NotMaster) {
		return
	}
	_, errs := collect(t.Context(), t, b.open(t, b.NotMaster))
	if len(errs) != 1 || exchanges.KindOf(errs[0]) != b.ListRefusal {
		t.Errorf("errors %v, want one of kind %q", errs, b.ListRefusal)
	}
}

// troubles breaks the call that looks at the key in every way, and once more
// for a key that is dead: whatever happens, nothing is proven.
func troubles(t *testing.T, c Config) {
	json := "application/json"
	for _, trouble := range []struct {
		name string
		do   fake.Effect
		want []exchanges.Kind
	}{
		{"500", fake.Answer(500, json, `{}`), []exchanges.Kind{exchanges.KindMaintenance}},
		{
			"502 web page", fake.Answer(502, "text/html", "<html>Bad Gateway</html>"),
			[]exchanges.Kind{exchanges.KindMaintenance},
		},
		{"503", fake.Answer(503, json, ``), []exchanges.Kind{exchanges.KindMaintenance}},
		{"429", fake.Answer(429, json, `{}`, "Retry-After", "7"), []exchanges.Kind{exchanges.KindRateLimited}},
		{"418", fake.Answer(418, json, `{}`, "Retry-After", "90"), []exchanges.Kind{exchanges.KindRateLimited}},
		{"firewall", fake.Firewall(), []exchanges.Kind{exchanges.KindForbidden}},
		{
			"451", fake.Answer(451, json, `{"code":0,"msg":"Service unavailable from a restricted location"}`),
			[]exchanges.Kind{exchanges.KindGeoBlocked},
		},
		{
			"login page", fake.Answer(200, "text/html", "<!doctype html><title>Hotel WiFi</title>"),
			[]exchanges.Kind{exchanges.KindOther},
		},
		{"empty answer", fake.Answer(200, json, ``), []exchanges.Kind{exchanges.KindOther}},
		{"null", fake.Answer(200, json, `null`), []exchanges.Kind{exchanges.KindOther}},
		{"wrong type", fake.Answer(200, json, `[1,"two",{"three":[]}]`), []exchanges.Kind{exchanges.KindOther}},
		{"another object", fake.Answer(200, json, `{"hello":"world"}`), []exchanges.Kind{exchanges.KindOther}},
		{"cut off", fake.Truncated(), []exchanges.Kind{exchanges.KindNetwork}},
		{"reset", fake.Reset(), []exchanges.Kind{exchanges.KindNetwork}},
		{"too late", fake.Late(2 * time.Second), []exchanges.Kind{exchanges.KindTimeout}},
		{"slow drip", fake.Drip(100 * time.Millisecond), []exchanges.Kind{exchanges.KindTimeout}},
		{"gigabyte", fake.Endless(1 << 30), []exchanges.Kind{exchanges.KindOther}},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, c)
			for _, credential := range []exchanges.Credential{b.Alive, b.Dead} {
				if isZero(credential) {
					continue
				}
				b.client = b.newClient(t)
				if slices.Contains(trouble.want, exchanges.KindTimeout) {
					b.client = b.clientFor(t, false, 400*time.Millisecond)
				}
				b.Server.Mend()
				b.Server.Break(fake.Fault{Path: b.InspectPath, Do: trouble.do})
				k, err := b.inspect(t, credential)
				wantKind(t, err, trouble.want...)
				if k.Status != exchanges.StatusUndetermined || k.Permissions.IsKnown() || k.Whitelist.Restricted.IsKnown() {
					t.Errorf("status %q, permissions known %v: nothing was proven", k.Status, k.Permissions.IsKnown())
				}
			}
		})
	}
}

func clockOff(t *testing.T, c Config) {
	for _, skew := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		b := newBench(t, c)
		b.Server.SetSkew(skew)
		if k, err := b.inspect(t, b.Alive); err != nil || k.Status != exchanges.StatusAlive {
			t.Errorf("with the exchange's clock %v off: status %q, error %v", skew, k.Status, err)
		}
	}
}

// banShared checks that after a 429 no key asks again before Retry-After.
func banShared(t *testing.T, c Config) {
	b := newBench(t, c)
	b.Server.Break(
		fake.Fault{Path: b.InspectPath, Times: 1, Do: fake.Answer(429, "application/json", `{}`, "Retry-After", "30")},
	)
	if _, err := b.inspect(t, b.Alive); err != nil {
		t.Fatalf("a limit that passes is waited for: %v", err)
	}
	if b.clock.Waited() < 30*time.Second {
		t.Errorf("waited %v, Retry-After said 30s", b.clock.Waited())
	}
	b.Server.Break(
		fake.Fault{Path: b.InspectPath, Times: 1, Do: fake.Answer(418, "application/json", `{}`, "Retry-After", "7200")},
	)
	_, err := b.inspect(t, b.Alive)
	wantKind(t, err, exchanges.KindRateLimited)
	before := len(b.Server.Requests())
	_, err = b.inspect(t, b.Alive)
	wantKind(t, err, exchanges.KindRateLimited)
	if after := len(b.Server.Requests()); after != before {
		t.Errorf("%d requests were sent into a ban of two hours", after-before)
	}
}

func redirect(t *testing.T, c Config) {
	b := newBench(t, c)
	other, err := fake.Start(b.clock.Now, func(*fake.Server) http.Handler { return http.NotFoundHandler() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	b.Server.Break(fake.Fault{Path: b.InspectPath, Do: fake.Redirect(other.URL + b.InspectPath)})
	k, err := b.inspect(t, b.Alive)
	wantKind(t, err, exchanges.KindOther)
	if n := len(other.Requests()); n != 0 || k.Status != exchanges.StatusUndetermined {
		t.Errorf("%d requests followed the redirect, status %q", n, k.Status)
	}
}

func interrupted(t *testing.T, c Config) {
	b := newBench(t, c)
	a := b.open(t, b.Alive)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	k, err := a.Inspect(ctx)
	wantKind(t, err, exchanges.KindCanceled)
	if n := len(b.Server.Requests()); n != 0 || k.Status != exchanges.StatusUndetermined {
		t.Errorf("%d requests were sent, status %q", n, k.Status)
	}
}

// declared checks that reading sends reads only, and that no operation could
// trade or withdraw.
func declared(t *testing.T, c Config) {
	b := newBench(t, c)
	_, _ = b.inspect(t, b.Alive)
	if !isZero(b.Master) {
		_, _ = collect(t.Context(), t, b.open(t, b.Master))
	}
	if _, err := requestsTo(b.Server, b.InspectPath); err != nil {
		t.Errorf("%s: %v", b.InspectPath, err)
	}
	for _, r := range b.Server.Requests() {
		if !declaredBy(c.Exchange.Protocol, r) {
			t.Errorf("%s %s was sent and is not declared", r.Method, r.Path)
		}
		if strings.Contains(r.Query+r.Path, Canary) {
			t.Errorf("%s %s carries a secret in its URL", r.Method, r.Path)
		}
	}
	for _, op := range c.Exchange.Protocol.Operations {
		if op.Source == "" || op.Effect == "" || op.Host == "" {
			t.Errorf("operation %q lacks its source, effect or host", op.Name)
		}
		for _, word := range []string{"withdraw", "order", "transfer/execute"} {
			if op.Effect != exchanges.ReadOnly && strings.Contains(op.Path, word) {
				t.Errorf("operation %q could move money: %s %s", op.Name, op.Method, op.Path)
			}
		}
		if op.Pool != "" &&
			!slices.ContainsFunc(c.Exchange.Protocol.Pools, func(p exchanges.Pool) bool { return p.Name == op.Pool }) {
			t.Errorf("operation %q is counted in pool %q, which does not exist", op.Name, op.Pool)
		}
	}
}

// cardEqualsCode holds the rows that rekey claims to perform against the
// interfaces that the adapter implements.
func cardEqualsCode(t *testing.T, c Config) {
	b := newBench(t, c)
	a := b.open(t, b.Alive)
	card := c.Exchange.Card
	if d := reflect.DeepEqual(a.Card(), card); !d {
		t.Error("the adapter's card is not the registry's")
	}
	implements := map[exchanges.Action]bool{exchanges.ActInspect: true}
	_, implements[exchanges.ActList] = a.(exchanges.Lister)
	_, implements[exchanges.ActIssue] = a.(exchanges.Issuer)
	_, implements[exchanges.ActEdit] = a.(exchanges.Editor)
	_, implements[exchanges.ActRevoke] = a.(exchanges.Revoker)
	_, endsItself := a.(exchanges.SelfRevoker)
	if endsItself != (c.Exchange.CanRevokeSelf != nil) {
		t.Errorf("a key ends itself: the code can %v, and the registry says otherwise", endsItself)
	}
	for action, said := range map[exchanges.Action]bool{
		exchanges.ActIssue:  c.Exchange.CanIssue != nil,
		exchanges.ActEdit:   c.Exchange.CanEdit != nil,
		exchanges.ActRevoke: c.Exchange.CanRevoke != nil,
	} {
		if said != implements[action] {
			t.Errorf("%s: the code can %v, the registry says so beforehand %v", action, implements[action], said)
		}
	}
	for _, row := range card.Covers {
		empty := row.Source == "" || row.Checked == "" || len(row.Words) == 0 || len(row.Covers) == 0
		if empty || slices.Contains(row.Covers, row.Permission) {
			t.Errorf("what %s covers has no source, day or words, or says nothing", row.Permission)
		}
	}
	claims := map[exchanges.Action]bool{}
	for _, row := range card.Capabilities {
		if row.InRekey && row.Way != exchanges.ByAPI {
			t.Errorf("%s of %s: rekey cannot perform what is not by API", row.Action, row.Reach)
		}
		claims[row.Action] = claims[row.Action] || row.InRekey
		if row.Source == "" || row.Checked == "" {
			t.Errorf("%s of %s has no source or day", row.Action, row.Reach)
		}
		if row.Way == exchanges.ByPerson && (row.Page == "" || len(row.Steps) == 0) {
			t.Errorf("%s of %s is by a person and names no page or steps", row.Action, row.Reach)
		}
	}
	implements[exchanges.ActRevoke] = implements[exchanges.ActRevoke] || endsItself
	for action, can := range implements {
		if can != claims[action] {
			t.Errorf("%s: the code can %v, the card says %v", action, can, claims[action])
		}
	}
	for _, action := range []exchanges.Action{
		exchanges.ActInspect, exchanges.ActList, exchanges.ActIssue,
		exchanges.ActEdit, exchanges.ActRevoke,
	} {
		if !slices.ContainsFunc(card.Capabilities, func(r exchanges.Capability) bool { return r.Action == action }) {
			t.Errorf("the card says nothing of %s", action)
		}
	}
	if card.Death == "" || card.Secret == "" || card.Formats == "" || card.Checked == "" || card.Title == "" {
		t.Error("the card leaves out what proves a death, the credential, the formats or its day")
	}
}

func concurrently(t *testing.T, c Config) {
	b := newBench(t, c)
	a := b.open(t, b.Alive)
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() { _, errs[i] = a.Inspect(t.Context()) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

func defaultsUntouched(t *testing.T, c Config) {
	before := snapshotDefaults()
	b := newBench(t, c)
	_, _ = b.inspect(t, b.Alive)
	if !isZero(b.Master) {
		_, _ = collect(t.Context(), t, b.open(t, b.Master))
	}
	if after := snapshotDefaults(); after != before {
		t.Errorf("http.DefaultClient or DefaultTransport was changed: %s, was %s", after, before)
	}
}
