package report

import (
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"rekey/audit"
	"rekey/internal/text"
)

// printSARIF prints SARIF 2.1.0. A finding stands at the line of rekey.yaml
// that declares its key, since that is where a team sees it. What was fixed is
// left out: a viewer would open an alert for it.
func printSARIF(w io.Writer, doc *audit.Result, _ Options) error {
	rules, lines := sarifRules(doc), places(doc)
	s := text.NewJSONStream(w) // of the types below, value by value
	run := func() {
		s.Value("tool", sarifTool{Driver: sarifDriver{Name: "rekey", Version: doc.Tool.Version, Rules: rules}})
		s.Value("columnKind", "unicodeCodePoints")
		s.List("invocations", func() {
			s.Object("", func() {
				s.Value("executionSuccessful", doc.Summary.ExitCode != audit.Interrupted)
				s.Value("exitCode", doc.Summary.ExitCode)
				s.Value("startTimeUtc", doc.StartedAt)
				s.Value("endTimeUtc", doc.FinishedAt)
				s.List("toolExecutionNotifications", func() { sarifNotifications(s, doc) })
			})
		})
		s.List("results", func() {
			for _, f := range doc.Findings {
				s.Value("", sarifResultOf(doc, f, lines, rules))
			}
		})
	}
	s.Object("", func() {
		s.Value("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
		s.Value("version", "2.1.0")
		s.List("runs", func() { s.Object("", run) })
	})
	return s.Flush()
}

func sarifResultOf(doc *audit.Result, f audit.Finding, lines map[string]audit.Declared, rules []sarifRule) sarifResult {
	file, line, column := placeOf(doc, f.Key, lines)
	prose := text.CleanName(f.Key) + ": " + f.Sentence()
	if f.Remedy != "" {
		prose += ". What to do: " + f.Remedy
	}
	r := sarifResult{
		RuleID: f.Rule, RuleIndex: slices.IndexFunc(rules, func(r sarifRule) bool { return r.ID == f.Rule }),
		Level: sarifLevel(f.Severity), Message: sarifText(prose),
		Locations: []sarifLocation{{
			Physical: sarifPhysical{
				Artifact: sarifArtifact{URI: sarifURI(file)},
				Region:   sarifRegion{Line: line, Column: column},
			},
			Logical: []sarifLogical{{Name: text.CleanName(f.Key), Kind: "resource"}},
		}},
		Fingerprints: map[string]string{"rekeyFinding/v1": f.ID},
		Properties:   map[string]any{"severity": f.Severity, "incident": f.Incident},
	}
	switch f.Change {
	case audit.New:
		r.Baseline = "new"
	case audit.Worse:
		r.Baseline = "updated"
	}
	if w := f.Waived; w != nil {
		r.Suppressions = []sarifSuppression{{
			Kind: "external", Status: "accepted", Justification: text.Sentence("waived until " + w.Until.String() + " by " +
				w.Owner + ": " + w.Reason),
		}}
	}
	return r
}

// sarifRules describes the rules that the results name.
func sarifRules(doc *audit.Result) []sarifRule {
	known := map[string]audit.Rule{}
	for _, r := range audit.Rules() {
		known[r.ID] = r
	}
	var ids []string
	for _, f := range doc.Findings {
		if !slices.Contains(ids, f.Rule) {
			ids = append(ids, f.Rule)
		}
	}
	slices.Sort(ids)
	rules := []sarifRule{}
	for _, id := range ids {
		r, ok := known[id]
		if !ok { // of another version
			r = audit.Rule{ID: id, Title: id, Severity: audit.Medium, Why: id, Remedy: id}
		}
		rules = append(rules, sarifRule{
			ID: id, Name: sarifName(r.Title), Short: sarifText(text.Capital(r.Title) + "."), Full: sarifText(r.Why),
			Help:    sarifText(r.Remedy),
			Default: sarifConfiguration{Level: sarifLevel(r.Severity)},
			Properties: map[string]any{
				"security-severity": map[audit.Severity]string{
					audit.Critical: "9.5", audit.High: "8.0", audit.Medium: "5.5", audit.Low: "2.5", audit.Info: "0.5",
				}[r.Severity], "tags": append([]string{"security"}, r.Refs...),
			},
		})
	}
	return rules
}

// sarifNotifications say what could not be looked at, and what nobody told.
func sarifNotifications(s *text.JSONStream, doc *audit.Result) {
	for _, g := range doc.Gaps {
		s.Value("", sarifNotification{
			Level: "warning", Descriptor: sarifDescriptor{ID: "gap/" + string(g.Kind)},
			Message: sarifText("unreachable: " + text.CleanName(g.Key) + ": " + g.Detail),
		})
	}
	for _, u := range doc.Unknowns {
		s.Value("", sarifNotification{
			Level: "note", Descriptor: sarifDescriptor{ID: "unknown/" + u.Rule},
			Message: sarifText("not judged by " + u.Rule + ": " + text.CleanName(u.Key) + ": " + u.Detail),
		})
	}
}

func sarifLevel(severity audit.Severity) string {
	switch severity {
	case audit.Critical, audit.High:
		return "error"
	case audit.Medium:
		return "warning"
	case audit.Low, audit.Info, audit.None:
	}
	return "note"
}

// sarifText makes a message. Brackets would make a link of foreign text
// (section 3.11.6 of SARIF 2.1.0).
func sarifText(prose string) sarifMessage {
	return sarifMessage{strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(text.Sentence(prose))}
}

// sarifName is a title as one word, as the name of a rule is written.
func sarifName(title string) string {
	var b strings.Builder
	plain := func(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	for _, word := range strings.FieldsFunc(title, func(r rune) bool { return !plain(r) }) {
		b.WriteString(text.Capital(word))
	}
	return b.String()
}

// sarifURI is a path as a relative reference, or as a file URI when it is
// absolute.
func sarifURI(file string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	if path.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	if len(file) > 2 && file[1] == ':' && file[2] == '/' { // a drive
		return (&url.URL{Scheme: "file", Path: "/" + file}).String()
	}
	return (&url.URL{Path: file}).String()
}

// The part of the SARIF 2.1.0 object model that rekey writes. The standard:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
// (read 2026-11-22).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		ColumnKind  string            `json:"columnKind"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string             `json:"id"`
		Name       string             `json:"name,omitempty"`
		Short      sarifMessage       `json:"shortDescription"`
		Full       sarifMessage       `json:"fullDescription,omitzero"`
		Help       sarifMessage       `json:"help,omitzero"`
		Default    sarifConfiguration `json:"defaultConfiguration,omitzero"`
		Properties map[string]any     `json:"properties,omitempty"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		ExitCode      int                 `json:"exitCode"`
		Start         string              `json:"startTimeUtc,omitempty"`
		End           string              `json:"endTimeUtc,omitempty"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level      string          `json:"level"`
		Descriptor sarifDescriptor `json:"descriptor,omitzero"`
		Message    sarifMessage    `json:"message"`
	}
	sarifDescriptor struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifMessage       `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints,omitempty"`
		Baseline     string             `json:"baselineState,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   map[string]any     `json:"properties,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  sarifMessage   `json:"message,omitzero"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status,omitempty"`
		Justification string `json:"justification"`
	}
)
