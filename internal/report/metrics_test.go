package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/text/texttest"
)

// metricsNight is a desk on an ordinary night: one key was rotated, one waits
// for a person, of one nothing is known, and one run was cut short.
func metricsNight() Metrics {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 3, 0, 0, 0, time.UTC) }
	run := func(kind journal.Kind, stage journal.Stage, ended bool) *journal.Run {
		return &journal.Run{ID: "r1", Kind: kind, Stage: stage, Ended: ended, Updated: at(21)}
	}
	return Metrics{
		Finished: at(22), ExitCode: 6, Unfinished: exchanges.Known(1),
		Keys: []KeyMetrics{
			{
				Name:     "payout",
				Exchange: "binance",
				Created:  exchanges.Known(at(1)),
				Due:      exchanges.Known(at(10).Add(12 * time.Hour)),
				Seen:     exchanges.Known(at(22)),
				Person:   exchanges.Known(true),
			},
			{
				Name:     "grid-bot",
				Exchange: "binance",
				Created:  exchanges.Known(at(21)),
				Due:      exchanges.Known(at(28)),
				Seen:     exchanges.Known(at(22)),
				Person:   exchanges.Known(false),
				Run:      run(journal.Rotate, journal.Done, true),
			},
			{Name: "okx-main", Exchange: "okx"},
			{
				Name:     "tax",
				Exchange: "kucoin",
				Created:  exchanges.Known(at(2)),
				Run:      run(journal.Revoke, journal.Retiring, false),
			},
		},
	}
}

func textfile(t *testing.T, m Metrics) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// official reads a file as node_exporter does, and holds it to what
// node_exporter asks of one: no series twice, and no times of samples.
func official(t *testing.T, prose []byte) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(prose))
	if err != nil {
		t.Fatalf("Prometheus' parser refuses it: %v\n%s", err, prose)
	}
	for name, f := range families {
		series := map[string]bool{}
		for _, m := range f.GetMetric() {
			labels := ""
			for _, l := range m.GetLabel() {
				labels += l.GetName() + "\x00" + l.GetValue() + "\x00"
			}
			if series[labels] || m.TimestampMs != nil || f.GetType() != dto.MetricType_GAUGE || f.GetHelp() == "" {
				t.Errorf("%s: node_exporter refuses %v", name, m)
			}
			series[labels] = true
		}
	}
	return families
}

// values are the values of a metric by the names of their keys.
func values(f *dto.MetricFamily) map[string]float64 {
	out := map[string]float64{}
	for _, m := range f.GetMetric() {
		out[labelOf(m, "key")] = m.GetGauge().GetValue()
	}
	return out
}

func labelOf(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

func TestMetricsAreGolden(t *testing.T) {
	prose := textfile(t, metricsNight())
	texttest.Golden(t, *update, "metrics.prom", prose)
	families := official(t, prose)
	const day = 24 * 3600
	for name, want := range map[string]map[string]float64{
		"rekey_key_info":         {"grid-bot": 1, "payout": 1, "okx-main": 1, "tax": 1},
		"rekey_key_age_seconds":  {"grid-bot": day, "payout": 21 * day, "tax": 20 * day},
		"rekey_key_days_to_due":  {"grid-bot": 6, "payout": -11.5},
		"rekey_key_needs_person": {"grid-bot": 0, "payout": 1},
		"rekey_runs_unfinished":  {"": 1},
		"rekey_rotate_exit_code": {"": 6},
	} {
		if diff := cmp.Diff(want, values(families[name])); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	results := map[string]string{}
	for _, m := range families["rekey_key_last_run_info"].GetMetric() {
		results[labelOf(m, "key")] = labelOf(m, "kind") + " " + labelOf(m, "stage") + " " + labelOf(m, "result")
	}
	if diff := cmp.Diff(map[string]string{
		"grid-bot": "rotate done done",
		"tax":      "revoke retiring unfinished",
	}, results); diff != "" {
		t.Error(diff)
	}
}

// What is not known is not there: a 0 would be a young key, or none unfinished.
func TestUnknownMetricsAreAbsent(t *testing.T) {
	prose := string(textfile(t, Metrics{Finished: time.Unix(1, 0), Keys: []KeyMetrics{{Name: "k", Exchange: "okx"}}}))
	want := []string{"rekey_key_info", "rekey_rotate_exit_code", "rekey_rotate_finished_timestamp_seconds"}
	var got []string
	for line := range strings.Lines(prose) {
		if !strings.HasPrefix(line, "#") {
			got = append(got, line[:strings.IndexAny(line, "{ ")])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is read back is what was told, but for the runs, which the journal
// knows.
func TestMetricsAreReadBack(t *testing.T) {
	want := metricsNight().Keys
	for i := range want {
		want[i].Run = nil
	}
	got := ReadMetrics(string(textfile(t, metricsNight())))
	byName := map[string]KeyMetrics{}
	for _, k := range got {
		byName[k.Name] = k
	}
	if len(got) != len(want) {
		t.Errorf("%d keys, want %d", len(got), len(want))
	}
	for _, k := range want {
		if byName[k.Name] != k {
			t.Errorf("read %+v, want %+v", byName[k.Name], k)
		}
	}
	if other := ReadMetrics("node_load1 0.5\nrekey_key_info{key=\"cut\nrekey_key_info{key=\"a\",exchange=\"b\"} " +
		"NaN\n"); len(
		other,
	) > 0 {
		t.Errorf("read %+v", other)
	}
}

// Whatever a key is called, Prometheus reads that name, and no other line.
func FuzzMetrics(f *testing.F) {
	for _, name := range []string{
		"grid-bot", "", `a"b\c`, "two\nlines 1", "} 1\nrekey_rotate_exit_code 0\n#",
		"\x1b[2J\u202e", "\xff\xfe", "a\r\x00", `\n`,
	} {
		f.Add(name, "okx", name+"2", int64(1700000000), true)
	}
	f.Fuzz(func(t *testing.T, name, exchange, other string, unix int64, person bool) {
		unix %= 1 << 40
		made := exchanges.Known(time.Unix(unix, 0).UTC())
		m := Metrics{Finished: time.Unix(1700000000, 0), ExitCode: 5, Keys: []KeyMetrics{
			{
				Name:     name,
				Exchange: exchange,
				Created:  made,
				Due:      made,
				Seen:     made,
				Person:   exchanges.Known(person),
				Run:      &journal.Run{Kind: journal.Rotate, Stage: journal.Issuing},
			},
			{Name: other, Exchange: exchange},
		}}
		prose := textfile(t, m)
		families := official(t, prose)
		if len(families) != 11 {
			t.Errorf("%d metrics:\n%s", len(families), prose)
		}
		seen := values(families["rekey_key_created_timestamp_seconds"])
		if got, ok := seen[strings.ToValidUTF8(name, "\uFFFD")]; !ok || len(seen) != 1 || got != float64(unix) {
			t.Errorf("Prometheus reads %v of %q", seen, name)
		}
		for _, k := range ReadMetrics(string(prose)) {
			if k.Created.IsKnown() &&
				(k.Created != made || k.Due != made || k.Seen != made || k.Person != exchanges.Known(person) ||
					k.Name != strings.ToValidUTF8(name, "\uFFFD")) {
				t.Errorf("read back %+v", k)
			}
		}
	})
}
