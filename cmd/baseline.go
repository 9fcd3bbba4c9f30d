package cmd

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"

	"rekey/audit"
	"rekey/internal/atomicfile"
	"rekey/internal/notify"
	"rekey/internal/report"
	"rekey/internal/text"
)

// A baseline is the saved audit of --baseline. It is nil without the flag, and
// has no document before the first audit wrote it.
type baseline struct{ doc *audit.Result }

// loadBaseline reads the file of --baseline before anything is sent.
func (a *App) loadBaseline(o *auditOptions) (*baseline, error) {
	if o.baseline == "" {
		return nil, nil //nolint:nilnil // no baseline was asked for
	}
	doc, err := a.readSaved(o.baseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.update:
		a.remark("--baseline: %s is not there yet; everything is reported, and recorded there", o.baseline)
		return &baseline{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("--baseline: "+plain(err), "--update-baseline writes it")
	case err != nil:
		return nil, usage("--baseline: " + plain(err))
	case doc.Baseline != nil:
		return nil, usage(
			"--baseline: "+o.baseline+" was itself compared with a baseline and lacks what was known then",
			"take the file that --update-baseline writes",
		)
	case doc.Summary.ExitCode == exitInterrupted:
		return nil, usage("--baseline: " + o.baseline + " is an audit that was interrupted")
	}
	return &baseline{doc}, nil
}

// readSaved reads a saved audit.
func (a *App) readSaved(file string) (*audit.Result, error) {
	f, err := os.Open(a.path(file))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	doc, err := report.Read(f)
	if err != nil {
		return nil, errors.New(file + ": " + cause(err))
	}
	return doc, nil
}

// compared is what an audit of the named keys is compared with: of all when
// none is named, nil without a baseline.
func (b *baseline) compared(names []string) *audit.Baseline {
	if b == nil || b.doc == nil {
		return nil
	}
	out := b.doc.AsBaseline()
	out.Only = names
	return out
}

// afterwards tells what changed and records the new state, in this order: what
// could be told to nobody must be told the next time. It returns an error when
// the baseline could not be written.
func (a *App) afterwards(
	ctx context.Context,
	o *auditOptions,
	to []notify.Address,
	b *baseline,
	in audit.Input,
	doc *audit.Result,
) error {
	told := a.tell(ctx, to, doc, b)
	if !o.update {
		return nil
	}
	if doc.Summary.ExitCode == exitInterrupted {
		a.remark("--update-baseline: the audit was interrupted, and %s was left as it was", o.baseline)
		return nil
	}
	if !told {
		a.remark(
			"--update-baseline: nobody could be told of the change, so %s was left as it was and the next audit tells again",
			o.baseline,
		)
		return nil
	}
	in.Baseline = nil
	state, err := a.judge(in, false)
	if err != nil {
		return err
	}
	if b.doc != nil {
		state.KeepFacts(b.doc)
	}
	var saved bytes.Buffer
	if err := text.WriteJSON(&saved, state); err != nil {
		return failed("--update-baseline: " + err.Error())
	}
	if err := atomicfile.Write(a.path(o.baseline), saved.Bytes(), atomicfile.Options{}); err != nil {
		return failed("--update-baseline: " + plain(err))
	}
	return nil
}
