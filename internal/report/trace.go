package report

import (
	"bytes"
	_ "embed" // the schema of the document
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// TraceFormats returns the formats of a trace.
func TraceFormats() []string { return []string{"text", "json", "csv", "markdown", "html"} }

// WriteTrace prints a trace in the given format.
func WriteTrace(w io.Writer, format string, r trace.Result, o Options) error {
	switch format {
	case "text":
		return traceText(w, r, o)
	case "json":
		return text.WriteJSON(w, r)
	case "csv":
		return traceCSV(w, r)
	case "markdown":
		return traceMarkdown(w, r)
	case "html":
		return traceHTML(w, r)
	}
	return text.UnknownFormat(format)
}

// traceText prints a trace for a person: what was looked at first, then what
// was found, and what nobody could look at.
func traceText(w io.Writer, r trace.Result, o Options) error {
	t := newText(w, o)
	t.Prose(0, LookedAt(r))
	for _, c := range r.Clusters {
		t.printCluster(c, o.All)
	}
	for _, f := range r.Outflows {
		t.printOutflow(f, o.All)
	}
	if len(r.Gaps) > 0 {
		t.Heading("not looked at")
		for _, g := range gapLines(r) {
			t.Item(0, "-", 0, g)
		}
	}
	if len(r.Unknowns) > 0 {
		t.Heading("not known")
		for _, u := range unknownLines(r) {
			t.Item(0, "-", 0, u)
		}
	}
	t.Line("")
	for _, l := range lossLines(r) {
		t.Prose(0, l)
	}
	t.Prose(0, traceSum(r.Summary))
	return t.Print()
}

// LookedAt is the first line: what, from when to when, and what not.
func LookedAt(r trace.Result) string {
	var parts []string
	for _, a := range r.Accounts {
		parts = append(parts, text.Count(a.History.Fills, "fill")+" of "+text.Clean(a.ID))
	}
	line := "Looked at " + strings.Join(parts, ", ")
	if r.Window.From != nil {
		line += fmt.Sprintf(" from %s to %s", text.Moment(r.Window.From.Time), text.Moment(r.Window.To.Time))
	}
	var missing []string
	if slices.ContainsFunc(r.Unknowns, func(u trace.Unknown) bool { return u.Rule == "TR-02" }) {
		missing = append(missing, "withdrawals")
	}
	missing = append(missing, "ledgers")
	if n := len(r.Gaps); n > 0 {
		missing = append(missing, text.Count(n, "gap")+" below")
	}
	return line + ". Not looked at: " + strings.Join(missing, ", ") + "."
}

func (t textWriter) printCluster(c trace.Cluster, all bool) {
	t.Line("")
	word := strings.ToUpper(string(c.Verdict))
	switch {
	case c.Liquidation:
		word = "BY THE EXCHANGE"
	case c.Mine != nil:
		word = "YOURS, AS YOU SAY (" + string(c.Verdict) + ")"
	}
	t.Line("%s", t.Style.Severity(c.Verdict.Severity(), word)+" "+t.Style.Bold(text.Clean(c.Symbol))+" "+c.ID)
	t.Prose(2, fmt.Sprintf("%s to %s, %s in %s, bought %s, sold %s, traded value %s %s", text.Moment(c.From.Time),
		text.Moment(c.To.Time), text.Count(c.Fills, "fill"), text.Count(c.Orders, "order"), c.Bought, c.Sold,
		c.Notional.Value, c.Notional.Currency))
	t.Prose(2, divertedWords(c))
	for _, s := range c.Signals {
		if s.Alarm || s.ID == "TR-12" || all {
			t.Prose(2, s.ID+": "+s.Detail)
		}
	}
	if n := len(c.TradeIDs); n > 0 {
		t.Prose(2, fmt.Sprintf("trades %s to %s", c.TradeIDs[0], c.TradeIDs[n-1]))
	}
	if c.Attribution != nil {
		t.Prose(2, "may have been placed with: "+text.OrNone(c.Attribution.Keys)+" ("+c.Attribution.Basis+"; not certain)")
	}
	if c.Incident != "" {
		t.Prose(2, "in the time of the incident "+text.Clean(string(c.Incident)))
	}
	if c.Mine == nil && !c.Liquidation {
		t.Prose(2, "Was it you? rekey trace --mine "+c.ID)
	}
}

func divertedWords(c trace.Cluster) string {
	d := c.NetDiverted
	words := fmt.Sprintf("net diverted value %s %s", d.Value, d.Currency)
	if d.Low != nil {
		words += fmt.Sprintf(" (between %s and %s)", d.Low, d.High)
	} else {
		words += ", without a reference price"
	}
	if c.OfEquity != nil {
		words += ", " + c.OfEquity.Shift(2).Round(2).String() + " % of the equity"
	}
	if d.USD != nil {
		words += ", about " + d.USD.String() + " dollars"
	}
	return words
}

func (t textWriter) printOutflow(f trace.Outflow, all bool) {
	if f.Verdict == trace.None && !all {
		return
	}
	t.Line("")
	t.Line("%s", t.Style.Severity(f.Verdict.Severity(), strings.ToUpper(string(f.Verdict)))+" "+
		t.Style.Bold(text.Clean(f.Kind))+" "+f.ID)
	to := "a place that is not named"
	if f.Address != "" {
		to = string(f.Address)
	}
	t.Prose(2, fmt.Sprintf("%s: %s %s to %s", text.Moment(f.At.Time), f.Amount, f.Asset, to))
	if f.TxID != "" {
		t.Prose(2, "transaction "+string(f.TxID))
	}
}

// traceSum is the last line. It never says that an account is safe.
func traceSum(s trace.Summary) string {
	words := fmt.Sprintf("%s: %d likely, %d suspicious", text.Count(s.Clusters, "cluster"), s.Likely, s.Suspicious)
	if s.Mine > 0 {
		words += fmt.Sprintf(", %d yours as you say", s.Mine)
	}
	if s.Unjudged > 0 {
		words += fmt.Sprintf(", %d not judged", s.Unjudged)
	}
	if s.Outflows > 0 {
		words += ", " + text.Count(s.Outflows, "outflow")
	}
	if s.Gaps > 0 {
		words += ", " + text.Count(s.Gaps, "gap")
	}
	end := "no loss of 2 % of the equity or more was seen; smaller and slow ones are mostly not seen"
	switch {
	case s.Likely+s.Suspicious > 0:
		end = "look at each, and at the trades around it"
	case s.ExitCode == 3:
		end = "look at the outflows"
	case s.ExitCode == 4:
		end = "something could not be looked at"
	}
	return fmt.Sprintf("%s. Exit %d: %s.", words, s.ExitCode, end)
}

// TraceSchema is the JSON Schema of the document of a trace.
//
//go:embed trace.schema.json
var TraceSchema []byte

// IsTrace reports whether a saved document begins as one of a trace. A page of
// it is enough.
func IsTrace(begin []byte) bool {
	d := json.NewDecoder(bytes.NewReader(begin))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for {
		name, err := d.Token()
		if err != nil {
			return false
		}
		switch name {
		case "schema_version", "tool", "started_at", "finished_at":
		default:
			return name == "window"
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return false
		}
	}
}

// ReadTrace reads a trace that was saved as json, and checks it as [Read] does
// an audit.
func ReadTrace(r io.Reader) (trace.Result, error) {
	var doc trace.Result
	d := json.NewDecoder(&limited{r: r, left: MaxSaved, most: MaxSaved})
	if err := d.Decode(&doc); err != nil {
		return doc, whyNot("it", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return doc, errors.New("there is something behind its end")
	}
	switch {
	case doc.SchemaVersion > audit.SchemaVersion:
		return doc, fmt.Errorf("is of a newer rekey: its schema_version is %d", doc.SchemaVersion)
	case doc.SchemaVersion < 1:
		return doc, fmt.Errorf("has the schema_version %d, which no rekey writes", doc.SchemaVersion)
	case doc.StartedAt.IsZero() || doc.FinishedAt.IsZero():
		return doc, errors.New("started_at or finished_at is missing")
	}
	return doc, doc.Check()
}
