package report

import (
	"net/url"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
)

// sarifKinds are the rules of a scan, one for each kind of finding.
func sarifKinds() []sarifRule {
	return []sarifRule{
		{ID: "scan/credential", Short: sarifText("a credential of an exchange")},
		{ID: "scan/partial", Short: sarifText("a part of a credential, its other half is nowhere near")},
		{ID: "scan/sample", Short: sarifText("an example that an exchange published")},
		{ID: "scan/placeholder", Short: sarifText("a place that waits for a credential")},
	}
}

func (r ScanReport) sarif() sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: r.Tool.Name, Version: r.Tool.Version, Rules: sarifKinds()}},
		Invocations: []sarifInvocation{
			{Successful: r.ExitCode != 1 && r.ExitCode != 130, ExitCode: r.ExitCode, Notifications: []sarifNotification{}},
		},
		Results: []sarifResult{}, ColumnKind: "unicodeCodePoints",
	}
	for _, g := range r.Result.Gaps {
		run.Invocations[0].Notifications = append(
			run.Invocations[0].Notifications,
			sarifNotification{Level: "warning", Message: sarifText(g.Path + ": " + g.Detail)},
		)
	}
	for _, f := range r.Result.Findings {
		run.Results = append(run.Results, newSarifResult(f))
	}
	return sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

func newSarifResult(f scan.Finding) sarifResult {
	level := map[find.Kind]string{find.Credential: "error", find.Partial: "warning"}[f.Kind]
	if level == "" {
		level = "none"
	}
	rule := "scan/" + string(f.Kind)
	result := sarifResult{
		RuleID: rule, RuleIndex: slices.IndexFunc(sarifKinds(), func(k sarifRule) bool { return k.ID == rule }),
		Level: level, Message: sarifText(scanWords(f)), Locations: []sarifLocation{sarifPlace(f.Place(), "")},
	}
	if key := f.Credential.AccessKey; key != "" {
		result.Fingerprints = map[string]string{"accessKey/v1": exchanges.Fingerprint(key)}
	}
	for _, name := range []string{"secret", "passphrase"} {
		if p := partsOf(f)[name]; p != nil && *p != f.Place() {
			result.Related = append(result.Related, sarifPlace(*p, name))
		}
	}
	if f.Accepted != "" {
		result.Suppressions = []sarifSuppression{{Kind: "inSource", Justification: f.Accepted}}
	}
	return result
}

func sarifPlace(p scan.Place, what string) sarifLocation {
	l := sarifLocation{
		Physical: sarifPhysical{
			sarifArtifact{(&url.URL{Path: p.Path}).EscapedPath()},
			sarifRegion{max(p.Line, 1), max(p.Column, 1)},
		},
	}
	if what != "" {
		l.Message = sarifText(what)
	}
	return l
}

// scanWords says a finding in one sentence, without place.
func scanWords(f scan.Finding) string {
	var b strings.Builder
	b.WriteString(f.Exchange + " ")
	switch f.Kind {
	case find.Credential:
		b.WriteString("credential")
	case find.Partial:
		if f.AccessKey != nil {
			b.WriteString("access key without its secret")
		} else {
			b.WriteString("secret without its access key")
		}
	case find.Sample:
		b.WriteString("example")
	case find.Placeholder:
		b.WriteString("placeholder")
	}
	if f.Credential.AccessKey != "" && f.Kind != find.Placeholder {
		b.WriteString(" " + exchanges.MaskAccessKey(f.Credential.AccessKey))
	}
	if f.Key != "" {
		b.WriteString(", the inventory's " + f.Key)
	}
	return b.String()
}
