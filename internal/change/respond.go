package change

import (
	"slices"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// A Scope is what a response is about: one of an incident, a vendor and keys.
type Scope struct {
	Incident string
	Vendor   string
	Vendors  map[string]string // by each known spelling: the vendor's name
	Keys     []string          // display names
	// Earlier are keys of a response that was begun before.
	Earlier []journal.PlannedKey
}

// A Concern is a key that a response is about, and why.
type Concern struct {
	Subject audit.Subject
	ID      journal.KeyID
	Why     string
	Since   bool // it was found after the response began
	// Missing says that an earlier plan holds the key, and that neither
	// rekey.yaml nor a list has it any more. Of Subject only the names are
	// known.
	Missing bool
}

func newConcern(s audit.Subject, why string, since bool) Concern {
	return Concern{Subject: s, ID: journal.NameKey(s.Key.Ref.AccessKey), Why: why, Since: since}
}

// Name is the display name of the key.
func (c Concern) Name() string { return c.Subject.DisplayName() }

// identity tells keys apart: by the access key, or where none is known by the
// name.
func (c Concern) identity() string {
	if c.ID.IsZero() {
		return c.Name()
	}
	return c.Subject.Key.Ref.Exchange + " " + c.ID.Fingerprint()
}

// Concerned returns the keys of a scope, the most dangerous first, and with them
// the keys that nobody declared in the accounts that they reach. Offered are the
// other keys that nobody declared. Findings are counted waived or not: an
// incident that somebody waived last year may be tonight's.
func Concerned(result survey.Result, findings []audit.Finding, s Scope) (in, offered []Concern) {
	seen := map[string]bool{}
	add := func(subject audit.Subject, why string, since bool) {
		if c := newConcern(subject, why, since); !seen[c.identity()] {
			seen[c.identity()] = true
			in = append(in, c)
		}
	}
	named := map[string]string{}
	for _, f := range findings {
		if _, earlier := named[f.Key]; s.Incident != "" && string(f.Incident) == s.Incident && !earlier {
			named[f.Key] = f.Title
		}
	}
	before := plannedKeys(s.Earlier)
	for _, subject := range result.Subjects {
		name := subject.DisplayName()
		title, exposed := named[name]
		earlier, planned := before[planID(subject.Key.Ref.Exchange, journal.NameKey(subject.Key.Ref.AccessKey))]
		switch {
		case slices.Contains(s.Keys, name):
			add(subject, "it was named", false)
		case exposed:
			add(subject, title, false)
		case s.Vendor != "" && s.givenTo(subject):
			add(subject, "it was given to "+s.Vendor, false)
		case s.Vendor != "" && s.heldBy(result, name):
			add(subject, s.Vendor+" holds it", false)
		case planned:
			add(subject, earlier.Why, earlier.Since)
		}
	}
	for _, p := range s.Earlier {
		c := missing(p)
		if !seen[c.identity()] {
			seen[c.identity()] = true
			in = append(in, c)
		}
	}
	for _, subject := range intruders(result, in) {
		add(subject, "nobody declared it, and its account is concerned", len(s.Earlier) > 0)
	}
	for _, subject := range result.Subjects {
		if c := newConcern(subject, "nobody declared it", false); subject.Origin == audit.FromExchange &&
			!seen[c.identity()] {
			offered = append(offered, c)
		}
	}
	byDanger := func(x, y Concern) int { return audit.CompareDanger(x.Subject, y.Subject) }
	slices.SortStableFunc(in, byDanger)
	slices.SortStableFunc(offered, byDanger)
	return in, offered
}

// missing is the concern of a planned key that nothing has any more.
func missing(p journal.PlannedKey) Concern {
	return Concern{ID: p.ID, Why: p.Why, Since: p.Since, Missing: true, Subject: audit.Subject{
		Name: p.Key, Origin: audit.FromExchange, Inventory: audit.Inventory{Manager: p.Manager, Account: p.Account},
		Key: exchanges.Key{
			Ref: exchanges.KeyRef{Exchange: p.Exchange, Account: exchanges.Account{
				Name: p.Account,
				Kind: exchanges.AccountUnknown,
			}},
			Status: exchanges.StatusUndetermined,
		},
	}}
}

// plannedKeys are the keys of the plan of an earlier response, by exchange and
// access key: their names in rekey.yaml may have changed.
func plannedKeys(plan []journal.PlannedKey) map[string]journal.PlannedKey {
	out := map[string]journal.PlannedKey{}
	for _, p := range plan {
		id := planID(p.Exchange, p.ID)
		if _, twice := out[id]; !twice && !p.ID.IsZero() {
			out[id] = p
		}
	}
	return out
}

func planID(exchange string, id journal.KeyID) string { return exchange + " " + id.Fingerprint() }

// isVendor reports whether a word names the vendor of the scope.
func (s Scope) isVendor(word string) bool {
	name := audit.VendorName(word)
	if vendor, ok := s.Vendors[name]; ok {
		name = vendor
	}
	return name == s.Vendor
}

func (s Scope) givenTo(subject audit.Subject) bool {
	return slices.ContainsFunc(subject.Inventory.SharedWith, s.isVendor)
}

// heldBy reports whether the vendor says that it holds a key.
func (s Scope) heldBy(result survey.Result, key string) bool {
	for _, v := range result.Vendors {
		holds := func(c audit.VendorConnection) bool { return c.Key == key && key != "" }
		if s.isVendor(v.Vendor) && slices.ContainsFunc(v.Connections, holds) {
			return true
		}
	}
	return false
}

// intruders returns the keys that nobody declared, in the accounts of keys that
// are concerned and in those that such keys manage.
func intruders(result survey.Result, concerned []Concern) []audit.Subject {
	var out []audit.Subject
	for _, subject := range result.Subjects {
		reached := func(c Concern) bool { return reaches(result, c.Subject, subject) }
		if subject.Origin == audit.FromExchange && slices.ContainsFunc(concerned, reached) {
			out = append(out, subject)
		}
	}
	return out
}

// reaches reports whether whoever holds one key may have made another: in the
// same account, as the exchange or rekey.yaml names it, or through a master key
// that lists it.
func reaches(result survey.Result, one, other audit.Subject) bool {
	a, b := one.Key.Ref, other.Key.Ref
	if a.Exchange != b.Exchange {
		return false
	}
	named := b.Account.Name != "" && (a.Account.Name == b.Account.Name || one.Inventory.Account == b.Account.Name)
	if named || a.Account.ID != "" && a.Account.ID == b.Account.ID {
		return true
	}
	m, manages := result.Managers[one.Name]
	return one.Name != "" && manages && m.Lists[b.AccessKey]
}

// An Item is what a response does about one key.
type Item struct {
	Concern
	Narrow Decision // Undecided when it is not narrowed
	End    Decision // how it dies, or is replaced
	// Besides are steps for a person that rekey's own do not wait for.
	Besides []Decision

	narrowRun, endRun journal.RunID // "" while there is none
	written           bool          // into the journal
}

// ResponseOptions say how a response deals with keys.
type ResponseOptions struct {
	Accepted []string
	// Replaced reports whether a declared key is replaced with a new one.
	Replaced func(survey.Entry) bool
}

// Respond decides what is done about each key that is concerned, in their order:
// narrowed at once where an API can, then destroyed, or replaced. Killing waits
// for nothing that only a replacement needs.
func Respond(s *Seen, concerns []Concern, o ResponseOptions) []Item {
	dying := make([]string, len(concerns))
	for i, c := range concerns {
		dying[i] = c.Name()
	}
	p := newPlanner(s, Options{Kind: journal.Revoke, Compromised: true, Accepted: o.Accepted}, dying)
	items := make([]Item, len(concerns))
	ends := make([]*Decision, len(concerns))
	for i, c := range concerns {
		items[i] = p.respondTo(c, o)
		ends[i] = &items[i].End
	}
	p.addLastManagers(ends)
	return items
}

// to is the planner of the same response that decides about a change of another
// kind.
func (p *planner) to(kind journal.Kind) *planner {
	other := *p
	other.Kind, other.Compromised = kind, kind != journal.Contain
	return &other
}

func (p *planner) respondTo(c Concern, o ResponseOptions) Item {
	item := Item{Concern: c}
	plan := func(kind journal.Kind, name string) Decision { return p.to(kind).named(name) }
	run, open := p.openRun(c)
	switch {
	case open && run.Kind == journal.Contain && !c.Missing:
		item.Narrow = p.goOn(run, c)
	case open:
		item.End = p.goOn(run, c)
		return item
	case c.Missing:
		item.End = p.unfound(c)
		return item
	default:
		if d := plan(journal.Contain, c.Name()); d.Verdict == ByAPI {
			item.Narrow = d
		}
	}
	e, declared := p.entries[c.Subject.Name]
	if !declared || !o.Replaced(e) {
		item.End = plan(journal.Revoke, c.Name())
		return p.keepingPower(item)
	}
	item.End = plan(journal.Rotate, c.Name())
	if item.End.Verdict != Person {
		return item
	}
	if kill := plan(journal.Revoke, c.Name()); kill.Verdict.Acts() {
		item.Besides, item.End = append(item.Besides, item.End), kill
	}
	return p.keepingPower(item)
}

// keepingPower returns the item without the narrowing of a key by its own call
// where that would take a power that the response still needs: to end itself,
// or to end the keys that it manages or lists. Once it can only read, it no
// longer may.
func (p *planner) keepingPower(item Item) Item {
	name := item.Name()
	manages := len(p.managed[name]) > 0 || len(p.Survey.Managers[name].Lists) > 0
	if item.Narrow.Self && (item.End.Self || manages) {
		item.Narrow = Decision{}
	}
	return item
}

// openRun finds the unfinished run of a key, by its access key or its name. A name
// that rekey.yaml has given to another key since is not that of a missing one.
func (p *planner) openRun(c Concern) (journal.Run, bool) {
	if run, ok := p.openOf[c.ID.Fingerprint()]; ok && !c.ID.IsZero() {
		return run, true
	}
	run, ok := p.open[c.Name()]
	return run, ok && (!c.Missing || c.ID.IsZero())
}

// unfound decides about a planned key that neither rekey.yaml nor a list has any
// more, and that no run is under way for.
func (p *planner) unfound(c Concern) Decision {
	d := Decision{Kind: journal.Revoke, Key: c.Name(), Seen: c.Subject.Key}
	d.Entry = survey.Entry{Name: c.Name(), Exchange: c.Subject.Key.Ref.Exchange}
	for _, run := range p.Runs {
		old, _ := KeysOf(run)
		switch {
		case c.ID.IsZero() || old != c.ID:
		case ProvenDead(run):
			return d.with(Skip, Reason{AlreadyDead, "run " + string(run.ID) + " proved it dead"})
		case run.Ended && destroyed(run) && c.undeclared():
			return d.with(Skip, Reason{AlreadyDestroyed, "run " + string(run.ID) + " deleted it, and no list names it any more"})
		}
	}
	return d.with(Person, Reason{Undeclared, "neither rekey.yaml nor a list that could be read has it any more, so " +
		"it was not asked about: " +
		"put it back into rekey.yaml, or look for " + c.ID.AccessKey() + " on the exchange's page"})
}

// goOn is the decision to resume a run.
func (p *planner) goOn(run journal.Run, c Concern) Decision {
	e, ok := p.entries[run.Key]
	if !ok { // the key was renamed, or nobody declared it
		e, ok = p.entryOf(c.Subject)
	}
	if !ok && len(run.Records) > 0 && (run.Records[0].Data.Manager != "" || run.Records[0].Data.Self) {
		plan := run.Records[0].Data
		e, ok = undeclared(run.Key, plan.Exchange, plan.Manager, plan.Account), true
	}
	d := Decision{Verdict: Resume, Kind: run.Kind, Key: run.Key, Entry: e, Seen: c.Subject.Key, Run: run.ID}
	if ok {
		return d
	}
	d.Entry = survey.Entry{Name: c.Name(), Exchange: c.Subject.Key.Ref.Exchange}
	return d.with(Person, Reason{Undeclared, "its run " + string(run.ID) +
		" is unfinished, and rekey.yaml has neither the key nor its manager any more: put it back"})
}
