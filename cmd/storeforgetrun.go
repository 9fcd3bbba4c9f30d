package cmd

import (
	"context"
	"fmt"

	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/store"
	"rekey/internal/text"
)

// forgetRun removes what a run keeps in the store, unless the run may still
// need it.
func (a *App) forgetRun(ctx context.Context, o *forgetOptions) error {
	if o.older || o.newest {
		return usage("--older and --newest are about what a person put into the store",
			"leave them out: --run forgets all that the run keeps")
	}
	id, ok := journal.ParseRunID(o.run)
	if !ok {
		return usage(quote(o.run)+" is not the name of a run; nothing was removed", "see: rekey store list")
	}
	f, err := a.openStore(ctx)
	if err != nil {
		return storeError(err)
	}
	all, err := f.List(ctx)
	if err != nil {
		return storeError(err)
	}
	slots := slotsOf(id, all)
	if len(slots) == 0 {
		return usage("the store holds nothing of a run "+quote(o.run)+"; nothing was removed", "see: rekey store list")
	}
	state := a.runStates()(id)
	if err := mayForgetRun(id, state); err != nil {
		return err
	}
	a.sayForgetRun(slots, id, state)
	if ok, err := a.mayForget(ctx, o); err != nil || !ok {
		return err
	}
	if err := mayForgetRun(id, a.runStates()(id)); err != nil { // a journal was brought back meanwhile
		return err
	}
	var names []string
	for _, s := range slots {
		names = append(names, s.Name)
	}
	return storeError(f.Empty(ctx, names...))
}

func (a *App) sayForgetRun(slots []store.Slot, id journal.RunID, state report.RunState) {
	for _, s := range slots {
		for _, h := range s.Held {
			a.say("plan: forget the access key %s of run %s, with its secret", text.Clean(h.AccessKey), id)
		}
	}
	if state == report.RunUnknown {
		a.say("the journal does not know this run: these keys may live, and this may be the only copy of their secrets")
	} else {
		a.say("the run has ended; if one of these keys lives, this may be the only copy of its secret")
	}
}

// slotsOf returns the slots in which a run keeps credentials.
func slotsOf(id journal.RunID, all []store.Slot) []store.Slot {
	var out []store.Slot
	for _, s := range all {
		if of, ok := rotate.RunOf(s.Name); ok && of == id {
			out = append(out, s)
		}
	}
	return out
}

// mayForgetRun returns nil when nothing of the run can be needed any more by
// rekey, and else the error that the command ends with.
func mayForgetRun(id journal.RunID, state report.RunState) error {
	switch state {
	case report.RunEnded, report.RunUnknown:
		return nil
	case report.RunUnfinished:
		return &exitError{
			code:  exitUnfinished,
			text:  fmt.Sprintf("run %s has not ended, and needs what the store keeps for it; nothing was removed", id),
			hints: []string{"rekey runs resume " + string(id)},
		}
	case report.RunUnseen:
	}
	return &exitError{
		code: exitUnfinished,
		text: fmt.Sprintf("the journal is damaged or cannot be read: "+
			"whether run %s has ended is not known; nothing was removed", id),
		hints: []string{"rekey journal verify"},
	}
}
