package journal

import "rekey/internal/atomicfile"

// A HeldError says that another rekey is writing. Nothing was changed.
type HeldError struct {
	Path   string // the lock
	Holder Holder // what the other one says of itself, zero when it has not yet
}

// Error says who holds the lock.
func (e *HeldError) Error() string {
	return e.Path + ": " + e.Holder.String() + " (" + e.Hint() + ")"
}

// Hint says what to do.
func (e *HeldError) Hint() string {
	return "wait until it has ended; `rekey runs list` shows what it does, and needs no lock"
}

// An UnsafeError says that a file is not one that a journal may be kept in:
// others could read or change it, or it is not where it seems to be.
type UnsafeError struct {
	Path    string
	Problem string
	Hint    string
}

// Error says what is unsafe and what to do.
func (e *UnsafeError) Error() string { return e.Path + ": " + e.Problem + " (" + e.Hint + ")" }

// A WriteError says that the operating system did not write, or did not let
// us try. Whether the record is on disk is not known; the journal takes no
// more of them until it is opened anew.
type WriteError struct {
	Path string
	Err  error // syscall.ENOSPC, syscall.EIO, syscall.EROFS, fs.ErrPermission, ...
}

// Error says what the system said.
func (e *WriteError) Error() string {
	return e.Path + ": cannot be written: " + atomicfile.Cause(e.Err).Error()
}

// Unwrap returns what the system said.
func (e *WriteError) Unwrap() error { return e.Err }

// A RecordError says that a record cannot be kept. Nothing was written, and
// the journal goes on.
type RecordError struct {
	Path string
	Err  error
}

// Error says what is wrong with the record.
func (e *RecordError) Error() string { return e.Path + ": the record is refused: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *RecordError) Unwrap() error { return e.Err }

// A Remark is something that a person should be told, and that stops nothing.
type Remark struct {
	Kind RemarkKind
	Text string // a sentence
}

// A RemarkKind sorts remarks.
type RemarkKind string

// The kinds of remark.
const (
	// Begun: there was no journal, and a new one was begun.
	Begun RemarkKind = "begun"
	// TornLine: the last line was a part of a record that nobody was told is
	// written.
	TornLine RemarkKind = "torn"
	// CutLine: the end of the last record was torn off, and put back.
	CutLine RemarkKind = "cut"
	// HeadBehind: the last record was written, and rekey died before it noted
	// that.
	HeadBehind RemarkKind = "behind"
	// NoHint: others will not be told who holds the lock.
	NoHint RemarkKind = "no_hint"
	// Loose: the file that was read is one that Open would refuse.
	Loose RemarkKind = "loose"
)
