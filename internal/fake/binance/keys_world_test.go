package binance

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"rekey/internal/fake"
)

// Worlds that a client has to live with: answers that never come, and keys
// that are late.

func TestEffectsSurviveALostAnswer(t *testing.T) {
	d := start(t)
	d.lost(t, create("apiName", "marker", "status", "1"))
	e := d.x.Ledger()
	if len(e) != 1 || e[0].Deed != fake.Created || e[0].Label != "marker" || !slices.Contains(d.live(), e[0].AccessKey) {
		t.Fatalf("ledger %+v, live %v", e, d.live())
	}
	d.lost(t, remove("bot"))
	d.refuses(t, "the deleted key", by("bot", http.MethodGet, own), told{400, -2008})

	// The other way round nothing happens.
	d.Break(fake.Fault{Method: http.MethodDelete, Times: 1, Do: fake.Reset()})
	again := by("manager", http.MethodDelete, subAPI, "email", email, "subAccountApiKey", e[0].AccessKey)
	if res, err := http.DefaultTransport.RoundTrip(d.request(t, again)); err == nil {
		_ = res.Body.Close()
		t.Fatal("there was an answer")
	}
	if !slices.Contains(d.live(), e[0].AccessKey) {
		t.Error("the key is gone although the call never came")
	}
	// A gateway may say error over work that was done.
	d.Break(
		fake.Fault{
			Method: http.MethodDelete,
			Times:  1,
			Do:     fake.Behind(fake.Answer(502, "text/html", "<html>Bad Gateway</html>")),
		},
	)
	d.refuses(t, "a gateway", again, told{502, 0})
	if slices.Contains(d.live(), e[0].AccessKey) {
		t.Error("the key lives although the call came")
	}
}

func TestLateKeys(t *testing.T) {
	d := start(t)
	d.x.Do(func() { d.x.Lag = fake.Lag{Activate: time.Minute, List: 30 * time.Second, Revoke: 10 * time.Second} })
	a := d.send(t, create("apiName", "late", "status", "1"))
	access, _ := a.fields["apiKey"].(string)
	use := by("", http.MethodGet, own)
	use.access, use.secret = access, a.fields["secretKey"].(string)
	listed := func() bool {
		return d.send(t, by("manager", http.MethodGet, subAPI, "email", email, "subAccountApiKey",
			access)).fields["total"] == 1.0
	}
	d.refuses(t, "at once it looks like no key", use, told{400, -2008})
	if listed() || !slices.Contains(d.live(), access) {
		t.Error("at once it is listed, or does not live")
	}
	d.SetSkew(30 * time.Second)
	if !listed() {
		t.Error("after 30 s it is not listed")
	}
	d.SetSkew(time.Minute)
	d.refuses(t, "after a minute", use, told{200, 0})

	gone := by("manager", http.MethodDelete, subAPI, "email", email, "subAccountApiKey", access)
	d.refuses(t, "deleted", gone, told{200, 0})
	if listed() {
		t.Error("a deleted key is listed")
	}
	d.SetSkew(70*time.Second - time.Millisecond)
	d.refuses(t, "it goes on to answer", use, told{200, 0})
	if !slices.Contains(d.live(), access) {
		t.Error("it answers, and does not count as live")
	}
	d.refuses(t, "it cannot be deleted twice", gone, told{400, -2008})
	d.SetSkew(70 * time.Second)
	d.refuses(t, "after ten seconds", use, told{400, -2008})
	if slices.Contains(d.live(), access) {
		t.Error("it counts as live for ever")
	}
}

func TestAddresses(t *testing.T) {
	bind := func(parameters ...string) call {
		return by(
			"manager",
			http.MethodPost,
			bindV2,
			append([]string{"email", email, "subAccountApiKey", accessKey("bot")}, parameters...)...)
	}
	drop := func(list string) call {
		return by(
			"manager",
			http.MethodDelete,
			dropIP,
			"email",
			email,
			"subAccountApiKey",
			accessKey("bot"),
			"ipAddress",
			list,
		)
	}
	list := func(a answer) string {
		out := ""
		ips, _ := a.fields["ipList"].([]any)
		for _, ip := range ips {
			out += ip.(string) + " "
		}
		return out
	}
	d := start(t)
	a := d.send(t, bind("status", "2", "ipAddress", "203.0.113.8,127.0.0.1"))
	if a.fields["status"] != "2" || list(a) != "203.0.113.7 203.0.113.8 127.0.0.1 " ||
		a.fields["updateTime"] != float64(noon.UnixMilli()) {
		t.Errorf("added: %s", a.text)
	}
	a = d.send(t, drop("203.0.113.7,127.0.0.1"))
	if a.fields["ipRestrict"] != "true" || list(a) != "203.0.113.8 " || a.fields["apiKey"] != accessKey("bot") {
		t.Errorf("taken off: %s", a.text)
	}
	d.refuses(t, "the key from here", by("bot", http.MethodGet, own), told{400, -2015})
	if a = d.send(t, drop("203.0.113.8")); a.fields["ipRestrict"] != "false" || list(a) != "" {
		t.Errorf("the last taken off: %s", a.text)
	}
	d.refuses(t, "the key from here, open to all", by("bot", http.MethodGet, own), told{200, 0})
	d.refuses(t, "bound to nothing", bind("status", "2"), told{400, -1102})

	d.x.Do(func() { d.x.ReplaceIPs = true })
	d.send(t, bind("status", "2", "ipAddress", "203.0.113.8"))
	if a = d.send(t, bind("status", "2", "ipAddress", "203.0.113.9")); list(a) != "203.0.113.9 " {
		t.Errorf("replaced: %s", a.text)
	}
	if a = d.send(t, bind("status", "2")); list(a) != "203.0.113.9 " {
		t.Errorf("bound to what was there: %s", a.text)
	}
	a = d.send(t, bind("status", "1"))
	if _, told := a.fields["ipList"]; a.fields["status"] != "1" || told {
		t.Errorf("open: %s", a.text)
	}
	changes := d.x.Ledger()
	if last := changes[len(changes)-1]; last.Deed != fake.Changed || last.What != "ip whitelist" ||
		last.AccessKey != accessKey("bot") {
		t.Errorf("%+v", last)
	}
}
