package kv

import "errors"

// A Reason sorts errors by what a caller may do about them.
type Reason string

// The reasons why a server did not do what it was asked.
const (
	// ReasonInvalid is a configuration that cannot be used; nothing was sent.
	ReasonInvalid Reason = "invalid"
	// ReasonAbsent means that the server says that there is no such secret, or
	// that its newest version was deleted or destroyed.
	ReasonAbsent Reason = "absent"
	// ReasonForbidden means that the server refuses the token for this path. It
	// says nothing about the secret.
	ReasonForbidden Reason = "forbidden"
	// ReasonLogin means that there is no token: what it is made from is missing
	// or was refused.
	ReasonLogin Reason = "login"
	// ReasonSealed means that the server is sealed or not ready. It says nothing
	// about the secret.
	ReasonSealed Reason = "sealed"
	// ReasonChanged means that somebody else wrote the secret since it was read.
	ReasonChanged Reason = "changed"
	// ReasonReadOnly is a mount of KV version 1, which has no check-and-set.
	ReasonReadOnly Reason = "read_only"
	// ReasonUncertain is a write without a clear answer: it may have happened, or
	// happen later.
	ReasonUncertain Reason = "uncertain"
	// ReasonCanceled means that the context ended first.
	ReasonCanceled Reason = "canceled"
	// ReasonFailed is any other failure.
	ReasonFailed Reason = "failed"
)

// An Error says why the server did not do what it was asked. Its text holds no
// value, no token and nothing that the server said.
type Error struct {
	Reason  Reason
	Problem string // a sentence
	Hint    string // what to do, or ""
	Err     error  // an error for errors.Is, whose text is not used; or nil
}

func (e *Error) Error() string {
	if e.Hint != "" {
		return e.Problem + " (" + e.Hint + ")"
	}
	return e.Problem
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

func invalid(problem string) *Error { return &Error{Reason: ReasonInvalid, Problem: problem} }
