package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// Metrics are what a textfile for Prometheus' node_exporter tells: how old each
// key is, when it is due, how its last run ended, and how the command did. What
// is not known is left out, and never 0.
type Metrics struct {
	Finished   time.Time // when the command ended; ages are those of that moment
	ExitCode   int
	Unfinished exchanges.Fact[int] // runs that can be resumed
	LastSeq    uint64              // the number of the journal's last record, 0 for none
	LastHash   string              // and its hash
	Keys       []KeyMetrics
}

// KeyMetrics is one key of rekey.yaml. It holds names, and no access key.
type KeyMetrics struct {
	Name, Exchange string
	Created        exchanges.Fact[time.Time]
	Due            exchanges.Fact[time.Time] // Created and rotate.every
	Seen           exchanges.Fact[time.Time] // when the exchange last answered about it
	Person         exchanges.Fact[bool]      // a person must change it, as far as it was due
	Run            *journal.Run              // the last one, nil for none
}

// A gauge is one metric. Its value is told for the keys that it is known of.
type gauge struct {
	name, help string
	of         func(KeyMetrics) (labels, value string, known bool)
}

// The metrics that ReadMetrics reads back, beside the names.
const (
	createdMetric = "rekey_key_created_timestamp_seconds"
	dueMetric     = "rekey_key_due_timestamp_seconds"
	seenMetric    = "rekey_key_seen_timestamp_seconds"
	personMetric  = "rekey_key_needs_person"
)

// gauges are the metrics of a key. Moments stand beside ages, because an age in
// a file stops growing when nothing writes the file any more.
func (m Metrics) gauges() []gauge {
	moment := func(f func(KeyMetrics) exchanges.Fact[time.Time]) func(KeyMetrics) (string, string, bool) {
		return func(k KeyMetrics) (string, string, bool) {
			at, known := f(k).Get()
			return "", seconds(at), known
		}
	}
	return []gauge{
		{"rekey_key_info", "The keys that rekey knows, also those of which nothing else is told.", func(KeyMetrics) (string, string, bool) {
			return "", "1", true
		}},
		{"rekey_key_age_seconds", "Age of the API key when this file was written.", func(k KeyMetrics) (string, string, bool) {
			at, known := k.Created.Get()
			return "", number(math.Round(m.Finished.Sub(at).Seconds())), known
		}},
		{createdMetric, "When the API key was made.", moment(func(k KeyMetrics) exchanges.Fact[time.Time] { return k.Created })},
		{"rekey_key_days_to_due", "Days from when this file was written until rotate.every is over; less than 0 when it is.", func(k KeyMetrics) (string, string, bool) {
			at, known := k.Due.Get()
			return "", number(math.Round(at.Sub(m.Finished).Hours()/24*1000) / 1000), known
		}},
		{dueMetric, "When rotate.every is over.", moment(func(k KeyMetrics) exchanges.Fact[time.Time] { return k.Due })},
		{seenMetric, "When the exchange last answered about the API key.", moment(func(k KeyMetrics) exchanges.Fact[time.Time] { return k.Seen })},
		{personMetric, "Whether the key is due and a person must change it.", func(k KeyMetrics) (string, string, bool) {
			must, known := k.Person.Get()
			if must {
				return "", "1", known
			}
			return "", "0", known
		}},
		{"rekey_key_last_run_timestamp_seconds", "Time of the last record of the key's last run.", func(k KeyMetrics) (string, string, bool) {
			if k.Run == nil {
				return "", "", false
			}
			return "", seconds(k.Run.Updated), true
		}},
		{"rekey_key_last_run_info", "The key's last run: what for, how far, and how it stands.", func(k KeyMetrics) (string, string, bool) {
			if k.Run == nil {
				return "", "", false
			}
			return label("kind", string(k.Run.Kind)) + label("stage", string(k.Run.Stage)) + label("result", resultOf(*k.Run)), "1", true
		}},
	}
}

// resultOf is how a run stands, in the words of a document's summary.
func resultOf(r journal.Run) string {
	switch {
	case !r.Ended:
		return "unfinished"
	case r.Stage == journal.Done:
		return "done"
	case r.Stage == journal.Unconfirmed:
		return "unconfirmed"
	default:
		return "failed"
	}
}

// Write prints the file in the text format 0.0.4, sorted by key. Two keys of
// one name would make node_exporter refuse the file: the second is left out.
func (m Metrics) Write(w io.Writer) error {
	keys := slices.Clone(m.Keys)
	for i := range keys {
		keys[i].Name, keys[i].Exchange = text8(keys[i].Name), text8(keys[i].Exchange)
	}
	slices.SortStableFunc(keys, compareKeys)
	keys = slices.CompactFunc(keys, func(a, b KeyMetrics) bool { return compareKeys(a, b) == 0 })
	var b strings.Builder
	for _, g := range m.gauges() {
		var lines strings.Builder
		for _, k := range keys {
			if labels, value, known := g.of(k); known {
				fmt.Fprintf(&lines, "%s{key=%s%s%s} %s\n", g.name, quoted(k.Name), label("exchange", k.Exchange), labels, value)
			}
		}
		family(&b, g.name, g.help, lines.String())
	}
	if n, known := m.Unfinished.Get(); known {
		family(&b, "rekey_runs_unfinished", "Runs that were cut short and can be resumed.", fmt.Sprintf("rekey_runs_unfinished %d\n", n))
	}
	if m.LastSeq > 0 {
		const name = "rekey_journal_last_record_info"
		line := fmt.Sprintf("%s{seq=\"%d\"%s} 1\n", name, m.LastSeq, label("hash", m.LastHash))
		family(&b, name, "The journal's last record: kept elsewhere, it shows a journal that was written anew.", line)
	}
	family(&b, "rekey_rotate_exit_code", "Exit code of the last rekey rotate.", fmt.Sprintf("rekey_rotate_exit_code %d\n", m.ExitCode))
	family(&b, "rekey_rotate_finished_timestamp_seconds", "When the last rekey rotate ended.", "rekey_rotate_finished_timestamp_seconds "+seconds(m.Finished)+"\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func compareKeys(a, b KeyMetrics) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Exchange, b.Exchange))
}

// family writes a metric with its lines, nothing when there are none.
func family(b *strings.Builder, name, help, lines string) {
	if lines != "" {
		fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s gauge\n%s", name, help, name, lines)
	}
}

func label(name, value string) string { return "," + name + "=" + quoted(value) }

// quoted is the value of a label: the format knows three escapes and takes
// every other character as it is.
func quoted(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text8(value)) + `"`
}

// text8 makes text valid UTF-8, as the format wants it.
func text8(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
