package location

import (
	"context"
	"errors"
	"io/fs"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/location/textfile"
)

// A Reading is what a location held.
type Reading struct {
	Credential exchanges.Credential
	// Seen holds what was seen of the location, first, and of further files
	// that a part came from. It is filled in also beside an error, as far as
	// the look went; its first entry is always there.
	Seen []audit.Location
	// Exchange is the exchange as the file calls it, a ccxt name like
	// "binance" or "coinbaseexchange"; "" when it does not say.
	Exchange string
	// Remarks are sentences about what a person may not expect of the
	// location. They hold no value.
	Remarks []string
}

const maxFile = 10 << 20 // bytes of a file that holds credentials

// Read reads the credential. It reads files, and runs a program for an exec
// location; it writes nothing, and may be called concurrently. The error is an
// *Error, and the Credential beside it is empty.
func (l Location) Read(ctx context.Context, env Env) (Reading, error) {
	r := Reading{Seen: []audit.Location{{Text: l.Display()}}}
	if err := ctx.Err(); err != nil {
		return r, l.failed(&Error{Reason: ReasonFailed, Problem: "was not read: " + err.Error(), Err: err})
	}
	var found parts
	var err *Error
	switch l.kind {
	case KindEnv:
		found, err = readFamilies(l.prefix, env.variable, &r)
	case KindDotEnv:
		found, err = l.readDotEnv(env, &r)
	case KindJSON, KindYAML, KindTOML:
		found, err = l.readDocument(env, &r)
	case KindFreqtrade:
		found, err = l.readFreqtrade(env, &r)
	case KindExec:
		found, err = l.readProgram(ctx, env)
	default:
		err = problem(ReasonInvalid, "", "no credential location is named", "")
	}
	if err == nil {
		r.Credential, err = found.credential()
	}
	if err != nil {
		return r, l.failed(err)
	}
	return r, nil
}

// failed completes an error with the location.
func (l Location) failed(err *Error) *Error {
	err.Location = l.Display()
	return err
}

// readFile reads the file of the location and notes what was seen of it.
func (l Location) readFile(env Env, r *Reading) (textfile.File, *Error) {
	path, failure := env.resolve(l.path)
	if failure != nil {
		return textfile.File{}, failure
	}
	file, err := textfile.Read(path, maxFile)
	r.Seen[0] = seenFile{path, file.Facts}.as(l)
	if err != nil {
		return textfile.File{}, fileError(err)
	}
	return file, nil
}

// A seenFile is a file with what was seen of it from outside.
type seenFile struct {
	path  string
	facts textfile.Facts
}

// as returns what was seen, as a file of the location l.
func (f seenFile) as(l Location) audit.Location {
	return audit.Location{
		Text: l.Display(), Path: f.path,
		Mode: f.facts.Mode, Symlink: f.facts.Symlink, ForeignOwner: f.facts.ForeignOwner,
	}
}

// fileError puts an error of textfile into the words of a location.
func fileError(err error) *Error {
	e := &Error{Reason: ReasonUnreadable, Problem: err.Error()}
	if errors.Is(err, fs.ErrNotExist) {
		e.Reason = ReasonAbsent
	}
	var cause *textfile.Error
	if errors.As(err, &cause) {
		e.Err = cause.Err
	}
	return e
}
