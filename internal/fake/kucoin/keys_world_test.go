package kucoin

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

// Worlds that a client has to live with: answers that never come, and keys
// that are late.

func TestEffectsSurviveALostAnswer(t *testing.T) {
	d := startDesk(t)
	for _, c := range []call{create("remark", "marker"), remove(botKey, botPassphrase)} {
		d.Break(fake.Fault{Method: c.method, Path: c.path, Times: 1, Do: fake.LostAnswer()})
		if res, err := http.DefaultTransport.RoundTrip(d.request(t, c)); err == nil {
			_ = res.Body.Close()
			t.Fatal("there was an answer")
		}
	}
	e := d.x.Ledger()
	if len(e) != 2 || e[0].Label != "marker" || e[1].Deed != fake.Deleted ||
		!slices.Equal(d.live(), []string{masterKey, e[0].AccessKey}) {
		t.Errorf("ledger %+v, live %v", e, d.live())
	}
}

func TestLateKeys(t *testing.T) {
	d := startDesk(t)
	d.x.Do(func() { d.x.Lag = fake.Lag{Activate: time.Minute, List: 30 * time.Second, Revoke: 10 * time.Second} })
	_, data := d.send(t, create())
	access, _ := data["apiKey"].(string)
	use := call{
		method:     http.MethodGet,
		path:       ownPath,
		access:     access,
		secret:     data["apiSecret"].(string),
		passphrase: "CANARY-2",
	}
	listed := func() bool {
		a, _ := d.send(
			t,
			call{method: http.MethodGet, path: keysPath, query: []string{"subName", "grid 1", "apiKey", access}},
		)
		return strings.Contains(a.text, access)
	}
	d.refuses(t, "at once it looks like no key", use, 401, "400003")
	if listed() || !slices.Contains(d.live(), access) {
		t.Error("at once it is listed, or does not live")
	}
	d.SetSkew(time.Minute)
	d.refuses(t, "after a minute", use, 200, "200000")
	if !listed() {
		t.Error("after a minute it is not listed")
	}
	d.refuses(t, "delete", remove(access, "CANARY-2"), 200, "200000")
	d.refuses(t, "it goes on to answer", use, 200, "200000")
	if listed() || !slices.Contains(d.live(), access) {
		t.Error("deleted, it is listed, or does not count as live")
	}
	d.SetSkew(70 * time.Second)
	d.refuses(t, "after ten seconds", use, 401, "400003")
	if slices.Contains(d.live(), access) {
		t.Error("it counts as live for ever")
	}
}
