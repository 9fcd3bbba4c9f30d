package survey_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

// An exchange that hides most of an access key in its list: the part is the
// declared key that it fits, and any other is a row of its own, named by the part.
// Nothing is dropped, and no key is there twice.
func TestListsThatShowAPart(t *testing.T) {
	w := newWorld(t)
	boss := w.declare("boss", "alpha", alive(master("1")))
	bot := w.declare("bot", "alpha", alive())
	part := func(accessKey string, shown int) string { return exchanges.PartOf(accessKey[:shown] + "*****") }
	w.lists[boss] = []any{
		inList(part(boss, 11), master("1")), inList(part(bot, 10), master("1"), may(exchanges.Spot)),
		inList(part("alpha-planted-0000000", 12), master("1")),
	}
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"alpha/1/alpha-plante…", "boss", "bot"}, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
	if s := subject(t, r, "bot"); s.Key.Ref.Account.Kind != exchanges.AccountMaster || s.Key.Ref.AccessKey != bot {
		t.Errorf("what the list says of the key is lost: %+v", s.Key.Ref)
	}
	m := r.Managers["boss"]
	if !m.Lists[bot] || !m.Lists["alpha-plante…"] || len(m.Lists) != 3 {
		t.Errorf("lists %v", m.Lists)
	}
	if len(r.Remarks) != 1 || !strings.Contains(r.Remarks[0], "alpha-plante… fits no key") {
		t.Errorf("remarks %q", r.Remarks)
	}
}

// A part that fits two declared keys, or that shows next to nothing, is neither.
func TestAPartThatFitsTwo(t *testing.T) {
	w := newWorld(t)
	boss := w.declare("boss", "alpha", alive(master("1")))
	w.declare("bot1", "alpha", alive())
	w.declare("bot2", "alpha", alive())
	w.lists[boss] = []any{inList("alpha-bot…"), inList("alpha-…")}
	r := w.run(t.Context())
	want := []string{"alpha/-/alpha-bot…", "alpha/-/alpha-…", "boss", "bot1", "bot2"}
	if diff := cmp.Diff(want, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
}
