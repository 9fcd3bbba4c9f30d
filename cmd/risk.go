package cmd

import (
	"fmt"
	"slices"

	"rekey/internal/rotate"
)

// The risks that a plan may hold. Each is accepted by its name, or the plan is
// not carried out.
const (
	riskBotRunning  = "bot-still-running"
	riskLastManager = "last-manager"
	riskLockOut     = rotate.RiskLockOut
	riskLooseFile   = "loose-file"
	riskNoJournal   = "no-journal"
	riskWiderKey    = rotate.RiskWiderKey
)

// riskWords are the words of --accept-risk.
func riskWords() []string {
	return []string{riskBotRunning, riskLastManager, riskLockOut, riskLooseFile, riskNoJournal, riskWiderKey}
}

// A risk is one that a plan holds, and why.
type risk struct{ word, why string }

// accepted reports whether a risk was accepted by name.
func (o *changeOptions) accepted(word string) bool { return slices.Contains(o.accept, word) }

// refuseRisks ends the command while a risk of the plan was not accepted. It
// names all of them at once.
func (o *changeOptions) refuseRisks(jobs []change) error {
	var texts, hints []string
	for _, c := range jobs {
		for _, r := range c.risks {
			if !o.accepted(r.word) {
				texts = append(texts, fmt.Sprintf("%s: %s", c.entry.Name, r.why))
				if hint := "--accept-risk=" + r.word; !slices.Contains(hints, hint) {
					hints = append(hints, hint)
				}
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	text := texts[0]
	for _, more := range texts[1:] {
		text += "; " + more
	}
	return usage(text+"; nothing was changed", hints...)
}
