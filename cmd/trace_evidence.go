package cmd

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/internal/evidence"
	"rekey/internal/leak"
	"rekey/internal/report"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// An evidencePlan is a folder that is to be written: what can be wrong with it
// is found before anything is read.
type evidencePlan struct {
	dir     string // absolute
	signers []evidence.Signer
	signed  []string // how to check each signature
}

// planEvidence checks where the folder is to be, and reads the keys that sign.
func (a *App) planEvidence(dir string, signs []string) (*evidencePlan, error) {
	if dir == "" {
		if len(signs) > 0 {
			return nil, usage("--sign signs an evidence folder: give --evidence DIR too")
		}
		return nil, nil //nolint:nilnil // no folder is wanted
	}
	p := &evidencePlan{dir: filepath.Clean(a.path(dir))}
	if _, err := os.Lstat(p.dir); err == nil {
		return nil, usage("--evidence: " + dir + " is there already; a folder of evidence is never changed")
	}
	if info, err := os.Stat(filepath.Dir(p.dir)); err != nil || !info.IsDir() {
		return nil, usage("--evidence: the folder above " + dir + " is not there")
	}
	for _, word := range signs {
		s, err := evidence.NewSigner(word, a.path)
		if err != nil {
			return nil, usage("--sign " + word + ": " + plain(err))
		}
		p.signers = append(p.signers, s)
		line := "ssh-keygen -Y verify -n " + evidence.Namespace +
			" -f ALLOWED-SIGNERS -I NAME -s SHA256SUMS.sig < SHA256SUMS"
		if strings.HasPrefix(word, "minisign:") {
			line = "minisign -Vm SHA256SUMS -p SHA256SUMS.minisig.pub"
		}
		p.signed = append(p.signed, line)
	}
	return p, nil
}

// write writes the folder, and says what to note of it.
func (p *evidencePlan) write(ctx context.Context, a *App, c evidence.Case) error {
	inventory, err := a.inventory(ctx)
	if err != nil {
		return err
	}
	var known []leak.Own
	for _, name := range slices.Sorted(maps.Keys(inventory.credentials)) {
		known = append(known, leak.Own{Name: name, Credential: inventory.credentials[name]})
	}
	c.Signed = p.signed
	a.evidenceKeys(&c, inventory.config, inventory.credentials)
	files, err := c.Files()
	if err != nil {
		return failed("the evidence folder could not be made: " + plain(err))
	}
	disk, err := evidence.OpenDisk(filepath.Dir(p.dir))
	if err != nil {
		return failed("the evidence folder could not be written: " + plain(err))
	}
	defer func() { _ = disk.Close() }() // nothing is buffered in it
	sum, err := evidence.Write(ctx, disk, filepath.Base(p.dir), files, evidence.Options{
		Now: a.Now, Actor: actor(), Tool: "rekey " + a.tool().Version, Known: known, Signers: p.signers,
	})
	var secret *evidence.SecretError
	switch {
	case errors.As(err, &secret):
		return &exitError{
			code: exitFailed, text: "the evidence folder was not written: " + secret.Error(),
			hints: []string{"take it out of the file that was imported, and revoke the key"},
		}
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, text: "interrupted; no evidence folder was written"}
	case err != nil:
		return failed("the evidence folder was not written: " + plain(err))
	}
	a.remark("the evidence is in %s; note the sum of its SHA256SUMS where you cannot change it:", text.Sentence(p.dir))
	a.remark("%s", sum)
	return nil
}

// actor is who writes the folder: the user and the machine.
func actor() string {
	name, host := "unknown", "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return text.Clean(name + "@" + host)
}

// paths are the files that were imported.
func (a *App) paths(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, a.path(n))
	}
	return out
}

// evidenceOf is what the folder is made of.
func (o *traceOptions) evidenceOf(a *App, in trace.Input, result trace.Result) evidence.Case {
	return evidence.Case{
		Result: result, Accounts: in.Accounts, Candles: in.Candles, Imported: a.paths(o.files),
	}
}

func newTraceVerifyCmd(a *App) *cobra.Command {
	o := &output{formats: report.Formats()}
	c := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check an evidence folder: its sums, its chain of custody, its signatures",
		Long: `Check a folder that rekey trace --evidence wrote. It needs no network, no
configuration and no credential. Found are files that were changed, removed or
added, links, a chain of custody that was cut, and signatures that do not fit.

Whose key a signature was made with is for you to know: it is printed. Without a
signature nobody can tell whether a file and the sums were changed together;
compare the sum that is printed with the one that you noted.`,
		Example: `  rekey trace verify case-2026-11-30`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			v, err := evidence.Verify(a.path(args[0]))
			if err != nil {
				return usage(args[0] + " cannot be checked: " + plain(err))
			}
			out, err := o.open(a)
			if err != nil {
				return err
			}
			defer out.discard()
			r := report.EvidenceCheck{
				Tool: a.tool(), At: a.Now(), Sum: v.Sum, Files: v.Files, Problems: v.Problems, Signatures: v.Signatures,
				Notes: v.Notes,
			}
			screen := a.screen(out.writer)
			if err := r.Write(out.writer, o.format, report.Options{Width: screen.Width, Color: screen.Color}); err != nil {
				return failed("the report could not be written: " + plain(err))
			}
			if err := out.finish(); err != nil {
				return failed("the report could not be written: " + plain(err))
			}
			return silently(r.ExitCode())
		},
	}
	o.add(c.Flags())
	return c
}
