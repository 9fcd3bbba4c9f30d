package storetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/store"
)

func (c suite) putAndGet() {
	s := c.New(c.T)
	c.put(s, "grid-bot", Sample(1))
	c.newest(s, "grid-bot", Sample(1))
	c.holds(s, "grid-bot", Sample(1))
	s = c.Reopen(c.T, s)
	c.newest(s, "grid-bot", Sample(1))
}

func (c suite) shapes() {
	s := c.New(c.T)
	texts := map[string]string{
		"quotes":  `CANARY "'\` + "`",
		"pem":     strings.ReplaceAll("=BEGIN EC PRIVATE KEY=\nCANARY+/\n=END EC PRIVATE KEY=\n", "=", "-----"),
		"html":    "CANARY<&>\u2028\u2029",
		"unicode": "CANARY äöü 密钥 \U0001F511",
		"control": "CANARY\x00\x01\x7f\t\r\n",
		"long":    strings.Repeat("CANARY", 20_000),
		"spaces":  "  CANARY  ",
	}
	want := map[string]store.Entry{}
	for slot, text := range texts {
		want[slot] = store.Entry{Credential: exchanges.Credential{
			AccessKey: "organizations/CANARYless/" + slot, Secret: exchanges.NewSecret(text),
			Passphrase: exchanges.NewSecret(text),
		}}
		c.put(s, slot, want[slot])
	}
	bare := Sample(1)
	bare.Credential.Passphrase, bare.Marker, bare.Run = exchanges.Secret{}, "", ""
	want["ein Bot, zweiter Versuch (ä)"] = bare
	c.put(s, "ein Bot, zweiter Versuch (ä)", bare)
	elsewhere := Sample(2)
	elsewhere.At = elsewhere.At.In(time.FixedZone("somewhere", 3600))
	c.put(s, "zone", elsewhere)
	want["zone"] = Sample(2)
	s = c.Reopen(c.T, s)
	for slot, w := range want {
		got, err := s.Get(context.Background(), slot)
		if err != nil {
			c.Fatalf("%s: %v", slot, err)
		}
		Same(c.T, got, w)
	}
}

func (c suite) empty() {
	s := c.New(c.T)
	c.shows(s)
	_, err := s.Get(context.Background(), "grid-bot")
	Fails(c.T, err, store.ReasonNoEntry)
	if !strings.Contains(err.Error(), `"grid-bot"`) {
		c.Errorf("the error does not say which name: %v", err)
	}
	c.lacks(s, "grid-bot", Sample(1))
}

func (c suite) keepsUntilForgotten() {
	s := c.New(c.T)
	c.put(s, "bot", Sample(1))
	c.put(s, "bot", Sample(2))
	c.put(s, "bot", Sample(3))
	s = c.Reopen(c.T, s)
	c.newest(s, "bot", Sample(3))
	c.holds(s, "bot", Sample(1))
	c.holds(s, "bot", Sample(2))
	c.shows(s, "bot: run-0003 run-0002 run-0001")
	c.forget(s, "bot", Sample(2))
	s = c.Reopen(c.T, s)
	c.shows(s, "bot: run-0003 run-0001")
	c.lacks(s, "bot", Sample(2))
	c.newest(s, "bot", Sample(3))
}

func (c suite) rollBack() {
	s := c.New(c.T)
	c.put(s, "bot", Sample(1))
	c.put(s, "bot", Sample(2))
	c.forget(s, "bot", Sample(2))
	c.newest(s, "bot", Sample(1))
	c.forget(s, "bot", Sample(1))
	c.shows(s)
	_, err := s.Get(context.Background(), "bot")
	Fails(c.T, err, store.ReasonNoEntry)
}

func (c suite) forgetTwice() {
	s := c.New(c.T)
	c.forget(s, "bot", Sample(1))
	c.put(s, "bot", Sample(1))
	c.put(s, "bot", Sample(2))
	c.forget(s, "bot", Sample(1))
	c.forget(s, "bot", Sample(1))
	c.forget(s, "other", Sample(2))
	c.shows(s, "bot: run-0002")
}

// A run that was cut short after its Put repeats it.
func (c suite) sameTwice() {
	s := c.New(c.T)
	c.put(s, "bot", Sample(1))
	c.put(s, "bot", Sample(2))
	c.put(s, "bot", Sample(2))
	c.shows(s, "bot: run-0002 run-0001")
	again := Sample(1)
	again.Run, again.Marker = "run-0009", "mark0009"
	c.put(s, "bot", again)
	c.shows(s, "bot: run-0009 run-0002")
	c.newest(s, "bot", again)
}

// Somebody pastes the wrong secret first: the second must not cost the first,
// which may be the right one of another key.
func (c suite) sameKeyOtherSecret() {
	s := c.New(c.T)
	c.put(s, "bot", Sample(1))
	other := Sample(1)
	other.Run = "run-0002"
	other.Credential.Secret = exchanges.NewSecret("CANARY-other")
	c.put(s, "bot", other)
	c.shows(s, "bot: run-0002 run-0001")
	c.newest(s, "bot", other)
	c.forget(s, "bot", other)
	c.shows(s)
}

func (c suite) slotsApart() {
	s := c.New(c.T)
	c.put(s, "a", Sample(1))
	c.put(s, "b", Sample(1))
	c.put(s, "b", Sample(2))
	c.forget(s, "b", Sample(1))
	s = c.Reopen(c.T, s)
	c.shows(s, "a: run-0001", "b: run-0002")
	c.lacks(s, "a", Sample(2))
}

func (c suite) emptied() {
	s := c.New(c.T)
	for _, slot := range []string{"a", "b", "kept"} {
		c.put(s, slot, Sample(1))
	}
	c.put(s, "a", Sample(2))
	for range 2 {
		if err := s.Empty(context.Background(), "a", "b", "never"); err != nil {
			c.Fatal(err)
		}
		s = c.Reopen(c.T, s)
		c.shows(s, "kept: run-0001")
	}
	Fails(c.T, s.Empty(context.Background(), "kept", ""), store.ReasonInvalid)
	c.shows(s, "kept: run-0001")
}

func (c suite) listed() {
	s := c.New(c.T)
	for _, slot := range []string{"zeta", "alpha", "Beta"} {
		c.put(s, slot, Sample(1))
	}
	c.shows(s, "Beta: run-0001", "alpha: run-0001", "zeta: run-0001")
	slots, err := s.List(context.Background())
	if err != nil {
		c.Fatal(err)
	}
	h := slots[0].Held[0]
	want := Sample(1)
	if h.Fingerprint != want.Fingerprint() || h.Marker != want.Marker || !h.At.Equal(want.At) {
		c.Errorf("the list tells %+v", h)
	}
	if strings.Contains(h.AccessKey, want.Credential.AccessKey) || h.AccessKey == "" {
		c.Errorf("the access key is shown as %q", h.AccessKey)
	}
}

func (c suite) refused() {
	s := c.New(c.T)
	c.put(s, "bot", Sample(1))
	noKey, noSecret, noText := Sample(2), Sample(2), Sample(2)
	noKey.Credential.AccessKey = ""
	noSecret.Credential.Secret = exchanges.Secret{}
	noText.Credential.Secret = exchanges.NewSecret("CANARY\xff\xfe")
	for _, bad := range []store.Entry{noKey, noSecret, noText} {
		Fails(c.T, s.Put(context.Background(), "bot", bad), store.ReasonInvalid)
	}
	for _, slot := range []string{"", "  ", "a\nb", "a\x1b[31m", "\xff", strings.Repeat("n", 1000), "\u202egpj"} {
		Fails(c.T, s.Put(context.Background(), slot, Sample(2)), store.ReasonInvalid)
		Fails(c.T, s.Forget(context.Background(), slot, Sample(2).Fingerprint()), store.ReasonInvalid)
		_, err := s.Get(context.Background(), slot)
		Fails(c.T, err, store.ReasonInvalid)
	}
	c.shows(s, "bot: run-0001")
	c.newest(s, "bot", Sample(1))
}

func (c suite) canceled() {
	s := c.New(c.T)
	c.put(s, "bot", Sample(1))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	Fails(c.T, s.Put(ctx, "bot", Sample(2)), store.ReasonCanceled)
	Fails(c.T, s.Forget(ctx, "bot", Sample(1).Fingerprint()), store.ReasonCanceled)
	_, err := s.Get(ctx, "bot")
	Fails(c.T, err, store.ReasonCanceled)
	_, err = s.List(ctx)
	Fails(c.T, err, store.ReasonCanceled)
	c.shows(s, fmt.Sprintf("bot: %s", Sample(1).Run))
}
