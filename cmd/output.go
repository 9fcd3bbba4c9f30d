package cmd

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"rekey/internal/atomicfile"
	"rekey/internal/nearest"
)

// output are the flags --format and --output that most commands take.
type output struct {
	formats []string // the first is the default
	format  string
	file    string
}

func (o *output) add(f *pflag.FlagSet) {
	f.StringVar(&o.format, "format", o.formats[0], "`FORMAT`: "+strings.Join(o.formats, ", "))
	offer(f, "format", o.formats)
	f.StringVarP(&o.file, "output", "o", "", "write to `FILE` instead of stdout")
}

func (o *output) check() error {
	if !slices.Contains(o.formats, o.format) {
		return unknownFormat(o.format, o.formats)
	}
	return nil
}

// unknownFormat is the error for a format that there is not.
func unknownFormat(word string, known []string) error {
	text := fmt.Sprintf("there is no format %s (%s)", quote(word), strings.Join(known, ", "))
	if near := nearest.Word(word, known); near != "" {
		return usage(text, "did you mean "+near+"? --format "+near)
	}
	return usage(text)
}

// A destination is where a report goes. A file appears whole or not at all. A
// file that others may read stays one: a collector of metrics runs as another
// user. A new one is for its owner alone.
type destination struct {
	writer io.Writer
	file   *atomicfile.Writer // nil for stdout
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
	w, err := atomicfile.Create(file, atomicfile.Options{})
	if err != nil {
		return nil, usage("--output: " + o.file + ": " + cause(err))
	}
	return &destination{writer: w, file: w}, nil
}

// finish puts the file in its place.
func (d *destination) finish() error {
	if d.file == nil {
		return nil
	}
	return d.file.Commit()
}

// discard removes what was not finished.
func (d *destination) discard() {
	if d.file != nil {
		d.file.Discard()
	}
}

// quote shows a word of the user.
func quote(word string) string { return strconv.QuoteToASCII(word) }
