package cmd

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// metricsFile is the flag --metrics, and what the command saw that belongs
// into the file.
type metricsFile struct {
	path    string
	entries []survey.Entry // of rekey.yaml, nil when it could not be read
	seen    map[string]audit.Subject
	at      time.Time // when they were seen
	person  map[string]bool
}

// largestMetrics is the most that is read of an earlier file, in bytes: room
// for some thousands of keys.
const largestMetrics = 16 << 20

func (m *metricsFile) add(f *pflag.FlagSet) {
	f.StringVar(
		&m.path,
		"metrics",
		"",
		"write ages, days to due and last results to `FILE`, for node_exporter's textfile collector",
	)
}

// saw remembers what the exchanges said and, of all keys that are due, which
// ones need a person.
func (m *metricsFile) saw(subjects []audit.Subject, decisions []change.Decision, due bool, now time.Time) {
	m.seen, m.person, m.at = map[string]audit.Subject{}, map[string]bool{}, now
	for _, s := range subjects {
		if s.Name != "" && s.Key.Status != exchanges.StatusUndetermined && s.Key.Status != exchanges.StatusDefunct {
			m.seen[s.Name] = s
		}
	}
	for _, d := range decisions {
		if due {
			m.person[d.Key] = d.Verdict == change.Person
		}
	}
}

// withMetrics runs a command and writes the file after it, however the command
// ended. A path that cannot be written ends the command before it begins.
func (a *App) withMetrics(ctx context.Context, m *metricsFile, command func(context.Context) error) error {
	if m.path == "" {
		return command(ctx)
	}
	m.path = a.path(m.path)
	if err := writable(m.path); err != nil {
		return usage("--metrics: " + plain(err) + "; nothing was sent")
	}
	err := command(ctx)
	wrote := a.writeMetrics(m, codeOf(err))
	switch {
	case wrote == nil:
		return err
	case err == nil:
		return failed("--metrics: " + plain(wrote) + "; everything else was done")
	default:
		a.say("rekey: --metrics: %s", plain(wrote))
		return err
	}
}

// writable fails when a file cannot be put at path.
func writable(path string) error {
	w, err := atomicfile.Create(path, metricsFileOptions())
	if err != nil {
		return err
	}
	w.Discard()
	return nil
}

// metricsFileOptions make the file readable to everybody: it holds names and
// times.
func metricsFileOptions() atomicfile.Options { return atomicfile.Options{Mode: 0o644} }

// writeMetrics puts the file in its place. What this command did not look at is told as the file and
// the journal have it.
func (a *App) writeMetrics(m *metricsFile, code int) error {
	doc := report.Metrics{Finished: a.Now(), ExitCode: code}
	var runs []journal.Run
	if v, err := journal.Read(a.stateDir()); err == nil && v.Err() == nil {
		runs, doc.Unfinished = v.Runs(), exchanges.Known(len(v.Unfinished()))
		doc.LastSeq, doc.LastHash = v.Last()
	}
	before, err := readMetrics(m.path)
	if err != nil {
		return err
	}
	if m.entries == nil {
		doc.Keys = before
	}
	for _, e := range m.entries {
		i := slices.IndexFunc(before, func(k report.KeyMetrics) bool { return k.Name == e.Name && k.Exchange == e.Exchange })
		k := report.KeyMetrics{Name: e.Name, Exchange: e.Exchange}
		if i >= 0 {
			k = before[i]
		}
		m.tell(&k, e, runs)
		doc.Keys = append(doc.Keys, k)
	}
	for i := range doc.Keys {
		k := &doc.Keys[i]
		for _, r := range runs {
			if r.Key == k.Name { // the last one counts
				k.Run = &r
			}
		}
	}
	var text bytes.Buffer
	if err := doc.Write(&text); err != nil {
		return err
	}
	return atomicfile.Write(m.path, text.Bytes(), metricsFileOptions())
}

// tell brings a key of the earlier file up to date. The exchange's word on when
// it was made counts first, then rekey's own record of having made it, and only
// then rekey.yaml.
func (m *metricsFile) tell(k *report.KeyMetrics, e survey.Entry, runs []journal.Run) {
	if s, ok := m.seen[e.Name]; ok {
		k.Seen = exchanges.Known(m.at)
		k.Created = madeAt(s, e, runs)
	}
	k.Created = k.Created.Or(e.Inventory.Created)
	seen, _ := k.Seen.Get()
	for _, r := range runs {
		if made, inPlace, ok := replaced(r); ok && r.Key == e.Name && inPlace.After(seen) {
			k.Created = exchanges.Known(made) // what was seen was the key before
		}
	}
	k.Due = exchanges.Unknown[time.Time]()
	if made, known := k.Created.Get(); known && e.Inventory.Rotation > 0 {
		k.Due = exchanges.Known(made.Add(e.Inventory.Rotation))
	}
	if must, ok := m.person[e.Name]; ok {
		k.Person = exchanges.Known(must)
	}
}

// replaced says when a run made its new key and when that was in its places,
// if it is.
func replaced(r journal.Run) (made, inPlace time.Time, ok bool) {
	for _, rec := range r.Records {
		switch {
		case rec.Stage == journal.Abandoned || rec.Stage == journal.Failed: // it was, or is being, taken back
			return made, inPlace, false
		case rec.Stage == journal.Stored && rec.Phase == journal.Did:
			made = rec.At
		case rec.Stage == journal.Deployed && rec.Phase == journal.Did:
			inPlace, ok = rec.At, true
		}
	}
	return made, inPlace, ok
}

// readMetrics reads an earlier file; there may be none.
func readMetrics(path string) ([]report.KeyMetrics, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	text, err := io.ReadAll(io.LimitReader(f, largestMetrics))
	return report.ReadMetrics(string(text)), err
}
