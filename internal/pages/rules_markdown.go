package pages

import (
	"strconv"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

func rulesPage(rules []audit.Rule, deferred []audit.DeferredRule) *markdown {
	m := &markdown{}
	m.Heading(1, "Rules")
	m.Paragraph(
		"What `rekey audit` looks for. A rule finds something, passes, or cannot tell because an exchange does not say " +
			"what it needs; it never guesses. " +
			"The severity is the default: a rule may give a finding its own. A policy changes severities and parameters, " +
			"or switches a rule off. " +
			"References to CWE, OWASP NHI and CCSS are this project's judgement. `rekey rules ID` prints the same.",
	)
	var rows [][]string
	for _, r := range rules {
		rows = append(rows, []string{text.MarkdownLink(r.ID), r.Severity.String(), text.MarkdownText(r.Title)})
	}
	m.Table([]string{"rule", "severity", "title"}, rows)
	for _, r := range rules {
		m.rule(r)
	}
	if len(deferred) > 0 {
		m.Heading(2, "Not checked by this version")
		m.Paragraph("These have an ID and a meaning. A policy may name them; no report does.")
		rows = nil
		for _, r := range deferred {
			rows = append(rows, []string{text.MarkdownText(r.ID), text.MarkdownText(r.Title), text.MarkdownText(r.Needs)})
		}
		m.Table([]string{"rule", "title", "needs"}, rows)
	}
	return m
}

func (m *markdown) rule(r audit.Rule) {
	m.Heading(2, r.ID)
	m.Paragraph("**" + text.MarkdownText(r.Title) + "** (" + r.Severity.String() + ")")
	m.Paragraph(text.MarkdownText(r.Why))
	m.Labelled("When", r.When)
	var rows [][]string
	for _, p := range r.Params {
		rows = append(rows, []string{text.MarkdownCode(p.Name), strconv.Itoa(p.Default), text.MarkdownText(p.Doc)})
	}
	m.Table([]string{"parameter", "default", "meaning"}, rows)
	m.Labelled("Remedy", r.Remedy)
	m.Labelled("See", strings.Join(r.Refs, ", "))
	for _, group := range exampleGroups(r) {
		if len(group.words) == 0 {
			continue
		}
		m.Paragraph(strings.ToUpper(group.label[:1]) + group.label[1:] + ":")
		var items []string
		for _, w := range group.words {
			items = append(items, text.MarkdownText(w))
		}
		m.List(items)
	}
}
