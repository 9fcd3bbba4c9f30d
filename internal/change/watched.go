package change

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"rekey/exchanges"
	"rekey/internal/parallel"
	"rekey/internal/rotate"
	"rekey/internal/text"
)

// The keys that answer the question whether a key is deleted. Enter has it
// checked.
const (
	keyOpen  = "o"
	keyCopy  = "c"
	keyLater = "s"
	keyNext  = "n"
)

// DeleteKey leads through the deletion of a key, and returns when the person says
// that it is deleted.
func (w *walk) DeleteKey(ctx context.Context, accessKey string) error {
	if !w.terminal.Present() {
		return rotate.ErrNobody
	}
	if err := w.queue.take(ctx, w.rank); err != nil {
		return err
	}
	page, steps := pageSteps(w.exchange, exchanges.ActRevoke, w.key())
	masked := exchanges.MaskAccessKey(accessKey)
	w.terminal.Step(Step{Key: w.name, Mark: Yours, Text: "Still active; delete it on the website", Again: true})
	w.showSteps("delete "+masked, append(steps, "Its access key is "+masked))
	w.terminal.OpenPage(ctx, page, false)
	return w.askDeleted(ctx, page, masked)
}

// askDeleted asks until the person says that the key is deleted or puts it off.
// The caller has taken the terminal; here it is given back.
func (w *walk) askDeleted(ctx context.Context, page, masked string) error {
	name := text.CleanName(w.name)
	question := name + ": deleted it? [Enter] check  "
	if w.exchange.IsCardAlone() {
		question = name + ": deleted it? rekey cannot ask this exchange. [Enter] yes  "
	}
	if page != "" {
		question += "[o] open the page  "
	}
	question += "[c] copy  [s] later  [n] next"
	held := true
	defer func() {
		if held {
			w.queue.give()
		}
	}()
	for {
		key, err := w.terminal.Key(ctx, question)
		switch {
		case err != nil:
			return gone(err)
		case key == "":
			if !w.exchange.IsCardAlone() {
				w.terminal.Step(Step{Key: w.name, Mark: Working, Text: "Asking the exchange ...", Again: true})
			}
			return nil
		case key == keyOpen && page != "":
			w.terminal.OpenPage(ctx, page, true)
		case key == keyCopy:
			w.terminal.Copy(cmp.Or(w.label, masked))
		case key == keyLater:
			w.terminal.Step(Step{Key: w.name, Mark: Left, Text: "STILL ACTIVE, put off by you"})
			return rotate.ErrLater
		case key == keyNext && !w.queue.waits():
			w.terminal.Say("rekey: %s: no other key waits for you", name)
		case key == keyNext:
			w.queue.give()
			held = false
			if err := w.queue.take(ctx, w.queue.rank()); err != nil {
				return err
			}
			held = true
		}
	}
}

// A watch is of a key that was to be deleted: its question stays open while the
// exchange is asked again and again.
type watch struct {
	asking parallel.Group
	stop   context.CancelFunc

	mu    sync.Mutex
	wake  context.CancelFunc // of the pause under way
	check bool               // Enter was pressed: the exchange is to be asked
	asked bool               // it is being asked because of that
	err   error              // put off, or the terminal is gone
	shown chan struct{}      // the answer to a check is shown
}

// watchEvery is how often a person hears of a key that still lives.
const watchEvery = 15 * time.Second

// StillThere says how a key is doing that was to be deleted, and goes on asking
// about it.
func (w *walk) StillThere(
	ctx context.Context, accessKey string, says exchanges.Status, watched time.Duration, pause rotate.Pause,
) error {
	if w.exchange.IsCardAlone() {
		return pause(ctx)
	}
	name, masked := text.CleanName(w.name), exchanges.MaskAccessKey(accessKey)
	said := "Still active (" + masked + ")"
	switch says {
	case exchanges.StatusAlive:
		if takes := w.exchange.Card.Takes; watched < takes {
			said += fmt.Sprintf(", as it may be for %d minutes after its deletion", int(takes.Minutes()))
		}
	case exchanges.StatusDead:
		said = fmt.Sprintf("Gone, says the exchange (%s); that counts once it says so %d minutes later", masked,
			int(w.exchange.Card.Takes.Minutes()))
	case exchanges.StatusUndetermined:
		said = "The exchange says nothing clear of " + masked
	default:
		said = fmt.Sprintf("Still there (%s): %s", masked, says)
	}
	// Often at first, later once a minute, and always for a person who asked.
	again := watched%watchEvery != 0 || watched > 8*watchEvery && watched%(4*watchEvery) != 0
	w.terminal.Step(Step{Key: w.name, Mark: Yours, Text: said, Again: again && !w.watch.wanted()})
	if watched == 4*watchEvery {
		w.terminal.Say("rekey: %s: is it deleted, in the right account? Ctrl-C leaves; rekey runs resume goes on", name)
	}
	if w.watch == nil {
		w.watch = &watch{shown: make(chan struct{}, 1)}
		asking, stop := context.WithCancel(ctx)
		w.watch.stop = stop
		page, _ := pageSteps(w.exchange, exchanges.ActRevoke, w.key())
		w.watch.asking.Go(func() { w.keepAsking(asking, page, masked) })
	} else {
		w.watch.answered()
	}
	return w.watch.pause(ctx, pause)
}

// EndWatch withdraws the question about a key.
func (w *walk) EndWatch(string) {
	if w.watch != nil {
		w.watch.stop()
		w.watch.asking.Wait()
		w.watch = nil
	}
}

// keepAsking asks about a key that still lives, after those that wait already,
// each time the answer of the exchange was shown.
func (w *walk) keepAsking(ctx context.Context, page, masked string) {
	for {
		err := w.queue.take(ctx, w.queue.rank())
		if err == nil {
			err = w.askDeleted(ctx, page, masked)
		}
		w.watch.answer(err)
		if err != nil {
			return
		}
		select {
		case <-w.watch.shown:
		case <-ctx.Done():
			return
		}
	}
}

// answer ends the pause under way: nil wants the exchange asked at once.
func (w *watch) answer(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err, w.check = err, err == nil
	if w.wake != nil {
		w.wake()
	}
}

// wanted reports whether the exchange was asked because Enter was pressed. A watch
// that has not begun is of a person who just did.
func (w *watch) wanted() bool {
	if w == nil {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked
}

// answered says that the answer of the exchange is shown.
func (w *watch) answered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked {
		w.asked = false
		w.shown <- struct{}{}
	}
}

// pause waits until the exchange is to be asked again. The error is that of ctx, or
// how the person ended the watch.
func (w *watch) pause(ctx context.Context, pause rotate.Pause) error {
	resting, wake := context.WithCancel(ctx)
	defer wake()
	w.mu.Lock()
	w.wake = wake
	rest := w.err == nil && !w.check
	w.mu.Unlock()
	var err error
	if rest {
		err = pause(resting)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case w.err != nil:
		return w.err
	case w.check: // what was asked before the Enter is no answer to it
		w.check, w.asked = false, true
		return nil
	default:
		return err
	}
}
