package report

import (
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/text"
)

// A reachMap is the drawing of who can do what from where: exchange, account,
// key, its powers, where from, and the vendors that hold it. The tree says the
// same in a list, for narrow screens.
type reachMap struct {
	Width, Height int
	Caption       string
	Heads         []mapText
	Edges         []mapEdge
	Boxes         []mapBox
	Rows          []mapRow
	Tree          []mapExchange
}

type (
	mapText struct {
		X, Y   int
		Text   string
		Middle bool
	}
	mapEdge struct {
		D      string
		Vendor bool
	}
	mapBox struct {
		Class, Text, Second, Full string
		X, Y, W, H, TX, TY, SY    int
	}
	mapRow struct {
		Class, ID, Name, Second, Full, From string
		X, Y, W, H, TX, TY, SY, FX, FY      int
		Open                                bool
		Dots                                []mapDot
	}
	mapDot struct {
		X, Y, TY    int
		Class, Text string
	}
	mapExchange struct {
		Name     string
		Accounts []mapAccount
	}
	mapAccount struct {
		Name string
		Keys []mapLeaf
	}
	mapLeaf struct {
		ID, Class, Name, Worst, May, From, Vendors string
		Open                                       bool
	}
)

// The columns of the drawing.
const (
	mapWidth   = 1080
	mapTop     = 34
	mapRowH    = 40
	mapGap     = 10
	mapAccX    = 150
	mapKeyX    = 340
	mapKeyW    = 216
	mapDotsX   = 582
	mapDotStep = 55
	mapFromX   = 842
	mapVendX   = 968
)

// A mapPower is a column of dots: one of these permissions is granted.
type mapPower struct {
	word   string
	danger bool
	any    []exchanges.Permission
}

func mapPowers() []mapPower {
	return []mapPower{
		{"read", false, []exchanges.Permission{exchanges.Read, exchanges.FIXRead, exchanges.Receive}},
		{"trade", false, exchanges.TradingPermissions()},
		{"move", false, []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.Earn}},
		{"withdraw", true, []exchanges.Permission{exchanges.Withdraw}},
		{"keys", true, []exchanges.Permission{exchanges.ManageKeys, exchanges.Unmapped}},
	}
}

// reach draws keys, which are the first of all. It is nil without any.
func reach(keys []*keyView, all int) *reachMap {
	if len(keys) == 0 {
		return nil
	}
	m := &reachMap{
		Width: mapWidth,
		Caption: "A filled dot is a permission that the exchange grants: read, trade, move between wallets, withdraw, and " +
			"keys: change keys, or a power that rekey does not know. " +
			"A question mark means that the exchange does not say whether the key has it. An empty one was not granted; " +
			"under keys it may also be not reported.",
	}
	if len(keys) < all {
		m.Caption = fmt.Sprintf("The first %d of %d keys. ", len(keys), all) + m.Caption
	}
	ids := map[*keyView]string{}
	for i, v := range keys {
		ids[v] = fmt.Sprintf("key-%d", i+1)
	}
	m.heads()
	y := mapTop
	vendors := map[string][]int{} // the middles of their keys
	for _, x := range gathered(keys, func(v *keyView) string { return v.Exchange }) {
		top := y
		branch := mapExchange{Name: text.Clean(x[0].Exchange)}
		var middles []int
		for _, account := range gathered(x, accountOf) {
			accTop := y
			twig := mapAccount{Name: accountWords(account[0])}
			for _, v := range account {
				m.row(v, ids[v], y)
				twig.Keys = append(twig.Keys, leafOf(v, ids[v]))
				for _, vendor := range v.SharedWith {
					vendors[vendor] = append(vendors[vendor], y+mapRowH/2)
				}
				y += mapRowH + mapGap
			}
			branch.Accounts = append(branch.Accounts, twig)
			middle := (accTop + y - mapGap) / 2
			for k := range account {
				m.edge(mapAccX+170, middle, mapKeyX, accTop+k*(mapRowH+mapGap)+mapRowH/2, false)
			}
			m.box("box", drawnText(twig.Name, 152), "", twig.Name, mapAccX, middle, 170)
			middles = append(middles, middle)
		}
		middle := (top + y - mapGap) / 2
		for _, to := range middles {
			m.edge(122, middle, mapAccX, to, false)
		}
		m.box("box", drawnText(branch.Name, 104), "", branch.Name, 2, middle, 120)
		m.Tree = append(m.Tree, branch)
		y += mapGap
	}
	m.Height = max(y, m.vendors(vendors)) + 4
	return m
}

func (m *reachMap) heads() {
	for _, h := range []mapText{
		{X: 2, Text: "Exchange"},
		{X: mapAccX, Text: "Account"},
		{X: mapKeyX, Text: "Key"},
		{X: mapFromX, Text: "From"},
		{X: mapVendX, Text: "Shared with"},
	} {
		h.Y = 16
		m.Heads = append(m.Heads, h)
	}
	for i, p := range mapPowers() {
		m.Heads = append(m.Heads, mapText{X: mapDotsX + i*mapDotStep, Y: 16, Text: p.word, Middle: true})
	}
}

func (m *reachMap) row(v *keyView, id string, y int) {
	r := mapRow{
		Class: v.verdict(), ID: id, Name: drawnName(text.CleanName(v.name), mapKeyW-20),
		Full: text.CleanName(v.name) + ": " + v.verdict() + "; may " + mayWords(v.Key),
		Second: v.verdict() + ", " + statusWord(
			v.Status,
		), X: mapKeyX, Y: y, W: mapKeyW, H: mapRowH, TX: mapKeyX + 14, TY: y + 17, SY: y + 33, FX: mapFromX, FY: y + 25,
	}
	if why := v.why(); why != "" {
		r.Second = v.verdict() + ", " + text.Clean(why)
	}
	granted, told := v.Granted()
	for i, p := range mapPowers() {
		dot := mapDot{X: mapDotsX + i*mapDotStep, Y: y + mapRowH/2, TY: y + mapRowH/2 + 4, Class: "maynot"}
		if slices.ContainsFunc(granted, func(g exchanges.Permission) bool { return slices.Contains(p.any, g) }) {
			if dot.Class = "may"; p.danger {
				dot.Class = "danger"
			}
		}
		withheld := slices.ContainsFunc(v.NotTold, func(n exchanges.Permission) bool { return slices.Contains(p.any, n) })
		if v.Status.MayLive() && dot.Class == "maynot" && (!told || withheld) {
			dot.Text = "?"
		}
		r.Dots = append(r.Dots, dot)
	}
	restricted, known := v.Whitelist.Restricted.Get()
	entries := v.Whitelist.Entries
	switch {
	case !known:
		r.From = notReported
	case !restricted:
		r.From, r.Open = "anywhere", true
	case entries == nil:
		r.From = "a list"
	case len(entries) == 1:
		r.From = drawnText(addresses(entries), 128)
	default:
		r.From = fmt.Sprintf("%d entries", len(entries))
	}
	m.Rows = append(m.Rows, r)
}

// vendors draws who holds keys, and returns where that ends.
func (m *reachMap) vendors(of map[string][]int) int {
	var names []string
	for name := range of {
		names = append(names, name)
	}
	mean := func(name string) int {
		sum := 0
		for _, y := range of[name] {
			sum += y
		}
		return sum / len(of[name])
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := mean(a) - mean(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	free := mapTop
	for _, name := range names {
		y := max(mean(name), free+15)
		for _, from := range of[name] {
			m.edge(mapFromX+112, from, mapVendX, y, true)
		}
		m.box(
			"vendorbox",
			drawnText(text.Clean(name), mapWidth-mapVendX-20),
			"",
			text.Clean(name),
			mapVendX,
			y,
			mapWidth-mapVendX-2,
		)
		free = y + 19
	}
	return free
}

func (m *reachMap) box(class, prose, second, full string, x, middle, w int) {
	m.Boxes = append(
		m.Boxes,
		mapBox{
			Class:  class,
			Text:   prose,
			Second: second,
			Full:   full,
			X:      x,
			Y:      middle - 15,
			W:      w,
			H:      30,
			TX:     x + 10,
			TY:     middle + 5,
			SY:     middle + 18,
		},
	)
}

// edge draws a curve.
func (m *reachMap) edge(x1, y1, x2, y2 int, vendor bool) {
	half := (x1 + x2) / 2
	m.Edges = append(
		m.Edges,
		mapEdge{D: fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, half, y1, half, y2, x2, y2), Vendor: vendor},
	)
}

func leafOf(v *keyView, id string) mapLeaf {
	leaf := mapLeaf{
		ID: id, Class: v.verdict(), Name: text.CleanName(v.name), Worst: v.verdict(),
		May:  strings.ReplaceAll(mayWords(v.Key), ",", ", "),
		From: fromWords(v.Whitelist), Vendors: text.Joined(v.SharedWith),
	}
	if restricted, known := v.Whitelist.Restricted.Get(); known && !restricted {
		leaf.From, leaf.Open = "anywhere", true
	}
	return leaf
}

func accountOf(v *keyView) string {
	return string(v.Account.Kind) + "\x00" + string(v.Account.Name) + "\x00" + string(v.Account.ID)
}

func accountWords(v *keyView) string {
	name := accountName(v.Account)
	switch {
	case v.Account.Kind == exchanges.AccountMaster:
		return strings.TrimSpace("master " + name)
	case name == "":
		return "account not reported"
	}
	return name
}

// gathered gathers keys of one kind, in the order of the first of each.
func gathered(keys []*keyView, kind func(*keyView) string) [][]*keyView {
	var out [][]*keyView
	place := map[string]int{}
	for _, v := range keys {
		k := kind(v)
		i, ok := place[k]
		if !ok {
			i = len(out)
			place[k] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], v)
	}
	return out
}
