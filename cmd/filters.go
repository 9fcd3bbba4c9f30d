package cmd

import (
	"slices"

	"rekey/audit"
	"rekey/internal/report"
)

// checkFilters looks at the flags that choose what the text shows. Documents for
// programs always hold everything.
func (o *auditOptions) checkFilters() error {
	if o.severity != "" {
		if _, err := audit.ParseSeverity(o.severity); err != nil {
			return unknownWord("severity", o.severity, severityWords(), "--severity ")
		}
	}
	if o.top < 0 {
		return usage("--top cannot be negative")
	}
	if o.severity == "" && o.exchange == "" && o.owner == "" && o.top == 0 {
		return nil
	}
	list, err := o.wanted()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(w wantedReport) bool { return w.format == "text" }) {
		return usage("--severity, --exchange, --owner and --top choose what the text shows; the other formats hold every key")
	}
	return nil
}

func severityWords() []string {
	var out []string
	for _, s := range audit.Severities() {
		out = append(out, s.String())
	}
	return out
}

// checkShown refuses a filter that no key of the configuration can pass: it would
// look as if there were no problem.
func (o *auditOptions) checkShown(d *workspace) error {
	var places, owners []string
	for _, e := range d.Entries {
		places, owners = append(places, e.Exchange), append(owners, e.Inventory.Owner)
	}
	if o.exchange != "" && !slices.Contains(places, o.exchange) {
		return unknownWord("key of exchange", o.exchange, places, "--exchange ")
	}
	if o.owner != "" && !slices.Contains(owners, o.owner) {
		return unknownWord("key of owner", o.owner, owners, "--owner ")
	}
	return nil
}

// show is what the flags ask to see.
func (o *auditOptions) show() report.Show {
	least, _ := audit.ParseSeverity(o.severity) // checked before
	return report.Show{Named: len(o.keys) > 0, Least: least, Exchange: o.exchange, Owner: o.owner, Top: o.top}
}
