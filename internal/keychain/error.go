package keychain

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"

	"github.com/zalando/go-keyring"
)

// A Reason sorts errors by what a caller may do about them.
type Reason string

// The reasons why the keychain did not do what it was asked.
const (
	// ReasonNone means that there is no keychain here.
	ReasonNone Reason = "none"
	// ReasonLocked means that it is locked, or that a person turned it down.
	ReasonLocked Reason = "locked"
	// ReasonTimeout means that it did not answer in time; most likely it is
	// locked and shows a window that nobody sees.
	ReasonTimeout Reason = "timeout"
	// ReasonNotFound means that it holds no entry of that name.
	ReasonNotFound Reason = "not_found"
	// ReasonChanged means that it holds another credential than expected.
	ReasonChanged Reason = "changed"
	// ReasonTooLarge means that this system's keychain cannot hold the entry.
	ReasonTooLarge Reason = "too_large"
	// ReasonInvalid is a name or a credential that cannot be.
	ReasonInvalid Reason = "invalid"
	// ReasonSyntax is an entry that is no credential.
	ReasonSyntax Reason = "syntax"
	// ReasonFuture is an entry that a later version of rekey wrote.
	ReasonFuture Reason = "future"
	// ReasonUncertain is a write without a clear answer.
	ReasonUncertain Reason = "uncertain"
	// ReasonCanceled means that the context ended first.
	ReasonCanceled Reason = "canceled"
	// ReasonFailed is any other failure.
	ReasonFailed Reason = "failed"
)

// An Error says why the keychain did not do what it was asked. Its text holds
// the name of the entry and never a value.
type Error struct {
	Name    string // of the entry
	Reason  Reason
	Problem string // completes "the keychain …"
	Hint    string // what to do, or ""
	Err     error  // an error for errors.Is, whose text is not used; or nil
}

func (e *Error) Error() string {
	text := fmt.Sprintf("keychain:%s: the keychain %s", e.Name, e.Problem)
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

// about completes the error with the entry's name. A name that is refused is
// not repeated: it may hold anything.
func (e *Error) about(name string) *Error {
	if checkName(name) == nil {
		e.Name = name
	}
	return e
}

// written turns the error of a write into what it means: a call that was not
// waited for may have written.
func (e *Error) written() *Error {
	if e == nil || e.Reason != ReasonTimeout && e.Reason != ReasonCanceled {
		return e
	}
	n := *e
	n.Reason = ReasonUncertain
	n.Problem += ", so the entry may be the old one or the new one"
	return &n
}

// failed puts an error of go-keyring into words. Texts of others are not used:
// what they hold is not known.
func failed(err error) *Error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return &Error{Reason: ReasonNotFound, Problem: "holds no such entry", Err: err}
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return &Error{Reason: ReasonTooLarge, Problem: "cannot hold so much in one entry", Hint: otherwise, Err: err}
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &Error{
			Reason:  ReasonNone,
			Problem: "is missing: this system has none that rekey knows",
			Hint:    otherwise,
			Err:     err,
		}
	case errors.Is(err, exec.ErrNotFound): // dbus-launch, or /usr/bin/security
		return &Error{Reason: ReasonNone, Problem: "is missing: there is no desktop session", Hint: otherwise, Err: err}
	}
	if e := busError(err); e != nil {
		return e
	}
	var program *exec.ExitError
	if errors.As(err, &program) && runtime.GOOS == "darwin" && lockedStatus(program.ExitCode()) {
		return locked(err)
	}
	return &Error{Reason: ReasonFailed, Problem: "cannot be used: it answers with an error", Hint: otherwise, Err: err}
}

const otherwise = "a store: location works everywhere"

// lockedStatus reports whether /usr/bin/security of macOS ended because the
// keychain is locked: its exit status is the low byte of an OSStatus of
// SecBase.h, errSecInteractionNotAllowed (-25308), errSecAuthFailed (-25293)
// or userCanceledErr (-128).
func lockedStatus(status int) bool {
	switch status {
	case -25308 & 0xff, -25293 & 0xff, -128 & 0xff:
		return true
	default:
		return false
	}
}
