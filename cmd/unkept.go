package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"sync"

	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// unkept is a journal and a vault for a revocation whose user accepted that
// neither can be written: killing a leaked key must not wait for a disk. What
// cannot be written is told on stderr and kept in memory, for as long as this
// process lives. What can be written is.
type unkept struct {
	app   *App
	log   *journal.Journal // nil when it cannot be written
	vault rotate.Vault     // nil when it cannot be opened

	mu    sync.Mutex
	extra []journal.Record
	held  map[string]rotate.Entry
}

// AppendAll never fails for want of a disk.
func (u *unkept) AppendAll(records ...journal.Record) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.log != nil {
		err := u.log.AppendAll(records...)
		var unwritable *journal.WriteError
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &unwritable):
			return err
		}
		u.app.say("rekey: %s; going on without a journal, as accepted", err)
		u.extra, u.log = slices.Collect(u.log.Records()), nil
	}
	for _, r := range records {
		r.Seq, r.At = uint64(len(u.extra))+1, u.app.Now()
		u.extra = append(u.extra, r)
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		u.app.say("rekey: record not kept: %s", line)
	}
	return nil
}

// Records yields what was written and what was not.
func (u *unkept) Records() iter.Seq[journal.Record] {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.log != nil {
		return u.log.Records()
	}
	return slices.Values(slices.Clone(u.extra))
}

// Put keeps an entry in memory where the store cannot.
func (u *unkept) Put(ctx context.Context, slot string, e rotate.Entry) error {
	if u.vault != nil && u.vault.Put(ctx, slot, e) == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.held[slot] = e
	return nil
}

// Get looks in memory first.
func (u *unkept) Get(ctx context.Context, slot string) (rotate.Entry, bool, error) {
	u.mu.Lock()
	e, ok := u.held[slot]
	u.mu.Unlock()
	if ok || u.vault == nil {
		return e, ok, nil
	}
	return u.vault.Get(ctx, slot)
}

// Forget forgets in both.
func (u *unkept) Forget(ctx context.Context, slots ...string) error {
	u.mu.Lock()
	for _, slot := range slots {
		delete(u.held, slot)
	}
	u.mu.Unlock()
	if u.vault == nil {
		return nil
	}
	if err := u.vault.Forget(ctx, slots...); err != nil {
		u.app.say("rekey: %s; the store keeps the old secret of a dead key", err)
	}
	return nil
}
