package cmd

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/leak"
	"rekey/internal/report"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
	"rekey/internal/text"
)

// leakOptions are the flags of leak.
type leakOptions struct {
	output
	dumps        []string
	keys         []string
	scan         []string
	salts        []string
	against      string
	fingerprints bool
	json         bool
}

func newLeakCmd(a *App) *cobra.Command {
	o := &leakOptions{output: output{formats: report.LeakFormats()}}
	c := &cobra.Command{
		Use:   "leak DUMP...",
		Short: "Look for your own keys in a leaked dump, without handing them to anybody",
		Long: `Look for the keys of rekey.yaml, and for others named by flags, in dumps: text,
CSV, JSON, SQL, SQLite, compressed or in archives, folders of such files, or -
for stdin.

Found are access keys and secrets (worse, and said so), as they are and in
base64, passphrases beside them, and SHA-256 hashes of keys in hexadecimal
digits or base64. The beginning of an access key, or its ends around a mask, is
a possible hit. Nothing is sent, and no key is printed. A hit is remembered by
its fingerprint in the state directory.

Where somebody else holds the dump: --fingerprints prints what you may send them,
and --against is their side of it.`,
		Example: `  rekey leak dump.jsonl.gz
  rekey leak stealer-logs/                every file in it
  zstdcat dump.sql.zst | rekey leak -
  rekey leak --scan ~ dump.csv            also keys that a scan finds
  rekey leak --fingerprints > mine.txt    what may be sent to the dump's holder
  rekey leak --against mine.txt dump.csv  their side`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dumps = args
			if o.json {
				o.format = "json"
			}
			if err := o.check(); err != nil {
				return err
			}
			if len(args) == 0 && !o.fingerprints {
				return usage("name a dump, or - for stdin", "see: rekey leak --help")
			}
			return leakRun(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.StringArrayVar(&o.keys, "keys", nil, "look also for the access keys in `FILE`, one a line")
	f.StringArrayVar(&o.scan, "scan", nil, "look also for what a scan of `PATH` finds")
	f.StringArrayVar(&o.salts, "salt", nil, "the `SALT` that hashes in the dump have, before or behind the key")
	f.BoolVar(&o.fingerprints, "fingerprints", false, "print the fingerprints of the keys instead, to "+
		"send to who holds a dump")
	f.StringVar(&o.against, "against", "", "look for the fingerprints in `FILE` instead of own keys")
	f.BoolVar(&o.json, "json", false, "the same as --format json")
	c.MarkFlagsMutuallyExclusive("fingerprints", "against")
	return c
}

func leakRun(ctx context.Context, a *App, o *leakOptions) error {
	r := report.LeakReport{Tool: a.tool(), StartedAt: a.Now()}
	var own []leak.Own
	var against *leak.Against
	var err error
	if o.against != "" {
		against, err = a.readAgainst(o.against)
	} else {
		own, err = a.lookedFor(ctx, o)
	}
	if err != nil {
		return err
	}
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	if o.fingerprints {
		for _, f := range append([]string{leak.Lengths(own)}, leak.Fingerprints(own)...) {
			if _, err := fmt.Fprintln(out.writer, f); err != nil {
				return failed("could not be written: " + plain(err))
			}
		}
		return out.finish()
	}
	dumps, unread, closeAll, err := a.openDumps(ctx, o.dumps)
	if err != nil {
		return err
	}
	defer closeAll()
	progress := &leak.Progress{}
	done := a.watch(func() (int64, int64) { return progress.Bytes.Load(), sizeOf(dumps) })
	if against != nil {
		r.Keys, r.Result = against.Keys(), leak.SearchAgainst(ctx, against, dumps, progress)
	} else {
		r.Keys, r.Result = len(own), leak.Search(ctx, leak.NewMatcher(own, o.salts), dumps, progress)
	}
	done()
	r.Result.Gaps = append(unread, r.Result.Gaps...)
	if against == nil && len(r.Result.Hits) > 0 {
		if err := leak.Remember(a.stateDir(), r.Result.Hits, a.Now()); err != nil {
			a.remark("the hits could not be remembered for the next audit: %s", text.Sentence(plain(err)))
		}
	}
	r.ExitCode, r.FinishedAt = leakCode(r.Result), a.Now()
	screen := a.screen(out.writer)
	if err := report.WriteLeak(out.writer, o.format, r, report.Options{
		Width: screen.Width, Color: screen.Color, All: a.flags.verbose, Interrupted: r.Result.Interrupted,
	}); err != nil {
		return failed("the report could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("the report could not be written: " + plain(err))
	}
	return silently(r.ExitCode)
}

// leakCode is the one function from the result of a search to an exit code. A
// possible hit counts: a person must look at it.
func leakCode(r leak.Result) int {
	switch {
	case r.Interrupted:
		return exitInterrupted
	case len(r.Hits) > 0:
		return exitFindings
	case len(r.Gaps) > 0:
		return exitIncomplete
	}
	return exitDone
}

// lookedFor are the keys of the inventory, of lists and of scans.
func (a *App) lookedFor(ctx context.Context, o *leakOptions) ([]leak.Own, error) {
	inventory, err := a.inventory(ctx)
	if err != nil {
		return nil, err
	}
	creds := inventory.credentials
	var own []leak.Own
	seen := map[string]bool{}
	add := func(name string, c exchanges.Credential) {
		if c.AccessKey == "" && c.Secret.IsZero() || c.AccessKey != "" && seen[c.AccessKey] {
			return
		}
		seen[c.AccessKey] = true
		own = append(own, leak.Own{Name: name, Credential: c})
	}
	for _, name := range slices.Sorted(maps.Keys(creds)) {
		add(name, creds[name])
	}
	for _, file := range o.keys {
		if err := a.readKeys(file, add); err != nil {
			return nil, err
		}
	}
	if len(o.scan) > 0 {
		for _, f := range scan.Run(ctx, scan.Options{Paths: o.scan, Dir: a.Dir, All: true, Getenv: a.getenv}).Findings {
			if f.Kind == find.Credential || f.Kind == find.Partial {
				add("", f.Credential)
			}
		}
	}
	if len(own) == 0 {
		return nil, usage("there is no key to look for", "name keys in a rekey.yaml, or give --scan PATH or --keys FILE")
	}
	return own, nil
}

func (a *App) readKeys(file string, add func(string, exchanges.Credential)) error {
	f, err := os.Open(a.path(file))
	if err != nil {
		return usage("--keys: " + plain(err))
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		key := strings.TrimSpace(lines.Text())
		switch {
		case key == "" || key[0] == '#':
		case len(key) < 15:
			return usage(fmt.Sprintf("--keys: line %d of %s is too short for an access key", n, file))
		default:
			add("", exchanges.Credential{AccessKey: key})
		}
	}
	if err := lines.Err(); err != nil {
		return usage("--keys: " + plain(err))
	}
	return nil
}

func (a *App) readAgainst(file string) (*leak.Against, error) {
	f, err := os.Open(a.path(file))
	if err != nil {
		return nil, usage("--against: " + plain(err))
	}
	defer func() { _ = f.Close() }()
	against, err := leak.ReadFingerprints(f)
	if err != nil {
		return nil, usage("--against: " + file + ": " + plain(err))
	}
	if against.Keys() == 0 {
		return nil, usage("--against: " + file + " holds no fingerprint")
	}
	return against, nil
}

// openDumps opens every dump that is named before any is searched. The files of
// a folder are opened when their turn comes.
func (a *App) openDumps(ctx context.Context, names []string) ([]leak.Dump, []leak.Gap, func(), error) {
	var dumps []leak.Dump
	var gaps []leak.Gap
	var files []*os.File
	closeAll := func() {
		for _, f := range files {
			_ = f.Close() // they were only read
		}
	}
	for _, name := range names {
		if name == "-" {
			dumps = append(dumps, leak.Dump{Name: "-", Read: a.Stdin})
			continue
		}
		info, err := os.Stat(a.path(name))
		if err != nil {
			closeAll()
			return nil, nil, nil, usage(plain(err))
		}
		switch {
		case info.IsDir():
			some, unread := leak.Folder(ctx, a.path(name), name)
			dumps, gaps = append(dumps, some...), append(gaps, unread...)
		case info.Mode().IsRegular():
			f, err := os.Open(a.path(name))
			if err != nil {
				closeAll()
				return nil, nil, nil, usage(plain(err))
			}
			files = append(files, f)
			dumps = append(dumps, leak.Dump{Name: name, Read: f, At: f, Size: info.Size()})
		default: // a pipe, whose other end may not be there yet
			dumps = append(dumps, leak.Dump{Name: name, Read: &lateFile{path: a.path(name)}})
		}
	}
	return dumps, gaps, closeAll, nil
}

// A lateFile is opened when it is first read.
type lateFile struct {
	path string
	file *os.File
}

func (l *lateFile) Read(p []byte) (int, error) {
	if l.file == nil {
		f, err := os.Open(l.path)
		if err != nil {
			return 0, err
		}
		l.file = f
	}
	return l.file.Read(p)
}

func sizeOf(dumps []leak.Dump) int64 {
	total := int64(0)
	for _, d := range dumps {
		if d.Size == 0 {
			return 0
		}
		total += d.Size
	}
	return total
}
