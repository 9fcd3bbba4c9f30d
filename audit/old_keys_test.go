package audit

import (
	"testing"

	"rekey/exchanges"
)

// The old key of a run is a finding for as long as it lives, whatever keeps it
// from being used here today, and the finding names the command that goes on.
func TestOldKeysThatLive(t *testing.T) {
	refused, frozen := exchanges.StatusIPRefused, exchanges.StatusDisabled
	for _, c := range []struct {
		story  string
		status exchanges.Status
		run    PastRun
		rule   Rule
		remedy string
	}{
		{
			"a rotation, refused from here", refused,
			PastRun{Role: RunOld, Replaces: true, Made: true},
			replacedAlive(),
			"rekey runs resume 01jd9x00000aa",
		},
		{
			"a rotation, frozen", frozen,
			PastRun{Role: RunOld, Replaces: true, Made: true},
			replacedAlive(),
			"rekey runs resume 01jd9x00000aa",
		},
		{
			"a rotation that has ended", exchanges.StatusAlive,
			PastRun{Role: RunOld, Replaces: true, Made: true, Ended: true},
			replacedAlive(), "rekey revoke",
		},
		{
			"a rotation that made no key", exchanges.StatusAlive,
			PastRun{Role: RunOld, Replaces: true},
			destroyedAlive(),
			"rekey runs resume 01jd9x00000aa",
		},
		{"a revocation that has ended, frozen", frozen, PastRun{Role: RunOld, Ended: true}, destroyedAlive(), "rekey revoke"},
	} {
		s := sample("grid", "binance", status(c.status), withRun(c.run))
		verdicts := c.rule.Check(s, nil)
		if len(verdicts) != 1 || verdicts[0].Outcome != Fail || verdicts[0].Remedy != c.remedy {
			t.Errorf("%s: %+v", c.story, verdicts)
		}
	}
}
