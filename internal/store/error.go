package store

import (
	"context"
	"errors"
	"io/fs"

	"rekey/internal/atomicfile"
)

// A Reason sorts errors by what a caller may do about them.
type Reason string

// The reasons why a store did not do what it was asked.
const (
	// ReasonAbsent means that there is no store yet.
	ReasonAbsent Reason = "absent"
	// ReasonExists means that there is one already.
	ReasonExists Reason = "exists"
	// ReasonNoEntry means that the slot holds no such entry.
	ReasonNoEntry Reason = "no_entry"
	// ReasonChanged means that the slot holds another entry than expected.
	ReasonChanged Reason = "changed"
	// ReasonInvalid is a slot name, an entry or a recipient that cannot be.
	ReasonInvalid Reason = "invalid"
	// ReasonBusy means that another process was changing the store all the time.
	ReasonBusy Reason = "busy"
	// ReasonNoPassphrase means that the identity is protected by a passphrase
	// and nobody is here to tell it.
	ReasonNoPassphrase Reason = "no_passphrase"
	// ReasonPassphrase is a wrong passphrase.
	ReasonPassphrase Reason = "passphrase"
	// ReasonIdentity is an identity file that is missing, is none, or opens
	// another store.
	ReasonIdentity Reason = "identity"
	// ReasonDamaged is a file that was cut short or changed.
	ReasonDamaged Reason = "damaged"
	// ReasonFuture is a store that a later version of rekey wrote.
	ReasonFuture Reason = "future"
	// ReasonLoose is a file or directory that others may read or write.
	ReasonLoose Reason = "loose"
	// ReasonOwner is a file or directory of somebody else.
	ReasonOwner Reason = "owner"
	// ReasonSymlink is a symbolic link in the place of a file.
	ReasonSymlink Reason = "symlink"
	// ReasonDiskFull means that there is no room for a second copy.
	ReasonDiskFull Reason = "disk_full"
	// ReasonFailed is any other failure of the file system.
	ReasonFailed Reason = "failed"
	// ReasonUnverified means that what was written did not read back.
	ReasonUnverified Reason = "unverified"
	// ReasonCanceled means that the context ended first.
	ReasonCanceled Reason = "canceled"
)

// An Error says why a store did not do what it was asked. Its text holds paths
// and names, and never a value.
type Error struct {
	Path    string // the file it is about, "" when it is about none
	Reason  Reason
	Problem string
	Hint    string // what to do, or ""
	Err     error  // an error for errors.Is, whose text is not used; or nil
}

func (e *Error) Error() string {
	text := e.Problem
	if e.Path != "" {
		text = e.Path + ": " + text
	} else {
		text = "store: " + text
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ReasonOf returns the reason of the first *Error in err's chain, ReasonFailed
// for any other error, and "" for nil.
func ReasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ReasonFailed
}

// canceled returns the error of an ended context, or nil.
func canceled(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &Error{Reason: ReasonCanceled, Problem: "interrupted: " + err.Error(), Err: err}
	}
	return nil
}

// fileError puts an error of the file system into words. doing completes
// "cannot be …". An error in this package's own words is returned as it is.
func fileError(path, doing string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	e := &Error{Path: path, Reason: ReasonFailed, Problem: "cannot be " + doing, Err: err}
	var writing *atomicfile.Error
	if errors.As(err, &writing) {
		e.Problem, err = writing.Problem, writing.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && writing == nil:
		e.Reason, e.Problem = ReasonAbsent, "does not exist"
	case errors.Is(err, atomicfile.ErrSymlink):
		e.Reason, e.Problem = ReasonSymlink, "is a symbolic link"
		e.Hint = "put the file itself there, or name the file that it leads to"
	case errors.Is(err, atomicfile.ErrNotRegular):
		e.Problem = "is no regular file"
	case isDiskFull(err):
		e.Reason, e.Problem = ReasonDiskFull, e.Problem+": the disk is full"
		e.Hint = "make room for a second copy of the file; no entry was lost"
	default:
		e.Problem += ": " + atomicfile.Cause(err).Error()
	}
	return e
}
