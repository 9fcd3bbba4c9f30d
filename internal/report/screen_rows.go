package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
)

// A screenRow is a row of the screen: a key, several with one problem, or what a
// finding without a key is about.
type screenRow struct {
	key      *keyView // the worst of them; nil for what is about no key
	keys     []*keyView
	name     string // clean; "" for a key
	severity audit.Severity
	problem  string // in a word or two
	sentence string
}

func newScreenRow(k *keyView, worst audit.Finding, words audit.Wording) screenRow {
	problem := words.Brief(worst)
	sentence := text.Capital(worst.Title)
	switch worst.Change {
	case audit.New:
		problem, sentence = "new: "+problem, "New: "+sentence
	case audit.Worse:
		problem, sentence = "worse: "+problem, "Worse, was "+wasWord(worst)+": "+sentence
	}
	return screenRow{
		key: k, keys: []*keyView{k}, severity: k.worst(), problem: text.Sentence(problem), sentence: text.Sentence(sentence),
	}
}

func otherRow(f audit.Finding, words audit.Wording) screenRow {
	return screenRow{
		name: text.CleanName(f.Key), severity: f.Severity, problem: text.Sentence(words.Brief(f)),
		sentence: text.Sentence(text.Capital(f.Title)),
	}
}

// printRows prints the table on at most so many lines. Where there are more
// rows, those of one problem at one exchange become one.
func (s *auditScreen) printRows(t textWriter, most int) {
	rows := s.rows
	if len(rows) > most {
		rows = grouped(rows)
	}
	left := 0
	if len(rows) > most {
		for _, r := range rows[most-1:] {
			left += max(1, len(r.keys))
		}
		rows = rows[:most-1]
	}
	if len(rows) > 0 {
		t.printColumns(s.columns(t, rows), len(rows))
	}
	if left > 0 {
		t.Note("", fmt.Sprintf("… and %d more (--all, --severity)", left))
	}
}

// grouped joins rows of one severity, problem and exchange, in order of the
// first of them.
func grouped(rows []screenRow) []screenRow {
	type of struct {
		severity          audit.Severity
		problem, exchange string
	}
	var out []screenRow
	at := map[of]int{}
	for _, r := range rows {
		if r.key == nil {
			out = append(out, r)
			continue
		}
		group := of{r.severity, r.problem, r.key.Exchange}
		i, ok := at[group]
		if !ok {
			at[group] = len(out)
			out = append(out, r)
			continue
		}
		out[i].keys = append(slices.Clip(out[i].keys), r.key)
	}
	return out
}

// columns are those of the screen: on a wide one more of them, and sentences.
func (s *auditScreen) columns(t textWriter, rows []screenRow) []column {
	cells := func(cell func(screenRow) string) []string {
		out := make([]string, len(rows))
		for i, r := range rows {
			out[i] = cell(r)
		}
		return out
	}
	ofKeys := func(cell func(screenRow) string) []string {
		return cells(func(r screenRow) string {
			if r.key == nil {
				return ""
			}
			return cell(r)
		})
	}
	paint := func(i int, cell string) string { return t.Style.Severity(rows[i].severity, cell) }
	bold := func(_ int, cell string) string { return t.Style.Bold(cell) }
	mark := column{title: "", min: 1, max: 1, paint: paint, cells: cells(func(r screenRow) string {
		if r.severity == audit.Critical {
			return "!"
		}
		return " "
	})}
	exchange := ofKeys(func(r screenRow) string { return text.Clean(r.key.Exchange) })
	if s.Options.Width < wide {
		return []column{
			mark,
			{title: "KEY", min: 14, max: 19, paint: bold, cut: text.ShortenName, cells: cells(shortRowName)},
			{title: "EXCH", min: 8, max: 8, drop: 3, cells: exchange},
			{
				title: "CAN",
				min:   10,
				max:   20,
				cut:   cutPowers,
				cells: ofKeys(func(r screenRow) string { return canWords(r.keys) }),
			},
			{title: "IPs", min: 3, max: 8, drop: 1, cells: ofKeys(func(r screenRow) string { return ipWords(r.keys) })},
			{
				title: "AGE",
				min:   3,
				max:   4,
				drop:  2,
				cells: ofKeys(func(r screenRow) string { return ageWords(r.keys, s.StartedAt.Time) }),
			},
			{
				title: "PROBLEM",
				min:   12,
				max:   40,
				late:  true,
				paint: paint,
				cells: cells(func(r screenRow) string { return r.problem }),
			},
		}
	}
	return []column{
		mark,
		{title: "KEY", min: 23, max: 44, paint: bold, cut: text.ShortenName, cells: cells(rowName)},
		{title: "EXCHANGE", min: 8, max: 17, cells: exchange},
		{title: "ACCOUNT", min: 8, max: 20, drop: 3, cells: ofKeys(func(r screenRow) string { return accountsOf(r.keys) })},
		{title: "CAN", min: 20, max: 40, cut: cutPowers, cells: ofKeys(func(r screenRow) string { return canWords(r.keys) })},
		{title: "IPs", min: 11, max: 30, cells: ofKeys(func(r screenRow) string { return addressWords(r.keys) })},
		{
			title: "CREATED",
			min:   10,
			max:   10,
			drop:  2,
			cells: ofKeys(func(r screenRow) string { return createdWords(r.keys) }),
		},
		{title: "SHARED", min: 7, max: 16, drop: 1, cells: ofKeys(func(r screenRow) string { return sharedWords(r.keys) })},
		{
			title: "PROBLEM", min: 33, max: 80, late: true, paint: paint,
			cells: cells(func(r screenRow) string { return r.sentence }),
			brief: cells(func(r screenRow) string { return text.Capital(r.problem) }),
		},
	}
}

// rowName is the whole name of a row.
func rowName(r screenRow) string {
	switch {
	case r.key == nil:
		return r.name
	case len(r.keys) == 1:
		return text.CleanName(r.key.name)
	}
	return groupName(r.keys)
}

// shortRowName leaves of a key without a name the account and the beginning of
// its access key: the exchange has a column of its own.
func shortRowName(r screenRow) string {
	if r.key == nil || len(r.keys) > 1 || r.key.Name != "" {
		return rowName(r)
	}
	account := text.Clean(string(r.key.Account.Name))
	if account == "" {
		account = text.Clean(string(r.key.Account.ID))
	}
	begin, _, _ := strings.Cut(text.Clean(r.key.AccessKey.String()), "…")
	if begin == "" {
		return rowName(r)
	}
	const most = 19
	return text.Shorten(account, most-1-text.Width(begin)) + "/" + begin
}

// groupName says how many keys a row is about, and what their names share.
func groupName(keys []*keyView) string {
	first := text.CleanName(keys[0].name)
	shared := len([]rune(first))
	for _, k := range keys[1:] {
		name := []rune(text.CleanName(k.name))
		for shared > 0 && (shared > len(name) || string(name[:shared]) != string([]rune(first)[:shared])) {
			shared--
		}
	}
	if shared < 3 {
		return first + andMore(len(keys)-1)
	}
	return text.Count(len(keys), "key") + " " + string([]rune(first)[:shared]) + "*"
}

// danger is the order of what a key can do, the worst first.
func danger() []string {
	return []string{
		"WITHDRAW",
		"withdraw?",
		"manage-keys",
		"unmapped",
		"trade",
		"move",
		"trade?",
		"move?",
		"earn",
		"receive",
		"read",
	}
}

// canWords say what the keys can do, in a few words and in order of danger. What
// the exchange does not say has a question mark.
func canWords(keys []*keyView) string {
	can := map[string]bool{}
	silent := false
	for _, k := range keys {
		if !k.Status.MayLive() {
			can[statusWord(k.Status)] = true
			continue
		}
		granted, known := k.Granted()
		silent = silent || !known
		for _, p := range granted {
			can[powerWord(p)] = true
		}
		for _, p := range k.NotTold {
			if known {
				can[strings.ToLower(powerWord(p))+"?"] = true
			}
		}
	}
	if can["trade"] {
		delete(can, "trade?")
	}
	if can["move"] {
		delete(can, "move?")
	}
	if can["WITHDRAW"] {
		delete(can, "withdraw?")
	}
	if len(can) > 1 {
		delete(can, "read") // every key can
	}
	var out []string
	if silent {
		out = append(out, "?")
	}
	for _, word := range danger() {
		if can[word] {
			out = append(out, word)
			delete(can, word)
		}
	}
	for word := range can { // how a key ended
		out = append(out, word)
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, " ")
}

// powerWord is a permission in the few words of the screen.
func powerWord(p exchanges.Permission) string {
	switch p {
	case exchanges.Withdraw:
		return "WITHDRAW"
	case exchanges.ManageKeys:
		return "manage-keys"
	case exchanges.Transfer, exchanges.SubaccountTransfer:
		return "move"
	case exchanges.Read, exchanges.FIXRead:
		return "read"
	case exchanges.Unmapped, exchanges.Earn, exchanges.Receive:
		return string(p)
	default:
		return "trade" // every market is one
	}
}

// cutPowers leaves out the least dangerous words, and says so.
func cutPowers(powers string, columns int) string {
	words := strings.Fields(powers)
	for n := len(words) - 1; n > 0; n-- {
		if cut := strings.Join(words[:n], " ") + " +"; text.Width(cut) <= columns {
			return cut
		}
	}
	return text.Shorten(powers, columns)
}

// openest is the key of a list that can be used from the most addresses.
func openest(keys []*keyView) audit.Whitelist {
	rank := func(k *keyView) int {
		restricted, known := k.Whitelist.Restricted.Get()
		switch {
		case known && !restricted:
			return 0
		case !known:
			return 1
		case k.Whitelist.Entries == nil:
			return 2
		}
		return 3
	}
	return slices.MinFunc(keys, func(a, b *keyView) int { return rank(a) - rank(b) }).Whitelist
}

// ipWords say from where keys can be used, in eight columns.
func ipWords(keys []*keyView) string {
	w := openest(keys)
	restricted, known := w.Restricted.Get()
	switch {
	case !known:
		return "?"
	case !restricted:
		return "ANY"
	case w.Entries == nil:
		return "list(?)"
	}
	return text.Count(len(w.Entries), listWord(w))
}

// listWord says what the entries of a list are: one wide range decides.
func listWord(w audit.Whitelist) string {
	for _, p := range w.Entries {
		if !p.IsSingleIP() {
			return "range"
		}
	}
	return "IP"
}

// addressWords are the first address, and how many more there are.
func addressWords(keys []*keyView) string {
	w := openest(keys)
	if len(w.Entries) == 0 {
		if restricted, known := w.Restricted.Get(); known && restricted && w.Entries == nil {
			return "list (?)"
		}
		return fromWords(w)
	}
	return addresses(w.Entries[:1]) + andMore(len(w.Entries)-1)
}

// ageWords is the age of the oldest key, in four columns.
func ageWords(keys []*keyView, now time.Time) string {
	at, known := oldest(keys)
	if !known {
		return "?"
	}
	days := int(now.Sub(at).Hours() / 24)
	switch {
	case days >= 730:
		return fmt.Sprintf("%dy", (days+182)/365)
	case days >= 60:
		return fmt.Sprintf("%dmo", days/30)
	}
	return fmt.Sprintf("%dd", max(days, 0))
}

func createdWords(keys []*keyView) string {
	if at, known := oldest(keys); known {
		return at.Format(time.DateOnly)
	}
	return "?"
}

// oldest is when the first of the keys was made, as far as anybody says.
func oldest(keys []*keyView) (at time.Time, known bool) {
	for _, k := range keys {
		if since, ok := k.Since().Get(); ok && (!known || since.Before(at)) {
			at, known = since.Time, true
		}
	}
	return at, known
}

// accountsOf are the account of one key, or how many there are.
func accountsOf(keys []*keyView) string {
	if len(keys) > 1 {
		accounts := map[string]bool{}
		for _, k := range keys {
			accounts[accountName(k.Account)] = true
		}
		if len(accounts) > 1 {
			return text.Count(len(accounts), "account")
		}
	}
	a := keys[0].Account
	switch name := accountName(a); {
	case a.Kind == exchanges.AccountMaster:
		return "master"
	case name != "":
		return name
	case a.Kind == exchanges.AccountSub:
		return "sub-account"
	}
	return "?"
}

// sharedWords are the vendors that any of the keys was given to.
func sharedWords(keys []*keyView) string {
	var out []string
	for _, k := range keys {
		for _, v := range k.SharedWith {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return text.Clean(strings.Join(out, ","))
}
