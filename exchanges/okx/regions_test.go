package okx

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakeokx "rekey/internal/fake/okx"
	"rekey/internal/httpx"
)

// A world is the hosts of all regions, each a fake of its own. As a transport
// it leads their names to the fakes.
type world struct {
	servers map[string]*fake.Server // by region
	addr    map[string]string       // by host name
	clock   *exchangetest.Clock
	next    *http.Transport
}

// newWorld starts three regions. keys says which region knows which keys.
func newWorld(t *testing.T, keys map[string][]*fakeokx.Key) *world {
	t.Helper()
	w := &world{
		servers: map[string]*fake.Server{}, addr: map[string]string{}, clock: exchangetest.NewClock(),
		next: httpx.NewTransport(),
	}
	t.Cleanup(w.next.CloseIdleConnections)
	for _, h := range protocol().Hosts {
		server, _, err := fakeokx.Start(w.clock.Now, &fakeokx.Account{ID: "1", Keys: keys[h.Region]})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		name, err := url.Parse(h.URL)
		if err != nil {
			t.Fatal(err)
		}
		w.servers[h.Region] = server
		w.addr[name.Host] = strings.TrimPrefix(server.URL, "http://")
	}
	return w
}

func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	to, ok := w.addr[req.URL.Host]
	if !ok || req.URL.Scheme != "https" {
		return nil, fmt.Errorf("no region has this host")
	}
	out := req.Clone(req.Context())
	out.URL.Scheme, out.URL.Host, out.Host = "http", to, ""
	return w.next.RoundTrip(out)
}

func (w *world) inspect(t *testing.T, region, environment string, c exchanges.Credential) (exchanges.Key, error) {
	t.Helper()
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Region: region, Environment: environment, Transport: w,
		Now: w.clock.Now, Sleep: w.clock.Sleep, Timeout: 400 * time.Millisecond, MaxBody: 1 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(c, exchanges.Env{Caller: client, Region: region, Environment: environment})
	if err != nil {
		t.Fatal(err)
	}
	k, err := a.Inspect(t.Context())
	if text := fmt.Sprintf("%+v %+v", k, err); strings.Contains(text, exchangetest.Canary) {
		t.Errorf("a secret shows: %s", text)
	}
	return k, err
}

// asked counts what a region was asked: its clock, and about the key.
func (w *world) asked(region string) (clock, liveKey, demoKey int) {
	for _, r := range w.servers[region].Requests() {
		switch {
		case r.Path == pathTime:
			clock++
		case r.Header.Get("x-simulated-trading") == "1":
			demoKey++
		default:
			liveKey++
		}
	}
	return clock, liveKey, demoKey
}

func demoKey(name string) *fakeokx.Key {
	k := key(name, nil, "read_only")
	k.Demo = true
	return k
}

func TestKeyIsFoundWhereItLives(t *testing.T) {
	plain := func(name string) *fakeokx.Key { return key(name, nil, "read_only") }
	bound := key("bot", []string{"203.0.113.7"}, "read_only", "trade")
	other := credential("bot")
	other.Passphrase = exchanges.NewSecret(passphrase("other"))
	for _, c := range []struct {
		story               string
		region, environment string
		home                string // the region that knows the key
		key                 *fakeokx.Key
		credential          exchanges.Credential
		status              exchanges.Status
		kind                exchanges.Kind
		says                string // in the error
	}{
		{story: "where the configuration says", home: regionGlobal, key: plain("bot"), status: exchanges.StatusAlive},
		{
			story: "in the EEA, as configured", region: regionEEA, home: regionEEA, key: plain("bot"),
			status: exchanges.StatusAlive,
		},
		{
			story: "in demo trading, as configured", environment: demo, home: regionGlobal, key: demoKey("bot"),
			status: exchanges.StatusAlive,
		},
		{
			story: "in the EEA, and nothing is configured", home: regionEEA, key: plain("bot"), status: exchanges.StatusAlive,
			kind: exchanges.KindUndetermined, says: "exchanges: okx: {region: eea}",
		},
		{
			story: "in the US, and the EEA is configured", region: regionEEA, home: regionUS, key: plain("bot"),
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: "exchanges: okx: {region: us}",
		},
		{
			story: "in Turkey, and nothing is configured", home: regionTR, key: plain("bot"), status: exchanges.StatusAlive,
			kind: exchanges.KindUndetermined, says: "exchanges: okx: {region: tr}",
		},
		{
			story: "in Turkey, as configured", region: regionTR, home: regionTR, key: plain("bot"),
			status: exchanges.StatusAlive,
		},
		{
			story: "at the global site, and the US is configured", region: regionUS, home: regionGlobal, key: plain("bot"),
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: "exchanges: okx: {region: global}",
		},
		{
			story: "in the EEA, which refuses this address", home: regionEEA, key: bound, status: exchanges.StatusIPRefused,
			kind: exchanges.KindIPRefused, says: "exchanges: okx: {region: eea}",
		},
		{
			story: "in the EEA, which refuses the passphrase", home: regionEEA, key: plain("bot"), credential: other,
			status: exchanges.StatusAlive,
			kind:   exchanges.KindBadPassphrase, says: "exchanges: okx: {region: eea}",
		},
		{
			story: "in demo trading, and live is configured", home: regionGlobal, key: demoKey("bot"),
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: "exchanges: okx: {environment: demo}",
		},
		{
			story: "in live trading, and demo is configured", environment: demo, home: regionGlobal, key: plain("bot"),
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: "exchanges: okx: {environment: live}",
		},
		{
			story: "in demo trading of the EEA, and nothing is configured", home: regionEEA, key: demoKey("bot"),
			status: exchanges.StatusAlive,
			kind:   exchanges.KindUndetermined, says: "exchanges: okx: {region: eea, environment: demo}",
		},
		{
			story: "in live trading of the US, and demo of the EEA is configured", region: regionEEA, environment: demo,
			home: regionUS, key: plain("bot"),
			status: exchanges.StatusAlive, kind: exchanges.KindUndetermined,
			says: "exchanges: okx: {region: us, environment: live}",
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			w := newWorld(t, map[string][]*fakeokx.Key{c.home: {c.key}})
			if c.credential.AccessKey == "" {
				c.credential = credential("bot")
			}
			k, err := w.inspect(t, c.region, c.environment, c.credential)
			if k.Status != c.status || exchanges.KindOf(err) != c.kind {
				t.Fatalf("status %q, error %v; want %q, kind %q", k.Status, err, c.status, c.kind)
			}
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want it to say %s", err, c.says)
			}
			if c.kind == "" || c.kind == exchanges.KindUndetermined && !c.key.Demo && c.environment == "" {
				if on, _ := k.Permissions.Has(exchanges.Read).Get(); !on || k.Ref.Account.Kind != exchanges.AccountMaster {
					t.Errorf("what the other region tells is lost: %+v", k)
				}
			}
		})
	}
}

// A refusal that does not say "no such key" is nothing to search for.
func TestOtherRegionsAreLeftAlone(t *testing.T) {
	for _, c := range []struct {
		story string
		key   *fakeokx.Key
		do    fake.Effect
	}{
		{"the key lives", key("bot", nil, "read_only"), nil},
		{"address refused", key("bot", []string{"203.0.113.7"}, "read_only"), nil},
		{"permission refused", key("bot", nil, "trade"), nil},
		{"outage", key("bot", nil, "read_only"), fake.Answer(503, "application/json", `{"code":"50001","msg":""}`)},
		{"malformed key", key("bot", nil, "read_only"), fake.Answer(401, "application/json", `{"code":"50111","msg":""}`)},
		{"reset", key("bot", nil, "read_only"), fake.Reset()},
	} {
		w := newWorld(t, map[string][]*fakeokx.Key{regionGlobal: {c.key}})
		if c.do != nil {
			w.servers[regionGlobal].Break(fake.Fault{Path: pathConfig, Do: c.do})
		}
		k, _ := w.inspect(t, "", "", credential("bot"))
		if k.Status == exchanges.StatusDead {
			t.Errorf("%s: dead", c.story)
		}
		for _, region := range []string{regionEEA, regionUS, regionTR} {
			if n := len(w.servers[region].Requests()); n != 0 {
				t.Errorf("%s: region %s got %d requests", c.story, region, n)
			}
		}
	}
}

func TestDeadIsDeadEverywhere(t *testing.T) {
	for _, region := range []string{"", regionEEA, regionUS, regionTR} {
		for _, environment := range []string{live, demo} {
			w := newWorld(t, nil)
			k, err := w.inspect(t, region, environment, credential("gone"))
			if err != nil || k.Status != exchanges.StatusDead {
				t.Fatalf("%s %s: status %q, error %v", region, environment, k.Status, err)
			}
			for _, host := range []string{"www.okx.com", "eea.okx.com", "us.okx.com", "tr.okx.com"} {
				if !strings.Contains(k.Proof, host) {
					t.Errorf("%s %s: the proof %q does not name %s", region, environment, k.Proof, host)
				}
			}
			for _, r := range []string{regionGlobal, regionEEA, regionUS, regionTR} {
				clock, liveKey, demoKey := w.asked(r)
				if clock == 0 || liveKey != 1 || demoKey != 1 {
					t.Errorf("region %s: %d control calls, asked %d times in live and %d in demo trading", r, clock, liveKey, demoKey)
				}
			}
		}
	}
	// The documents have 50119 with HTTP 200.
	w := newWorld(t, nil)
	for _, s := range w.servers {
		s.Break(
			fake.Fault{
				Path: pathConfig,
				Do:   fake.Answer(200, "application/json", `{"msg":"API key doesn't exist","code":"50119","data":[]}`),
			},
		)
	}
	if k, err := w.inspect(t, "", "", credential("gone")); err != nil || k.Status != exchanges.StatusDead {
		t.Errorf("with HTTP 200: status %q, error %v", k.Status, err)
	}
}

// One region that does not say 50119 twice and tell the time, and nothing is
// proven.
func TestOneRegionInTroubleIsNoDeath(t *testing.T) {
	json := "application/json"
	code := func(status int, code string) fake.Effect {
		return fake.Answer(status, json, `{"msg":"","code":"`+code+`"}`)
	}
	for _, c := range []struct {
		story string
		path  string
		do    fake.Effect
		kind  exchanges.Kind
	}{
		{"outage", pathConfig, fake.Answer(503, json, ``), exchanges.KindMaintenance},
		{"outage that says 50119", pathConfig, code(503, "50119"), exchanges.KindMaintenance},
		{"limit that says 50119", pathConfig, code(429, "50119"), exchanges.KindRateLimited},
		{"busy", pathConfig, code(429, "50013"), exchanges.KindMaintenance},
		{"answers too late", pathConfig, fake.Late(2 * time.Second), exchanges.KindTimeout},
		{"reset", pathConfig, fake.Reset(), exchanges.KindNetwork},
		{"cut off", pathConfig, fake.Truncated(), exchanges.KindNetwork},
		{"login page", pathConfig, fake.Answer(200, "text/html", "<html>Hotel WiFi</html>"), exchanges.KindOther},
		{"firewall", pathConfig, fake.Firewall(), exchanges.KindForbidden},
		{"geo-block", pathConfig, fake.Answer(451, json, `{"msg":"","code":"50119"}`), exchanges.KindGeoBlocked},
		{"geo-block in OKX's words", pathConfig, code(200, "50121"), exchanges.KindGeoBlocked},
		{"malformed key", pathConfig, code(401, "50111"), exchanges.KindCredential},
		{"redirect", pathConfig, fake.Redirect("http://127.0.0.1:9/"), exchanges.KindOther},
		{"a success that says nothing", pathConfig, fake.Answer(200, json,
			`{"code":"0","msg":"","data":[]}`), exchanges.KindOther},
		{"a number for a code", pathConfig, fake.Answer(200, json, `{"code":50119}`), exchanges.KindOther},
		{"no clock", pathTime, fake.Answer(404, json, `{}`), exchanges.KindNotFound},
		{
			"a clock without time is a clock that fails", pathTime,
			fake.Answer(502, "text/html", "<html>Bad Gateway</html>"), exchanges.KindMaintenance,
		},
		{"a clock that says 50119", pathTime, code(200, "50119"), exchanges.KindUndetermined},
	} {
		for _, region := range []string{regionGlobal, regionEEA, regionUS, regionTR} {
			t.Run(c.story+" in "+region, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, nil)
				fault := fake.Fault{Path: c.path, Do: c.do}
				if region == regionGlobal && c.path == pathConfig {
					fault.Skip = 1 // the first answer begins the search
				}
				w.servers[region].Break(fault)
				k, err := w.inspect(t, "", "", credential("gone"))
				if k.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != c.kind {
					t.Fatalf("status %q, error %v; want undetermined, kind %q", k.Status, err, c.kind)
				}
				if !strings.Contains(err.Error(), region+" (") {
					t.Errorf("error %v does not name the region", err)
				}
			})
		}
	}
}

// Trouble in one region does not hide a key that lives in another.
func TestTroubleDoesNotHideALivingKey(t *testing.T) {
	w := newWorld(t, map[string][]*fakeokx.Key{regionUS: {key("bot", nil, "read_only")}})
	w.servers[regionEEA].Break(fake.Fault{Do: fake.Reset()})
	k, err := w.inspect(t, "", "", credential("bot"))
	if k.Status != exchanges.StatusAlive || err == nil || !strings.Contains(err.Error(), "{region: us}") {
		t.Errorf("status %q, error %v", k.Status, err)
	}
}

// A pair whose parts have unusual forms may be interchanged: before the key is
// called dead, the pair is tried the other way round, and nothing of what may
// be the secret is shown.
func TestInterchangedPair(t *testing.T) {
	const right = "an-odd-access-key"
	for _, home := range []string{"www.okx.com", "tr.okx.com"} {
		clock := exchangetest.NewClock()
		transport := roundTrip(func(r *http.Request) (*http.Response, error) {
			status, body := 401, `{"msg":"API key doesn't exist","code":"50119"}`
			switch {
			case r.URL.Path == pathTime:
				status, body = 200, fmt.Sprintf(`{"code":"0","msg":"","data":[{"ts":"%d"}]}`, clock.Now().UnixMilli())
			case r.Header.Get("OK-ACCESS-KEY") == right && r.URL.Host == home:
				status, body = 200, `{"code":"0","msg":"","data":[{"uid":"1","perm":"read_only"}]}`
			}
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
		client, err := httpx.New(httpx.Options{
			Exchange: Name, Protocol: protocol(), Transport: transport, Now: clock.Now, Sleep: clock.Sleep,
		})
		if err != nil {
			t.Fatal(err)
		}
		a, err := open(exchanges.Credential{
			AccessKey: "CANARY-odd-secret", Secret: exchanges.NewSecret(right), Passphrase: exchanges.NewSecret("CANARY-1a"),
		}, exchanges.Env{Caller: client})
		if err != nil {
			t.Fatal(err)
		}
		k, err := a.Inspect(t.Context())
		if k.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != exchanges.KindCredential ||
			k.Ref.AccessKey != "" {
			t.Errorf("%s: status %q, access key %q, error %v", home, k.Status, k.Ref.AccessKey, err)
		}
	}
}

// A pair that may be interchanged is not dead while nobody can be asked about it
// the other way round.
func TestInterchangedPairCannotBeAskedAbout(t *testing.T) {
	const right = "an-odd-access-key"
	clock := exchangetest.NewClock()
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		status, body := 401, `{"msg":"API key doesn't exist","code":"50119"}`
		switch {
		case r.URL.Path == pathTime:
			status, body = 200, fmt.Sprintf(`{"code":"0","msg":"","data":[{"ts":"%d"}]}`, clock.Now().UnixMilli())
		case r.Header.Get("OK-ACCESS-KEY") == right:
			status, body = 400, `{"code":"51000","msg":"x"}`
		}
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Transport: transport, Now: clock.Now, Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(exchanges.Credential{
		AccessKey: "CANARY-odd-secret", Secret: exchanges.NewSecret(right), Passphrase: exchanges.NewSecret("CANARY-1a"),
	}, exchanges.Env{Caller: client})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := a.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
		t.Errorf("status %q, error %v", k.Status, err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A key that answered before belongs to the place that answered: its end needs
// no word of the others.
func TestDeathOfAKeyThatAnswered(t *testing.T) {
	w := newWorld(t, map[string][]*fakeokx.Key{regionGlobal: {key("bot", nil, "read_only")}})
	w.servers[regionTR].Break(fake.Fault{Do: fake.Reset()})
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Transport: w, Now: w.clock.Now, Sleep: w.clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := open(credential("bot"), exchanges.Env{Caller: client})
	if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusAlive {
		t.Fatalf("status %q, %v", k.Status, err)
	}
	w.servers[regionGlobal].Break(fake.Fault{
		Path: pathConfig, Do: fake.Answer(401, "application/json", `{"msg":"API key doesn't exist","code":"50119"}`),
	})
	if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusDead {
		t.Errorf("status %q, %v", k.Status, err)
	}
	fresh, _ := open(credential("bot"), exchanges.Env{Caller: client})
	if k, err := fresh.Inspect(t.Context()); err == nil || k.Status != exchanges.StatusUndetermined {
		t.Errorf("a key that never answered: status %q, %v", k.Status, err)
	}
}
