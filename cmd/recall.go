package cmd

import (
	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/leak"
)

// recallLeaks tells the keys that an earlier `rekey leak` found in a dump. A
// memory that cannot be read ends the audit: without it a leaked key would look
// like any other.
func (a *App) recallLeaks(subjects []audit.Subject) error {
	remembered, err := leak.Remembered(a.stateDir())
	if err != nil {
		return failed("what was found in dumps before cannot be read: " + plain(err))
	}
	for _, m := range remembered {
		for i, s := range subjects {
			if s.Key.Ref.AccessKey == "" || exchanges.Fingerprint(s.Key.Ref.AccessKey) != m.Fingerprint {
				continue
			}
			found := audit.Leak{Dump: m.Dump, At: m.FoundAt}
			for _, w := range m.What {
				found.What = append(found.What, string(w))
			}
			subjects[i].Leaks = append(subjects[i].Leaks, found)
		}
	}
	return nil
}
