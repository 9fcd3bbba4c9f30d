package cmd

import (
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// planSteps is the plan of a job in words. why says for a job by hand why it is.
func planSteps(j *rotate.Job, c *change, reload []string, why string) []string {
	if j.Kind == journal.Contain {
		from := "from where it was allowed"
		if len(j.Want.Whitelist) > 0 {
			from = "from " + strings.Join(j.Want.Whitelist, ", ") + " alone"
		}
		return []string{fmt.Sprintf("narrow %s through %s: it shall read and nothing else, %s", keyWords(j), c.entry.Inventory.Manager, from)}
	}
	kill := fmt.Sprintf("destroy %s through %s, and prove it dead", keyWords(j), c.entry.Inventory.Manager)
	if j.Old.Secret.IsZero() {
		kill = fmt.Sprintf("destroy %s through %s, until its list does not name it any more; nobody here has its secret, so there is no proof", keyWords(j), c.entry.Inventory.Manager)
	}
	if c.byHand {
		kill = fmt.Sprintf("you delete %s on the exchange's page (%s); it is watched until the exchange says that it is gone", keyWords(j), why)
	}
	if j.Kind == journal.Revoke {
		return []string{kill}
	}
	places := []string{c.entry.Location.Display()}
	for _, at := range c.entry.Copies {
		places = append(places, at.Display())
	}
	steps := []string{
		fmt.Sprintf("make a key for %s with %s, and keep its secret in the encrypted store", j.Account.Name, wanted(j.Want)),
		"prove that it works from here and is no wider",
		"write it to " + strings.Join(places, ", "),
	}
	if c.byHand {
		steps[0] = fmt.Sprintf("you make a key on the exchange's page with %s, and give it to rekey, which keeps its secret in the encrypted store", wanted(j.Want))
	}
	if len(reload) > 0 {
		steps = append(steps, "run "+strings.Join(reload, " "))
	}
	if j.Compromised {
		return append([]string{kill}, steps...)
	}
	return append(steps, fmt.Sprintf("wait %s, then %s", j.Settle, kill))
}

// keyWords names the old key and its account.
func keyWords(j *rotate.Job) string {
	text := exchanges.MaskAccessKey(j.Old.AccessKey)
	if j.Account.Name != "" {
		text += " of " + j.Account.Name
	}
	return text
}

// wanted says what a new key shall be.
func wanted(w rotate.Want) string {
	from := "any address, as the old one"
	switch {
	case len(w.Whitelist) > 0:
		from = strings.Join(w.Whitelist, ", ")
	case w.Restricted:
		from = "the same addresses as the old one"
	}
	return powers(w) + ", for " + from
}

func powers(w rotate.Want) string {
	var out []string
	for _, p := range w.Permissions {
		out = append(out, string(p))
	}
	if len(out) == 0 {
		return "read"
	}
	return strings.Join(out, ", ")
}

// showPlan prints what would happen. It goes to stderr: the answer, what did
// happen, has stdout for itself.
func (a *App) showPlan(o *changeOptions, jobs []change) {
	if a.flags.quiet && o.yes && !o.dryRun {
		return
	}
	plan := planOf(jobs)
	screen := a.screen(a.Stderr)
	_ = plan.Write(a.Stderr, report.Options{Width: screen.Width, Color: screen.Color}) // that it cannot be read changes nothing
}

func planOf(jobs []change) report.Plan {
	plan := report.Plan{}
	for _, c := range jobs {
		step := report.PlanStep{Kind: string(c.job.Kind), Key: c.entry.Name, Steps: c.plan, Risks: []string{}}
		for _, r := range c.risks {
			step.Risks = append(step.Risks, r.word+": "+r.why)
		}
		plan = append(plan, step)
	}
	return plan
}

// byHand is what a person does in place of the API.
func byHand(x exchanges.Exchange, kind journal.Kind, k exchanges.Key, name, why string) *report.PersonLine {
	p := &report.PersonLine{Key: name, Why: why, Steps: []string{}}
	actions := []exchanges.Action{exchanges.ActRevoke}
	switch kind {
	case journal.Rotate:
		actions = []exchanges.Action{exchanges.ActIssue, exchanges.ActRevoke}
	case journal.Contain:
		actions = []exchanges.Action{exchanges.ActEdit}
	case journal.Revoke:
	}
	for _, action := range actions {
		page, steps := pageSteps(x, action, k)
		if page != "" {
			p.Page = page
		}
		p.Steps = append(p.Steps, steps...)
	}
	if k.Ref.AccessKey != "" {
		p.Steps = append(p.Steps, "The access key of the old key is "+exchanges.MaskAccessKey(k.Ref.AccessKey))
	}
	return p
}

// pageSteps are the page of an action and what a person does there, from the
// card. Without any, both are empty.
func pageSteps(x exchanges.Exchange, action exchanges.Action, k exchanges.Key) (page string, steps []string) {
	for _, row := range x.Card.Capabilities {
		if row.Action != action || row.Page == "" || row.Reach == exchanges.SubKeys && k.Ref.Account.Kind != exchanges.AccountSub {
			continue
		}
		if len(row.Steps) == 0 {
			return row.Page, []string{"Open " + row.Page}
		}
		return row.Page, slices.Clone(row.Steps)
	}
	return "", nil
}
