package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
)

// A timeline is the drawing of keys over time: each a bar from the day it was
// made, ends that are known, and the windows in which incidents exposed keys.
type timeline struct {
	Width, Height, Top, Bottom, AxisY, Now, NowY int
	Ticks                                        []timeTick
	Bands                                        []timeBand
	Rows                                         []timeRow
}

type (
	timeTick struct {
		X    int
		Text string
	}
	timeBand struct {
		X, X2, Y, W, H, LY, TX, TY int
		Text, Full                 string
		End                        bool
	}
	timeRow struct {
		Class, Name, Full, Bar, Untold, End string
		TX, TY, X, Y, W, H, UX, UY          int
		HasEnd                              bool
	}
)

// A lifeSpan is what is known of a key's time.
type lifeSpan struct {
	v            *keyView
	from, to     time.Time
	began, ended bool // from and to are known
}

func (all *view) pageTime(keys []*keyView) *pageTime {
	if len(keys) == 0 {
		return nil
	}
	out := &pageTime{
		Caption: "A bar is the life of a key so far. A dashed one has a beginning that is not reported. A mark is an end " +
			"that the exchange states or that a rule of it implies.",
	}
	if len(all.Incidents) > 0 {
		out.Caption += " A shaded time is one in which an incident exposed keys."
	}
	if len(keys) < len(all.keys) {
		out.Caption = fmt.Sprintf("The first %d of %d keys. ", len(keys), len(all.keys)) + out.Caption
	}
	out.Wide, out.Narrow = all.timeline(keys, 1080, 230), all.timeline(keys, 360, 0)
	return out
}

// timeline draws keys at a width. Names stand in a column of their own, or with
// a column of 0 above their bars.
func (all *view) timeline(keys []*keyView, width, names int) timeline {
	now := all.StartedAt.Time
	first, last := now.AddDate(-1, 0, 0), now.AddDate(0, 3, 0)
	var spans []lifeSpan
	grow := func(t time.Time) {
		if t.Year() < 2009 || t.Year() > now.Year()+5 { // no key is older than the first exchange
			return
		}
		if t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	for _, v := range keys {
		s := lifeSpan{v: v}
		s.from, s.began = timeOf(v.Since())
		s.to, s.ended = timeOf(v.End())
		for t, known := range map[time.Time]bool{s.from: s.began, s.to: s.ended} {
			if known {
				grow(t)
			}
		}
		spans = append(spans, s)
	}
	for _, in := range all.Incidents {
		for _, f := range []exchanges.Fact[audit.Time]{in.From, in.Until} {
			if t, known := f.Get(); known {
				grow(t.Time)
			}
		}
	}
	const right = 14
	left := names + right
	x := func(t time.Time) int {
		share := float64(t.Sub(first)) / float64(last.Sub(first))
		return left + int(min(max(share, 0), 1)*float64(width-left-right))
	}
	t := timeline{Width: width, Now: x(now)}
	t.Top = 8 + 20*len(all.Incidents)
	rowH := 26
	if names == 0 {
		rowH = 40
	}
	for i, s := range spans {
		t.Rows = append(t.Rows, s.row(t.Top+10+i*rowH, names, left, x, now))
	}
	t.Bottom = t.Top + 10 + len(spans)*rowH
	t.AxisY, t.NowY = t.Bottom+16, t.Bottom+32
	t.Height = t.Bottom + 40
	t.bands(all.Incidents, x, left, width)
	t.ticks(first, last, x, width)
	return t
}

func (s lifeSpan) row(y, names, left int, x func(time.Time) int, now time.Time) timeRow {
	v := s.v
	r := timeRow{
		Class: v.verdict(), Name: drawnName(text.CleanName(v.name), names-8),
		Full: text.CleanName(v.name) + ": since " + sinceWords(v.Key),
		Bar:  "life", TX: 8, TY: y + 11, X: x(s.from), Y: y, H: 14,
	}
	if names == 0 {
		r.Name, r.TY, r.Y = drawnName(text.CleanName(v.name), 340), y+10, y+15
	}
	end := now
	if s.ended && s.to.Before(now) {
		end = s.to
	}
	if !s.began {
		r.X, r.Bar, r.Untold = left, "untold", "not reported since when"
		r.UX, r.UY = left+6, r.Y+11
	}
	r.W = max(x(end)-r.X, 3)
	if !v.Status.MayLive() {
		r.Untold += ", " + statusWord(v.Status)
		r.UX, r.UY = r.X+6, r.Y+11
		r.Untold = strings.TrimPrefix(r.Untold, ", ")
	}
	if s.ended {
		cx, cy := x(s.to), r.Y+7
		r.HasEnd, r.End = true, fmt.Sprintf("M%d %dl6 7l-6 7l-6 -7z", cx, cy-7)
		r.Full += "; ends " + s.to.UTC().Format(time.DateOnly)
	}
	return r
}

// bands shades the windows of incidents, each with its name on a line of its
// own above the bars.
func (t *timeline) bands(incidents []audit.Window, x func(time.Time) int, left, width int) {
	for i, in := range incidents {
		until, ended := timeOf(in.Until.Or(in.Disclosed).Or(in.From))
		if !ended {
			continue
		}
		from, begun := timeOf(in.From)
		open := !begun // nobody knows since when: it reaches back to the edge
		if open {
			from = until
		}
		b := timeBand{
			X:    x(from),
			X2:   x(until),
			Y:    16 + 20*i,
			Text: drawnText(text.Clean(in.ID), width/3),
			Full: text.Clean(in.Title),
		}
		if open {
			b.X, b.Full = left, b.Full+"; since when is not known"
		}
		b.X2 = max(b.X2, b.X+3)
		b.W, b.H, b.LY, b.TY = b.X2-b.X, t.Bottom-b.Y, b.Y, b.Y-4
		b.TX = b.X
		if b.TX > width*2/3 || open {
			b.TX, b.End = b.X2, true
		}
		t.Bands = append(t.Bands, b)
	}
}

// ticks marks the years, as many as there is room for.
func (t *timeline) ticks(first, last time.Time, x func(time.Time) int, width int) {
	years := last.Year() - first.Year()
	step := max(1, years*48/max(width-100, 1)+1)
	if width > 600 {
		step = max(1, years/14)
	}
	for y := first.Year() + 1; y <= last.Year(); y++ {
		if (y-first.Year()-1)%step == 0 {
			t.Ticks = append(t.Ticks, timeTick{x(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)), strconv.Itoa(y)})
		}
	}
	t.Ticks = slices.DeleteFunc(t.Ticks, func(k timeTick) bool { return k.X < 20 || k.X > width-14 })
}

func timeOf(f exchanges.Fact[audit.Time]) (time.Time, bool) {
	t, known := f.Get()
	return t.Time, known
}

// drawnName shortens the name of a key until it fits into so many pixels of a
// drawing. Nobody knows the reader's fonts, so a wide one is assumed.
func drawnName(name string, pixels int) string { return drawn(name, pixels, text.ShortenName) }

// drawnText is drawnName for words that keep their beginning.
func drawnText(prose string, pixels int) string { return drawn(prose, pixels, text.Shorten) }

func drawn(prose string, pixels int, cut func(string, int) string) string {
	prose = lowMarks(prose)
	for columns := min(text.Width(prose), 60); columns > 0; columns-- {
		if short := cut(prose, columns); drawnWidth(short) <= pixels {
			return short
		}
	}
	return "…"
}

// drawnWidth is how many pixels a text may take at 13 pixels and bold, about
// as in DejaVu Sans Bold, which is wider than most.
func drawnWidth(prose string) int {
	hundredths := 0
	for _, r := range prose {
		switch {
		case strings.ContainsRune("ijlI.,:;'|!()[]{} -", r):
			hundredths += 48
		case strings.ContainsRune("mwMW@%—…", r):
			hundredths += 112
		case r < 0x80 && (unicode.IsUpper(r) || strings.ContainsRune("+=<>&#~^_", r)):
			hundredths += 88
		case r < 0x80:
			hundredths += 73
		default:
			hundredths += 125
		}
	}
	return hundredths * 13 / 100
}

// lowMarks keeps two combining marks on a letter, as many as scripts write: a
// pile would cover the line above.
func lowMarks(prose string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > 2 {
			return -1
		}
		return r
	}, prose)
}
