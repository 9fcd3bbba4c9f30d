package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"rekey/audit"
	"rekey/internal/atomicfile"
	"rekey/internal/report"
)

// auditPage is the flag --open of audit.
type auditPage struct{ open bool }

func (p *auditPage) add(f *pflag.FlagSet) {
	f.BoolVar(&p.open, "open", false,
		"show the HTML page in the browser afterwards: the file of --format html=FILE, "+
			"else audit.html in the state directory")
}

// show opens the page of an audit in the browser, when --open asks for it. Where
// no format has written one, it is written into the state directory, for its
// owner alone. A browser that cannot be opened is said, with the file.
func (p *auditPage) show(ctx context.Context, a *App, o *outputs, doc *audit.Result) error {
	if !p.open {
		return nil
	}
	file, err := o.htmlFile()
	if err != nil {
		return err
	}
	if file == "" {
		var page bytes.Buffer
		if err := report.Print(&page, "html", doc, report.Options{}); err != nil {
			return failed("the page could not be made: " + err.Error())
		}
		if err := os.MkdirAll(a.stateDir(), 0o700); err != nil {
			return failed("the page could not be written: " + plain(err))
		}
		file = filepath.Join(a.stateDir(), "audit.html")
		if err := atomicfile.Write(file, page.Bytes(), atomicfile.Options{}); err != nil {
			return failed("the page could not be written: " + plain(err))
		}
	}
	file = a.path(file)
	if program, err := a.browse(ctx, file); err != nil {
		a.say("rekey: no browser could be opened (%s); the page is %s", program, file)
		return nil //nolint:nilerr // the page is written, and where it is was said
	}
	a.remark("the page is %s", file)
	return nil
}

// htmlFile is the file that --format html goes to, "" for none.
func (o *outputs) htmlFile() (string, error) {
	list, err := o.wanted()
	if err != nil {
		return "", err
	}
	for _, w := range list {
		if w.format == "html" {
			return w.file, nil
		}
	}
	return "", nil
}
