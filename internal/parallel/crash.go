package parallel

import (
	"fmt"
	"runtime"
	"strings"
)

// A Crash is a panic without its text.
type Crash struct {
	// Type is the type of the value that was panicked with.
	Type string
	// Frames are the functions that were running, innermost first, each with
	// its file and line and without its arguments.
	Frames []string
}

// depth is how many frames are kept: more than any path of this program has.
const depth = 128

// Caught makes a Crash of what recover returned, and leaves one that is a Crash
// already as it is. It must be called by the deferred function that recovered:
// later the frames are gone.
func Caught(recovered any) *Crash {
	if c, ok := recovered.(*Crash); ok {
		return c
	}
	c := &Crash{Type: fmt.Sprintf("%T", recovered)}
	var pcs [depth]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs[:])])
	for panicking := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic": // what is above it recovers
			panicking = true
		case panicking && f.Function != "" && !strings.HasPrefix(f.Function, "runtime."):
			c.Frames = append(c.Frames, fmt.Sprintf("%s (%s:%d)", f.Function, f.File, f.Line))
		}
		if !more {
			return c
		}
	}
}

// Error says what is known, for a Crash that nobody recovers: the runtime
// prints it.
func (c *Crash) Error() string {
	return "a panic of type " + c.Type + " at\n\t" + strings.Join(c.Frames, "\n\t")
}
