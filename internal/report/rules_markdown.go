package report

import (
	"strconv"
	"strings"

	"rekey/audit"
)

func rulesPage(rules []audit.Rule, deferred []audit.DeferredRule) *markdown {
	m := &markdown{}
	m.heading(1, "Rules")
	m.paragraph("What `rekey audit` looks for. A rule finds something, passes, or cannot tell because an exchange does not say what it needs; it never guesses. " +
		"The severity is the default: a rule may give a finding its own. A policy changes severities and parameters, or switches a rule off. " +
		"References to CWE, OWASP NHI and CCSS are this project's judgement. `rekey rules ID` prints the same.")
	var rows [][]string
	for _, r := range rules {
		rows = append(rows, []string{markdownLink(r.ID), r.Severity.String(), markdownText(r.Title)})
	}
	m.table([]string{"rule", "severity", "title"}, rows)
	for _, r := range rules {
		m.rule(r)
	}
	if len(deferred) > 0 {
		m.heading(2, "Not checked by this version")
		m.paragraph("These have an ID and a meaning. A policy may name them; no report does.")
		rows = nil
		for _, r := range deferred {
			rows = append(rows, []string{markdownText(r.ID), markdownText(r.Title), markdownText(r.Needs)})
		}
		m.table([]string{"rule", "title", "needs"}, rows)
	}
	return m
}

func (m *markdown) rule(r audit.Rule) {
	m.heading(2, r.ID)
	m.paragraph("**" + markdownText(r.Title) + "** (" + r.Severity.String() + ")")
	m.paragraph(markdownText(r.Why))
	m.labelled("When", r.When)
	var rows [][]string
	for _, p := range r.Params {
		rows = append(rows, []string{markdownCode(p.Name), strconv.Itoa(p.Default), markdownText(p.Doc)})
	}
	m.table([]string{"parameter", "default", "meaning"}, rows)
	m.labelled("Remedy", r.Remedy)
	m.labelled("See", strings.Join(r.Refs, ", "))
	for _, group := range exampleGroups(r) {
		if len(group.words) == 0 {
			continue
		}
		m.paragraph(strings.ToUpper(group.label[:1]) + group.label[1:] + ":")
		var items []string
		for _, w := range group.words {
			items = append(items, markdownText(w))
		}
		m.list(items)
	}
}
