package formats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/audit"
	"rekey/internal/report"
)

// hostile are texts that were written to be obeyed by whatever shows them.
func hostile() []string {
	return []string{
		"plain", `quo"te'd\back/slash`, "tab\tline\nend\r\n", "\x1b[31mred\x1b[0m\x1b]0;title\x07", "\u202egnp.exe\u202c",
		"nul\x00l\ufffe\uffff\x7f\u009b", "caf\xe9 \xed\xa0\x80",
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style><script>alert(1)</script>",
		"</title><svg onload=alert(1)>", "--><b>", "]]><x>", "&lt;&#60;&amp;", "javascript:alert(1)",
		`" onmouseover="alert(1)`, "{{.}}", "${7*7}",
		"=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", " =1+1", "\"=1+1", "|pipe", "%0A=1", "＝1+1",
		`=HYPERLINK("https://evil.example","x")`,
		"::error::x", "a\n::set-env name=PATH::/evil", "::add-mask::x", "##[error]x",
		"%25%0A::warning::x", "a,file=b", "a::b",
		"[x](https://evil.example)", "![x](https://evil.example/x.png)", "<https://evil.example>",
		"https://evil.example/x", "www.evil.example", "@everyone", "#1", "`code`", "``", "| a | b |", "# head", "- item",
		"1. item", "***", "~~~", "<!-- -->", "\\", "a | b\n--- | ---",
		"# HELP x y", `a"} 1`, `x{y="z"} 2`, "\\n", "口座👩‍👩‍👧‍👦",
		strings.Repeat(
			"x",
			5000,
		), strings.Repeat("long word ", 500), strings.Repeat("\u0301", 2000), strings.Repeat("<b>", 1000),
	}
}

// stagedJSON is the golden audit of package report.
func stagedJSON(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "report", "testdata", "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// documents are the audits that every consumer gets, by name.
func documents(t *testing.T) map[string]*audit.Result {
	t.Helper()
	staged := stagedJSON(t)
	out := map[string]*audit.Result{"staged": read(t, "staged", staged)}
	for i, text := range hostile() {
		out[fmt.Sprintf("hostile-%02d", i)] = read(t, text, poisoned(t, staged, text))
	}
	out["megabyte"] = read(
		t,
		"a label of a megabyte",
		bytes.ReplaceAll(staged, []byte(`"label": "payout"`), []byte(`"label": "`+strings.Repeat("<x>", 1<<19)+`"`)),
	)
	return out
}

func read(t *testing.T, name string, text []byte) *audit.Result {
	t.Helper()
	doc, err := report.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%.60q: %v", name, err)
	}
	return doc
}

// poisoned puts a text wherever foreign text may stand, and where the tool's
// own words stand too: a saved audit may come from anybody.
func poisoned(t *testing.T, staged []byte, text string) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(staged, &doc); err != nil {
		t.Fatal(err)
	}
	poison(doc, text)
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func poison(v any, text string) {
	foreign := map[string]bool{
		"label": true, "title": true, "detail": true, "remedy": true, "owner": true, "reason": true, "version": true,
		"exchange": true, "config": true,
		"access_key": true, "source": true, "manager": true, "file": true, "vendor": true, "incident": true,
	}
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			if _, isText := child.(string); isText && (foreign[name] || name == "name" && v["kind"] != nil) {
				v[name] = text
				continue
			}
			if list, ok := child.([]any); ok && (name == "shared_with" || name == "permissions_raw" || name == "stored_in") {
				for i := range list {
					list[i] = text
				}
				continue
			}
			poison(child, text)
		}
	case []any:
		for _, child := range v {
			poison(child, text)
		}
	}
}

// printed is a document in a format.
func printed(t *testing.T, doc *audit.Result, format string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.Print(&out, format, doc, report.Options{All: true}); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return out.Bytes()
}

// tools is where make formats installed what is not Go.
func tools(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("REKEY_FORMATS")
	if folder == "" {
		t.Fatal(
			"REKEY_FORMATS does not say where the consumers are installed: run make formats, which installs them and sets this",
		)
	}
	return folder
}

// inFile writes a text into a file of its own.
func inFile(t *testing.T, name string, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
