package change

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// Options say what a plan is to do.
type Options struct {
	Kind journal.Kind
	// Compromised turns the order of a rotation round: the old key dies first.
	Compromised bool
	// Due leaves out keys that are younger than their rotate.every.
	Due bool
	// Max is the most keys that are changed, 0 for all.
	Max int
	// Accepted are the words of accepted risks.
	Accepted []string
}

func (o Options) accepted(risk string) bool { return slices.Contains(o.Accepted, risk) }

// Plan decides about the named keys, in their order. A name that was not looked
// at gets the zero Decision with its name, which does nothing.
func Plan(s *Seen, names []string, o Options) []Decision {
	p := newPlanner(s, o, names)
	out := make([]Decision, 0, len(names))
	acting := 0
	for _, name := range names {
		d := p.named(name)
		if d.Verdict.Acts() {
			if acting++; o.Max > 0 && acting > o.Max {
				text := fmt.Sprintf("put off to another time, --max is %d", o.Max)
				d = Decision{Kind: o.Kind, Key: name, Entry: d.Entry, Seen: d.Seen}.with(PutOff, Reason{OverMax, text})
			}
		}
		out = append(out, d)
	}
	p.addLastManagers(decisionsOf(out))
	return out
}

func decisionsOf(list []Decision) []*Decision {
	out := make([]*Decision, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// addLastManagers adds the risk of losing the last manager to the decisions of a
// whole plan. A key that the plan names and leaves alive is one that stays.
func (p *planner) addLastManagers(plan []*Decision) {
	p.dying = map[string]bool{}
	kills := func(d *Decision) bool {
		return d.Verdict.Acts() && (d.Kind == journal.Revoke || d.Kind == journal.Rotate && p.Compromised)
	}
	for _, d := range plan {
		gone := d.Verdict == Skip && (d.Reason.Code == AlreadyDead || d.Reason.Code == ExchangeGone)
		p.dying[d.Key] = p.dying[d.Key] || gone || kills(d)
	}
	for _, d := range plan {
		if kills(d) && d.Verdict != Resume {
			d.Risks = append(d.Risks, p.lastManager(d.Entry)...)
		}
	}
}

// A planner decides about one key at a time. Its indexes make that cheap for
// thousands.
type planner struct {
	*Seen
	Options
	subjects map[string]audit.Subject
	entries  map[string]survey.Entry
	managed  map[string][]string      // names of the declared keys of a manager
	dying    map[string]bool          // keys that this plan destroys
	runs     map[string][]journal.Run // by their key's name
	open     map[string]journal.Run   // unfinished runs, by their key's name
	openOf   map[string]journal.Run   // the same, by the fingerprint of their old key
	making   map[string]journal.Run   // the same, by the fingerprint of the key that they made
}

func newPlanner(s *Seen, o Options, dying []string) *planner {
	p := &planner{
		Seen: s, Options: o, subjects: map[string]audit.Subject{}, entries: map[string]survey.Entry{},
		managed: map[string][]string{}, dying: map[string]bool{},
		runs: map[string][]journal.Run{}, open: map[string]journal.Run{}, openOf: map[string]journal.Run{},
		making: map[string]journal.Run{},
	}
	for _, x := range s.Survey.Subjects {
		p.subjects[x.DisplayName()] = x
	}
	for _, e := range s.Entries {
		p.entries[e.Name] = e
		if m := e.Inventory.Manager; m != "" {
			p.managed[m] = append(p.managed[m], e.Name)
		}
	}
	for _, name := range dying {
		p.dying[name] = true
	}
	for _, r := range s.Runs {
		p.runs[r.Key] = append(p.runs[r.Key], r)
		if r.Ended {
			continue
		}
		p.open[r.Key] = r
		old, made := KeysOf(r)
		if !old.IsZero() {
			p.openOf[old.Fingerprint()] = r
		}
		if !made.IsZero() {
			p.making[made.Fingerprint()] = r
		}
	}
	return p
}

// named decides about the key of that display name.
func (p *planner) named(name string) Decision {
	subject, seen := p.subjects[name]
	if !seen {
		return Decision{Kind: p.Kind, Key: name}
	}
	e, ok := p.entryOf(subject)
	if !ok {
		d := Decision{Kind: p.Kind, Key: name, Entry: survey.Entry{
			Name:     name,
			Exchange: subject.Key.Ref.Exchange,
		}, Seen: subject.Key}
		return d.with(Person, Reason{Undeclared, "nobody declared it, and no key in rekey.yaml that lists it may change it"})
	}
	d := Decision{Kind: p.Kind, Key: name, Entry: e, Seen: subject.Key}
	if p.Due {
		if early := p.notDue(d); early.Verdict != Undecided {
			return early
		}
	}
	return p.decide(d)
}

// entryOf is the entry of a key: its own, or for one that nobody declared, one
// with the manager that lists it.
func (p *planner) entryOf(s audit.Subject) (survey.Entry, bool) {
	if s.Name != "" {
		e, ok := p.entries[s.Name]
		return e, ok
	}
	manager := p.managerThatLists(s.Key)
	if manager == "" {
		return survey.Entry{}, false
	}
	return undeclared(s.DisplayName(), s.Key.Ref.Exchange, manager, s.Key.Ref.Account.Name), true
}

// undeclared is the entry of a key that nobody declared.
func undeclared(name, exchange, manager, account string) survey.Entry {
	return survey.Entry{Name: name, Exchange: exchange, Inventory: audit.Inventory{Manager: manager, Account: account}}
}

// managerThatLists names a key of rekey.yaml whose list holds a key, the one that
// is most likely to have the power over it; "" when there is none.
func (p *planner) managerThatLists(k exchanges.Key) string {
	if all := p.managersThatList(k); len(all) > 0 {
		return all[0]
	}
	return ""
}

// managersThatList names the keys of rekey.yaml whose list holds a key: those
// that rekey.yaml calls managers before those that merely list, those that stay
// before those that this plan destroys. A key of which the exchange says that it
// cannot manage others is none.
func (p *planner) managersThatList(k exchanges.Key) []string {
	rank := func(name string) int {
		n := 0
		if len(p.managed[name]) == 0 {
			n += 2
		}
		if p.dying[name] {
			n++
		}
		return n
	}
	var out []string
	for name, m := range p.Survey.Managers {
		may, told := m.Key.Permissions.Has(exchanges.ManageKeys).Get()
		if m.Lists[k.Ref.AccessKey] && p.entries[name].Exchange == k.Ref.Exchange && (may || !told) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
	return out
}

// hasOpenRun reports whether an unfinished run is about the key with this name or
// this access key: as its old key or as its new one.
func (p *planner) hasOpenRun(name, accessKey string) bool {
	id := journal.NameKey(accessKey).Fingerprint()
	_, named := p.open[name]
	_, old := p.openOf[id]
	_, made := p.making[id]
	return named || accessKey != "" && (old || made)
}

// notDue decides about a key that --due leaves alone; the zero Verdict says that
// it is due. How old it is the exchange says, else rekey's own record of making
// it, else rekey.yaml. An age that nobody tells is due: a key is never left out
// on a guess.
func (p *planner) notDue(d Decision) Decision {
	e := d.Entry
	if e.Inventory.Rotation == 0 {
		return d.with(Skip, Reason{NeverDue, "it has no rotate.every"})
	}
	if p.hasOpenRun(e.Name, d.Seen.Ref.AccessKey) {
		return d.with(PutOff, Reason{Unfinished, "it has an unfinished run"})
	}
	made := MadeByRekey(p.runs[e.Name], e.Name, d.Seen.Ref.AccessKey)
	created, known := d.Seen.CreatedAt.Or(made).Or(e.Inventory.Created).Get()
	if due := created.Add(e.Inventory.Rotation); known && due.After(p.Now) {
		return d.with(Skip, Reason{NotDue, "not due before " + due.UTC().Format(time.DateOnly)})
	}
	if m, ok := p.Survey.Managers[e.Inventory.Manager]; ok && m.Err != nil && !known {
		d.Steps = []string{}
		return d.with(Person, Reason{AgeUnseen, "how old it is could not be seen tonight: " + m.Err.Error()})
	}
	return d.with(Undecided, Reason{})
}

// MadeByRekey is when the journal has rekey making the key with this name and
// access key, for exchanges that do not say how old a key is.
func MadeByRekey(runs []journal.Run, name, accessKey string) exchanges.Fact[time.Time] {
	for _, r := range runs {
		if r.Key != name {
			continue
		}
		for i := range r.Records {
			if rec := &r.Records[i]; rec.Stage == journal.Stored && rec.Phase == journal.Did && rec.Data.New.Names(accessKey) {
				return exchanges.Known(rec.At)
			}
		}
	}
	return exchanges.Unknown[time.Time]()
}
