package report

import (
	"net/url"
	"strings"

	"rekey/exchanges"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
)

// The parts of SARIF 2.1.0 that a scan fills in (OASIS, read 2026-11-22).
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID    string    `json:"id"`
	Short sarifText `json:"shortDescription"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	Successful    bool        `json:"executionSuccessful"`
	ExitCode      int         `json:"exitCode"`
	Notifications []sarifNote `json:"toolExecutionNotifications,omitempty"`
}

type sarifNote struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Related      []sarifLocation   `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints,omitempty"`
	Suppressions []sarifSuppressed `json:"suppressions,omitempty"`
}

type sarifSuppressed struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
}

func (r ScanReport) sarif() sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{r.Tool.Name, r.Tool.Version, []sarifRule{
			{"scan/credential", sarifText{"a credential of an exchange"}},
			{"scan/partial", sarifText{"a part of a credential, its other half is nowhere near"}},
			{"scan/sample", sarifText{"an example that an exchange published"}},
			{"scan/placeholder", sarifText{"a place that waits for a credential"}},
		}}},
		Invocations: []sarifInvocation{{Successful: r.ExitCode != 1 && r.ExitCode != 130, ExitCode: r.ExitCode}},
		Results:     []sarifResult{}, ColumnKind: "unicodeCodePoints",
	}
	for _, g := range r.Result.Gaps {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNote{"warning", sarifText{g.Path + ": " + g.Detail}})
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
	result := sarifResult{RuleID: "scan/" + string(f.Kind), Level: level, Message: sarifText{scanWords(f)}, Locations: []sarifLocation{sarifPlace(f.Place(), "")}}
	if key := f.Credential.AccessKey; key != "" {
		result.Fingerprints = map[string]string{"accessKey/v1": exchanges.Fingerprint(key)}
	}
	for _, name := range []string{"secret", "passphrase"} {
		if p := partsOf(f)[name]; p != nil && *p != f.Place() {
			result.Related = append(result.Related, sarifPlace(*p, name))
		}
	}
	if f.Accepted != "" {
		result.Suppressions = []sarifSuppressed{{"inSource", f.Accepted}}
	}
	return result
}

func sarifPlace(p scan.Place, what string) sarifLocation {
	l := sarifLocation{Physical: sarifPhysical{sarifArtifact{(&url.URL{Path: p.Path}).EscapedPath()}, sarifRegion{max(p.Line, 1), max(p.Column, 1)}}}
	if what != "" {
		l.Message = &sarifText{what}
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
