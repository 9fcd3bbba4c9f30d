package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"rekey/audit"
)

// A Movement is money that left the account, as the source has it.
type Movement struct {
	Time    int64  // Unix milliseconds
	Kind    string // withdrawal, transfer, ...
	Asset   string
	Amount  Number
	Fee     Number
	Address string // "" when the source does not say it
	Network string
	TxID    string
	Status  string
}

// The measures of TR-02. They are a proposal, not measured.
const (
	settled     = day // a destination of the last day does not make itself known
	afterTheft  = day // an outflow so near to a likely cluster belongs to it
	sweepTime   = 3 * hour
	probeTime   = hour
	sweepShare  = 300 // per mille of the equity
	probeFactor = 100 // the large one is so many times the probe
)

// outflows judges what left the account: rule TR-02.
func (r *run) outflows(a *Account, out *Result) {
	moved := slices.Clone(a.Outflows)
	slices.SortFunc(moved, func(x, y Movement) int { return compare(x.Time, y.Time) })
	var likely []Cluster
	for _, c := range out.Clusters {
		if c.Account == a.ID && c.Verdict == Likely && c.Mine == nil {
			likely = append(likely, c)
		}
	}
	known := knownDestinations(moved)
	for i, m := range moved {
		if !r.window.meets(m.Time, m.Time) {
			continue
		}
		o := Outflow{
			ID: outflowID(a.ID, m), Account: a.ID, Kind: m.Kind, At: moment(m.Time), Asset: m.Asset,
			Amount: m.Amount.Decimal(), Fee: m.Fee.Decimal(), Address: audit.Text(m.Address),
			Network: audit.Text(m.Network), TxID: audit.Text(m.TxID), Status: audit.Text(m.Status),
			Known: known[i],
		}
		if rate, ok := r.rates.at(m.Asset, r.in.Currency, m.Time); ok {
			o.Value = &Money{o.Amount.Mul(rate).Round(amountPlaces), r.in.Currency}
		}
		o.Verdict = None
		if !o.Known {
			o.Verdict = Suspicious
			if nearTheft(m, likely) || r.sweeps(a, moved, known, i) || probed(moved, i) {
				o.Verdict = Likely
			}
		}
		out.Outflows = append(out.Outflows, o)
		switch {
		case o.Verdict == None:
		case o.Value == nil:
			out.Losses.Unpriced = append(out.Losses.Unpriced, Holding{m.Asset, o.Amount})
		default:
			out.Losses.Outflows = out.Losses.Outflows.Add(o.Value.Value)
		}
	}
}

// knownDestinations reports for each of the sorted movements whether the
// account used its destination more than a day before. What names no
// destination went nowhere known.
func knownDestinations(moved []Movement) []bool {
	known, first := make([]bool, len(moved)), map[string]int64{}
	for i, m := range moved {
		to := m.Address
		if to == "" {
			continue
		}
		at, seen := first[to]
		if !seen {
			first[to] = m.Time
		}
		known[i] = seen && m.Time-at > settled
	}
	return known
}

func nearTheft(m Movement, likely []Cluster) bool {
	return slices.ContainsFunc(likely, func(c Cluster) bool {
		return m.Time >= c.From.UnixMilli()-afterTheft && m.Time <= c.To.UnixMilli()+afterTheft
	})
}

// sweeps reports whether the outflows to unknown destinations within three
// hours around this one came to 30 % of the equity.
func (r *run) sweeps(a *Account, moved []Movement, known []bool, i int) bool {
	if a.Equity == nil || !a.Equity.Value.IsPositive() {
		return false
	}
	total := decimal.Zero
	for j, m := range moved {
		if abs(m.Time-moved[i].Time) > sweepTime || known[j] {
			continue
		}
		if rate, ok := r.rates.at(m.Asset, a.Equity.Currency, m.Time); ok {
			total = total.Add(m.Amount.Decimal().Mul(rate))
		}
	}
	return total.Div(a.Equity.Value).GreaterThanOrEqual(shareOf(sweepShare))
}

// probed reports whether a small outflow to the same place came less than an
// hour before.
func probed(moved []Movement, i int) bool {
	m := moved[i]
	return m.Address != "" && slices.ContainsFunc(moved[:i], func(p Movement) bool {
		return p.Address == m.Address && p.Asset == m.Asset && m.Time-p.Time < probeTime &&
			p.Amount.Decimal().Mul(decimal.NewFromInt(probeFactor)).LessThanOrEqual(m.Amount.Decimal())
	})
}

func abs(n int64) int64 { return max(n, -n) }

func outflowID(account string, m Movement) string {
	sum := sha256.Sum256([]byte(strings.Join(
		[]string{account, m.Kind, strconv.FormatInt(m.Time, 10), m.Asset, m.Amount.String(), m.Address, m.TxID}, "|")))
	return "o-" + hex.EncodeToString(sum[:3])
}

// findingOf is the finding of rule TR-01 about a cluster, if it has one.
func findingOf(c Cluster) (Finding, bool) {
	f := Finding{Rule: "TR-01", Account: c.Account, Cluster: audit.Text(c.ID), Incident: c.Incident}
	switch c.Verdict {
	case Likely:
		f.Severity, f.Title = audit.Critical, "value went to the other side of these trades"
	case Suspicious:
		f.Severity, f.Title = audit.Medium, "these trades cost more than chance explains"
	case None:
		return f, false
	default:
		return f, false
	}
	share := ""
	if c.OfEquity != nil {
		share = ", " + percent(*c.OfEquity) + " of the equity"
	}
	f.Detail = fmt.Sprintf("%s of %s from %s to %s: net diverted value %s %s%s", counted(c.Fills, "fill"), c.Symbol,
		c.From, c.To, c.NetDiverted.Value, c.NetDiverted.Currency, share)
	f.Remedy = "was it you? rekey trace --mine " + c.ID + "; if not, revoke the account's keys and report the trade ids"
	if c.Mine != nil {
		f.Waived = "the owner says that it was theirs"
	}
	if c.Attribution != nil && len(c.Attribution.Keys) == 1 {
		f.Key = audit.Text(c.Attribution.Keys[0])
	}
	return f, true
}

// findingOfOutflow is the finding of rule TR-02 about an outflow, if it has
// one.
func findingOfOutflow(o Outflow) (Finding, bool) {
	f := Finding{Rule: "TR-02", Severity: audit.High, Account: o.Account, Title: "money left to a place not used before"}
	switch o.Verdict {
	case Likely:
		f.Severity = audit.Critical
	case Suspicious:
	case None:
		return f, false
	default:
		return f, false
	}
	f.Detail = fmt.Sprintf("%s of %s %s at %s, %s", o.Kind, o.Amount, o.Asset, o.At, o.ID)
	f.Remedy = "was it you? if not, report the transaction id to the exchange and the police at once"
	return f, true
}

// percent writes a share as a percentage.
func percent(share decimal.Decimal) string { return share.Shift(2).Round(2).String() + " %" }
