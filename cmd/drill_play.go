package cmd

import (
	"context"
	"sync"
	"time"

	"rekey/internal/drill"
	"rekey/internal/prompt"
	"rekey/internal/report"
)

// advice are the command lines that a player is told of.
func advice() []string {
	return []string{"rekey audit", "rekey respond 3commas-2022 --accept-risk last-manager", "rekey revoke kucoin-bot"}
}

// playAlong lets the thief in while a person acts from another terminal.
func (a *App) playAlong(ctx context.Context, o *drillOptions) error {
	out, err := o.scores.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	g, err := a.newGame(ctx, a.Now)
	if err != nil {
		return err
	}
	defer g.close()
	folder := a.path(o.dir)
	g.stage.WebPage = g.page.URL
	if err := writeDesk(g.stage, folder); err != nil {
		return err
	}
	a.explain(folder, g.page.URL)
	b := a.newBoard(g.play)
	b.show()
	here, stop := context.WithCancel(ctx)
	var person sync.WaitGroup
	if b.tty {
		person.Go(func() { a.person(here, g.play, b) })
	}
	for acted := a.Now(); !g.play.Over(); b.show() {
		if a.Sleep(ctx, time.Second) != nil {
			break
		}
		if now := a.Now(); now.Sub(acted) >= drill.Pace {
			acted = now
			g.play.Act(ctx)
		}
	}
	stop()
	person.Wait()
	b.end()
	code := exitDone
	if !g.play.Over() {
		code = exitInterrupted
	}
	return a.finishPlay(o, out, g, code)
}

// A game is a stage with a thief on it, and the stand-in for web pages.
type game struct {
	stage *drill.Desk
	play  *drill.Play
	page  *drill.Page
	now   func() time.Time
}

func (a *App) newGame(ctx context.Context, now func() time.Time) (*game, error) {
	stage, err := drill.Start(now)
	if err != nil {
		return nil, failed("the drill could not be staged: " + plain(err))
	}
	g := &game{stage: stage, now: now}
	if g.play, err = stage.Play(ctx); err == nil {
		g.page, err = g.play.Open(ctx)
	}
	if err != nil {
		stage.Close()
		return nil, failed("the drill could not be staged: " + plain(err))
	}
	return g, nil
}

func (g *game) close() {
	g.page.Close()
	g.stage.Close()
}

// score is how the game stands.
func (g *game) score(a *App) report.Play { return playReport(a, g.play, g.now()) }

func playReport(a *App, p *drill.Play, now time.Time) report.Play {
	doc := report.Play{Tool: a.tool(), StartedAt: p.Began, FinishedAt: now}
	for _, r := range p.Rows() {
		doc.Keys = append(doc.Keys, report.PlayKey{
			Name: r.Name, Exchange: r.Exchange, AccessKey: r.AccessKey, Planted: r.Planted, Since: r.Since,
			First: r.First, Last: r.Last,
			Shut: r.Shut, Word: r.Word, Dead: r.Dead, ByHand: r.ByHand, Orders: r.Orders, LastLoss: r.LastLoss,
			Lost: r.Lost, Left: r.Left,
		})
	}
	return doc
}

// explain tells the player what goes on and what they can do.
func (a *App) explain(folder, page string) {
	if a.flags.quiet {
		return
	}
	a.say("STAGED: the bot service's keys have leaked; in %s a thief begins\n"+
		"to use them. Fake exchanges on loopback, invented keys; nothing is\n"+
		"real. In another terminal:\n\n"+
		"  cd %s\n  export XDG_STATE_HOME=$PWD/state    # a journal of the drill's own", drill.HeadStart, folder)
	if a.getenv("REKEY_CONFIG") != "" {
		a.say("  unset REKEY_CONFIG                  # it names another rekey.yaml")
	}
	for _, line := range advice() {
		a.say("  %s", line)
	}
	a.say("\nKeys that only a web page can delete are deleted on this one, which\n"+
		"stands in for the exchanges' own:\n\n  %s\n\nCtrl-C ends the drill.\n", page)
}

// person deletes the keys whose numbers or names are typed.
func (a *App) person(ctx context.Context, p *drill.Play, b *board) {
	tty, err := a.Terminal()
	if err != nil {
		return
	}
	defer func() { _ = tty.Close() }()
	asks := prompt.New(tty)
	b.asking(true)
	defer b.asking(false)
	for {
		which, err := asks.Line(ctx, question)
		if err != nil {
			return
		}
		said := ""
		if which != "" {
			name, err := p.Delete(which)
			if said = "by hand: " + name + " is deleted"; err != nil {
				said = "by hand: " + err.Error()
			}
		}
		b.answered(said)
	}
}

// finishPlay prints the table and decides the exit code.
func (a *App) finishPlay(o *drillOptions, out *destination, g *game, code int) error {
	doc := g.score(a)
	doc.ExitCode = code
	screen := a.screen(out.writer)
	if err := doc.Write(out.writer, o.scores.format, report.Options{
		Width: screen.Width,
		Color: screen.Color,
	}); err != nil {
		return failed("could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("could not be written: " + plain(err))
	}
	return silently(code)
}
