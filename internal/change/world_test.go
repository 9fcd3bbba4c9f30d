package change

import (
	"net/netip"
	"slices"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// The access keys of the world. The last is one that nobody declared.
const (
	masterKey   = "MASTERmasterMASTERmaster0001"
	botKey      = "BOTbotBOTbotBOTbotBOTbot0002"
	intruderKey = "EVILevilEVILevilEVILevil0003"
)

// intruderName is the display name of the key that nobody declared.
const intruderName = "okx/desk/EVIL…0003"

// A world is what was seen of an account at an exchange: a master key that
// manages the key bot of a sub-account, both alive, nothing in the way of a
// change of bot by API. A test changes what its story is about.
type world struct {
	*Seen
	exchange string
}

func worldOf(exchange string) *world {
	w := &world{exchange: exchange, Seen: &Seen{
		Now: now, Registry: all.Registry(), Facts: map[string]Facts{}, Egress: map[string]netip.Addr{},
		Reloads: map[string][]string{"bot": {"true"}}, Swaps: map[string][]string{},
		Survey: survey.Result{Managers: map[string]survey.Manager{}},
	}}
	master := w.add("master", masterKey, exchanges.Account{Kind: exchanges.AccountMaster})
	w.add("bot", botKey, exchanges.Account{Name: "desk", Kind: exchanges.AccountSub})
	w.entry("bot", func(e *survey.Entry) { e.Inventory.Manager = "master" })
	w.Survey.Managers["master"] = survey.Manager{Listed: true, Key: master, Lists: map[string]bool{botKey: true}}
	return w
}

// add declares a key that is alive, reads and trades, from one address.
func (w *world) add(name, accessKey string, account exchanges.Account) exchanges.Key {
	k := exchanges.Key{
		Ref:    exchanges.KeyRef{Exchange: w.exchange, Account: account, AccessKey: accessKey},
		Status: exchanges.StatusAlive, Algorithm: "hmac", Whitelist: exchanges.ParseWhitelist([]string{"203.0.113.7"}),
		Permissions: grants(exchanges.Read, tradingOf(w.exchange)),
	}
	w.Entries = append(w.Entries, survey.Entry{Name: name, Exchange: w.exchange})
	w.Survey.Subjects = append(w.Survey.Subjects, audit.Subject{
		Name: name, Origin: audit.FromInventory, Key: k,
		Asked: true,
	})
	w.Facts[name] = Facts{Credential: Held{AccessKey: accessKey, Secret: true, Passphrase: true}}
	return k
}

// intrude adds a key that nobody declared, in the sub-account of bot, which the
// master lists.
func (w *world) intrude() *world {
	account := exchanges.Account{Name: "desk", Kind: exchanges.AccountSub}
	w.Survey.Subjects = append(w.Survey.Subjects, audit.Subject{Origin: audit.FromExchange, Key: exchanges.Key{
		Ref:    exchanges.KeyRef{Exchange: w.exchange, Account: account, AccessKey: intruderKey},
		Status: exchanges.StatusAlive, Permissions: grants(exchanges.Read, tradingOf(w.exchange)),
	}})
	w.Survey.Managers["master"].Lists[intruderKey] = true
	w.Facts[w.Survey.Subjects[len(w.Survey.Subjects)-1].DisplayName()] = Facts{Credential: Held{AccessKey: intruderKey}}
	return w
}

// grants are permissions of which the exchange denies all others, but for
// manage_keys, which exchanges do not tell of a key that may have it.
func grants(list ...exchanges.Permission) exchanges.Permissions {
	rest := slices.DeleteFunc(
		exchanges.AllPermissions(),
		func(p exchanges.Permission) bool { return p == exchanges.ManageKeys },
	)
	return exchanges.Permissions{}.Grant(list...).Deny(rest...)
}

func tradingOf(exchange string) exchanges.Permission {
	if exchange == "okx" {
		return exchanges.Trade
	}
	return exchanges.Spot
}

func (w *world) entry(name string, change func(*survey.Entry)) {
	for i := range w.Entries {
		if w.Entries[i].Name != name {
			continue
		}
		change(&w.Entries[i])
		for j := range w.Survey.Subjects {
			if w.Survey.Subjects[j].Name == name {
				w.Survey.Subjects[j].Inventory = w.Entries[i].Inventory
			}
		}
	}
}

func (w *world) key(name string, change func(*exchanges.Key)) {
	for i := range w.Survey.Subjects {
		if w.Survey.Subjects[i].DisplayName() == name {
			change(&w.Survey.Subjects[i].Key)
		}
	}
}

func (w *world) manager(name string, change func(*survey.Manager)) {
	m := w.Survey.Managers[name]
	change(&m)
	w.Survey.Managers[name] = m
}

func (w *world) facts(name string, change func(*Facts)) {
	f := w.Facts[name]
	change(&f)
	w.Facts[name] = f
}

// run adds a run to the journal, made of records.
func (w *world) run(kind journal.Kind, key string, records ...journal.Record) journal.Run {
	r := runOf(kind, key, records...)
	w.Runs = append(w.Runs, r)
	return r
}

// runOf is a run of records, as a journal puts them together.
func runOf(kind journal.Kind, key string, records ...journal.Record) journal.Run {
	id := journal.RunID("0run0" + string(kind)[:3] + key)
	for i := range records {
		records[i].Run, records[i].Kind, records[i].Key = id, kind, key
	}
	runs := journal.RunsOf(func(yield func(journal.Record) bool) {
		for _, r := range records {
			if !yield(r) {
				return
			}
		}
	})
	return runs[0]
}

// begun is the record with which the run of a key begins.
func begun(accessKey string) journal.Record {
	return journal.Record{Stage: journal.Planned, Phase: journal.Did, Data: journal.Data{
		Exchange: "okx", Account: "desk", Manager: "master", Old: journal.NameKey(accessKey),
	}}
}

func will(stage journal.Stage) journal.Record {
	return journal.Record{Stage: stage, Phase: journal.Will}
}

func did(stage journal.Stage) journal.Record { return journal.Record{Stage: stage, Phase: journal.Did} }

// result is the record of a stage that is behind a run, with its result.
func result(stage journal.Stage, word string) journal.Record {
	return journal.Record{Stage: stage, Phase: journal.Did, Data: journal.Data{Result: word}}
}

// stored is the record of a new key.
func stored(accessKey string, at time.Time) journal.Record {
	return journal.Record{
		Stage: journal.Stored, Phase: journal.Did, At: at, Data: journal.Data{New: journal.NameKey(accessKey)},
	}
}

// newMemory is a journal in memory that holds these runs.
func newMemory(s *screen, runs ...journal.Run) *memoryJournal {
	m := &memoryJournal{terminal: s, now: func() time.Time { return now }, held: map[string]rotate.Entry{}}
	for _, r := range runs {
		m.extra = append(m.extra, r.Records...)
	}
	return m
}
