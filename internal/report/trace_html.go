package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

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

// A tracePicture is the drawing of a trace: a lane for each symbol, a disc for
// each listed cluster, its area the money that went to the other side, and
// below them what left the account.
type tracePicture struct {
	Wide, Narrow traceDrawing
	Caption      string
}

type (
	traceDrawing struct {
		Width, Height, Left, Top, Bottom, AxisY int
		Ticks                                   []timeTick
		Lanes                                   []traceLane
		Discs                                   []traceDisc
		Marks                                   []traceMark
	}
	traceLane struct {
		Name, Full   string
		X, X2, Y, TY int
	}
	traceDisc struct {
		Class, Full, Note string
		X, Y, R, NX, NY   int
		Alarm, NoteLeft   bool
		share             float64
	}
	traceMark struct {
		Class, Full, Path string
	}
)

// mostLanes is how many symbols the drawing has room for.
const mostLanes = 12

// newTracePicture draws a trace, nil when there is nothing to draw.
func newTracePicture(r trace.Result) *tracePicture {
	if r.Window.From == nil || len(r.Clusters)+len(r.Outflows) == 0 {
		return nil
	}
	lanes, left := lanesOf(r)
	p := &tracePicture{Caption: "A disc is a cluster of trades, its area the share of the equity that went to the other " +
		"side. Red is likely, amber suspicious, grey what you or the exchange did."}
	if len(r.Outflows) > 0 {
		p.Caption += " A diamond is money that left the account."
	}
	if left > 0 {
		p.Caption += fmt.Sprintf(" %s more not drawn.", text.Count(left, "symbol"))
	}
	p.Wide, p.Narrow = drawTrace(r, lanes, 1080, 150), drawTrace(r, lanes, 360, 0)
	return p
}

// lanesOf are the symbols of the listed clusters, the ones that lost most
// first, and how many there was no room for.
func lanesOf(r trace.Result) (names []string, left int) {
	lost := map[string]float64{}
	for _, c := range r.Clusters {
		lost[c.Symbol] = max(lost[c.Symbol], discShare(c))
		if !slices.Contains(names, c.Symbol) {
			names = append(names, c.Symbol)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case lost[a] > lost[b]:
			return -1
		case lost[a] < lost[b]:
			return 1
		}
		return strings.Compare(a, b)
	})
	kept := min(len(names), mostLanes)
	return names[:kept], len(names) - kept
}

// discShare is the share of the equity that a disc shows; a cluster without one
// is drawn as the smallest.
func discShare(c trace.Cluster) float64 {
	if c.OfEquity == nil {
		return 0
	}
	return c.OfEquity.InexactFloat64()
}

// drawTrace draws at a width. Names stand in a column of their own, or with a
// column of 0 above their lanes.
func drawTrace(r trace.Result, names []string, width, column int) traceDrawing {
	const right, laneH = 30, 64
	left := column + 30
	first, last := r.Window.From.Time, r.Window.To.Time
	if least := 30 * time.Minute; last.Sub(first) < least {
		first, last = first.Add(-least/2), last.Add(least/2)
	}
	x := func(t time.Time) int {
		share := float64(t.Sub(first)) / float64(last.Sub(first))
		return left + int(min(max(share, 0), 1)*float64(width-left-right))
	}
	d := traceDrawing{Width: width, Left: left, Top: 8}
	y := func(lane int) int { return d.Top + lane*laneH + laneH/2 }
	lane := map[string]int{}
	for i, name := range names {
		lane[name] = i
		l := traceLane{
			Name: drawnText(text.Clean(name), column), Full: text.Clean(name), X: left, X2: width - right, Y: y(i), TY: y(i) + 5,
		}
		if column == 0 {
			l.Name, l.TY = drawnText(text.Clean(name), width/2), y(i)-laneH/2+12
		}
		d.Lanes = append(d.Lanes, l)
	}
	most := 0.04 // a likely theft fills half a lane
	for _, c := range r.Clusters {
		most = max(most, discShare(c))
	}
	for _, c := range r.Clusters {
		if at, drawn := lane[c.Symbol]; drawn {
			d.Discs = append(d.Discs, discOf(c, x(c.From.Time), y(at), most))
		}
	}
	d.notes()
	// Small discs lie on large ones, so that none is hidden.
	slices.SortStableFunc(d.Discs, func(a, b traceDisc) int { return b.R - a.R })
	d.Bottom = d.Top + len(names)*laneH
	if len(r.Outflows) > 0 {
		d.drawOutflows(r.Outflows, x, column, width-right)
	}
	d.AxisY = d.Bottom + 16
	d.Height = d.Bottom + 28
	d.ticks(first, last, x)
	return d
}

func discOf(c trace.Cluster, x, y int, most float64) traceDisc {
	const largest = 26
	t := traceDisc{
		Class: clusterClass(c), X: x, Y: y, R: max(4, int(largest*math.Sqrt(discShare(c)/most))),
		Full:  text.Sentence(fmt.Sprintf("%s, %s, %s: %s", c.ID, text.Moment(c.From.Time), clusterWord(c), interval(c))),
		Alarm: c.Verdict == trace.Likely && c.Mine == nil && !c.Liquidation, share: discShare(c),
	}
	return t
}

// notes says beside likely thefts what share they took. Those that lie so near
// to each other that their notes would meet have one together.
func (d *traceDrawing) notes() {
	const near = 130
	slices.SortStableFunc(d.Discs, func(a, b traceDisc) int { return cmp.Or(a.Y-b.Y, a.X-b.X) })
	for i := 0; i < len(d.Discs); {
		first, last, n, share, reach := i, i, 0, 0.0, 0
		for ; i < len(d.Discs) && d.Discs[i].Y == d.Discs[first].Y && d.Discs[i].X-d.Discs[last].X < near; i++ {
			if d.Discs[i].Alarm {
				n, share = n+1, share+d.Discs[i].share
			}
			last, reach = i, max(reach, d.Discs[i].X+d.Discs[i].R)
		}
		if n == 0 || share == 0 {
			continue
		}
		note := &d.Discs[last]
		note.Note, note.NX, note.NY = noteWords(share, n), reach+6, note.Y+5
		if note.NX > d.Width-near { // no room behind the last: before the first
			note.NX, note.NoteLeft = d.Discs[first].X-d.Discs[first].R-6, true
		}
	}
}

func noteWords(share float64, clusters int) string {
	words := strconv.FormatFloat(100*share, 'f', 1, 64) + " %"
	if clusters > 1 {
		words += fmt.Sprintf(" in %d", clusters)
	}
	return words
}

// drawOutflows adds a lane with a diamond for each.
func (d *traceDrawing) drawOutflows(moved []trace.Outflow, x func(time.Time) int, column, end int) {
	y := d.Bottom + 26
	l := traceLane{Name: "left the account", Full: "what left the account", X: d.Left, X2: end, Y: y, TY: y + 5}
	if column == 0 {
		l.TY = d.Bottom + 10
	}
	d.Lanes = append(d.Lanes, l)
	for _, o := range moved {
		d.Marks = append(d.Marks, traceMark{
			Class: verdictClass(o.Verdict), Path: fmt.Sprintf("M%d %dl9 9l-9 9l-9 -9z", x(o.At.Time), y-9),
			Full: text.Sentence(fmt.Sprintf("%s, %s: %s %s, %s", o.ID, text.Moment(o.At.Time), o.Amount, o.Asset, o.Verdict)),
		})
	}
	d.Bottom += 48
}

// ticks marks hours, days, months or years, about six of them.
func (d *traceDrawing) ticks(first, last time.Time, x func(time.Time) int) {
	span := last.Sub(first)
	step, form := 24*time.Hour, "2 Jan 2006"
	if span < 48*time.Hour {
		step, form = time.Hour, "15:04"
	}
	if span < 2*time.Hour {
		step = 10 * time.Minute
	}
	most := int64(max(2, min(6, (d.Width-d.Left)/110)))
	step *= time.Duration(max(1, (int64(span/step)+most-1)/most))
	for t := first.UTC().Truncate(step).Add(step); t.Before(last); t = t.Add(step) {
		if at := x(t); at > d.Left+20 && at < d.Width-40 {
			d.Ticks = append(d.Ticks, timeTick{at, t.Format(form)})
		}
	}
	if len(d.Ticks) == 0 {
		d.Ticks = append(d.Ticks, timeTick{d.Left + (d.Width-d.Left)/2, strconv.Itoa(first.Year())})
	}
}
