package cmd

import (
	"bytes"
	"slices"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/report"
)

// accountSteps are what no API can do, for each exchange and vendor that is
// concerned. The order is that of the evidence sheet (account security after
// the keys, then the report; read 2026-11-22): never delay the killing for it.
func accountSteps(registry exchanges.Registry, affected []report.AffectedLine) []report.AccountLine {
	var out []report.AccountLine
	var vendors []string
	for _, x := range registry.Exchanges() {
		if !slices.ContainsFunc(affected, func(l report.AffectedLine) bool { return l.Key.Exchange == x.Card.Name }) ||
			x.Card.Kind == "defunct" {
			continue
		}
		steps := []string{
			"Log in by typing the address; change the password, renew the second factor, end all other sessions and devices",
			"Look through the withdrawal addresses and remove those you do not know; switch on the address " +
				"whitelist where there is one",
			"Look through connected apps: OAuth, Fast Connect and Fast API grants are not keys, and outlive them",
			"Look through open orders and positions, and cancel what is not yours",
			"Write down orders, trades and withdrawals of the last days before they are hard to get; note trade " +
				"ids, order ids and times",
			"Tell support: ask for a freeze of what was moved, for the source addresses, and to keep the records",
		}
		if x.Card.Name == "binance" {
			steps = append(
				steps,
				"Report to the police: Binance's courtesy freeze ends unless a police report follows within 7 days",
			)
		} else {
			steps = append(steps, "Report to the police: exchanges freeze and share what they know on a police report")
		}
		out = append(out, report.AccountLine{Name: x.Card.Name, Page: firstPage(x), Steps: steps})
	}
	for _, l := range affected {
		for _, v := range l.Key.SharedWith {
			if !slices.Contains(vendors, v) {
				vendors = append(vendors, v)
			}
		}
	}
	slices.Sort(vendors)
	for _, v := range vendors {
		out = append(out, report.AccountLine{Name: v, Steps: []string{
			"Stop the bots, then remove the connection of every key that died: it does not end by itself",
			"Change the password and the second factor there, and delete its API tokens",
			"Save its notices and the connection dates as evidence",
		}})
	}
	return out
}

func firstPage(x exchanges.Exchange) string {
	for _, row := range x.Card.Capabilities {
		if row.Page != "" {
			return row.Page
		}
	}
	return ""
}

// writeReport puts the report as Markdown into a file, for those who ask later.
func (a *App) writeReport(o *respondOptions, doc report.Response) error {
	var b bytes.Buffer
	if err := doc.Write(&b, "markdown", report.Options{}); err != nil {
		return err
	}
	return atomicfile.Write(a.path(o.report), b.Bytes(), atomicfile.Options{})
}
