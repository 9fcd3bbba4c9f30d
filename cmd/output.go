package cmd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// output are the flags --format and --output that most commands take.
type output struct {
	formats []string // the first is the default
	format  string
	file    string
}

func (o *output) add(f *pflag.FlagSet) {
	f.StringVar(&o.format, "format", o.formats[0], "`FORMAT`: "+strings.Join(o.formats, ", "))
	f.StringVarP(&o.file, "output", "o", "", "write to `FILE` instead of stdout")
}

func (o *output) check() error {
	if !slices.Contains(o.formats, o.format) {
		return usage(fmt.Sprintf("there is no format %s (%s)", quote(o.format), strings.Join(o.formats, ", ")))
	}
	return nil
}

// A destination is where a report goes. A file appears whole or not at all.
type destination struct {
	writer io.Writer
	temp   *os.File
	file   string
}

// open makes the destination before anything is sent, so that a path that
// cannot be written ends the command early.
func (o *output) open(a *App) (*destination, error) {
	if o.file == "" {
		return &destination{writer: a.Stdout}, nil
	}
	file := a.path(o.file)
	if info, err := os.Lstat(file); err == nil && !info.Mode().IsRegular() {
		return nil, usage("--output: " + file + " is not a regular file")
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".rekey-*")
	if err != nil {
		return nil, usage("--output: " + o.file + ": " + cause(err))
	}
	return &destination{writer: temp, temp: temp, file: file}, nil
}

// finish puts the file in its place.
func (d *destination) finish() error {
	if d.temp == nil {
		return nil
	}
	if err := d.temp.Sync(); err != nil {
		return err
	}
	if err := d.temp.Close(); err != nil {
		return err
	}
	// A file that others may read stays one: a collector of metrics runs as
	// another user.
	if old, err := os.Stat(d.file); err == nil {
		if err := os.Chmod(d.temp.Name(), old.Mode().Perm()); err != nil {
			return err
		}
	}
	if err := os.Rename(d.temp.Name(), d.file); err != nil {
		return err
	}
	d.temp = nil
	return nil
}

// discard removes what was not finished.
func (d *destination) discard() {
	if d.temp == nil {
		return
	}
	_ = d.temp.Close()
	_ = os.Remove(d.temp.Name())
}

// quote shows a word of the user.
func quote(word string) string { return strconv.QuoteToASCII(word) }
