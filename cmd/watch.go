package cmd

import (
	"fmt"
	"time"
)

// watch shows on a terminal how far a long reading is, until the returned
// function is called. The total is 0 where it is not known.
func (a *App) watch(at func() (done, total int64)) func() {
	if a.flags.quiet || !a.screen(a.Stderr).TTY || a.getenv("TERM") == "dumb" {
		return func() {}
	}
	start, stop, stopped := a.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(everyTTY)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-stop:
				if shown {
					_, _ = fmt.Fprint(a.Stderr, clearLine)
				}
				return
			case <-tick.C:
			}
			elapsed := a.Now().Sub(start)
			if elapsed < patience {
				continue
			}
			done, total := at()
			shown = true
			_, _ = fmt.Fprint(a.Stderr, clearLine, cut("rekey: "+pace(done, total, elapsed), a.screen(a.Stderr).Width-1))
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// pace says how much was read, how fast, and how long it may still take.
func pace(done, total int64, elapsed time.Duration) string {
	rate := float64(done) / elapsed.Seconds()
	text := fmt.Sprintf("%.0f MB, %.0f MB/s", float64(done)/1e6, rate/1e6)
	if left, known := remaining(done, total, 1<<30, elapsed); known {
		text += fmt.Sprintf(", %d %%, about %s left", done*100/total, left)
	}
	return text
}
