// Package vendorplace makes a vendor's connections a place where a credential
// lives: it finds those that hold a key, says what a plan must say of them, and
// swaps the key without deleting anything that hangs on them.
//
// A vendor never shows what it stores. That a swap happened is known from two
// answers: the vendor holds the new access key on that connection, and has used
// it at the exchange.
package vendorplace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// A Place is every connection of one vendor account that holds a key. It keeps
// no state of a run: which connections they are is asked anew for each write,
// so that a later process can make the same Place from rekey.yaml alone.
type Place struct {
	vendor exchanges.Vendor
	swap   swapper
	known  []exchanges.Connection
	sleep  func(context.Context, time.Duration) error
}

// A swapper is a vendor that can swap a stored key and prove it.
type swapper interface {
	exchanges.Updater
	exchanges.Refresher
}

// errNoAPI is about a vendor that cannot swap a key by API.
var errNoAPI = errors.New("it has no API to swap a stored key")

// At is the place at a vendor. known are the connections of the plan, none when
// a run is taken up again. Sleep waits between attempts. It fails when the
// vendor has no API for it.
func At(
	v exchanges.Vendor,
	known []exchanges.Connection,
	sleep func(context.Context, time.Duration) error,
) (Place, error) {
	s, ok := v.(swapper)
	if !ok {
		return Place{}, errNoAPI
	}
	return Place{vendor: v, swap: s, known: slices.Clone(known), sleep: sleep}, nil
}

// Name says which connections it is, where they are known.
func (p Place) Name() string {
	name := p.vendor.Card().Name
	if len(p.known) == 0 {
		return name + " (every connection that holds the key)"
	}
	var words []string
	for _, c := range p.known {
		words = append(words, Words(c))
	}
	return name + " " + strings.Join(words, ", ")
}

// Words names a connection: its number, and its name in quotes, which its owner
// wrote.
func Words(c exchanges.Connection) string {
	const longest = 40
	text := "connection " + c.ID
	if name := []rune(c.Name); len(name) > longest {
		return text + " " + strconv.Quote(string(name[:longest])+"…")
	}
	if c.Name != "" {
		text += " " + strconv.Quote(c.Name)
	}
	return text
}

// Write makes every connection that holds instead, or that the plan knows, hold
// c, and returns when the vendor has used c at the exchange through each.
// Connections that hold c already get nothing sent but that last proof. One of
// the plan that holds neither is left alone and is an error: somebody changed
// it. So is a vendor of whose connections none holds either.
//
// An error says which connection it is about and whether it may have been
// changed. What was swapped before it stays swapped; writing again goes on.
func (p Place) Write(ctx context.Context, c, instead exchanges.Credential) error {
	todo := slices.Clone(p.known)
	for _, key := range []string{instead.AccessKey, c.AccessKey} {
		found, err := p.vendor.Holds(ctx, key)
		if err != nil {
			return fmt.Errorf("which connections hold the key could not be asked, nothing was changed: %w", err)
		}
		for _, f := range found {
			if !slices.ContainsFunc(todo, func(t exchanges.Connection) bool { return t.ID == f.ID }) {
				todo = append(todo, f)
			}
		}
	}
	if len(todo) == 0 {
		return errors.New("no connection holds the old or the new key: somebody changed or deleted it, and nothing was sent")
	}
	for _, connection := range todo {
		one := one{Place: p, connection: connection, c: c, instead: instead}
		if err := one.write(ctx); err != nil {
			return fmt.Errorf("%s: %w", Words(connection), err)
		}
	}
	return nil
}
