package report

import (
	"flag"
	"testing"

	"rekey/audit"
	"rekey/internal/text/texttest"
)

var update = flag.Bool("update", false, "write the golden files of internal/report/testdata")

// formatFiles are the golden files of the staged audit, by format.
func formatFiles() map[string]string {
	return map[string]string{
		"jsonl": "audit.jsonl", "sarif": "audit.sarif", "junit": "audit.junit.xml",
		"markdown": "audit.md", "html": "audit.html",
		"github": "audit.github.txt", "csv": "audit.csv", "prometheus": "audit.prom",
	}
}

// One staged audit in every format.
func TestFormatsAreGolden(t *testing.T) {
	for format, file := range formatFiles() {
		texttest.Golden(t, *update, file, audited(t, stagedAudit(), format, Options{}))
	}
	texttest.Golden(t, *update, "audit-baseline.txt", audited(t, stagedLater(t), "text", Options{Width: 80}))
	texttest.Golden(t, *update, "audit-baseline.md", audited(t, stagedLater(t), "markdown", Options{}))
}

// stagedLater is the staged desk a day later, against the audit of the day
// before: a list was removed, a permission was added, two keys were mended.
func stagedLater(t *testing.T) audit.Input {
	t.Helper()
	before := documentOf(t, stagedAudit())
	in := stagedAudit()
	in.Now = in.Now.AddDate(0, 0, 1)
	in.Baseline = before.AsBaseline()
	for i, s := range in.Subjects {
		switch s.Name {
		case "payout", "frozen":
			in.Subjects[i].Key.Whitelist = stagedStranger("", "", "", "").Key.Whitelist
		case "idle", "grid-bot":
			in.Subjects[i] = stagedKey(s.Name, s.Key.Ref.Exchange)
		}
	}
	return in
}
