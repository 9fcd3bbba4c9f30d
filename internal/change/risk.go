package change

import (
	"fmt"
	"slices"
	"strings"

	"rekey/internal/rotate"
)

// The risks that a plan may hold. Each is accepted by its word, or the plan is
// not carried out.
const (
	RiskBotRunning  = "bot-still-running"
	RiskLastManager = "last-manager"
	RiskLockOut     = rotate.RiskLockOut
	RiskLooseFile   = "loose-file"
	RiskNoJournal   = "no-journal"
	RiskWiderKey    = rotate.RiskWiderKey
)

// RiskWords are the words of --accept-risk.
func RiskWords() []string {
	return []string{RiskBotRunning, RiskLastManager, RiskLockOut, RiskLooseFile, RiskNoJournal, RiskWiderKey}
}

// A RiskError says that a plan holds risks that were not accepted. Nothing was
// changed.
type RiskError struct {
	Texts []string // one for each key and risk
	Words []string // each once
}

func (e *RiskError) Error() string { return strings.Join(e.Texts, "; ") + "; nothing was changed" }

// unaccepted returns the risks of a plan that were not accepted by their word,
// nil when there is none.
func unaccepted(decisions []Decision, accepted []string) *RiskError {
	e := &RiskError{}
	for _, d := range decisions {
		if !d.Verdict.Acts() {
			continue
		}
		for _, r := range d.Risks {
			if slices.Contains(accepted, r.Word) {
				continue
			}
			e.Texts = append(e.Texts, fmt.Sprintf("%s: %s", d.Key, r.Why))
			if !slices.Contains(e.Words, r.Word) {
				e.Words = append(e.Words, r.Word)
			}
		}
	}
	if len(e.Texts) == 0 {
		return nil
	}
	return e
}
