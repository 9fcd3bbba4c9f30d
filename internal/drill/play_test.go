package drill

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/drill/loopback"
)

var night = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

// startPlay has a thief at work on a clock of the test's own.
func startPlay(t *testing.T) (*Play, *Clock) {
	t.Helper()
	clock := NewClock(night)
	d, err := Start(clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	p, err := d.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clock.Every(Pace, p.Act)
	return p, clock
}

func (p *Play) row(t *testing.T, name string) Row {
	t.Helper()
	for _, r := range p.Rows() {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("there is no key %s", name)
	return Row{}
}

const orphan = "binance/grid@desk.example/xke7…bMBv"

// Nobody does anything: what can trade from anywhere loses, what is bound to
// addresses does not, and a new key turns up.
func TestUntouched(t *testing.T) {
	p, clock := startPlay(t)
	if err := clock.Sleep(t.Context(), HeadStart-time.Second); err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Rows() {
		if r.Orders > 0 || !r.Shut.IsZero() {
			t.Errorf("in their head start: %+v", r)
		}
	}
	if err := clock.Sleep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range p.Rows() {
		word := "idle"
		switch {
		case !r.Shut.IsZero():
			word = "shut out with " + r.Word
		case r.Lost.IsPositive() && r.LastLoss.After(r.First):
			word = "loses"
		}
		if r.Planted {
			got["a planted key"] = word
			continue
		}
		got[r.Name] = word
	}
	want := map[string]string{
		"main-binance": "loses", "grid-bot": "shut out with -2015", "kucoin-bot": "shut out with 400006", "okx-main": "loses",
		orphan: "loses", "okx/botdesk/d346…b602": "shut out with 50110", "a planted key": "loses",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if p.Over() {
		t.Error("all keys are alive, and the play is over")
	}
}

// What dies stops losing at that moment, and the play is over with the last one.
func TestDeath(t *testing.T) {
	p, clock := startPlay(t)
	pass := func(d time.Duration) {
		t.Helper()
		if err := clock.Sleep(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	pass(time.Minute)
	if _, err := p.Delete("okx-main"); err != nil {
		t.Fatal(err)
	}
	pass(time.Minute)
	okx, main := p.row(t, "okx-main"), p.row(t, "main-binance")
	if !okx.Dead.Equal(night.Add(time.Minute)) || !okx.ByHand || okx.LastLoss.After(okx.Dead) ||
		!okx.LastLoss.Equal(okx.Dead) {
		t.Errorf("after its death: %+v", okx)
	}
	if !main.Dead.IsZero() || !main.LastLoss.After(okx.Dead) {
		t.Errorf("the other one is alive: %+v", main)
	}
	for _, r := range p.Rows() {
		if p.Over() {
			t.Errorf("it is over before %s is dead", r.Name)
		}
		if r.Dead.IsZero() {
			if _, err := p.Delete(r.Name); err != nil {
				t.Error(err)
			}
		}
	}
	if !p.Over() {
		t.Error("all keys are dead, and it goes on")
	}
	before := p.Rows()
	pass(time.Hour)
	for i, r := range p.Rows() {
		if !r.Lost.Equal(before[i].Lost) {
			t.Errorf("%s lost after its death", r.Name)
		}
	}
}

// A key that was deleted and still works is not dead.
func TestLateDeath(t *testing.T) {
	p, _ := startPlay(t)
	x := p.desk.houses["okx"].(okxHouse)
	x.Do(func() { x.Lag.Revoke = time.Minute })
	if _, err := p.Delete("okx-main"); err != nil {
		t.Fatal(err)
	}
	if r := p.row(t, "okx-main"); !r.Dead.IsZero() {
		t.Errorf("%+v", r)
	}
}

func TestNamesOfKeysToDelete(t *testing.T) {
	for _, c := range []struct{ which, name, wrong string }{
		{"main-binance", "main-binance", ""},
		{" 2\n", "grid-bot", ""},
		{"xke7", orphan, ""},
		{"binance", "", "fits"},
		{"", "", "no key"},
		{"99", "", "no key"},
		{"old-binance", "", "no key"}, // dead for years
		{"cdp", "", "no key"},         // no page is staged for Coinbase
	} {
		p, _ := startPlay(t)
		name, err := p.Delete(c.which)
		if name != c.name || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%q: %q, %v", c.which, name, err)
		}
		if c.name == "" {
			continue
		}
		if _, err := p.Delete(c.name); err == nil {
			t.Errorf("%s could be deleted twice", c.name)
		}
	}
}

func TestPage(t *testing.T) {
	p, _ := startPlay(t)
	page, err := p.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(page.Close)
	get := func(method, url string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := loopback.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	status, body := get(http.MethodGet, page.URL)
	for _, want := range []string{"STAGED", "main-binance", "198.51.100.20", orphan, "anywhere"} {
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("HTTP %d without %s", status, want)
		}
	}
	for _, c := range p.desk.credentials { // no secret, and no label that moves the cursor
		if strings.Contains(body, c.secret) || strings.ContainsAny(body, "\x1b\u202e") {
			t.Errorf("the page shows what it must not: %s", c.prefix)
		}
	}
	origin := strings.TrimSuffix(page.URL, page.token+"/")
	for _, c := range []struct {
		method, url string
		want        int
	}{
		{http.MethodGet, origin, 404},
		{http.MethodPost, origin + "delete", 404},
		{http.MethodPost, origin + strings.Repeat("0", 32) + "/delete", 404},
		{http.MethodGet, page.URL + "delete", 404},
		{http.MethodPost, page.URL + "delete", 409},
	} {
		if status, _ := get(c.method, c.url); status != c.want {
			t.Errorf("%s %s: HTTP %d, want %d", c.method, c.url, status, c.want)
		}
	}
	if err := page.Delete(t.Context(), orphan); err != nil || p.row(t, orphan).Dead.IsZero() {
		t.Errorf("%v", err)
	}
	if err := page.Delete(t.Context(), orphan); err == nil || strings.Contains(err.Error(), page.token) {
		t.Errorf("deleted twice: %v", err)
	}
	page.Close()
	if err := page.Delete(t.Context(), "okx-main"); err == nil || strings.Contains(err.Error(), page.token) {
		t.Errorf("a page that is gone: %v", err)
	}
}

// Time passes when somebody sleeps, and what is due in it is done.
func TestClock(t *testing.T) {
	c := NewClock(night)
	var at []time.Duration
	c.Every(5*time.Second, func(context.Context) { at = append(at, c.Now().Sub(night)) })
	if err := c.Sleep(t.Context(), 12*time.Second); err != nil || !c.Now().Equal(night.Add(12*time.Second)) {
		t.Errorf("%s, %v", c.Now(), err)
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Second, 10 * time.Second}, at); diff != "" {
		t.Error(diff)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := c.Sleep(ctx, time.Hour); err == nil || !c.Now().Equal(night.Add(12*time.Second)) {
		t.Errorf("who does not sleep lets no time pass: %s, %v", c.Now(), err)
	}
}
