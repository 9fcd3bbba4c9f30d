package report

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"

	"rekey/audit"
	"rekey/internal/text"
)

// The JUnit report has the elements and attributes that Jenkins' schema knows.
// Ant's older one has no word for a test that was skipped, and what was not
// told must not look as if it had passed.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Package    string          `xml:"package,attr"`
		ID         int             `xml:"id,attr"`
		Name       string          `xml:"name,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Hostname   string          `xml:"hostname,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
		Err        string          `xml:"system-err"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *junitSkipped `xml:"skipped"`
		Error   *junitProblem `xml:"error"`
		Failure *junitProblem `xml:"failure"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitSkipped struct {
		Text string `xml:",chardata"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// printJUnit prints a suite for each key. A test fails where the audit does: a
// finding that reaches the threshold. What could not be looked at is an error,
// what was not told or is waived is skipped, and a finding below the threshold
// passes and stands in the output of its suite.
func printJUnit(w io.Writer, r *audit.Result, _ Options) error {
	all := newView(r)
	var out junitSuites
	add := func(name string, cases []junitCase, remarks []string, properties ...junitProperty) {
		s := junitSuite{
			Package: "rekey", ID: len(out.Suites), Name: name, Hostname: "localhost",
			Timestamp: r.StartedAt.Format("2006-01-02T15:04:05"), Time: "0",
			Properties: properties, Cases: cases, Tests: len(cases), Out: strings.Join(remarks, "\n"),
		}
		for _, c := range cases {
			switch {
			case c.Failure != nil:
				s.Failures++
			case c.Error != nil:
				s.Errors++
			case c.Skipped != nil:
				s.Skipped++
			}
		}
		out.Suites = append(out.Suites, s)
	}
	for _, v := range all.keys {
		class := text.CleanName(v.name)
		cases, remarks := junitFindings(r.Summary, v.findings, class)
		cases = append(junitGaps(v.gaps, class), cases...)
		if len(v.gaps) == 0 {
			cases = append([]junitCase{{Name: "was looked at", Class: class, Time: "0"}}, cases...)
		}
		for _, u := range v.unknowns {
			cases = append(
				cases,
				junitCase{Name: u.Rule, Class: class, Time: "0", Skipped: &junitSkipped{text.Sentence("not judged: " + u.Detail)}},
			)
		}
		add(
			class,
			cases,
			remarks,
			junitProperty{"exchange", text.Clean(v.Exchange)},
			junitProperty{"may", mayWords(v.Key)},
			junitProperty{"from", fromWords(v.Whitelist)},
		)
	}
	cases, remarks := junitFindings(r.Summary, all.other, "rekey")
	for _, g := range all.gaps {
		cases = append(cases, junitGaps([]audit.Gap{g}, text.CleanName(g.Key))...)
	}
	if len(cases) > 0 {
		add("about no single key", cases, remarks, junitProperty{"exchange", ""})
	}
	if len(out.Suites) > 0 {
		took := r.FinishedAt.Sub(r.StartedAt.Time).Round(time.Millisecond)
		out.Suites[0].Time = junitSeconds(max(took, 0))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitFindings(s audit.Summary, findings []audit.Finding, class string) (cases []junitCase, remarks []string) {
	for _, f := range findings {
		c := junitCase{Name: text.Sentence(f.Rule + " " + f.Title), Class: class, Time: "0"}
		if class == "rekey" {
			c.Class = text.CleanName(f.Key)
		}
		switch {
		case f.Waived != nil:
			c.Skipped = &junitSkipped{
				text.Sentence("waived until " + f.Waived.Until.String() + " by " + f.Waived.Owner + ": " + f.Waived.Reason),
			}
		case s.Fails(f):
			c.Failure = &junitProblem{
				Message: text.Sentence(f.Sentence()),
				Type:    f.Severity.String(),
				Text:    text.Sentence("What to do: " + f.Remedy),
			}
		default:
			remarks = append(remarks, text.Sentence(f.Severity.String()+" "+f.Rule+" "+f.Sentence()))
		}
		cases = append(cases, c)
	}
	return cases, remarks
}

func junitGaps(gaps []audit.Gap, class string) []junitCase {
	var cases []junitCase
	for _, g := range gaps {
		cases = append(cases, junitCase{
			Name: "was looked at", Class: class, Time: "0", Error: &junitProblem{
				Message: text.Sentence(g.Detail),
				Type:    string(g.Kind), Text: "unreachable",
			},
		})
	}
	return cases
}

func junitSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
