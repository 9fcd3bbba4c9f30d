package kucoin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakekucoin "rekey/internal/fake/kucoin"
	"rekey/internal/httpx"
)

// What each refusal proves about the key, through the whole adapter.
func TestWhatARefusalProves(t *testing.T) {
	for _, c := range []struct {
		code   string
		status int
		want   exchanges.Status
		kind   exchanges.Kind
	}{
		{"400003", 401, exchanges.StatusDead, ""},
		{"400003", 200, exchanges.StatusDead, ""},
		{"400004", 401, exchanges.StatusAlive, exchanges.KindBadPassphrase},
		{"400005", 401, exchanges.StatusAlive, exchanges.KindBadSignature},
		{"400006", 403, exchanges.StatusIPRefused, exchanges.KindIPRefused},
		{"400007", 403, exchanges.StatusAlive, exchanges.KindForbidden},
		{"400008", 400, exchanges.StatusAlive, exchanges.KindForbidden},
		{"400009", 400, exchanges.StatusAlive, exchanges.KindForbidden},
		{"400010", 403, exchanges.StatusAlive, exchanges.KindForbidden},
		{"411100", 200, exchanges.StatusAlive, exchanges.KindForbidden},
		{"400001", 400, exchanges.StatusUndetermined, exchanges.KindOther},
		{"400002", 400, exchanges.StatusUndetermined, exchanges.KindClock},
		{"400301", 403, exchanges.StatusUndetermined, exchanges.KindGeoBlocked},
		{"411200", 403, exchanges.StatusUndetermined, exchanges.KindForbidden},
		{"499999", 401, exchanges.StatusUndetermined, exchanges.KindOther},
	} {
		b := newBench(t, desk())
		b.answers(pathInspect, c.status, fmt.Sprintf(`{"code":%q,"msg":"from 198.51.100.99"}`, c.code))
		k, err := b.inspect(t, "master")
		if k.Status != c.want {
			t.Errorf("%s with HTTP %d: status %q, want %q", c.code, c.status, k.Status, c.want)
		}
		wantKind(t, err, c.kind)
		if frozen, told := k.Ref.Account.Frozen.Get(); told != (c.code == "411100") || frozen != told {
			t.Errorf("%s: frozen %v, told %v", c.code, frozen, told)
		}
		if k.Permissions.IsKnown() || k.Whitelist.Restricted.IsKnown() {
			t.Errorf("%s: a refusal tells no facts", c.code)
		}
	}
}

// One 400003 is not the end: the key is looked at again, beside a control call.
func TestDeathIsLookedAtTwice(t *testing.T) {
	gone := fake.Answer(401, "application/json", `{"code":"400003","msg":"KC-API-KEY not exists"}`)
	answer := func(status int, body string) fake.Effect { return fake.Answer(status, "application/json", body) }
	for _, c := range []struct {
		story  string
		faults []fake.Fault
		status exchanges.Status
		kind   exchanges.Kind
	}{
		{"both looks say so", []fake.Fault{{Path: pathInspect, Do: gone}}, exchanges.StatusDead, ""},
		{"the second look finds it", []fake.Fault{{Path: pathInspect, Times: 1, Do: gone}}, exchanges.StatusAlive, ""},
		{"the second look meets a limit of an hour", []fake.Fault{
			{Path: pathInspect, Times: 1, Do: gone},
			{Path: pathInspect, Do: fake.Answer(429, "application/json", `{"code":"429000"}`, "Retry-After", "3600")},
		}, exchanges.StatusUndetermined, exchanges.KindRateLimited},
		{"the second look alone is refused for another reason", []fake.Fault{
			{Path: pathInspect, Times: 1, Do: gone},
			{Path: pathInspect, Times: 1, Do: answer(200, `{"code":"400100","msg":"x"}`)},
			{Path: pathInspect, Do: gone},
		}, exchanges.StatusUndetermined, exchanges.KindOther},
		{"the second look is refused for the address", []fake.Fault{
			{Path: pathInspect, Times: 1, Do: gone}, {Path: pathInspect, Do: answer(403, `{"code":"400006"}`)},
		}, exchanges.StatusIPRefused, exchanges.KindIPRefused},
		{"the control call fails", []fake.Fault{
			{Path: pathInspect, Do: gone}, {Path: "/api/v1/timestamp", Do: answer(503, ``)},
		}, exchanges.StatusUndetermined, exchanges.KindMaintenance},
		{"the control call is answered by a login page", []fake.Fault{
			{Path: pathInspect, Do: gone}, {Path: "/api/v1/timestamp", Do: fake.Answer(200, "text/html", "<html>WiFi</html>")},
		}, exchanges.StatusUndetermined, exchanges.KindOther},
		{"the host has no control call", []fake.Fault{
			{Path: pathInspect, Do: gone}, {Path: "/api/v1/timestamp", Do: fake.Answer(404, "text/plain", "404 page not found")},
		}, exchanges.StatusDead, ""},
	} {
		b := newBench(t, desk())
		for _, f := range c.faults {
			b.server.Break(f)
		}
		k, err := b.inspect(t, "master")
		if k.Status != c.status {
			t.Errorf("%s: status %q, want %q", c.story, k.Status, c.status)
		}
		wantKind(t, err, c.kind)
		if c.status == exchanges.StatusDead && (b.clock.Waited() < deathPause ||
			b.asked(pathInspect) != 3) { // the third as the Australian site
			t.Errorf("%s: %d looks, %v waited", c.story, b.asked(pathInspect), b.clock.Waited())
		}
	}
}

// Answers that are right in form and odd in content.
func TestOddFacts(t *testing.T) {
	body := func(fields string) string {
		return `{"code":"200000","data":{"apiKey":"` + accessKey("master") + `"` + fields + `}}`
	}
	unknown := exchanges.Unknown[time.Time]()
	for _, c := range []struct {
		story, body string
		check       func(k exchanges.Key) bool
	}{
		{"nothing but the key", body(``), func(k exchanges.Key) bool {
			restricted, told := k.Whitelist.Restricted.Get()
			return !k.Permissions.IsKnown() && told && !restricted && k.CreatedAt == unknown &&
				k.Ref.Account.Kind == exchanges.AccountUnknown
		}},
		{"no date", body(`,"createdAt":0`), func(k exchanges.Key) bool { return k.CreatedAt == unknown }},
		{
			"a date before 1970", body(`,"createdAt":-1728443843000`),
			func(k exchanges.Key) bool { return k.CreatedAt == unknown },
		},
		{
			"a date far ahead", body(`,"createdAt":99999999999999999`),
			func(k exchanges.Key) bool { return k.CreatedAt == unknown },
		},
		{
			"numbers as text", body(`,"createdAt":"1728443843000","uid":"165111215","apiVersion":"3"`),
			func(k exchanges.Key) bool {
				at, told := k.CreatedAt.Get()
				return told && at.UnixMilli() == 1728443843000 && k.Ref.Account.ID == "165111215"
			},
		},
		{"nulls", body(`,"createdAt":null,"uid":null,"isMaster":null,"permission":null,"ipWhitelist":null,"remark":null,` +
			`"subName":null`), func(k exchanges.Key) bool {
			return k.CreatedAt == unknown && k.Ref.Account.ID == "" && !k.Permissions.IsKnown()
		}},
		{
			"isMaster as text", body(`,"isMaster":"true"`),
			func(k exchanges.Key) bool { return k.Ref.Account.Kind == exchanges.AccountMaster },
		},
		{"a sub-account's key without isMaster", body(`,"subName":"grid1"`), func(k exchanges.Key) bool {
			return k.Ref.Account.Kind == exchanges.AccountSub && k.Ref.Account.Name == "grid1"
		}},
		{
			"a label that is an attack", body(`,"remark":"\u001b[2Jhello\nworld"`),
			func(k exchanges.Key) bool { return k.Label == "\x1b[2Jhello\nworld" },
		},
		{
			"addresses with blanks between", body(`,"ipWhitelist":" 203.0.113.7 , 203.0.113.0/24 ,"`),
			func(k exchanges.Key) bool {
				entries, told := k.Whitelist.Entries.Get()
				return told && len(entries) == 2
			},
		},
		{"one masked address among whole ones", body(`,"ipWhitelist":"203.0.113.7,10.**.1"`), func(k exchanges.Key) bool {
			restricted, _ := k.Whitelist.Restricted.Get()
			return restricted && !k.Whitelist.Entries.IsKnown() && len(k.Whitelist.Unread) == 1
		}},
	} {
		b := newBench(t, desk())
		b.answers(pathInspect, 200, c.body)
		k, err := b.inspect(t, "master")
		if err != nil || k.Status != exchanges.StatusAlive || !c.check(k) {
			t.Errorf("%s: %v, %+v", c.story, err, k)
		}
	}
}

// Answers that are about something else prove nothing.
func TestNotAboutThisKey(t *testing.T) {
	for _, body := range []string{
		`{"code":"200000"}`, `{"code":"200000","data":null}`, `{"code":"200000","data":{}}`, `{"code":"200000","data":[]}`,
		`{"code":"200000","data":"ok"}`, `{"code":"200000","data":{"apiKey":7}}`,
		`{"code":"200000","data":{"apiKey":"` + accessKey("other") + `","permission":"General"}}`,
	} {
		b := newBench(t, desk())
		b.answers(pathInspect, 200, body)
		k, err := b.inspect(t, "master")
		if k.Status != exchanges.StatusUndetermined || k.Permissions.IsKnown() {
			t.Errorf("%s: status %q", body, k.Status)
		}
		wantKind(t, err, exchanges.KindOther)
	}
}

// A key of version 3 whose exchange insists on its own version is asked again
// as one, once, and from then on at once.
func TestKeyVersions(t *testing.T) {
	strict := func(version int) *fakekucoin.Key {
		k := key("strict", "General")
		k.Version, k.ExactVersion = version, true
		return k
	}
	for _, c := range []struct {
		story         string
		key           *fakekucoin.Key
		first, second int // requests of the first and second inspection
		want          exchanges.Status
		kind          exchanges.Kind
	}{
		{"a key of version 3, any header will do", key("strict", "General"), 1, 1, exchanges.StatusAlive, ""},
		{"a key of version 3 that wants 3", strict(3), 2, 1, exchanges.StatusAlive, ""},
		{"a key of version 2 that wants 2", strict(2), 1, 1, exchanges.StatusAlive, ""},
		{
			"a key of version 1: neither will do, and it lives", strict(1), 2, 2, exchanges.StatusAlive,
			exchanges.KindForbidden,
		},
	} {
		b := newBench(t, &fakekucoin.Account{UID: 1, Keys: []*fakekucoin.Key{c.key}})
		a := b.open(t, credential("strict"))
		for i, want := range []int{c.first, c.second} {
			before := b.asked(pathInspect)
			k, err := a.Inspect(t.Context())
			if got := b.asked(pathInspect) - before; got != want || k.Status != c.want {
				t.Errorf("%s, inspection %d: %d requests and status %q, want %d and %q", c.story, i+1, got, k.Status, want, c.want)
			}
			wantKind(t, err, c.kind)
		}
	}
}

// A key of KuCoin EU does not exist at the global site, and is not dead.
func TestRegions(t *testing.T) {
	home := desk()
	empty := &fakekucoin.Account{UID: 1}
	down := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") })
	for _, c := range []struct {
		story      string
		global, eu *fakekucoin.Account
		euDown     bool
		broken     func(eu *fake.Server)
		region     string
		status     exchanges.Status
		kind       exchanges.Kind
		says       string
	}{
		{story: "at home in the global site", global: home, eu: empty, region: regionGlobal, status: exchanges.StatusAlive},
		{story: "at home in the EU, as configured", global: empty, eu: home, region: regionEU, status: exchanges.StatusAlive},
		{
			story: "at home in the EU, not configured", global: empty, eu: home, region: regionGlobal,
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: `rekey.yaml needs "exchanges: kucoin: {region: eu}"`,
		},
		{
			story: "at home in the global site, the EU configured", global: home, eu: empty, region: regionEU,
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: `rekey.yaml needs "exchanges: kucoin: {region: global}"`,
		},
		{
			story: "the EU refuses this address", global: empty, eu: home, region: regionGlobal,
			status: exchanges.StatusIPRefused,
			broken: func(eu *fake.Server) {
				eu.Break(fake.Fault{Path: pathInspect, Do: fake.Answer(403, "application/json", `{"code":"400006"}`)})
			},
			kind: exchanges.KindIPRefused, says: "{region: eu}",
		},
		{story: "nowhere", global: empty, eu: empty, region: regionGlobal, status: exchanges.StatusDead},
		{
			story: "not in the global site, and the EU cannot be asked", global: empty, eu: empty,
			euDown: true, region: regionGlobal,
			status: exchanges.StatusUndetermined, kind: exchanges.KindNetwork, says: "dead only if all regions say so",
		},
		{
			story: "the EU answers with a firewall's page", global: empty, eu: home, region: regionGlobal,
			status: exchanges.StatusUndetermined,
			broken: func(eu *fake.Server) { eu.Break(fake.Fault{Path: pathInspect, Do: fake.Firewall()}) },
			kind:   exchanges.KindForbidden, says: "dead only if all regions say so",
		},
	} {
		b, other := newBench(t, c.global), newBench(t, c.eu)
		if c.broken != nil {
			c.broken(other.server)
		}
		carry := hosts{"api.kucoin.com": to(b.server), "api.kucoin.eu": to(other.server)}
		if c.euDown {
			carry["api.kucoin.eu"] = down
		}
		b.client = b.newClient(t, httpx.Options{Transport: carry, Region: c.region})
		k, err := b.inspect(t, "master")
		if k.Status != c.status || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: status %q, %v; want %q, %q", c.story, k.Status, err, c.status, c.says)
		}
		wantKind(t, err, c.kind)
	}
}

// A decoder that meets foreign bytes never panics and never proves anything
// but life, and that only from an answer about this key.
func FuzzInspect(f *testing.F) {
	for _, body := range []string{
		`{"code":"200000","data":{"remark":"a","apiKey":"` + accessKey("a") +
			`","permission":"General,Spot","ipWhitelist":"203.**.154","createdAt":1728443843000,"uid":1,"isMaster":true}}`,
		`{"code":"200000","data":{"permission":",,,","ipWhitelist":",,"}}`,
		`{"code":"200000","data":{"uid":99999999999999999999}}`,
		`{"code":"200000","data":{"isMaster":"perhaps"}}`, `{"code":"200000","data":[[]]}`,
		`{"data":{"apiKey":""}}`, `null`, ``,
	} {
		f.Add(body)
	}
	a := &adapter{credential: credential("a")}
	f.Fuzz(func(t *testing.T, body string) {
		k, err := a.alive(exchanges.Key{Status: exchanges.StatusUndetermined}, answer(200, body))
		switch {
		case err == nil && k.Status != exchanges.StatusAlive, err != nil && k.Status != exchanges.StatusUndetermined:
			t.Errorf("status %q beside %v", k.Status, err)
		case err != nil && (k.Permissions.IsKnown() || k.Whitelist.Restricted.IsKnown()):
			t.Error("facts beside an error")
		}
	})
}

// An interruption between the two looks proves nothing.
func TestInterruptedSecondLook(t *testing.T) {
	dead := key("dead", "General")
	dead.Deleted = true
	b := newBench(t, &fakekucoin.Account{UID: 1, Keys: []*fakekucoin.Key{dead}})
	stop := errors.New("interrupted")
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Endpoint: b.server.URL, Now: b.clock.Now,
		Sleep: func(context.Context, time.Duration) error { return stop },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.client = client
	k, err := b.inspect(t, "dead")
	wantKind(t, err, exchanges.KindUndetermined)
	if k.Status != exchanges.StatusUndetermined {
		t.Errorf("status %q", k.Status)
	}
}

func TestSeenAddress(t *testing.T) {
	seen := Exchange().SeenAddress
	for body, want := range map[string]string{
		`{"code":"200000","data":"20.***.***.128"}`: "20.***.***.128", `{"code":"200000","data":""}`: "",
		`{"code":"200000"}`: "", `{"code":"200000","data":{}}`: "",
	} {
		if got, told := seen.Of(answer(200, body)); got != want || told != (want != "") {
			t.Errorf("%s: %q, %v", body, got, told)
		}
	}
	if op, ok := protocol().Operation(seen.Operation); !ok || op.Signed || op.Effect != exchanges.ReadOnly {
		t.Errorf("the operation is %+v", op)
	}
}

// The Australian site shares the global host and is told by a header: a key of
// it is found there, and with region au every call carries the header.
func TestAustralia(t *testing.T) {
	living := `{"code":"200000","data":{"apiKey":"` + accessKey("au") + `","permission":"General","ipWhitelist":"",` +
		`"isMaster":true}}`
	gone := `{"code":"400003","msg":"The API key does not exist or site mismatch."}`
	for _, c := range []struct {
		region string
		status exchanges.Status
		kind   exchanges.Kind
		says   string
	}{
		{regionGlobal, exchanges.StatusAlive, exchanges.KindUndetermined, "{region: au}"},
		{regionEU, exchanges.StatusAlive, exchanges.KindUndetermined, "{region: au}"},
		{regionAU, exchanges.StatusAlive, "", ""},
	} {
		b := newBench(t, desk())
		australian := roundTrip(func(r *http.Request) (*http.Response, error) {
			status, body := 401, gone
			switch {
			case r.URL.Path == "/api/v1/timestamp":
				status, body = 200, fmt.Sprintf(`{"code":"200000","data":%d}`, b.clock.Now().UnixMilli())
			case r.URL.Host == "api.kucoin.com" && r.Header.Get("X-SITE-TYPE") == "australia":
				status, body = 200, living
			}
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
		b.client = b.newClient(t, httpx.Options{Transport: australian, Region: c.region})
		a, err := open(credential("au"), exchanges.Env{Caller: b.client, Region: c.region})
		if err != nil {
			t.Fatal(err)
		}
		k, err := a.Inspect(t.Context())
		if k.Status != c.status || exchanges.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: status %q, error %v", c.region, k.Status, err)
		}
	}
}

// A pair whose parts have unusual forms may be interchanged: before the key is
// called dead, the pair is tried the other way round, and nothing of what may
// be the secret is shown.
func TestInterchangedPair(t *testing.T) {
	b := newBench(t, desk())
	right := credential("master")
	swapped := right.Swapped()
	a, err := open(swapped, exchanges.Env{Caller: b.client})
	if err != nil {
		t.Fatal(err)
	}
	k, err := a.Inspect(t.Context())
	wantKind(t, err, exchanges.KindCredential)
	if k.Status != exchanges.StatusUndetermined || k.Ref.AccessKey != "" || !strings.Contains(fmt.Sprint(err),
		"interchanged") {
		t.Errorf("status %q, access key %q, error %v", k.Status, k.Ref.AccessKey, err)
	}
}

// A pair that may be interchanged is not dead while nobody can be asked about it
// the other way round.
func TestInterchangedPairCannotBeAskedAbout(t *testing.T) {
	b := newBench(t, desk())
	swapped := credential("master").Swapped()
	trouble := roundTrip(func(r *http.Request) (*http.Response, error) {
		status, body := 401, `{"code":"400003","msg":"The API key does not exist or site mismatch."}`
		switch {
		case r.URL.Path == "/api/v1/timestamp":
			status, body = 200, fmt.Sprintf(`{"code":"200000","data":%d}`, b.clock.Now().UnixMilli())
		case r.Header.Get("KC-API-KEY") != swapped.AccessKey:
			status, body = 200, `{"code":"400100","msg":"x"}`
		}
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	a, err := open(swapped, exchanges.Env{Caller: b.newClient(t, httpx.Options{Transport: trouble})})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := a.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
		t.Errorf("status %q, error %v", k.Status, err)
	}
}

// A key that answered before belongs to the site that answered: its end needs
// no word of the others.
func TestDeathOfAKeyThatAnswered(t *testing.T) {
	b := newBench(t, desk())
	down := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") })
	b.client = b.newClient(t, httpx.Options{Transport: hosts{"api.kucoin.com": to(b.server), "api.kucoin.eu": down}})
	a, err := open(credential("master"), exchanges.Env{Caller: b.client})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusAlive {
		t.Fatalf("status %q, %v", k.Status, err)
	}
	b.server.Break(fake.Fault{
		Path: pathInspect, Do: fake.Answer(401, "application/json", `{"code":"400003","msg":"KC-API-KEY not exists"}`),
	})
	if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusDead {
		t.Errorf("status %q, %v", k.Status, err)
	}
	fresh, _ := open(credential("master"), exchanges.Env{Caller: b.client})
	if k, err := fresh.Inspect(t.Context()); err == nil || k.Status != exchanges.StatusUndetermined {
		t.Errorf("a key that never answered: status %q, %v", k.Status, err)
	}
}
