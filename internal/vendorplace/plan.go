package vendorplace

import (
	"context"
	"fmt"
	"strings"

	"rekey/exchanges"
)

// An Order says when the old key dies.
type Order int

// The orders of a run.
const (
	Renew   Order = iota // after the new key is in use
	Replace              // before a new one is made: it leaked
	Revoke               // and nothing takes its place
)

// A Question is what a plan asks about one key.
type Question struct {
	AccessKey string // of the old key
	Order     Order
	// Whitelist is that of the new key, empty for none.
	Whitelist []string
}

// A Report is what a plan must say about one key at one vendor.
type Report struct {
	// Connections hold the key. None means that the vendor says so, unless
	// Person is set.
	Connections []exchanges.Connection
	// Steps are what rekey would do there, for the plan's own steps.
	Steps []string
	// Remarks are what a person should know before they say yes.
	Remarks []string
	// Busy says that something runs on a connection, or that this is not known.
	Busy bool
	// LockedOut says that the new whitelist holds none of the addresses from
	// which the vendor calls the exchange.
	LockedOut bool
	// Person is set when rekey cannot do it, or could not ask.
	Person *Person
}

// A Person is what somebody must look at or do at the vendor.
type Person struct {
	Why, Page string
	Steps     []string
}

// Look asks a vendor about one key. It changes nothing. What could not be asked
// is a line for a person, never silence.
func Look(ctx context.Context, v exchanges.Vendor, q Question) Report {
	name := v.Card().Name
	held, err := v.Holds(ctx, q.AccessKey)
	if err != nil {
		return Report{Busy: true, Person: ByHand(v.Card(), "whether "+name+" holds the key could not be asked: "+err.Error())}
	}
	r := Report{Connections: held}
	if len(held) == 0 {
		r.Remarks = []string{name + " says that no connection holds this key: nothing is swapped there"}
		return r
	}
	for _, c := range held {
		r.activity(ctx, v, c)
		if working, known := c.Working.Get(); known && !working {
			r.Remarks = append(r.Remarks, fmt.Sprintf("%s says that the key of %s does not work", name, Words(c)))
		}
	}
	if q.Order == Revoke {
		r.Remarks = append(
			r.Remarks,
			name+" goes on holding the dead key: what runs there is not managed any more, stop-losses neither; give it "+
				"another key or delete the connection on its page",
		)
		return r
	}
	if _, ok := v.(swapper); !ok {
		r.Person = ByHand(v.Card(), name+" holds the key: "+errNoAPI.Error())
		return r
	}
	r.order(v.Card(), q.Order)
	r.addresses(ctx, v, q.Whitelist)
	return r
}

// ByHand is what a person does at a vendor whom rekey cannot ask, or who has no
// API. card is the vendor's, or one with its name alone.
func ByHand(card exchanges.Card, why string) *Person {
	p := &Person{Why: why}
	if row, ok := swapRow(card); ok {
		p.Page, p.Steps = row.Page, append(p.Steps, row.Steps...)
	}
	if len(p.Steps) == 0 {
		p.Steps = []string{
			"Log in at " + card.Name + ", look whether it holds the key, and swap it there; never delete " +
				"the connection before that",
		}
	}
	return p
}

// swapRow is the row of a vendor's card about the keys that it stores.
func swapRow(card exchanges.Card) (exchanges.Capability, bool) {
	for _, row := range card.Capabilities {
		if row.Action == exchanges.ActEdit && row.Reach != exchanges.OwnKey {
			return row, true
		}
	}
	return exchanges.Capability{}, false
}

// order says what is done when, and what is not known of it.
func (r *Report) order(card exchanges.Card, order Order) {
	for _, c := range r.Connections {
		r.Steps = append(
			r.Steps,
			fmt.Sprintf("swap the key of %s %s, and make it load its balances with the new one", card.Name, Words(c)),
		)
	}
	if order == Replace {
		r.Remarks = append(
			r.Remarks,
			"the old key dies first: until the swap nothing that runs at "+card.Name+" is managed, stop-losses neither",
		)
	} else {
		r.Remarks = append(r.Remarks, "stop what runs at "+card.Name+" first, rekey does not; the old key dies only "+
			"after "+card.Name+" has used the new one")
	}
	if row, ok := swapRow(card); ok {
		r.Remarks = append(r.Remarks, card.Name+" "+row.Note)
		if row.Needs != "" {
			r.Remarks = append(
				r.Remarks,
				card.Name+" takes the swap from "+row.Needs+"; whether yours is one shows only when it is tried",
			)
		}
	}
}

// activity says what runs on a connection.
func (r *Report) activity(ctx context.Context, v exchanges.Vendor, c exchanges.Connection) {
	where := v.Card().Name + " " + Words(c)
	teller, ok := v.(exchanges.ActivityTeller)
	if !ok {
		r.Busy = true
		r.Remarks = append(r.Remarks, "what runs on "+where+" is not told by API")
		return
	}
	a, err := teller.Activity(ctx, c.ID)
	if err != nil {
		r.Busy = true
		r.Remarks = append(r.Remarks, "what runs on "+where+" is not known: "+err.Error())
		return
	}
	if idle, known := a.Idle().Get(); known && idle {
		return
	}
	r.Busy = true
	r.Remarks = append(r.Remarks, "active on "+where+": "+activityWords(a))
}

func activityWords(a exchanges.Activity) string {
	var words []string
	for _, count := range []struct {
		of exchanges.Fact[int]
		is string
	}{{a.Bots, "bots"}, {a.GridBots, "grid bots"}, {a.Deals, "deals"}, {
		a.SmartTrades,
		"smart trades",
	}, {a.Orders, "orders"}} {
		n, known := count.of.Get()
		switch {
		case !known:
			words = append(words, count.is+" not told")
		case n > 0:
			words = append(words, fmt.Sprintf("%s %d", count.is, n))
		}
	}
	return strings.Join(words, ", ")
}
