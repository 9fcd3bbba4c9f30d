package exchangetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A SampleConfig tells how an adapter reads the exchange's documented answers.
type SampleConfig struct {
	Dir      string // folder of the exchange among the samples
	Prefix   string // what the names of its answers begin with, where two share a folder
	Exchange exchanges.Exchange
	// Path, when set, gives the path under which the files name an operation.
	Path func(exchanges.Operation) string
	// Wire returns a pointer to a new value of the type that the adapter
	// decodes the operation's answer into.
	Wire func(operation string) any
	// Check, when set, looks at the decoded value for what decoding cannot
	// notice.
	Check func(t *testing.T, operation string, value any)
	// Without lists the operations that have no documented answer here, with
	// the reason; Skip lists files that are not to be read, with the reason.
	Without, Skip map[string]string
	// Refusals says how each documented error body must be judged, by file
	// name, for an answer to the operation named in RefusalOf.
	Refusals  map[string]exchanges.Kind
	RefusalOf string
}

// Samples decodes every documented answer of every declared operation, and
// fails on a field that the adapter does not know. The samples lie beside the
// checkout, at ../shared/samples or $REKEY_SAMPLES; where they do not, the test
// is skipped.
func Samples(t *testing.T, c SampleConfig) {
	t.Helper()
	root := samplesRoot(t)
	claimed := map[string]bool{}
	for _, op := range c.Exchange.Protocol.Operations {
		named := op
		if c.Path != nil {
			named.Path = c.Path(op)
		}
		files := samplesOf(t, filepath.Join(root, c.Dir), c.Prefix, named)
		for _, file := range files {
			name := filepath.Base(file)
			claimed[name] = true
			if reason, skip := c.Skip[name]; skip {
				t.Logf("%s is left out: %s", name, reason)
				continue
			}
			t.Run(name, func(t *testing.T) { decodeSample(t, c, op, file) })
		}
		if reason, ok := c.Without[op.Name]; len(files) == 0 != ok {
			t.Errorf("operation %q has %d documented answers, and %q as the reason for having none", op.Name, len(files), reason)
		}
	}
	for name := range c.Skip {
		if !claimed[name] {
			t.Errorf("%s is left out and is no answer of a declared operation", name)
		}
	}
	for name, want := range c.Refusals {
		t.Run(name, func(t *testing.T) { judgeSample(t, c, filepath.Join(root, c.Dir, filepath.FromSlash(name)), want) })
	}
}

func decodeSample(t *testing.T, c SampleConfig, op exchanges.Operation, file string) {
	t.Helper()
	body := read(t, file)
	value := c.Wire(op.Name)
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		t.Fatalf("not decoded without loss: %v", err)
	}
	if err := c.Exchange.Protocol.Judge(op, exchanges.Response{
		Status: http.StatusOK, Header: http.Header{},
		Body: body,
	}); err != nil {
		t.Errorf("a documented answer is judged as a refusal: %v", err)
	}
	if c.Check != nil {
		c.Check(t, op.Name, value)
	}
}

var statusInName = regexp.MustCompile(`http(\d{3})_`)

func judgeSample(t *testing.T, c SampleConfig, file string, want exchanges.Kind) {
	t.Helper()
	status := http.StatusBadRequest
	if m := statusInName.FindStringSubmatch(filepath.Base(file)); m != nil {
		status, _ = strconv.Atoi(m[1])
	}
	op, ok := c.Exchange.Protocol.Operation(c.RefusalOf)
	if !ok {
		t.Fatalf("no operation is called %q", c.RefusalOf)
	}
	err := c.Exchange.Protocol.Judge(op, exchanges.Response{Status: status, Header: http.Header{}, Body: read(t, file)})
	if got := exchanges.KindOf(err); got != want {
		t.Errorf("judged as %q (%v), want %q", got, err, want)
	}
}

// samplesOf returns the files that hold documented answers of an operation:
// METHOD_path.json, with a suffix after "." or "__" for further examples.
func samplesOf(t *testing.T, dir, prefix string, op exchanges.Operation) []string {
	t.Helper()
	name := prefix + op.Method + strings.NewReplacer("/", "_", "{", "", "}", "").Replace(op.Path)
	all, err := filepath.Glob(filepath.Join(dir, name+"*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, f := range all {
		rest := strings.TrimPrefix(filepath.Base(f), name)
		if strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "__") {
			files = append(files, f)
		}
	}
	return files
}

func samplesRoot(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("REKEY_SAMPLES"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
	root := filepath.Join(filepath.Dir(dir), "shared", "samples")
	if _, err := os.Stat(root); err != nil {
		t.Skip(
			"the exchanges' documented answers are not beside this checkout; set REKEY_SAMPLES to their folder to run this",
		)
	}
	return root
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
