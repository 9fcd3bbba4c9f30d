package formats

import (
	"bytes"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Prometheus' own parser reads every report, and its linter has no complaint.
func TestPrometheusParserAndLinter(t *testing.T) {
	for name, doc := range documents(t) {
		text := printed(t, doc, "prometheus")
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := families["rekey_audit_exit_code"].GetMetric()[0].GetGauge().GetValue(); int(got) != doc.Summary.ExitCode {
			t.Errorf("%s: exit code %v", name, got)
		}
		if got := len(families["rekey_audit_findings"].GetMetric()); got != 5 {
			t.Errorf("%s: %d severities", name, got)
		}
		problems, err := promlint.New(bytes.NewReader(text)).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", name, problems, err)
		}
	}
}
