package report

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"rekey/internal/text"
	"rekey/internal/trace"
)

// traceHTML prints one page that loads nothing and runs nothing, in the style
// of the audit's page.
func traceHTML(w io.Writer, r trace.Result) error {
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	prose, err := pageFiles.ReadFile("page/trace.html")
	if err != nil {
		return err
	}
	// The style is text of the template, so that the hash of the policy fits.
	t, err := template.New("").Parse(strings.Replace(string(prose), `{{template "style"}}`, string(style), 1))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(style)
	p := newTracePage(r)
	p.StyleHash = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	return t.ExecuteTemplate(w, "trace", p)
}

// A tracePage is everything that the template shows, cleaned.
type tracePage struct {
	StyleHash, Day, Verdict, Looked, Ending, Version string
	Tiles                                            []tile
	Losses                                           []string
	Picture                                          *tracePicture
	Clusters                                         []traceCluster
	Outflows                                         []traceOutflow
	Gaps, Unknowns                                   []string
}

type (
	traceCluster struct {
		ID, Class, Word, Symbol, When, Fills, Bought, Sold, Notional, Value, Share, Reference, Keys, Trades string
		Signals                                                                                             []string
	}
	traceOutflow struct{ ID, Class, Word, At, Amount, To, TxID string }
)

func newTracePage(r trace.Result) *tracePage {
	s := r.Summary
	p := &tracePage{
		Day: r.StartedAt.Format("2006-01-02"), Verdict: text.Sentence(traceVerdict(r)), Looked: text.Sentence(LookedAt(r)),
		Ending: text.Capital(text.Sentence(traceSum(s))), Version: text.Clean(r.Tool.Version),
		Tiles: []tile{
			{s.Likely, "likely", "critical"},
			{s.Suspicious, "suspicious", "medium"},
			{s.Outflows, "outflows", "high"},
			{s.Mine, "yours, as you say", "info"},
			{s.Clusters, "clusters in all", "info"},
			{s.Unjudged, "not judged", "unknown"},
			{s.Gaps, "gaps", "unknown"},
		},
		Losses: cleanLines(lossLines(r)), Gaps: cleanLines(gapLines(r)), Unknowns: cleanLines(unknownLines(r)),
		Picture: newTracePicture(r),
	}
	for _, c := range r.Clusters {
		p.Clusters = append(p.Clusters, newTraceCluster(c))
	}
	for _, o := range r.Outflows {
		p.Outflows = append(p.Outflows, traceOutflow{
			ID: text.Clean(o.ID), Class: verdictClass(o.Verdict), Word: string(o.Verdict), At: text.Moment(o.At.Time),
			Amount: text.Sentence(o.Amount.String() + " " + o.Asset), To: text.Sentence(string(o.Address)),
			TxID: text.Sentence(string(o.TxID)),
		})
	}
	return p
}

func newTraceCluster(c trace.Cluster) traceCluster {
	v := traceCluster{
		ID: text.Clean(c.ID), Class: clusterClass(c), Word: clusterWord(c), Symbol: text.Clean(c.Symbol),
		When:  text.Moment(c.From.Time) + " to " + text.Moment(c.To.Time),
		Fills: text.Count(c.Fills, "fill") + " in " + text.Count(c.Orders, "order"), Bought: c.Bought.String(),
		Sold: c.Sold.String(), Notional: text.Sentence(c.Notional.Value.String() + " " + c.Notional.Currency),
		Value: text.Sentence(interval(c)), Share: "not known", Reference: "none: too few candles before",
	}
	if c.OfEquity != nil {
		v.Share = c.OfEquity.Shift(2).Round(2).String() + " %"
	}
	if c.NetDiverted.USD != nil {
		v.Value += ", about " + c.NetDiverted.USD.String() + " dollars"
	}
	if c.Reference != nil {
		v.Reference = fmt.Sprintf("%s, frozen at %s", c.Reference.Price, text.Moment(c.Reference.At.Time))
	}
	for _, s := range c.Signals {
		v.Signals = append(v.Signals, text.Sentence(s.ID+": "+s.Detail))
	}
	if n := len(c.TradeIDs); n > 0 {
		v.Trades = text.Sentence(c.TradeIDs[0] + " to " + c.TradeIDs[n-1])
	}
	if a := c.Attribution; a != nil {
		v.Keys = text.Sentence(text.OrNone(a.Keys) + " (" + a.Basis + "; not certain)")
	}
	return v
}

func verdictClass(v trace.Verdict) string {
	switch v {
	case trace.Likely:
		return "critical"
	case trace.Suspicious:
		return "medium"
	case trace.None:
	}
	return "nothing"
}

func clusterClass(c trace.Cluster) string {
	if c.Mine != nil || c.Liquidation {
		return "ended"
	}
	return verdictClass(c.Verdict)
}

func cleanLines(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = text.Capital(text.Sentence(l))
	}
	return out
}
