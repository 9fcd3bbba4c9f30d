package cmd

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"time"

	"rekey/audit"
	"rekey/internal/report"
	"rekey/internal/text"
	"rekey/internal/webpage"
)

// How often a browser asks for the page again.
const (
	whileLooking = time.Second      // until the first look has ended
	afterwards   = 10 * time.Second // where further looks follow
)

// web shows the page of the audit to a browser of this machine until ctx ends,
// which is how it ends well once there is such a page.
func (a *App) web(ctx context.Context, o *uiOptions) error {
	d, err := a.loadWorkspace(ctx) // a mistake in it ends the command before anything is sent
	if err != nil {
		return err
	}
	if err := a.unlock(ctx, d); err != nil {
		return err
	}
	server, err := webpage.Start(ctx)
	if err != nil {
		return failed("no port of this machine could be opened: " + plain(err) + "; nothing was sent")
	}
	defer server.Close()
	server.Show(waitingPage("Your keys are being looked at. Nothing is known yet."), whileLooking)
	if _, err := fmt.Fprintln(a.Stdout, server.URL()); err != nil {
		return failed("could not be written: " + plain(err))
	}
	a.remark("the page can be read on this machine alone, by those who have this address; Ctrl-C ends it")
	if o.open {
		if program, err := a.browse(ctx, server.URL()); err != nil {
			a.say("rekey: no browser could be opened (%s); open the address yourself", program)
		}
	}
	code := exitInterrupted
	for seen := false; ctx.Err() == nil; {
		if seen = a.lookForPage(ctx, server, o.every, seen); ctx.Err() == nil {
			code = exitDone
			if !seen {
				code = exitFailed
			}
		}
		if o.every == 0 {
			<-ctx.Done()
		} else if a.Sleep(ctx, o.every) != nil {
			break
		}
	}
	return silently(code)
}

// lookForPage looks once, shows what came of it, and reports whether that is the
// page of an audit. Until there is one, seen is false and the counts are shown. A
// look that failed takes the page of an earlier one away: it would pass for what
// is so now.
func (a *App) lookForPage(ctx context.Context, server *webpage.Server, every time.Duration, seen bool) bool {
	refresh := time.Duration(0)
	if every > 0 {
		refresh = afterwards
	}
	var counted time.Time
	result, err := a.beside().lookAndJudge(ctx, func(p audit.Progress) {
		if now := a.Now(); !seen && now.Sub(counted) >= whileLooking {
			counted = now
			said := fmt.Sprintf("%d of %s looked at. Nothing is judged yet.", p.Done, number(p.Total, "key"))
			server.Show(waitingPage(said), whileLooking)
		}
	})
	if ctx.Err() != nil { // the command ends, and the page with it
		return seen
	}
	var page bytes.Buffer
	if err == nil {
		err = report.Print(&page, "html", result, report.Options{})
	}
	if err != nil {
		a.say("rekey: the look failed: %s", text.Sentence(err.Error()))
		server.Show(waitingPage("The look failed, so nothing is known: "+text.Sentence(err.Error())), refresh)
		return false
	}
	server.Show(page.Bytes(), refresh)
	return true
}

// waitingPage is shown while there is no audit to show.
func waitingPage(said string) []byte {
	return []byte("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>rekey: no audit yet</title>\n<p>" +
		template.HTMLEscapeString(said) + "</p>\n")
}
