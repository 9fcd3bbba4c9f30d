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

// Read reads the credential. It reads files, asks a [Keeper] or [Documents], and
// runs a program for an exec location; it writes nothing, and may be called
// concurrently. The error is an *Error, and the Credential beside it is empty.
func (l Location) Read(ctx context.Context, env Env) (Reading, error) {
	r, _, err := l.read(ctx, env)
	if err != nil {
		return r, l.failed(err)
	}
	return r, nil
}

// read is Read, with the parts as they were found.
func (l Location) read(ctx context.Context, env Env) (Reading, parts, *Error) {
	r := Reading{Seen: []audit.Location{{Text: l.Display()}}}
	if err := ctx.Err(); err != nil {
		return r, parts{}, &Error{Reason: ReasonFailed, Problem: "was not read: " + err.Error(), Err: err}
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
	case KindGoCryptoTrader:
		found, err = l.readGoCryptoTrader(env, &r)
	case KindPassivbot:
		found, err = l.readPassivbot(env, &r)
	case KindBBGo:
		found, err = l.readBBGo(env, &r)
	case KindCCXT:
		found, err = l.readCCXT(env, &r)
	case KindHummingbot:
		found, err = l.readHummingbot(env, &r)
	case KindMCP:
		found, err = l.readMCP(env, &r)
	case KindStore, KindKeychain:
		found, err = l.readKept(ctx, env, &r)
	case KindVault:
		found, err = l.readVault(ctx, env, &r)
	case KindExec:
		found, err = l.readProgram(ctx, env)
	case KindAccount:
		r.Credential.AccessKey = l.name
		return r, parts{}, nil
	default:
		err = problem(ReasonInvalid, "", "no credential location is named", "")
	}
	if err == nil {
		r.Credential, err = found.credential()
	}
	return r, found, err
}

// Same reports whether what was read is a credential that was found elsewhere:
// the line ends of a PEM may be written in another way, and a passphrase that
// was not found may be there.
func Same(read, found exchanges.Credential) bool {
	return read.AccessKey == found.AccessKey && restoreNewlines(read.Secret).Equal(restoreNewlines(found.Secret)) &&
		(found.Passphrase.IsZero() || read.Passphrase.Equal(found.Passphrase))
}

// failed completes an error with the location.
func (l Location) failed(err *Error) *Error {
	err.Location = l.Display()
	return err
}

// readFile reads the file of the location and notes what was seen of it.
func (l Location) readFile(env Env, r *Reading) (*source, *Error) {
	path, failure := env.resolve(l.path)
	if failure != nil {
		return nil, failure
	}
	file, err := env.read(path)
	in := &source{path, file}
	r.Seen[0] = in.as(l)
	if err != nil {
		return nil, fileError(err)
	}
	return in, nil
}

// A source is a file that parts of a credential may come from, as it was read.
type source struct {
	path string
	textfile.File
}

// as returns what was seen of the file from outside, as a file of the location
// l.
func (s source) as(l Location) audit.Location {
	return audit.Location{
		Text: l.Display(), Path: s.path,
		Mode: s.Mode, Symlink: s.Symlink, ForeignOwner: s.ForeignOwner,
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
