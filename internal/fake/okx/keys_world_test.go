package okx

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
	s, x := startBound(t)
	for _, p := range []probe{create("label", "marker"), remove(accessKey(11))} {
		s.Break(fake.Fault{Method: p.method, Path: p.target, Times: 1, Do: fake.LostAnswer()})
		if res, err := http.DefaultTransport.RoundTrip(p.request(t, s)); err == nil {
			_ = res.Body.Close()
			t.Fatal("there was an answer")
		}
	}
	e := x.Ledger()
	if len(e) != 2 || e[0].Label != "marker" || e[1].Deed != fake.Deleted {
		t.Fatalf("ledger %+v", e)
	}
	if keys := live(x); !slices.Contains(keys, e[0].AccessKey) || slices.Contains(keys, accessKey(11)) {
		t.Errorf("live %v", keys)
	}
}

func TestLateKeys(t *testing.T) {
	s, x := startBound(t)
	x.Do(func() { x.Lag = fake.Lag{Activate: 20 * time.Second, List: 10 * time.Second, Revoke: 5 * time.Second} })
	made := create().send(t, s).Data[0]
	access, _ := made["apiKey"].(string)
	use, list := good(1), good(2)
	use.access, use.secret, use.passphrase = access, made["secretKey"].(string), "CANARYabc-1"
	list.target = createPath + "?subAcct=grid1&apiKey=" + access
	at := func(story string, skew time.Duration, used, listed string, lives bool) {
		t.Helper()
		s.SetSkew(skew)
		if got := use.send(t, s).Code; got != used {
			t.Errorf("%s: the key gets %s, want %s", story, got, used)
		}
		if got := list.send(t, s).Code; got != listed {
			t.Errorf("%s: the list says %s, want %s", story, got, listed)
		}
		if got := slices.Contains(live(x), access); got != lives {
			t.Errorf("%s: live is %v, want %v", story, got, lives)
		}
	}
	at("at once", 0, "50119", "59506", true)
	at("after 10 s", 10*time.Second, "50119", "0", true)
	at("after 20 s", 20*time.Second, "0", "0", true)
	if got := remove(access).send(t, s); got.Code != "0" {
		t.Fatalf("delete: %+v", got)
	}
	at("deleted", 20*time.Second, "0", "59506", true)
	at("5 s later", 25*time.Second, "50119", "59506", false)
}
