// Package imports reads the trades that people have in files when their key is
// dead: the exports of exchanges and of two portfolio programs, the databases
// of three bots, and a plain layout.
//
// A layout is recognised by its header, never by the name of the file. What a
// reader is not sure of it refuses, or lists as a gap: a wrong trade would be
// worse than none.
package imports

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"rekey/internal/nearest"
	"rekey/internal/trace"
)

// Options say how to read a file.
type Options struct {
	// As is the name of the layout, "" to recognise it.
	As string
	// Zone is that of times without one, nil when nobody said it.
	Zone *time.Location

	size int64 // of the file, 0 when it is packed
}

// An Import is what a file held.
type Import struct {
	Layout   string
	Exchange string // "" when the file does not say it
	Fills    []trace.Fill
	// Orders is true when a row is an order with the average of its fills.
	Orders bool
	// Outflows are withdrawals; HasOutflows is true when the layout lists them,
	// also when there was none.
	Outflows    []trace.Movement
	HasOutflows bool
	// Unread says what of the file could not be used, and why.
	Unread []string
}

// A RefusedError says why a file is not read, and what to do.
type RefusedError struct{ Problem, Hint string }

func (e *RefusedError) Error() string { return e.Problem }

func refused(hint, format string, args ...any) error {
	return &RefusedError{fmt.Sprintf(format, args...), hint}
}

// Layouts returns the names that Options.As takes.
func Layouts() []string {
	var names []string
	for _, l := range layouts() {
		names = append(names, l.name)
	}
	return append(names, "freqtrade", "hummingbot", "bbgo")
}

// Read reads a file; .gz is unpacked on the way.
func Read(path string, o Options) (Import, error) {
	if o.As != "" && !slices.Contains(Layouts(), o.As) {
		hint := "layouts: " + strings.Join(Layouts(), ", ")
		if near := nearest.Word(o.As, Layouts()); near != "" {
			hint = "did you mean " + near + "?"
		}
		return Import{}, refused(hint, "there is no layout called %.40q", o.As)
	}
	f, err := os.Open(path)
	if err != nil {
		return Import{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		o.size = info.Size()
	}
	in := bufio.NewReaderSize(f, 1<<20)
	begin, err := in.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return Import{}, err
	}
	if bytes.HasPrefix(begin, []byte("SQLite format 3\x00")) {
		return readDatabase(path, o)
	}
	if bytes.HasPrefix(begin, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return Import{}, refused("", "it is damaged: %v", err)
		}
		in, o.size = bufio.NewReaderSize(z, 1<<20), 0
		if begin, err = in.Peek(16); err != nil && !errors.Is(err, io.EOF) {
			return Import{}, refused("", "it is damaged: %v", err)
		}
	}
	if err := noText(begin); err != nil {
		return Import{}, err
	}
	return readText(in, o)
}

// noText refuses what is not a text, by how it begins.
func noText(begin []byte) error {
	switch {
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		return refused("open it in a spreadsheet program and save it as CSV; unpack an archive first",
			"it is an Excel file or an archive, not a CSV")
	case bytes.HasPrefix(begin, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return refused("open it in a spreadsheet program and save it as CSV", "it is an Excel file, not a CSV")
	case bytes.HasPrefix(begin, []byte{0xff, 0xfe}), bytes.HasPrefix(begin, []byte{0xfe, 0xff}), bytes.IndexByte(begin,
		0) >= 0:
		return refused("save it as CSV in UTF-8", "it is not a text in UTF-8")
	case len(begin) == 0:
		return refused("", "it is empty")
	}
	return nil
}

// readText reads a CSV: the layout is recognised, then its rows are read.
func readText(in *bufio.Reader, o Options) (Import, error) {
	t, l, err := recognise(in, o.As)
	if err != nil {
		return Import{}, err
	}
	t.zone = time.UTC
	if zone, stated := t.statedZone(); stated {
		t.zone = zone
	} else if l.zoneAsked {
		if o.Zone == nil {
			return Import{}, refused("give the zone that the times are in: --timezone UTC, or --timezone +08:00",
				"%s does not say the time zone of its times", l.name)
		}
		t.zone = o.Zone
	}
	out := &Import{Layout: l.name, Exchange: l.exchange}
	if o.size > 0 { // a row has 50 bytes or more
		out.Fills = make([]trace.Fill, 0, o.size/50)
	}
	if err := l.read(t, out); err != nil {
		return Import{}, err
	}
	if t.zeros > 0 {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows have a price or quantity of 0", t.zeros))
	}
	return *out, nil
}
