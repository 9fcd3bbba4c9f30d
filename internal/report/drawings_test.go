package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// drawnAt is a desk with three accounts of two exchanges and vendors that hold
// keys side by side.
func drawnAt(t *testing.T, keys int) *view {
	t.Helper()
	in := stagedFleet(0)
	for i := range keys {
		exchange, account := []string{"binance", "okx"}[i%2], fmt.Sprintf("desk-%d", i%4/2)
		in.Subjects = append(in.Subjects, stagedKey(fmt.Sprintf("key-%02d", i), exchange, func(s *audit.Subject) {
			s.Key.Ref.Account = exchanges.Account{Name: account, Kind: exchanges.AccountSub}
			s.Inventory.SharedWith = []string{"alpha", "beta", "gamma", "delta"}[:i%5]
		}))
	}
	return newView(judged(t, in, Options{}))
}

// In the map nothing lies on anything else, everything lies on the sheet, and
// every line ends at the middle of what it connects.
func TestMapOfReachIsInOrder(t *testing.T) {
	for _, n := range []int{1, 2, 5, 12, 40} {
		v := drawnAt(t, n)
		m := reach(v.keys, len(v.keys))
		middles := map[[2]int]bool{} // where a line may end: at the left or the right of a box
		at := func(x, w, middle int) { middles[[2]int{x, middle}], middles[[2]int{x + w, middle}] = true, true }
		bottom := mapTop - mapGap
		for i, r := range m.Rows {
			if r.Y < bottom+mapGap || r.X != mapKeyX || r.W != mapKeyW || r.H != mapRowH {
				t.Errorf("%d keys: row %d begins at %d,%d, and the one before ends at %d", n, i, r.X, r.Y, bottom)
			}
			bottom = r.Y + r.H
			at(r.X, r.W, r.Y+r.H/2)
			middles[[2]int{mapFromX + 112, r.Y + r.H/2}] = true // behind where it is used from
			for k, d := range r.Dots {
				if d.X != m.Heads[5+k].X || d.Y != r.Y+r.H/2 || d.TY <= d.Y || d.TY > d.Y+7 {
					t.Errorf("%d keys: dot %d of row %d is at %d,%d under a head at %d", n, k, i, d.X, d.Y, m.Heads[5+k].X)
				}
			}
			for _, y := range []int{r.TY, r.SY, r.FY} {
				if y <= r.Y+8 || y >= r.Y+r.H {
					t.Errorf("%d keys: a text of row %d is at %d, outside of %d to %d", n, i, y, r.Y, r.Y+r.H)
				}
			}
			if r.TX <= r.X+5 || r.TX > r.X+20 || r.FX != mapFromX || r.SY-r.TY < 13 {
				t.Errorf("%d keys: the texts of row %d are at %d, %d and %d, %d", n, i, r.TX, r.FX, r.TY, r.SY)
			}
		}
		vendors := []mapBox{}
		columns := map[int]int{} // the bottom of the last box in each column
		for _, b := range slices.SortedFunc(slices.Values(m.Boxes), func(a, b mapBox) int { return a.Y - b.Y }) {
			if b.Y < columns[b.X] || b.X < 0 || b.X+b.W > m.Width || b.TX <= b.X || b.TY <= b.Y+8 || b.TY >= b.Y+b.H {
				t.Errorf(
					"%d keys: box %q at %d,%d of %d by %d, the one above ends at %d",
					n,
					b.Full,
					b.X,
					b.Y,
					b.W,
					b.H,
					columns[b.X],
				)
			}
			step := b.H
			if b.Class == "vendorbox" { // drawn closer: only its text is seen
				vendors, step = append(vendors, b), 15
			}
			columns[b.X] = b.Y + step
			at(b.X, b.W, b.Y+b.H/2)
			if b.Y+b.H/2 > m.Height || bottom > m.Height-mapGap/2 || m.Height-max(bottom, b.Y+b.H/2) > 60 {
				t.Errorf("%d keys: box %q ends at %d on a sheet of %d", n, b.Full, b.Y+b.H, m.Height)
			}
		}
		ends, toVendors := 0, 0
		for _, e := range m.Edges {
			var x1, y1, cx, c1, cx2, c2, x2, y2 int
			if k, err := fmt.Sscanf(e.D, "M%d %dC%d %d %d %d %d %d", &x1, &y1, &cx, &c1, &cx2, &c2, &x2, &y2); k != 8 ||
				err != nil {
				t.Fatalf("an edge is %q", e.D)
			}
			if !middles[[2]int{x1, y1}] || !middles[[2]int{x2, y2}] || x1 >= x2 || cx != (x1+x2)/2 || cx2 != cx || c1 != y1 ||
				c2 != y2 {
				t.Errorf("%d keys: the line %s ends beside what it connects", n, e.D)
			}
			ends++
			if e.Vendor {
				toVendors++
			}
		}
		accounts, held := map[string]bool{}, 0
		for _, k := range v.keys {
			accounts[k.Exchange+string(k.Account.Name)] = true
			held += len(k.SharedWith)
		}
		if ends != n+len(accounts)+held || toVendors != held || len(vendors) != min(n-1, 4) {
			t.Errorf(
				"%d keys: %d lines and %d to %d vendors; %d accounts, %d holdings",
				n,
				ends,
				toVendors,
				len(vendors),
				len(accounts),
				held,
			)
		}
	}
}

// In the timeline a later day is never further left, a bar begins on the day of
// its key and ends today or when the key ended, and all lies on the sheet.
func TestTimelineIsInOrder(t *testing.T) {
	in := stagedFleet(0)
	key := func(name, made, ends string, status exchanges.Status) audit.Subject {
		return stagedKey(name, "okx", func(s *audit.Subject) {
			s.Key.Status = status
			s.Key.CreatedAt, s.Key.ExpiresAt = exchanges.Unknown[time.Time](), exchanges.Unknown[time.Time]()
			if made != "" {
				s.Key.CreatedAt = exchanges.Known(stagedDay(made))
			}
			if ends != "" {
				s.Key.ExpiresAt = exchanges.Known(stagedDay(ends))
			}
		})
	}
	in.Subjects = []audit.Subject{
		key("a", "2020-02-01", "", exchanges.StatusAlive), key("b", "2024-06-01", "2026-12-24", exchanges.StatusAlive),
		key("c", "", "", exchanges.StatusAlive), key("d", "2021-01-01", "2023-01-01", exchanges.StatusExpired),
		key("e", "1971-01-01", "2999-01-01", exchanges.StatusAlive),
	}
	v := newView(judged(t, in, Options{}))
	v.Incidents = []audit.Window{
		{
			ID:    "known",
			From:  exchanges.Known(audit.NewTime(stagedDay("2022-10-01"))),
			Until: exchanges.Known(audit.NewTime(stagedDay("2022-12-29"))),
		},
		{ID: "open", Until: exchanges.Known(audit.NewTime(stagedDay("2025-03-02")))},
		{ID: "untold"},
		{ID: "disclosed", Disclosed: exchanges.Known(audit.NewTime(stagedDay("2026-10-01")))},
	}
	for _, size := range []struct{ width, names, row int }{{1080, 230, 26}, {360, 0, 40}} {
		l := v.timeline(v.keys, size.width, size.names)
		rows := map[string]timeRow{}
		for i, r := range l.Rows {
			if r.Y < l.Top || r.Y+r.H > l.Bottom || i > 0 && r.Y-l.Rows[i-1].Y != size.row || r.W < 3 || r.X < size.names+14 ||
				r.X+r.W > size.width-14+3 {
				t.Errorf("width %d: row %d is at %d,%d, %d wide, between %d and %d", size.width, i, r.X, r.Y, r.W, l.Top, l.Bottom)
			}
			if size.names > 0 && (r.TX != 8 || r.TY <= r.Y || r.TY > r.Y+r.H) ||
				size.names == 0 && (r.TY >= r.Y || r.TY < r.Y-8) {
				t.Errorf("width %d: the name of row %d is at %d,%d, its bar at %d", size.width, i, r.TX, r.TY, r.Y)
			}
			if r.Untold != "" && (r.UX != r.X+6 || r.UY != r.Y+11) {
				t.Errorf("width %d: row %d says %q at %d,%d", size.width, i, r.Untold, r.UX, r.UY)
			}
			rows[r.Full[:1]] = r
		}
		a, b, c, d, e := rows["a"], rows["b"], rows["c"], rows["d"], rows["e"]
		if a.X >= d.X || d.X >= b.X || b.X+b.W != l.Now || a.X+a.W != l.Now || d.X+d.W >= l.Now || d.X+d.W <= d.X+3 {
			t.Errorf("width %d: bars at %d, %d, %d, now %d: %+v", size.width, a.X, d.X, b.X, l.Now, d)
		}
		if c.X != size.names+14 || c.Bar != "untold" || c.Untold != "not reported since when" || c.X+c.W != l.Now {
			t.Errorf("width %d: a key of unknown age is %+v", size.width, c)
		}
		if d.Untold != "expired" || !d.HasEnd || !b.HasEnd || a.HasEnd || e.X != size.names+14 || !e.HasEnd {
			t.Errorf("width %d: ends: %+v %+v %+v", size.width, a, b, d)
		}
		for row, end := range map[*timeRow]int{&b: l.Now, &d: d.X} { // the marks lie behind
			var x, y int
			if n, err := fmt.Sscanf(row.End, "M%d %dl", &x, &y); n != 2 || err != nil || x <= end || x > size.width ||
				y != row.Y {
				t.Errorf("width %d: the mark %q of a row at %d,%d", size.width, row.End, row.X, row.Y)
			}
		}
		var dx, dy int
		if _, err := fmt.Sscanf(d.End, "M%d %dl", &dx, &dy); err != nil || dx != d.X+d.W {
			t.Errorf("width %d: the mark of an ended key is at %d, its bar ends at %d", size.width, dx, d.X+d.W)
		}
		bands := map[string]timeBand{}
		for i, band := range l.Bands {
			if band.X < size.names+14 || band.X+band.W > size.width-14+3 || band.W < 3 || band.X2 != band.X+band.W ||
				band.Y+band.H != l.Bottom ||
				band.TY != band.Y-4 || band.LY != band.Y || i > 0 && band.Y <= l.Bands[i-1].Y ||
				band.Y > l.Top {
				t.Errorf("width %d: band %d is %+v", size.width, i, band)
			}
			if text := band.TX; band.End && text != band.X2 || !band.End && (text != band.X || text > size.width*2/3) {
				t.Errorf("width %d: the name of band %d stands at %d: %+v", size.width, i, text, band)
			}
			bands[band.Text] = band
		}
		known, open, disclosed := bands["known"], bands["open"], bands["disclosed"]
		if len(l.Bands) != 3 || open.X != size.names+14 || !open.End || disclosed.X != size.names+14 ||
			known.X <= size.names+14 ||
			known.X <= d.X || known.X2 >= open.X2 || open.X2 >= disclosed.X2 || disclosed.X2 > l.Now ||
			!strings.HasSuffix(open.Full, "since when is not known") ||
			strings.Contains(known.Full, "not known") {
			t.Errorf("width %d: bands %+v", size.width, l.Bands)
		}
		if l.Top != 8+20*len(v.Incidents) || l.AxisY != l.Bottom+16 || l.NowY != l.Bottom+32 || l.Height != l.Bottom+40 ||
			l.Width != size.width {
			t.Errorf(
				"width %d: top %d, bottom %d, axis %d, now %d, height %d",
				size.width,
				l.Top,
				l.Bottom,
				l.AxisY,
				l.NowY,
				l.Height,
			)
		}
		for i, tick := range l.Ticks {
			if tick.X < 20 || tick.X > size.width-14 || i > 0 && tick.X-l.Ticks[i-1].X < 30 ||
				i > 0 && tick.Text <= l.Ticks[i-1].Text {
				t.Errorf("width %d: ticks %+v", size.width, l.Ticks)
			}
		}
		if len(l.Ticks) < 2 {
			t.Errorf("width %d: ticks %+v", size.width, l.Ticks)
		}
	}
}

// A drawn text is as long as fits, by the widths of a wide font.
func TestDrawnTextFits(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "iiii": 24, "mmmm": 58, "AAAA": 45, "aaaa": 37,
		"漢漢": 32, "+=": 22, "0123": 37,
	} {
		if got := drawnWidth(text); got != want {
			t.Errorf("%q is %d wide, want %d", text, got, want)
		}
	}
	for _, pixels := range []int{20, 60, 104, 128, 152, 196} {
		for _, text := range []string{
			"short", strings.Repeat("wide", 30), strings.Repeat("漢", 80),
			strings.Repeat("i", 200),
		} {
			got := drawnText(text, pixels)
			if w := drawnWidth(got); w > pixels && got != "…" {
				t.Errorf("%q in %d pixels is %d wide", got, pixels, w)
			}
			if cut := strings.TrimSuffix(got, "…"); got != text && drawnWidth(cut+text[len(cut):][:1]+"…") < pixels-16 &&
				len(got) < 60 {
				t.Errorf("%q is cut to %q, and there is more room in %d pixels", text, got, pixels)
			}
		}
	}
	if got := drawnText(strings.Repeat("i", 200), 5000); got != strings.Repeat("i", 59)+"…" {
		t.Errorf("however much room there is, %q is drawn", got) // 60 columns are enough for any name
	}
	if got := lowMarks("e\u0301\u0301\u0301x\u0301"); got != "e\u0301\u0301x\u0301" {
		t.Errorf("marks: %+q", got)
	}
	if got := drawnName("binance/a-very-long-account-name/abcd…wxyz", 150); !strings.HasSuffix(got, "abcd…wxyz") ||
		drawnWidth(got) > 150 {
		t.Errorf("a name is cut to %q", got)
	}
}

// Vendors stand where the keys are that they hold, whatever they are called.
func TestVendorsStandBesideTheirKeys(t *testing.T) {
	in := stagedFleet(0)
	for i, vendor := range []string{"zeta", "mu", "alpha"} {
		in.Subjects = append(in.Subjects, stagedKey(fmt.Sprintf("key-%d", i), "okx", func(s *audit.Subject) {
			s.Inventory.SharedWith = []string{vendor}
		}))
	}
	v := newView(judged(t, in, Options{}))
	m := reach(v.keys, len(v.keys))
	middles := map[string]int{}
	for _, b := range m.Boxes {
		middles[b.Full] = b.Y + b.H/2
	}
	for i, k := range v.keys {
		if got, want := middles[k.SharedWith[0]], m.Rows[i].Y+mapRowH/2; got != want {
			t.Errorf("%s stands at %d, its key at %d", k.SharedWith[0], got, want)
		}
	}
}

// A desk of young keys is drawn over the year before and the quarter to come.
func TestTimelineOfYoungKeys(t *testing.T) {
	in := stagedFleet(0)
	in.Subjects = []audit.Subject{stagedKey("young", "okx", func(s *audit.Subject) {
		s.Key.CreatedAt = exchanges.Known(in.Now.AddDate(0, -6, 0))
	})}
	v := newView(judged(t, in, Options{}))
	l := v.timeline(v.keys, 1080, 230)
	const left, room = 230 + 14, 1080 - 230 - 14 - 14
	if share := float64(l.Now-left) / room; share < 0.79 || share > 0.81 {
		t.Errorf("now is at %.3f of the drawing", share)
	}
	if share := float64(l.Rows[0].X-left) / room; share < 0.39 || share > 0.42 {
		t.Errorf("half a year ago is at %.3f of the drawing", share)
	}
}
