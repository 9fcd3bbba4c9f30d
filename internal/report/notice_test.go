package report

import (
	"strings"
	"testing"

	"rekey/internal/text/texttest"
)

// People are told of what changed and of nothing else, and no name of a key
// becomes a mention, a link or markup on the way.
func TestNotice(t *testing.T) {
	before := documentOf(t, stagedAudit())
	later := documentOf(t, stagedLater(t))
	title, prose, changed := Notice(later, before)
	if !changed || title != "rekey: 8 new or worse, 10 fixed" {
		t.Errorf("%v, %q", changed, title)
	}
	for _, want := range []string{
		"CRITICAL NET-13 payout: IP whitelist changed or removed since the last audit (new)",
		"fixed: INC-01 grid-bot", "exit 3: 5 findings at or above high",
	} {
		if !strings.Contains(prose, want) {
			t.Errorf("the notice lacks %q:\n%s", want, prose)
		}
	}
	for _, k := range stagedAudit().Subjects {
		if full := k.Key.Ref.AccessKey; full != "" && strings.Contains(prose, full) {
			t.Errorf("the notice shows an access key:\n%s", prose)
		}
	}

	same := stagedAudit()
	same.Baseline = before.AsBaseline()
	if title, prose, changed := Notice(documentOf(t, same), before); changed {
		t.Errorf("nothing changed, and people are told %q\n%s", title, prose)
	}
	if _, _, changed := Notice(before, before); changed {
		t.Error("an audit without a baseline has a notice")
	}

	for _, prose := range texttest.Hostile() {
		if got := noticeText("<!channel> @everyone [x](https://evil.example) `a` *b* <https://evil.example|x>" +
			prose); strings.ContainsAny(
			got,
			"@<>[]`*|",
		) ||
			strings.Contains(got, "://") {
			t.Errorf("%.80q stays %.80q", prose, got)
		}
	}
}

// Of a response people are told how its keys stand: those that may still be used
// first, unproven ones among them, and never that none is concerned where something
// could not be looked at.
func TestResponseNotice(t *testing.T) {
	keys := []KeyEnd{
		{Key: "grid", State: Dead, Why: "the exchange says so"},
		{Key: "main", State: Alive, Why: "a person must delete it", Next: "rekey respond --resume"},
		{Key: "bare", State: Unproven, Why: "nothing says"},
		{Key: "spot", State: Narrowed, Why: "it only reads"},
		{Key: "sub", State: Gone, Why: "no list names it"},
	}
	for _, c := range []struct {
		story string
		r     Response
		title string
		prose string
	}{
		{
			"some live",
			Response{Cause: "3commas-2022", Keys: keys, Changes: Changes{ExitCode: 6}},
			"rekey: response to 3commas-2022: 2 of 5 keys dead or gone",
			"main: alive, a person must delete it\nbare: unproven, nothing says\nspot: narrowed, it only reads\n" +
				"grid: dead, the exchange says so\nsub: gone, no list names it\nexit 6. What to do: rekey respond --resume",
		},
		{
			"all dead",
			Response{Cause: "vendor x", Keys: keys[:1], Gaps: 1},
			"rekey: response to vendor x: 1 of 1 key dead or gone",
			"grid: dead, the exchange says so\n1 thing could not be looked at, and may be concerned: rekey audit\nexit 0",
		},
		{
			"none, as far as was seen",
			Response{Cause: "vendor x", Gaps: 2, Changes: Changes{ExitCode: 4}},
			"rekey: response to vendor x: no key is known to be concerned",
			"2 things could not be looked at, and may be concerned: rekey audit\nexit 4",
		},
	} {
		title, prose := ResponseNotice(c.r)
		if title != c.title || prose != c.prose {
			t.Errorf("%s: %q\n%s", c.story, title, prose)
		}
	}
	for _, prose := range texttest.Hostile() {
		title, told := ResponseNotice(Response{
			Cause: "@x" + prose,
			Keys:  []KeyEnd{{Key: "<!x>" + prose, Why: "`a`" + prose}},
		})
		if strings.ContainsAny(title+told, "@<>`*|[]") || strings.Count(told, "\n") != 1 {
			t.Errorf("%.80q becomes %.200q %.200q", prose, title, told)
		}
	}
}
