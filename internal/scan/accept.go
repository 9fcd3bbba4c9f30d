package scan

import (
	"bytes"
	"strings"
)

// acceptWord begins the remark that accepts a finding, with a reason behind
// it, on a line of one of its parts or on the line before.
const acceptWord = "rekey:ignore"

// accepted returns the reason that is given for the part at an offset. A
// remark without a reason accepts nothing; then bare is true.
func accepted(b []byte, at int) (reason string, bare bool) {
	start := bytes.LastIndexByte(b[:at], '\n') + 1
	if start > 0 { // the line before
		start = bytes.LastIndexByte(b[:start-1], '\n') + 1
	}
	start = max(start, at-4096)
	end := min(len(b), at+4096)
	if i := bytes.IndexByte(b[at:end], '\n'); i >= 0 {
		end = at + i
	}
	for line := range strings.SplitSeq(string(b[start:end]), "\n") {
		_, rest, ok := strings.Cut(line, acceptWord)
		if !ok {
			continue
		}
		for _, closer := range []string{"*/", "-->", `"`, "'", "%>"} {
			rest, _, _ = strings.Cut(rest, closer)
		}
		if reason = strings.Trim(rest, " \t\r:-"); reason != "" {
			return reason, false
		}
		bare = true
	}
	return "", bare
}
