package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
)

// printPrometheus prints metrics in the text format 0.0.4, for the textfile
// collector. All times are seconds since 1970. What an exchange does not tell
// has no sample: an alert about it is written with absent().
func printPrometheus(w io.Writer, r *audit.Result, _ Options) error {
	keys := newView(r).keys
	slices.SortFunc(keys, func(a, b *keyView) int { return strings.Compare(a.name, b.name) })
	s := r.Summary
	var m metrics
	m.family("rekey_audit_info", "The rekey that made the audit.")
	m.sample(1, "version", r.Tool.Version)
	m.family("rekey_audit_timestamp_seconds", "When the audit ended.")
	m.sample(float64(r.FinishedAt.UnixMilli()) / 1000)
	m.family("rekey_audit_duration_seconds", "How long the audit took.")
	m.sample(max(r.FinishedAt.Sub(r.StartedAt.Time).Seconds(), 0))
	m.family("rekey_audit_exit_code", "The exit code of the audit.")
	m.sample(float64(s.ExitCode))
	m.family("rekey_audit_keys", "Keys that were looked at or listed.")
	m.sample(float64(s.Keys))
	m.family("rekey_audit_findings", "Findings that are not waived, by severity.")
	for _, severity := range audit.Severities() {
		m.sample(float64(s.Count(severity)), "severity", severity.String())
	}
	for _, c := range []struct {
		name, help string
		n          int
	}{
		{"rekey_audit_findings_failing", "Findings at or above the threshold.", s.AtOrAbove},
		{"rekey_audit_findings_waived", "Findings that a waiver silences.", s.Waived},
		{"rekey_audit_findings_known", "Findings that the baseline has too.", s.Known},
		{"rekey_audit_unknowns", "Rules that could not judge a key.", s.Unknowns},
		{"rekey_audit_gaps", "What could not be looked at.", s.Gaps},
	} {
		m.family(c.name, c.help)
		m.sample(float64(c.n))
	}
	m.perKey(keys)
	_, err := io.WriteString(w, m.out.String())
	return err
}

// perKey prints what a dashboard shows of each key.
func (m *metrics) perKey(keys []*keyView) {
	for _, c := range []struct {
		name, help string
		value      func(*keyView) (float64, bool)
	}{
		{"rekey_key_worst_severity", "The worst finding of the key that is reported: 5 critical, 4 high, 3 medium, 2 low, " +
			"1 info, 0 none. No sample for a key that could not be looked at.", func(v *keyView) (float64, bool) {
			return float64(v.worst()), v.worst() > audit.None || len(v.gaps) == 0
		}},
		{
			"rekey_key_gaps", "What could not be looked at about the key.",
			func(v *keyView) (float64, bool) { return float64(len(v.gaps)), true },
		},
		{"rekey_key_created_timestamp_seconds", "When the key was made.", func(v *keyView) (float64, bool) {
			t, known := v.Since().Get()
			return float64(t.Unix()), known
		}},
		{
			"rekey_key_expires_timestamp_seconds", "When the key or its trading ends, as stated or by a published rule.",
			func(v *keyView) (float64, bool) {
				t, known := v.End().Get()
				return float64(t.Unix()), known
			},
		},
		{
			"rekey_key_last_used_timestamp_seconds", "When the key was last used, as far as the exchange tells.",
			func(v *keyView) (float64, bool) {
				t, known := v.LastUsedAt.Get()
				return float64(t.Unix()), known
			},
		},
	} {
		m.family(c.name, c.help)
		seen := map[string]bool{}
		for _, v := range keys {
			id := text.CleanName(v.name) + "\x00" + v.Exchange + "\x00" + shortPrint(v.Fingerprint)
			if value, known := c.value(v); known && !seen[id] { // the format allows a series once
				seen[id] = true
				m.sample(value, "key", text.CleanName(v.name), "exchange", v.Exchange, "fingerprint", shortPrint(v.Fingerprint))
			}
		}
	}
}

// shortPrint tells keys of one name apart.
func shortPrint(fingerprint audit.Text) string {
	_, hex, _ := strings.Cut(string(fingerprint), ":")
	return hex[:min(len(hex), 12)]
}

// metrics collects families of gauges.
type metrics struct {
	out  strings.Builder
	name string
}

func (m *metrics) family(name, help string) {
	m.name = name
	fmt.Fprintf(&m.out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}

// sample prints one value, labels in pairs.
func (m *metrics) sample(value float64, labels ...string) {
	m.out.WriteString(m.name)
	var pairs []string
	for pair := range slices.Chunk(labels, 2) {
		prose := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text.Sentence(pair[len(pair)-1]))
		pairs = append(pairs, pair[0]+`="`+prose+`"`)
	}
	if len(pairs) > 0 {
		m.out.WriteString("{" + strings.Join(pairs, ",") + "}")
	}
	m.out.WriteString(" " + strconv.FormatFloat(value, 'f', -1, 64) + "\n")
}

// ReadMetrics reads what an earlier Write told of keys and what stays true
// without another look: when each was made, is due, was last answered about,
// and whether a person must change it. Anything else is passed over: the file
// may be of another version, or of another program.
func ReadMetrics(prose string) []KeyMetrics {
	var keys []KeyMetrics
	index := map[[2]string]int{}
	for line := range strings.Lines(prose) {
		metric, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "{key=")
		if !ok {
			continue
		}
		name, rest, ok := unquoted(rest)
		if !ok {
			continue
		}
		exchange, rest, ok := unquoted(strings.TrimPrefix(rest, ",exchange="))
		if !ok {
			continue
		}
		value, err := strconv.ParseInt(strings.TrimPrefix(rest, "} "), 10, 64)
		if err != nil {
			continue
		}
		i, known := index[[2]string{name, exchange}]
		if !known {
			i = len(keys)
			index[[2]string{name, exchange}] = i
			keys = append(keys, KeyMetrics{Name: name, Exchange: exchange})
		}
		at := exchanges.Known(time.Unix(value, 0).UTC())
		switch metric {
		case createdMetric:
			keys[i].Created = at
		case dueMetric:
			keys[i].Due = at
		case seenMetric:
			keys[i].Seen = at
		case personMetric:
			keys[i].Person = exchanges.Known(value != 0)
		}
	}
	return keys
}

// unquoted reads the value of a label at the beginning of text, and returns
// what follows it.
func unquoted(prose string) (value, rest string, ok bool) {
	prose, ok = strings.CutPrefix(prose, `"`)
	if !ok {
		return "", "", false
	}
	var b strings.Builder
	for i := 0; i < len(prose); i++ {
		switch c := prose[i]; c {
		case '"':
			return b.String(), prose[i+1:], true
		case '\\':
			if i++; i == len(prose) {
				return "", "", false
			}
			if c = prose[i]; c == 'n' {
				c = '\n'
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}
