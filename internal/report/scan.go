package report

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
	"rekey/internal/text"
)

// ScanFormats returns the formats of a scan report.
func ScanFormats() []string { return []string{"text", "json", "jsonl", "sarif"} }

// A ScanReport is what `rekey scan` prints.
type ScanReport struct {
	Tool       Tool
	StartedAt  time.Time
	FinishedAt time.Time
	Result     scan.Result
	ExitCode   int
	// Notes are sentences for a person, printed by the text report.
	Notes []string
}

// WriteScan prints a scan in the given format.
func WriteScan(w io.Writer, format string, r ScanReport, o Options) error {
	switch format {
	case "text":
		return r.text(w, o)
	case "json":
		return text.WriteJSON(w, r.document())
	case "jsonl":
		return r.lines(w)
	case "sarif":
		return text.WriteJSON(w, r.sarif())
	default:
		return fmt.Errorf("there is no format %q", format)
	}
}

type scanDoc struct {
	SchemaVersion int              `json:"schema_version"`
	Tool          Tool             `json:"tool"`
	StartedAt     string           `json:"started_at"`
	FinishedAt    string           `json:"finished_at"`
	Findings      []scanFindingDoc `json:"findings"`
	Gaps          []scanGapDoc     `json:"gaps"`
	Summary       scanSummaryDoc   `json:"summary"`
}

type scanFindingDoc struct {
	Exchange    string               `json:"exchange"`
	Kind        string               `json:"kind"`
	Confidence  string               `json:"confidence"`
	Why         string               `json:"why"`
	AccessKey   audit.Text           `json:"access_key"`
	Fingerprint audit.Text           `json:"fingerprint"`
	Key         audit.Text           `json:"key"`
	Commit      audit.Text           `json:"commit"`
	AuthorDate  audit.Text           `json:"author_date"`
	Parts       map[string]*placeDoc `json:"parts"`
	Storage     []string             `json:"storage"`
	Status      audit.Text           `json:"status"`
	Ignored     audit.Text           `json:"ignored"` // the reason given in the file
}

type placeDoc struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type scanGapDoc struct {
	Path   string `json:"path"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

type scanSummaryDoc struct {
	Files        int64 `json:"files"`
	Bytes        int64 `json:"bytes"`
	Credentials  int   `json:"credentials"`
	Partial      int   `json:"partial"`
	Samples      int   `json:"samples"`
	Placeholders int   `json:"placeholders"`
	Ignored      int   `json:"ignored"`
	Gaps         int   `json:"gaps"`
	ExitCode     int   `json:"exit_code"`
}

func (r ScanReport) document() scanDoc {
	doc := scanDoc{
		SchemaVersion: SchemaVersion, Tool: r.Tool, StartedAt: stamp(r.StartedAt), FinishedAt: stamp(r.FinishedAt),
		Findings: []scanFindingDoc{}, Gaps: []scanGapDoc{}, Summary: r.summary(),
	}
	for _, f := range r.Result.Findings {
		doc.Findings = append(doc.Findings, newScanFinding(f))
	}
	for _, g := range r.Result.Gaps {
		doc.Gaps = append(doc.Gaps, scanGapDoc(g))
	}
	return doc
}

func newScanFinding(f scan.Finding) scanFindingDoc {
	doc := scanFindingDoc{
		Exchange: f.Exchange, Kind: string(f.Kind), Confidence: string(f.Confidence), Why: f.Why, Key: audit.Text(f.Key),
		Parts: map[string]*placeDoc{}, Storage: append([]string{}, f.Storage...), Status: audit.Text(f.Status),
		Ignored: audit.Text(f.Accepted),
	}
	if key := f.Credential.AccessKey; key != "" {
		doc.AccessKey, doc.Fingerprint = audit.Text(exchanges.MaskAccessKey(key)), audit.Text(exchanges.Fingerprint(key))
	}
	if c := f.Commit; c != nil {
		doc.Commit, doc.AuthorDate = audit.Text(c.Hash), authorDate(c.Date)
	}
	for name, p := range partsOf(f) {
		doc.Parts[name] = &placeDoc{p.Path, p.Line, p.Column}
	}
	return doc
}

func partsOf(f scan.Finding) map[string]*scan.Place {
	all := map[string]*scan.Place{}
	for name, p := range map[string]*scan.Place{
		"access_key": f.AccessKey, "secret": f.Secret,
		"passphrase": f.Passphrase,
	} {
		if p != nil {
			all[name] = p
		}
	}
	return all
}

func (r ScanReport) summary() scanSummaryDoc {
	s := scanSummaryDoc{Files: r.Result.Files, Bytes: r.Result.Bytes, Gaps: len(r.Result.Gaps), ExitCode: r.ExitCode}
	for _, f := range r.Result.Findings {
		switch {
		case f.Kind == find.Sample:
			s.Samples++
		case f.Kind == find.Placeholder:
			s.Placeholders++
		case f.Accepted != "":
			s.Ignored++
		case f.Kind == find.Partial:
			s.Partial++
		default:
			s.Credentials++
		}
	}
	return s
}

// authorDate writes git's time as the contract has times.
func authorDate(date string) audit.Text {
	at, err := time.Parse(time.RFC3339, date)
	if err != nil {
		return audit.Text(date)
	}
	return audit.Text(stamp(at))
}

// lines writes one JSON object a line: every finding, every gap, and the
// summary last.
func (r ScanReport) lines(w io.Writer) error {
	doc := r.document()
	l := text.NewJSONLines(w)
	for _, f := range doc.Findings {
		l.Add("finding", f)
	}
	for _, g := range doc.Gaps {
		l.Add("gap", g)
	}
	l.Add("summary", envelope[scanSummaryDoc]{doc.SchemaVersion, doc.Tool, doc.StartedAt, doc.FinishedAt, doc.Summary})
	return l.Flush()
}

// An envelope is the last line of JSON lines: what is said once for all.
type envelope[S any] struct {
	SchemaVersion int    `json:"schema_version"`
	Tool          Tool   `json:"tool"`
	StartedAt     string `json:"started_at"`
	FinishedAt    string `json:"finished_at"`
	Summary       S      `json:"summary"`
}

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
