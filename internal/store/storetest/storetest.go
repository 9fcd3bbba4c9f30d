// Package storetest holds the contract suite that every engine behind
// [store.Store] runs.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/internal/store"
)

// Canary is part of every secret of the suite. No error and nothing that can
// be shown may hold it.
const Canary = "CANARY"

// An Engine makes stores for the suite.
type Engine struct {
	// New returns a new, empty store.
	New func(t *testing.T) store.Store
	// Reopen returns the store as a later process finds it.
	Reopen func(t *testing.T, s store.Store) store.Store
}

// Run runs the suite.
func Run(t *testing.T, e Engine) {
	t.Helper()
	for _, c := range []struct {
		story string
		run   func(suite)
	}{
		{"what was put is found, part for part", suite.putAndGet},
		{"parts of every shape survive", suite.shapes},
		{"an empty store holds nothing", suite.empty},
		{"the newest entry is what readers get, the older stay until forgotten", suite.keepsUntilForgotten},
		{"to forget the newest brings the one before back", suite.rollBack},
		{"to forget what is not there is fine", suite.forgetTwice},
		{"the same credential twice is one entry, in front", suite.sameTwice},
		{"one access key with two secrets loses neither", suite.sameKeyOtherSecret},
		{"slots do not touch each other", suite.slotsApart},
		{"several slots are emptied at once, more than once", suite.emptied},
		{"the list is sorted and shows no secret", suite.listed},
		{"what cannot be stored is refused and changes nothing", suite.refused},
		{"a cancelled context changes nothing", suite.canceled},
		{"many at once lose nothing", suite.manyAtOnce},
	} {
		t.Run(c.story, func(t *testing.T) { c.run(suite{t, e}) })
	}
}

// A suite is one case on one engine.
type suite struct {
	*testing.T
	Engine
}

// Sample returns an entry whose private parts hold the canary.
func Sample(n int) store.Entry {
	return store.Entry{
		Credential: exchanges.Credential{
			AccessKey:  fmt.Sprintf("accesskey-%04d", n),
			Secret:     exchanges.NewSecret(fmt.Sprintf("%s-secret-%04d", Canary, n)),
			Passphrase: exchanges.NewSecret(fmt.Sprintf("%s pass %04d", Canary, n)),
		},
		Marker: fmt.Sprintf("mark%04d", n), Run: fmt.Sprintf("run-%04d", n),
		At: time.Date(2026, 11, 22, 7, 0, n, 123456789, time.UTC),
	}
}

// Same fails when the entries differ in any part.
func Same(t *testing.T, got, want store.Entry) {
	t.Helper()
	equal := cmp.Comparer(func(a, b exchanges.Secret) bool { return a.Equal(b) })
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("the entry differs (-want +got):\n%s", diff)
	}
}

// Fails checks the reason of an error, and that it tells no secret.
func Fails(t *testing.T, err error, want store.Reason) {
	t.Helper()
	var e *store.Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Fatalf("got the error %v (reason %q), want reason %q", err, store.ReasonOf(err), want)
	}
	silent(t, err)
}

// silent fails when any way to print v shows a secret.
func silent(t *testing.T, v any) {
	t.Helper()
	for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
		if strings.Contains(text, Canary) {
			t.Errorf("a secret is printed: %s", text)
		}
	}
}

func (c suite) put(s store.Store, slot string, e store.Entry) {
	c.Helper()
	if err := s.Put(context.Background(), slot, e); err != nil {
		c.Fatalf("Put %s: %v", slot, err)
	}
}

func (c suite) forget(s store.Store, slot string, e store.Entry) {
	c.Helper()
	if err := s.Forget(context.Background(), slot, e.Fingerprint()); err != nil {
		c.Fatalf("Forget %s: %v", slot, err)
	}
}

func (c suite) newest(s store.Store, slot string, want store.Entry) {
	c.Helper()
	got, err := s.Get(context.Background(), slot)
	if err != nil {
		c.Fatalf("Get %s: %v", slot, err)
	}
	silent(c.T, got)
	Same(c.T, got, want)
}

func (c suite) holds(s store.Store, slot string, want store.Entry) {
	c.Helper()
	if !c.lists(s, slot, want) {
		c.Errorf("%s does not hold the entry of %s", slot, want.Run)
	}
}

func (c suite) lacks(s store.Store, slot string, e store.Entry) {
	c.Helper()
	if c.lists(s, slot, e) {
		c.Errorf("%s holds the entry of %s", slot, e.Run)
	}
}

// lists reports whether the slot holds an entry of this fingerprint.
func (c suite) lists(s store.Store, slot string, e store.Entry) bool {
	c.Helper()
	slots, err := s.List(context.Background())
	if err != nil {
		c.Fatalf("List: %v", err)
	}
	return slices.ContainsFunc(slots, func(found store.Slot) bool {
		return found.Name == slot && slices.ContainsFunc(found.Held, func(h store.Held) bool {
			return h.Fingerprint == e.Fingerprint()
		})
	})
}

// names returns what the list shows, one line for each slot.
func (c suite) names(s store.Store) []string {
	c.Helper()
	slots, err := s.List(context.Background())
	if err != nil {
		c.Fatalf("List: %v", err)
	}
	silent(c.T, slots)
	out := []string{}
	for _, slot := range slots {
		line := slot.Name + ":"
		for _, h := range slot.Held {
			line += " " + h.Run
		}
		out = append(out, line)
	}
	return out
}

func (c suite) shows(s store.Store, want ...string) {
	c.Helper()
	if diff := cmp.Diff(append([]string{}, want...), c.names(s)); diff != "" {
		c.Errorf("the list differs (-want +got):\n%s", diff)
	}
}

// manyAtOnce has goroutines put into slots of their own and into one that they
// share.
func (c suite) manyAtOnce() {
	s := c.New(c.T)
	const writers = 8
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			for _, slot := range []string{"shared", fmt.Sprintf("own-%d", n)} {
				if err := s.Put(context.Background(), slot, Sample(n)); err != nil {
					c.Errorf("Put %s: %v", slot, err)
				}
				if _, err := s.Get(context.Background(), slot); err != nil {
					c.Errorf("Get %s: %v", slot, err)
				}
			}
		})
	}
	all.Wait()
	s = c.Reopen(c.T, s)
	for n := range writers {
		c.newest(s, fmt.Sprintf("own-%d", n), Sample(n))
		c.holds(s, "shared", Sample(n))
	}
}
