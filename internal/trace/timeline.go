package trace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/audit"
)

// An Event is one line of a timeline. Its fields are those that Timesketch
// imports: message, datetime and timestamp_desc are mandatory there
// (google/timesketch 45b339b, timesketch/lib/utils.py, read 2026-11-30).
type Event struct {
	At       time.Time
	What     string // timestamp_desc: which moment it is
	Message  string
	Account  string
	Actor    string // who did it, "" when nobody can say
	Object   string // the id of what it is about
	USD      string // a value in dollars, "" when it is not known
	Rules    string
	File     string // where the record stands in an evidence folder
	Record   string // and under which id
	Inferred bool   // concluded, and not read in a record
}

// Timeline is what a trace found, by time and then by id, with events from
// elsewhere among it.
func (r *Result) Timeline(more ...Event) []Event {
	events := slices.Clone(more)
	for i := range r.Clusters {
		events = append(events, r.Clusters[i].events()...)
	}
	for _, o := range r.Outflows {
		e := Event{
			At: o.At.Time, What: "Money left", Account: o.Account, Object: o.ID, File: "data/outflows.csv", Record: o.ID,
			Message: fmt.Sprintf("%s of %s %s, %s", o.Kind, o.Amount, o.Asset, o.Verdict),
		}
		if o.Verdict.AtLeast(Suspicious) {
			e.Rules = "TR-02"
		}
		events = append(events, e)
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Object, b.Object), strings.Compare(a.What, b.What))
	})
	return events
}

// events are the begin and the end of a cluster.
func (c *Cluster) events() []Event {
	word := string(c.Verdict)
	switch {
	case c.Liquidation:
		word = "by the exchange"
	case c.Mine != nil:
		word = "the owner says: mine"
	}
	begin := Event{
		At: c.From.Time, What: "Cluster begins", Account: c.Account, Object: c.ID, File: "data/clusters.csv", Record: c.ID,
		Inferred: true, Message: fmt.Sprintf("%s in %s, %s: %s; net diverted value %s %s", counted(c.Fills, "fill"),
			c.Symbol, counted(c.Orders, "order"), word, c.NetDiverted.Value, c.NetDiverted.Currency),
	}
	if c.NetDiverted.USD != nil {
		begin.USD = c.NetDiverted.USD.String()
	}
	for _, s := range c.Signals {
		if s.Alarm {
			begin.Rules = strings.TrimSpace(begin.Rules + " " + s.ID)
		}
	}
	end := begin
	end.At, end.What, end.USD = c.To.Time, "Cluster ends", ""
	end.Message = "last fill of the cluster in " + c.Symbol
	return []Event{begin, end}
}

// Worst reports the worst verdict that still stands: what the owner claims and
// what the exchange did itself does not count.
func (r *Result) Worst() Verdict {
	worst := None
	for _, c := range r.Clusters {
		if c.Mine == nil && !c.Liquidation && c.Verdict.AtLeast(worst) {
			worst = c.Verdict
		}
	}
	for _, o := range r.Outflows {
		if o.Verdict.AtLeast(worst) {
			worst = o.Verdict
		}
	}
	return worst
}

// Severity is that of findings with the verdict.
func (v Verdict) Severity() audit.Severity {
	switch v {
	case Likely:
		return audit.Critical
	case Suspicious:
		return audit.Medium
	case None:
	}
	return audit.None
}
