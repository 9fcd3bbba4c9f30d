package change

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// steps is a decision in words: what happens, in its order.
func (s *Seen) steps(d Decision, o Options, settle time.Duration) []string {
	manager := d.Entry.Inventory.Manager
	old := s.oldKey(d)
	if d.Verdict == Resume {
		return []string{"go on with run " + string(d.Run) + ", which stopped at " + s.stageOf(d.Run)}
	}
	if d.Kind == journal.Contain {
		from := "IP whitelist unchanged"
		if len(d.Want.Whitelist) > 0 {
			from = "usable from " + strings.Join(d.Want.Whitelist, ", ") + " alone"
		}
		if d.Self {
			return []string{fmt.Sprintf("let %s set itself to read-only by its own call, which cannot be undone; %s", old, from)}
		}
		return []string{fmt.Sprintf("set %s to read-only (via %s); %s", old, manager, from)}
	}
	kill := fmt.Sprintf("delete %s via %s, and confirm that it is dead", old, manager)
	if !s.Facts[d.Key].Credential.Secret {
		kill = fmt.Sprintf("delete %s via %s; confirmed only by the key list (rekey has no secret to test it)", old, manager)
	}
	if d.Self {
		kill = fmt.Sprintf("let %s delete itself by its own call, and confirm that it is dead", old)
	}
	if d.Verdict == ByHand {
		kill = fmt.Sprintf("you delete %s by hand (%s); rekey asks until the exchange says that it is gone",
			old, d.ByHandWhy.Text)
		if x, _ := s.Registry.Lookup(d.Entry.Exchange); x.IsCardAlone() {
			kill = fmt.Sprintf("you delete %s by hand (%s), and check that it is not listed there any more; "+
				"rekey cannot confirm it", old, d.ByHandWhy.Text)
		}
	}
	if d.Kind == journal.Revoke {
		return append([]string{kill}, d.Remarks...)
	}
	places := []string{d.Entry.Location.Display()}
	for _, at := range d.Entry.Copies {
		places = append(places, at.Display())
	}
	steps := []string{
		fmt.Sprintf("make a key for %s with %s, and keep its secret in the encrypted store", d.Account.Name, wanted(d.Want)),
		"prove that it works from here and is no wider",
		"write it to " + strings.Join(places, ", "),
	}
	if d.Verdict == ByHand {
		steps[0] = fmt.Sprintf("you make a key on the exchange's page with %s, and give it to rekey, "+
			"which keeps its secret in the encrypted store", wanted(d.Want))
	}
	if reload := s.Reloads[d.Key]; len(reload) > 0 {
		steps = append(steps, "run "+strings.Join(reload, " "))
	}
	if o.Compromised {
		return append(append([]string{kill}, steps...), d.Remarks...)
	}
	return append(append(steps, fmt.Sprintf("wait %s, then %s", settle, kill)), d.Remarks...)
}

func (s *Seen) stageOf(id journal.RunID) string {
	for _, r := range s.Runs {
		if r.ID == id {
			return string(r.Stage)
		}
	}
	return string(journal.Planned)
}

// oldKey names the old key and its account.
func (s *Seen) oldKey(d Decision) string {
	text := exchanges.MaskAccessKey(s.Facts[d.Key].Credential.AccessKey)
	if d.Account.Name != "" {
		text += " of " + d.Account.Name
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
	if len(w.Permissions) == 0 {
		return string(exchanges.Read)
	}
	return joined(w.Permissions)
}

// PlanOf is a plan as it is shown: the decisions that are carried out.
func (s *Seen) PlanOf(decisions []Decision, o Options, settle time.Duration) report.Plan {
	plan := report.Plan{}
	for _, d := range decisions {
		if !d.Verdict.Acts() {
			continue
		}
		step := report.PlanStep{Kind: string(d.Kind), Key: d.Key, Steps: s.steps(d, o, settle), Risks: []string{}}
		for _, r := range d.Risks {
			step.Risks = append(step.Risks, r.Word+": "+r.Why)
		}
		plan = append(plan, step)
	}
	return plan
}

// personLine is what a person does in place of the API.
func personLine(x exchanges.Exchange, d Decision, why string) report.PersonLine {
	p := report.PersonLine{Key: d.Key, Why: why, Page: d.Page, Steps: d.Steps}
	if p.Steps != nil {
		return p
	}
	p.Steps = []string{}
	for _, action := range needed(d.Kind) {
		page, steps := pageSteps(x, action, d.Seen)
		if page != "" {
			p.Page = page
		}
		p.Steps = append(p.Steps, steps...)
	}
	if accessKey := d.Seen.Ref.AccessKey; accessKey != "" {
		p.Steps = append(p.Steps, "The access key of the old key is "+exchanges.MaskAccessKey(accessKey))
	}
	return p
}

// pageSteps are the page of an action and what a person does there, from the
// card. Without any, both are empty.
func pageSteps(x exchanges.Exchange, action exchanges.Action, k exchanges.Key) (page string, steps []string) {
	for _, row := range x.Card.Capabilities {
		ofSub := k.Ref.Account.Kind == exchanges.AccountSub
		if row.Action != action || row.Reach == exchanges.SubKeys && !ofSub || row.Page == "" && len(row.Steps) == 0 {
			continue
		}
		if len(row.Steps) == 0 {
			return row.Page, []string{"Open " + row.Page}
		}
		return row.Page, slices.Clone(row.Steps)
	}
	return "", nil
}

// counted writes a count for people.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
