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
