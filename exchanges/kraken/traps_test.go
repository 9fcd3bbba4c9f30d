package kraken

import (
	"encoding/base64"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakekraken "rekey/internal/fake/kraken"
	"rekey/internal/httpx"
)

// A world is a fake with a client.
type world struct {
	*fakekraken.Exchange
	server *fake.Server
	clock  *exchangetest.Clock
	client *httpx.Client
}

func start(t *testing.T, keys ...*fakekraken.Key) *world {
	t.Helper()
	w := &world{clock: exchangetest.NewClock()}
	server, x, err := fakekraken.Start(w.clock.Now, &fakekraken.Account{UID: "acc-1", Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Environment: live, Endpoint: server.URL, Now: w.clock.Now, Sleep: w.clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Exchange, w.server, w.client = x, server, client
	return w
}

func (w *world) open(t *testing.T, name string) exchanges.Adapter {
	t.Helper()
	a, err := open(credential(name), exchanges.Env{Caller: w.client, Environment: live})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) asked(path string) int {
	n := 0
	for _, r := range w.server.Requests() {
		if r.Path == path {
			n++
		}
	}
	return n
}

// A key is dead when it worked before in this look without a list of addresses,
// and is not known twice, a minute apart. Nothing else is proof.
func TestDeath(t *testing.T) {
	for _, c := range []struct {
		story     string
		whitelist []string
		lookFirst bool
		futures   bool
		dead      bool
	}{
		{"it worked before, from anywhere", nil, true, false, true},
		{"a derivatives key that did", nil, true, true, true},
		{"it worked before, from a list of addresses", []string{"127.0.0.1"}, true, false, false},
		{"it was not seen to work", nil, false, false, false},
		{"a derivatives key that was not", nil, false, true, false},
	} {
		k := key("one", c.whitelist, "query-funds")
		if c.futures {
			k = futuresKey("one", c.whitelist)
		}
		w := start(t, k)
		a := w.open(t, "one")
		if c.lookFirst {
			if found, err := a.Inspect(t.Context()); err != nil || found.Status != exchanges.StatusAlive {
				t.Fatalf("%s: %q, %v", c.story, found.Status, err)
			}
		}
		spot, futures := w.asked(pathSpot), w.asked(pathFutures)
		began := w.clock.Now()
		w.DeleteByHand(accessKey("one"))
		found, err := a.Inspect(t.Context())
		if dead := found.Status == exchanges.StatusDead && err == nil; dead != c.dead {
			t.Errorf("%s: %q, %v", c.story, found.Status, err)
		}
		if !c.dead && exchanges.KindOf(err) != exchanges.KindUndetermined {
			t.Errorf("%s: %v", c.story, err)
		}
		if c.dead && w.clock.Now().Sub(began) < time.Minute {
			t.Errorf("%s: without a pause", c.story)
		}
		if n := w.asked(pathSpot) - spot; n > 2 || w.asked(pathFutures)-futures > 2 {
			t.Errorf("%s: asked %d and %d times: Kraken locks addresses out", c.story, n, w.asked(pathFutures)-futures)
		}
	}
}

// What a refused address is told is not documented: a key with a list is not
// dead, whatever is said.
func TestRefusedAddress(t *testing.T) {
	k := key("one", nil, "query-funds")
	w := start(t, k)
	a := w.open(t, "one")
	w.Do(func() { k.Whitelist = []string{"127.0.0.1"} })
	if found, err := a.Inspect(t.Context()); err != nil || found.Status != exchanges.StatusAlive {
		t.Fatalf("%q, %v", found.Status, err)
	}
	w.Do(func() { k.Whitelist = []string{"203.0.113.7"} })
	if found, err := a.Inspect(t.Context()); err == nil || found.Status != exchanges.StatusUndetermined {
		t.Errorf("%q, %v", found.Status, err)
	}
}

// Another program with a larger nonce makes rekey's calls fail: the key lives,
// and what it may do is not told. The nonce is never made larger than the time.
func TestNonceOfAnotherProgram(t *testing.T) {
	k := key("one", nil, "withdraw-funds")
	w := start(t, k)
	w.Do(func() { k.UsedBy(math.MaxUint64 / 2) })
	found, err := w.open(t, "one").Inspect(t.Context())
	if found.Status != exchanges.StatusAlive || found.Permissions.IsKnown() ||
		exchanges.KindOf(err) != exchanges.KindUndetermined {
		t.Errorf("%q, known %v, %v", found.Status, found.Permissions.IsKnown(), err)
	}
	if n := w.asked(pathSpot); n != 2 {
		t.Errorf("asked %d times", n)
	}
	for _, r := range w.server.Requests() {
		if r.Path == pathSpot && !strings.HasPrefix(r.Body, "nonce=17") || len(r.Body) > len("nonce=1795348800000") {
			t.Errorf("nonce %q is no time in milliseconds", r.Body)
		}
	}
	w.Do(func() { k.UsedBy(uint64(w.clock.Now().UnixMilli()) + 200) }) // a bot in the same moment
	if found, err := w.open(t, "one").Inspect(t.Context()); err != nil || found.Status != exchanges.StatusAlive {
		t.Errorf("once more, later: %q, %v", found.Status, err)
	}
}

// Two adapters of one key never have two requests at once, and each has a larger
// nonce, also when no time passes between.
func TestNonceRises(t *testing.T) {
	w := start(t, key("one", nil, "query-funds"))
	var wg sync.WaitGroup
	for range 6 {
		a := w.open(t, "one")
		wg.Go(func() {
			if found, err := a.Inspect(t.Context()); err != nil || found.Status != exchanges.StatusAlive {
				t.Errorf("%q, %v", found.Status, err)
			}
		})
	}
	wg.Wait()
	if w.asked(pathSpot) != 6 {
		t.Errorf("asked %d times", w.asked(pathSpot))
	}
}

// A derivatives key lives at the other host. Its levels are read.
func TestDerivativesKey(t *testing.T) {
	w := start(t, futuresKey("one", nil))
	found, err := w.open(t, "one").Inspect(t.Context())
	if err != nil || found.Status != exchanges.StatusAlive || found.Ref.Account.ID != "acc-1" {
		t.Fatalf("%+v, %v", found.Ref, err)
	}
	futures, _ := found.Permissions.Has(exchanges.Futures).Get()
	withdraw, told := found.Permissions.Has(exchanges.Withdraw).Get()
	if !futures || withdraw || !told {
		t.Errorf("%+v", found.Permissions)
	}
}

// Both writings of the answer are read: camel case and [], snake case and [""].
func TestBothWritings(t *testing.T) {
	for _, snake := range []bool{false, true} {
		k := key("one", nil, "query-funds")
		k.Until = created.Add(24 * 365 * time.Hour)
		w := start(t, k)
		w.Do(func() { w.SnakeCase = snake })
		found, err := w.open(t, "one").Inspect(t.Context())
		if err != nil || found.Label != "label one" || found.CreatedAt != exchanges.Known(created) ||
			found.ExpiresAt != exchanges.Known(k.Until) || found.Whitelist.Restricted != exchanges.Known(false) {
			t.Errorf("snake %v: %+v, %v", snake, found, err)
		}
	}
}

// A key with a second factor of its own lives; what it may do is not told.
func TestSecondFactorOfTheKey(t *testing.T) {
	k := key("one", nil, "query-funds")
	k.OTP = "123456"
	found, err := start(t, k).open(t, "one").Inspect(t.Context())
	if found.Status != exchanges.StatusAlive || found.Permissions.IsKnown() ||
		exchanges.KindOf(err) != exchanges.KindForbidden {
		t.Errorf("%q, %v", found.Status, err)
	}
}

// Too many unknown keys lock the address out: a gap, and nothing dead.
func TestLockout(t *testing.T) {
	w := start(t)
	for range 5 {
		_, _ = w.open(t, "gone").Inspect(t.Context())
	}
	found, err := w.open(t, "gone").Inspect(t.Context())
	if found.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != exchanges.KindRateLimited {
		t.Errorf("%q, %v", found.Status, err)
	}
}

// A secret that was not copied whole is not sent.
func TestSecretForm(t *testing.T) {
	for _, text := range []string{"CANARY", secret("a")[:80], base64.StdEncoding.EncodeToString(make([]byte, 32))} {
		_, err := open(exchanges.Credential{AccessKey: accessKey("a"), Secret: exchanges.NewSecret(text)}, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%d characters: %v", len(text), err)
		}
	}
}

// The published example, and one made by ccxt 4.5.84.
func TestSign(t *testing.T) {
	decode := func(text string) []byte {
		out, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	published := decode("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==")
	const order = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
	if got := sign(published, "/0/private/AddOrder", "1616492376594"+order); got !=
		"4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==" {
		t.Errorf("published: %s", got)
	}
	invented := decode("Y2N4dC1vcmFjbGUgZmFrZSBrcmFrZW4gc2VjcmV0OiA2NCBieXRlcywgbmV2ZXIgaXNzdWVkIGJ5IEtyYWtlbg==")
	if got := sign(invented, pathSpot, "1672185600000"+"nonce=1672185600000"); got !=
		"MAb2GlGXKptTFUJaYtFqj1vqvWCCdAl87+DmlHgVOV6KgMK91gzkljO0XD2tg1Bx5Yfuf9xr3gTMgsry6SsusA==" {
		t.Errorf("ccxt: %s", got)
	}
	if got := authent(invented, "/api/v3/accounts"); got !=
		"g/VHkxYG8OxKeFCmGDFFmGVc1HDP30gXXgvbP4/+EK59VxTVSX/heywXUMG8MM6E41Wz8kci86DATE2ZtyThGg==" {
		t.Errorf("derivatives: %s", got)
	}
}

// What each refusal means. Nothing of its text is kept.
func TestRefusals(t *testing.T) {
	op, _ := protocol().Operation(opSpot)
	for body, want := range map[string]exchanges.Kind{
		`{"error":["EAPI:Invalid key"],"result":{}}`:        exchanges.KindNoSuchKey,
		`{"error":["EAPI:Invalid key"]}`:                    exchanges.KindNoSuchKey,
		`{"error":["EAPI:Invalid key:CANARY"]}`:             exchanges.KindUndetermined,
		`{"error":["EAPI:Invalid key","EGeneral:CANARY"]}`:  exchanges.KindUndetermined,
		`{"Error":["EAPI:Invalid key"]}`:                    exchanges.KindOther,
		`{"error":"EAPI:Invalid key"}`:                      exchanges.KindOther,
		`{"error":["EService: Throttled: 1795348800"]}`:     exchanges.KindRateLimited,
		`{"error":["EGeneral:Temporary lockout"]}`:          exchanges.KindRateLimited,
		`{"error":["EService:Market in cancel_only mode"]}`: exchanges.KindMaintenance,
		`{"error":["EAuth:Account temporary disabled"]}`:    exchanges.KindForbidden,
		`{"error":["ECANARY:Something else"]}`:              exchanges.KindOther,
		`{"result":{}}`:                                     exchanges.KindOther,
		`{"error":null,"result":{}}`:                        exchanges.KindOther,
	} {
		err := judge(op, exchanges.Response{Status: 200, Header: http.Header{}, Body: []byte(body)})
		if exchanges.KindOf(err) != want || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
	known := exchanges.Response{Status: 401, Header: http.Header{}, Body: []byte(`{"error":["EAPI:Invalid key"]}`)}
	if got := exchanges.KindOf(judge(op, known)); got == exchanges.KindNoSuchKey {
		t.Error("with a status that the spot API does not give")
	}
}

func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		`{"error":["EAPI:Invalid key"]}`, `{"error":[],"result":{}}`, `{"error":"UNAUTHORIZED"}`, `null`, ``, `<html>`,
	} {
		f.Add(200, body, true)
		f.Add(401, body, false)
	}
	f.Fuzz(func(t *testing.T, status int, body string, spot bool) {
		name := opFutures
		if spot {
			name = opSpot
		}
		op, _ := protocol().Operation(name)
		err := judge(op, exchanges.Response{Status: status, Header: http.Header{}, Body: []byte(body)})
		if err == nil && status >= 300 {
			t.Errorf("HTTP %d %q passes for success", status, body)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("an error of %d bytes: the answer's text is in it", len(err.Error()))
		}
		if spot && exchanges.KindOf(err) == exchanges.KindNoSuchKey && !strings.Contains(body, "Invalid") &&
			!strings.Contains(body, `\u`) {
			t.Errorf("no such key, said by HTTP %d %q", status, body)
		}
	})
}
