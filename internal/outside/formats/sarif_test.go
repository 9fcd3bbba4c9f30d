package formats

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Every document fits the official schema of SARIF 2.1.0, which Microsoft's
// package brings along.
func TestSARIFFitsTheOfficialSchema(t *testing.T) {
	text, err := os.ReadFile(
		filepath.Join(tools(t), "node_modules", "@microsoft", "sarif-multitool-linux", "sarif-2.1.0.json"),
	)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, doc := range documents(t) {
		log, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed(t, doc, "sarif")))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := compiled.Validate(log); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken, _ := jsonschema.UnmarshalJSON(
		bytes.NewReader(
			bytes.Replace(
				printed(t, documents(t)["staged"], "sarif"),
				[]byte(`"level": "error"`),
				[]byte(`"level": "awful"`),
				1,
			),
		),
	)
	if compiled.Validate(broken) == nil {
		t.Error("the schema accepts what is wrong")
	}
}

// Microsoft's validator finds no error in it.
func TestSARIFValidator(t *testing.T) {
	doc := documents(t)["staged"]
	log := inFile(t, "audit.sarif", printed(t, doc, "sarif"))
	out := filepath.Join(filepath.Dir(log), "verdict.sarif")
	cmd := exec.CommandContext(
		t.Context(),
		filepath.Join(tools(t), "node_modules", "@microsoft", "sarif-multitool-linux", "Sarif.Multitool"),
		"validate",
		log,
		"--output",
		out,
		"--level",
		"Error;Warning",
		"--kind",
		"Fail",
		"--log",
		"ForceOverwrite",
	)
	cmd.Env = append(
		os.Environ(),
		"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
		"DOTNET_BUNDLE_EXTRACT_BASE_DIR="+t.TempDir(),
	)
	said, runErr := cmd.CombinedOutput()
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("the validator left no verdict: %v\n%s", runErr, said)
	}
	var verdict struct {
		Runs []struct {
			Results []struct {
				RuleID  string `json:"ruleId"`
				Level   string `json:"level"`
				Message struct {
					ID        string   `json:"id"`
					Arguments []string `json:"arguments"`
				} `json:"message"`
			} `json:"results"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), &verdict); err != nil ||
		len(verdict.Runs) == 0 {
		t.Fatalf("the verdict is no SARIF: %v", err)
	}
	for _, r := range verdict.Runs[0].Results {
		t.Logf("%s %s %s %q", r.Level, r.RuleID, r.Message.ID, r.Message.Arguments)
		if r.Level == "error" {
			t.Errorf("the validator: %s %s %q", r.RuleID, r.Message.ID, r.Message.Arguments)
		}
	}
}
