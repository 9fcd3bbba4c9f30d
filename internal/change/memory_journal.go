package change

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"sync"
	"time"

	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// A memoryJournal is a journal and a vault for a revocation whose user accepted
// that neither can be written: killing a leaked key must not wait for a disk.
// What cannot be written is printed to stderr and kept in memory, for as long as
// this process lives. What can be written is.
type memoryJournal struct {
	terminal Terminal
	now      func() time.Time
	log      *journal.Journal // nil when it cannot be written
	vault    rotate.Vault     // nil when it cannot be opened

	mu    sync.Mutex
	extra []journal.Record
	held  map[string]rotate.Entry
}

// AppendAll never fails for want of a disk.
func (u *memoryJournal) AppendAll(records ...journal.Record) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.log != nil {
		err := u.log.AppendAll(records...)
		switch {
		case err == nil:
			return nil
		case !unusable(err):
			return err
		}
		u.terminal.Say("rekey: %s; going on without a journal, as accepted", err)
		u.extra, u.log = slices.Collect(u.log.Records()), nil
	}
	for _, r := range records {
		r.Seq, r.At = uint64(len(u.extra))+1, u.now()
		u.extra = append(u.extra, r)
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		u.terminal.Say("rekey: record not kept: %s", line)
	}
	return nil
}

// Records yields what was written and what was not.
func (u *memoryJournal) Records() iter.Seq[journal.Record] {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.log != nil {
		return u.log.Records()
	}
	return slices.Values(slices.Clone(u.extra))
}

// Put keeps an entry in memory where the store cannot.
func (u *memoryJournal) Put(ctx context.Context, slot string, e rotate.Entry) error {
	if u.vault != nil && u.vault.Put(ctx, slot, e) == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.held[slot] = e
	return nil
}

// Get looks in memory first.
func (u *memoryJournal) Get(ctx context.Context, slot string) (rotate.Entry, bool, error) {
	u.mu.Lock()
	e, ok := u.held[slot]
	u.mu.Unlock()
	if ok || u.vault == nil {
		return e, ok, nil
	}
	return u.vault.Get(ctx, slot)
}

// Forget forgets in both.
func (u *memoryJournal) Forget(ctx context.Context, slots ...string) error {
	u.mu.Lock()
	for _, slot := range slots {
		delete(u.held, slot)
	}
	u.mu.Unlock()
	if u.vault == nil {
		return nil
	}
	if err := u.vault.Forget(ctx, slots...); err != nil {
		u.terminal.Say("rekey: %s; the store keeps the old secret of a dead key", err)
	}
	return nil
}
