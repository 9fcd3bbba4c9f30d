package cmd

import (
	"context"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/location"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A change is what a plan says about one key: a job, something for a person,
// or nothing.
type change struct {
	entry  survey.Entry
	key    exchanges.Key
	job    *rotate.Job
	byHand bool     // a person makes and deletes the key, led by rekey
	plan   []string // the steps, for the person who is asked
	person *report.PersonLine
	skip   string
	putOff bool // skip is not because nothing is to be done
	risks  []risk
	swaps  []vendorSwap
	places int // how many a run had that is taken up again, else 0
}

// changeRun plans, asks, and acts.
func (a *App) changeRun(ctx context.Context, o *changeOptions) error {
	if err := o.checkChange(); err != nil {
		return err
	}
	d, err := a.loadDesk(ctx)
	if err != nil {
		return err
	}
	o.metrics.entries = d.entries
	if o.due {
		for _, e := range d.entries {
			o.keys = append(o.keys, e.Name)
		}
	}
	slices.Sort(o.keys) // a key that is named twice is changed once
	o.keys = slices.Compact(o.keys)
	if err := d.only(o.keys); err != nil {
		return err
	}
	if err := a.readyStore(ctx, o); err != nil {
		return err
	}
	w, err := a.walker(ctx, d, o.walk)
	if err != nil {
		return err
	}
	defer w.close()
	started := a.Now()
	changes, err := a.planned(ctx, d, o, w)
	if err != nil {
		return err
	}
	return a.carryOut(ctx, d, o, w, changes, report.Changes{Tool: a.tool(), StartedAt: started, Quiet: o.due && a.flags.quiet})
}

// carryOut shows the plan, asks, and does it.
func (a *App) carryOut(ctx context.Context, d *desk, o *changeOptions, w *walker, changes []change, doc report.Changes) error {
	for _, c := range changes {
		if c.person != nil {
			doc.Person = append(doc.Person, *c.person)
		}
		if c.skip != "" {
			doc.Skipped = append(doc.Skipped, report.SkippedLine{Key: c.entry.Name, Why: c.skip, PutOff: c.putOff})
		}
	}
	jobs := o.jobs(changes, &doc)
	if len(jobs) > 0 {
		a.showPlan(o, jobs)
	}
	if o.dryRun {
		doc.Plan = planOf(jobs)
	}
	if len(jobs) == 0 || o.dryRun {
		if err := a.lookBack(o, &doc); err != nil {
			return err
		}
		return a.answer(ctx, o.output, doc)
	}
	if err := o.refuseRisks(jobs); err != nil {
		return err
	}
	if ok, err := a.mayAct(ctx, o, w); err != nil || !ok {
		return err
	}
	return a.act(ctx, d, o, w, jobs, doc)
}

// planned makes the plan for the named keys. It looks and changes nothing.
func (a *App) planned(ctx context.Context, d *desk, o *changeOptions, w *walker) ([]change, error) {
	d.selected = o.keys
	result, err := a.survey(ctx, d)
	if err != nil {
		return nil, err
	}
	if result.Interrupted {
		return nil, silently(exitInterrupted)
	}
	past, err := a.pastOf(o)
	if err != nil {
		return nil, err
	}
	var out []change
	for _, name := range o.keys {
		s := result.Subjects[slices.IndexFunc(result.Subjects, func(s audit.Subject) bool { return s.Name == name })]
		e := d.entries[slices.IndexFunc(d.entries, func(e survey.Entry) bool { return e.Name == name })]
		c := change{entry: e, key: s.Key}
		if !o.due || a.isDue(e, s, result, past, &c) {
			if err := a.planKey(ctx, d, o, w, result, &c); err != nil {
				return nil, err
			}
		}
		out = append(out, c)
	}
	o.metrics.saw(result.Subjects, out, o.due, a.Now())
	return out, nil
}

// planKey decides how one key is dealt with.
func (a *App) planKey(ctx context.Context, d *desk, o *changeOptions, w *walker, result survey.Result, c *change) error {
	e, k := c.entry, c.key
	x, _ := a.Registry.Lookup(e.Exchange)
	byPerson := func(why string) { c.person = byHand(x, o.kind, k, e.Name, why) }
	if k.Status == exchanges.StatusDead && o.kind != journal.Rotate {
		c.skip = "the exchange says that it does not exist"
		if k.Proof != "" {
			c.skip += ": " + k.Proof
		}
		return nil
	}
	if k.Status == exchanges.StatusDefunct {
		c.skip = "the exchange is gone, and the key with it"
		return nil
	}
	old, problem := a.credentialOf(ctx, d, e, k)
	if problem != "" {
		byPerson(problem)
		return nil
	}
	why := notByAPI(d, x, o.kind, e, k)
	if why == "" {
		why = managerTrouble(result, e, k)
	}
	c.byHand = why != ""
	if c.byHand && (o.kind == journal.Contain || o.due || !w.present()) {
		byPerson(why)
		return nil
	}
	var err error
	j := &rotate.Job{
		ID: journal.NewRunID(a.Now()), Kind: o.kind, Compromised: o.compromised, Key: e.Name, Exchange: e.Exchange,
		Account: accountOf(k, e, c.byHand), Old: old, Settle: o.settle, Risks: o.accept, ManagerName: e.Inventory.Manager,
	}
	if !c.byHand && j.Account.Name == "" {
		byPerson("the sub-account is not known: set `account` in rekey.yaml")
		return nil
	}
	var remarks []string
	switch o.kind {
	case journal.Rotate:
		if remarks, err = a.planRotation(ctx, d, o, c, j, x); err != nil || c.person != nil {
			return err
		}
	case journal.Contain:
		a.containTo(ctx, d, x, j)
	case journal.Revoke:
	}
	if o.kind == journal.Revoke || o.compromised {
		c.risks = append(c.risks, lastManager(d, result, o.keys, e)...)
	}
	c.job, c.plan = j, append(planSteps(j, c, d.reloads[e.Name], why), remarks...)
	return nil
}

// credentialOf reads the credential of a key. Of one that nobody declared the
// access key alone is known.
func (a *App) credentialOf(ctx context.Context, d *desk, e survey.Entry, k exchanges.Key) (c exchanges.Credential, problem string) {
	if e.Location.Kind() == "" {
		return exchanges.Credential{AccessKey: k.Ref.AccessKey}, ""
	}
	reading, err := e.Location.Read(ctx, d.location)
	if err != nil {
		return c, "its credential could not be read: " + err.Error()
	}
	problem, _ = survey.Misplaced(a.Registry, e.Exchange, reading.Credential)
	return reading.Credential, problem
}

// planRotation decides what the new key shall be, and looks whether its places
// can be written.
func (a *App) planRotation(ctx context.Context, d *desk, o *changeOptions, c *change, j *rotate.Job, x exchanges.Exchange) (remarks []string, err error) {
	e, k := c.entry, c.key
	stop := func(why string) ([]string, error) {
		c.person = byHand(x, o.kind, k, e.Name, why+"; no key was made")
		return nil, nil
	}
	remarks, why := want(o, c, j)
	if why != "" {
		return stop(why)
	}
	if other := twin(ctx, d, e, j.Old.AccessKey); other != "" {
		c.person = &report.PersonLine{Key: e.Name, Why: other + " holds the same key and would be left with a dead one: declare it as a copy of this key (copies); no key was made"}
		return nil, nil
	}
	at := d.location
	at.AcceptLooseFile = o.accepted(riskLooseFile)
	more, why := tryPlaces(ctx, e, at)
	if why != "" {
		c.person = &report.PersonLine{Key: e.Name, Why: why + "; no key was made"}
		return nil, nil
	}
	if len(d.reloads[e.Name]) == 0 && !o.compromised { // the thief's key dies first, whoever else uses it
		c.risks = append(c.risks, risk{riskBotRunning, "rekey.yaml names no rotate.reload for it: a bot that runs would go on with the old key until it dies"})
	}
	held := a.planVendors(ctx, d, o, c, j)
	if c.person != nil {
		return nil, nil
	}
	more = append(append(more, held...), a.unswapped(d, e)...)
	if why := a.lockedOut(ctx, d, x, k, j.Want.Whitelist); why != "" {
		c.risks = append(c.risks, risk{riskLockOut, why})
	}
	return append(remarks, more...), nil
}

// twin names another key of rekey.yaml that holds the same access key, "" when
// there is none. Its place would not be written.
func twin(ctx context.Context, d *desk, e survey.Entry, accessKey string) string {
	for _, other := range d.entries {
		if other.Name == e.Name || other.Exchange != e.Exchange {
			continue
		}
		if reading, err := other.Location.Read(ctx, d.location); err == nil && reading.Credential.AccessKey == accessKey {
			return other.Name
		}
	}
	return ""
}

// tryPlaces prepares a change of each place to the credential that it holds, so
// that a place which cannot be written is known before a key is made. It returns
// what the user should know of them, and why one cannot be written, "" when all can.
func tryPlaces(ctx context.Context, e survey.Entry, at location.Env) (remarks []string, why string) {
	for _, l := range append([]location.Location{e.Location}, e.Copies...) {
		reading, err := l.Read(ctx, at)
		if err != nil {
			return nil, err.Error()
		}
		change, err := l.Prepare(ctx, at, reading.Credential)
		if err != nil {
			return nil, err.Error()
		}
		remarks = append(remarks, change.Remarks()...)
	}
	return remarks, ""
}
