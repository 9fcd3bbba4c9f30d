package survey_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/survey"
)

// A credential that cannot be the exchange's is not sent to it. One that is
// merely unusual is.
func TestCredentialForms(t *testing.T) {
	for _, c := range []struct {
		story             string
		accessKey, secret string
		sent              bool
		gap, remark       string // words of them
		shown             string // the access key of the subject
	}{
		{"as it should be", "alpha-bot-4k7Qz0", "sec-bot-CANARY", true, "", "", "alpha-bot-4k7Qz0"},
		{"interchanged", "sec-bot-CANARY", "alpha-bot-4k7Qz0", false, "interchanged; nothing was sent", "", ""},
		{
			"of another exchange", "beta-bot-4k7Qz0", "sec-bot-CANARY", false,
			"a beta access key, declared for alpha; nothing was sent", "", "beta-bot-4k7Qz0",
		},
		{"unusual", "strange-bot-4k7Qz0", "sec-bot-CANARY", true, "", "bot: the access key has an unusual form for alpha: " +
			"it does not begin with alpha", "strange-bot-4k7Qz0"},
		{
			"a secret in the place of the key", "secret-alpha-4k7Qz0", "something-else", false, "has the form of a secret",
			"", "",
		},
		{"a secret in both places", "sec-bot-CANARY", "sec-bot-CANARY", false, "are the same text", "", ""},
		{"of a form that several have", "some-bot-4k7Qz0", "sec-bot-CANARY", true, "", "", "some-bot-4k7Qz0"},
	} {
		w := newWorld(t)
		w.options.Entries = []survey.Entry{
			{Name: "bot", Exchange: "alpha", Location: w.credential("bot", c.accessKey, c.secret)},
		}
		w.answers[c.accessKey] = alive()
		r := w.run(t.Context())
		if sent := len(w.opened) > 0; sent != c.sent {
			t.Errorf("%s: sent %v", c.story, sent)
		}
		detail := ""
		for _, g := range r.Gaps {
			detail += g.Detail
			if g.Kind != exchanges.KindCredential {
				t.Errorf("%s: the gap is of kind %s", c.story, g.Kind)
			}
		}
		if !strings.Contains(detail, c.gap) || (detail == "") != (c.gap == "") {
			t.Errorf("%s: the gap says %q", c.story, detail)
		}
		if remarks := strings.Join(r.Remarks, "; "); !strings.Contains(remarks, c.remark) ||
			(remarks == "") != (c.remark == "") {
			t.Errorf("%s: the remarks say %q", c.story, remarks)
		}
		if s := subject(t, r, "bot"); s.Key.Ref.AccessKey != c.shown || s.Asked != c.sent {
			t.Errorf("%s: access key %q, asked %v", c.story, s.Key.Ref.AccessKey, s.Asked)
		}
	}
}

// An unusual key names the exchanges that it looks like.
func TestUnusualFormThatOthersHave(t *testing.T) {
	w := newWorld(t)
	w.options.Entries = []survey.Entry{
		{Name: "bot", Exchange: "omicron", Location: w.credential("bot", "some-bot-4k7Qz0", "sec-bot-CANARY")},
	}
	w.answers["some-bot-4k7Qz0"] = alive()
	w.extra = append(w.extra, exchanges.Exchange{
		Card:      exchanges.Card{Name: "omicron", Kind: "exchange"},
		Recognise: func(exchanges.Credential) exchanges.Fit { return exchanges.Fit{Problem: "it is too short"} },
		Open: func(c exchanges.Credential, _ exchanges.Env) (exchanges.Adapter, error) {
			return stubAdapter{w, "omicron", c.AccessKey}, nil
		},
	})
	r := w.run(t.Context())
	want := []string{"bot: the access key has an unusual form for omicron: it is too short; it looks like alpha or beta " +
		"or gamma"}
	if diff := cmp.Diff(want, r.Remarks); diff != "" {
		t.Errorf("remarks:\n%s", diff)
	}
}

// Declared copies are looked at: what differs is said, and no part of it shown
// but a masked access key.
func TestCopies(t *testing.T) {
	for _, c := range []struct {
		story  string
		copied map[string]string // variables after COPY_API_
		remark string
		gaps   []string
	}{
		{"the same", map[string]string{"KEY": "alpha-bot-4k7Qz0", "SECRET": "sec-bot-CANARY"}, "", []string{}},
		{
			"another access key",
			map[string]string{"KEY": "alpha-old-8h2Wm5", "SECRET": "sec-old-CANARY"},
			"bot: its copy at env:COPY holds another access key (alph…2Wm5)",
			[]string{},
		},
		{
			"another secret",
			map[string]string{"KEY": "alpha-bot-4k7Qz0", "SECRET": "sec-old-CANARY"},
			"bot: its copy at env:COPY holds the same access key with another secret",
			[]string{},
		},
		{
			"another passphrase",
			map[string]string{"KEY": "alpha-bot-4k7Qz0", "SECRET": "sec-bot-CANARY", "PASSPHRASE": "CANARYphrase"},
			"bot: its copy at env:COPY holds the same access key with another passphrase",
			[]string{},
		},
		{
			"interchanged",
			map[string]string{"KEY": "sec-bot-CANARY", "SECRET": "alpha-bot-4k7Qz0"},
			"bot: its copy at env:COPY holds access key and secret the other way round",
			[]string{},
		},
		{"unreadable", map[string]string{"KEY": "alpha-bot-4k7Qz0"}, "", []string{"bot: credential"}},
	} {
		w := newWorld(t)
		w.declare("bot", "alpha", alive(), func(e *survey.Entry) { e.Copies = []location.Location{parsed(t, "env:COPY")} })
		for name, value := range c.copied {
			w.options.Location.Environ = append(w.options.Location.Environ, "COPY_API_"+name+"="+value)
		}
		r := w.run(t.Context())
		if got := strings.Join(r.Remarks, "; "); got != c.remark {
			t.Errorf("%s: remarks %q, want %q", c.story, got, c.remark)
		}
		if diff := cmp.Diff(c.gaps, gaps(r)); diff != "" {
			t.Errorf("%s: gaps:\n%s", c.story, diff)
		}
		if s := subject(t, r, "bot"); !s.Asked {
			t.Errorf("%s: the key itself was not asked", c.story)
		} else if len(s.Inventory.Locations) != 2 {
			t.Errorf("%s: seen %v, want the location and its copy", c.story, s.Inventory.Locations)
		}
	}
}

// What is odd about a location is said with the name of who uses it.
func TestRemarksOfLocations(t *testing.T) {
	w := newWorld(t)
	w.vendor = &stubVendor{}
	w.declare("bot", "alpha", alive())
	w.options.Vendors = []survey.VendorEntry{{Name: "delta", Location: parsed(t, "env:BOT")}}
	w.options.Location.Environ = append(
		w.options.Location.Environ,
		"BOT_APIKEY=alpha-old-8h2Wm5",
		"BOT_SECRET=sec-old-CANARY",
	) // another family
	r := w.run(t.Context())
	if len(r.Remarks) != 2 || !strings.HasPrefix(r.Remarks[0], "bot: BOT_APIKEY ") ||
		!strings.HasPrefix(r.Remarks[1], "delta: BOT_APIKEY ") {
		t.Errorf("remarks are %q, want one about the key's location and one about the vendor's", r.Remarks)
	}
}

// What has an unusual form, and of which no answer proves that it is an access
// key, may be a secret: no part of it is in the result.
func TestWhatMayBeASecretIsNotShown(t *testing.T) {
	for _, c := range []struct {
		name  string
		says  answer
		shown string
	}{
		{"it lives", alive(), "strange-bot-4k7Qz0"},
		{"it is dead", says(exchanges.StatusDead), "strange-bot-4k7Qz0"},
		{"refused as malformed", refused(exchanges.StatusUndetermined, exchanges.KindCredential), ""},
		{"no answer", refused(exchanges.StatusUndetermined, exchanges.KindNetwork), ""},
		{"known the other way round", func(context.Context) (exchanges.Key, error) {
			k := exchanges.Key{Ref: exchanges.KeyRef{AccessKey: "strange-bot-4k7Qz0"}}
			return exchanges.Interchanged("alpha", "inspect", k, nil)
		}, ""},
	} {
		w := newWorld(t)
		w.options.Entries = []survey.Entry{{Name: "bot", Exchange: "alpha", Location: w.credential("bot",
			"strange-bot-4k7Qz0", "sec-bot-CANARY")}}
		w.answers["strange-bot-4k7Qz0"] = c.says
		r := w.run(t.Context())
		if s := subject(t, r, "bot"); s.Key.Ref.AccessKey != c.shown {
			t.Errorf("%s: access key %q, want %q", c.name, s.Key.Ref.AccessKey, c.shown)
		}
		if text := strings.Join(r.Remarks, " "); strings.Contains(text, "stra") && strings.Contains(text, "7Qz0") {
			t.Errorf("%s: the remarks show a part of it: %s", c.name, text)
		}
	}
}

// A key of the usual form that the exchange knows the other way round (its
// secrets have the same form) is not shown either, nor asked of a vendor.
func TestInterchangedIsNotShown(t *testing.T) {
	w := newWorld(t)
	w.declare("bot", "alpha", func(context.Context) (exchanges.Key, error) {
		return exchanges.Interchanged("alpha", "inspect", exchanges.Key{}, nil)
	})
	r := w.run(t.Context())
	if s := subject(t, r, "bot"); s.Key.Ref.AccessKey != "" || s.Key.Status != exchanges.StatusUndetermined {
		t.Errorf("access key %q, status %q", s.Key.Ref.AccessKey, s.Key.Status)
	}
	if diff := cmp.Diff([]string{"bot: credential"}, gaps(r)); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
}
