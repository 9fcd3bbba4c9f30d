package trace

import (
	"errors"
	"fmt"
)

// Check finds what no trace would have said of itself: a summary that does not
// count what the document holds, an exit code that does not fit.
func (r *Result) Check() error {
	want := r.Summary
	want.Accounts, want.Outflows, want.Findings, want.Gaps = len(r.Accounts), len(r.Outflows), len(r.Findings),
		len(r.Gaps)
	want.Likely, want.Suspicious, want.Mine = 0, 0, 0
	for i, c := range r.Clusters {
		if c.Verdict.rank() < 0 {
			return fmt.Errorf("clusters[%d]: there is no such verdict", i)
		}
		c.count(&want)
	}
	for i, o := range r.Outflows {
		if o.Verdict.rank() < 0 {
			return fmt.Errorf("outflows[%d]: there is no such verdict", i)
		}
	}
	if want != r.Summary || r.Summary.Clusters < 0 || r.Summary.Unjudged < 0 {
		return errors.New("its summary does not count what it holds: it was changed after it was written")
	}
	unread := r.Summary.Gaps > 0 || r.Summary.Unjudged > 0 || incomplete(r.Accounts)
	switch code := r.Summary.ExitCode; {
	case code == exitDone && !unread, code == exitFindings, code == exitIncomplete && unread:
		return nil
	}
	return errors.New("its exit code does not fit its summary: it was changed after it was written")
}

// count counts a cluster by its verdict; one that the owner claims counts as
// theirs.
func (c *Cluster) count(s *Summary) {
	switch {
	case c.Mine != nil && c.Verdict != None:
		s.Mine++
	case c.Mine != nil:
	case c.Verdict == Likely:
		s.Likely++
	case c.Verdict == Suspicious:
		s.Suspicious++
	}
}
