package audit

import (
	"strings"
	"testing"

	"rekey/exchanges"
)

// INV-02 says which hosts were asked before a key was called dead.
func TestGhostKeyNamesItsProof(t *testing.T) {
	const asked = "asked www.okx.com and tr.okx.com"
	s := sample("old-bot", "okx", status(exchanges.StatusDead), func(s *Subject) { s.Key.Proof = asked })
	verdicts := ghostKey().Check(s, nil)
	if len(verdicts) != 1 || verdicts[0].Outcome != Fail ||
		!strings.HasSuffix(verdicts[0].Detail, "does not exist: "+asked) {
		t.Errorf("verdicts %+v", verdicts)
	}
}
