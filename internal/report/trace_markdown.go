package report

import (
	"fmt"
	"io"
	"strings"

	"rekey/internal/text"
	"rekey/internal/trace"
)

// traceMarkdown prints a trace as a page of Markdown: the answer first, then
// what there is to each cluster, then what nobody knows.
func traceMarkdown(w io.Writer, r trace.Result) error {
	m := &markdown{}
	m.Heading(2, "rekey trace")
	m.Paragraph("**" + text.MarkdownForeign(traceVerdict(r)) + "** " + text.MarkdownForeign(LookedAt(r)))
	if items := lossLines(r); len(items) > 0 {
		m.List(foreign(items))
	}
	var rows [][]string
	for _, c := range r.Clusters {
		share := "not known"
		if c.OfEquity != nil {
			share = c.OfEquity.Shift(2).Round(2).String() + " %"
		}
		rows = append(rows, []string{
			text.MarkdownCode(c.ID), text.MarkdownForeign(clusterWord(c)), text.MarkdownForeign(c.Symbol),
			text.MarkdownForeign(text.Moment(c.From.Time)), text.MarkdownForeign(text.Count(c.Fills, "fill")),
			text.MarkdownForeign(interval(c)), share,
		})
	}
	if len(rows) > 0 {
		m.Heading(3, "Clusters of trades")
		m.Table([]string{"Id", "Verdict", "Symbol", "From", "Fills", "Net diverted value", "Of the equity"}, rows)
	}
	rows = nil
	for _, o := range r.Outflows {
		rows = append(rows, []string{
			text.MarkdownCode(o.ID), text.MarkdownForeign(string(o.Verdict)), text.MarkdownForeign(text.Moment(o.At.Time)),
			text.MarkdownForeign(o.Amount.String() + " " + o.Asset), text.MarkdownCode(orDash(string(o.Address))),
			text.MarkdownCode(orDash(string(o.TxID))),
		})
	}
	if len(rows) > 0 {
		m.Heading(3, "What left the account")
		m.Table([]string{"Id", "Verdict", "At", "Amount", "To", "Transaction"}, rows)
	}
	if gaps := gapLines(r); len(gaps) > 0 {
		m.Heading(3, "Not looked at")
		m.List(foreign(gaps))
	}
	if unknowns := unknownLines(r); len(unknowns) > 0 {
		m.Heading(3, "Not known")
		m.List(foreign(unknowns))
	}
	m.Paragraph(text.MarkdownForeign(traceSum(r.Summary)))
	return m.Print(w)
}

func foreign(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = text.MarkdownForeign(l)
	}
	return out
}

// orDash keeps an empty cell of a table from being an empty piece of code.
func orDash(word string) string {
	if strings.TrimSpace(word) == "" {
		return "-"
	}
	return word
}

// traceVerdict is the answer that a page begins with. It never says that an
// account is safe.
func traceVerdict(r trace.Result) string {
	s := r.Summary
	unseen := ""
	if s.Gaps > 0 || s.Unjudged > 0 {
		unseen = " Not everything could be looked at."
	}
	moved := 0
	for _, o := range r.Outflows {
		if o.Verdict.AtLeast(trace.Suspicious) {
			moved++
		}
	}
	switch {
	case s.Likely > 0:
		least := ""
		if len(r.Losses.Unpriced) > 0 {
			least = "at least "
		}
		return fmt.Sprintf("Likely theft in %s: %s%s %s.%s", text.Count(s.Likely, "cluster")+" of trades", least,
			r.Losses.NetDiverted.Value, r.Losses.Currency, unseen)
	case moved > 0:
		return fmt.Sprintf("Money left to places not used before: look at %s.%s", text.Count(moved, "outflow"), unseen)
	case s.Suspicious > 0:
		return fmt.Sprintf("Look at %s.%s", text.Count(s.Suspicious, "suspicious cluster"), unseen)
	}
	return "No loss of 2 % of the equity or more was seen. Smaller and slow ones are mostly not seen." + unseen
}

func clusterWord(c trace.Cluster) string {
	switch {
	case c.Liquidation:
		return "by the exchange"
	case c.Mine != nil:
		return "yours, as you say (" + string(c.Verdict) + ")"
	}
	return string(c.Verdict)
}

// interval is a net diverted value with its bounds.
func interval(c trace.Cluster) string {
	d := c.NetDiverted
	if d.Low == nil || d.High == nil {
		return fmt.Sprintf("%s %s, without a reference price", d.Value, d.Currency)
	}
	return fmt.Sprintf("%s %s (%s to %s)", d.Value, d.Currency, d.Low, d.High)
}

// lossLines are the three figures, which are never added up.
func lossLines(r trace.Result) []string {
	l, out := r.Losses, []string(nil)
	if r.Summary.Likely > 0 {
		least := ""
		if len(l.Unpriced) > 0 {
			least = "at least "
		}
		out = append(out, fmt.Sprintf("Lost in likely clusters: %s%s %s (between %s and %s).", least, l.NetDiverted.Value,
			l.Currency, l.NetDiverted.Low, l.NetDiverted.High))
	}
	if l.Outflows.IsPositive() {
		out = append(out, fmt.Sprintf("Left to places not used before: %s %s.", l.Outflows, l.Currency))
	}
	for _, u := range l.Unpriced {
		out = append(out, fmt.Sprintf("Besides, without a price: %s %s.", u.Amount, u.Asset))
	}
	for _, h := range l.LeftOver {
		out = append(out, fmt.Sprintf("Left over from them: %s %s.", h.Amount, h.Asset))
	}
	return out
}

func gapLines(r trace.Result) []string {
	var out []string
	for _, g := range r.Gaps {
		out = append(out, g.Account+", "+g.What+": "+g.Detail)
	}
	return out
}

func unknownLines(r trace.Result) []string {
	var out []string
	for _, u := range r.Unknowns {
		out = append(out, u.Account+": "+u.Detail)
	}
	return out
}
