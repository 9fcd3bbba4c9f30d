package location

// A Part is one of the texts that a credential consists of.
type Part string

// The parts of a credential, as messages call them.
const (
	AccessKey  Part = "access key"
	SecretPart Part = "secret"
	Passphrase Part = "passphrase"
)

// A Reason sorts errors by what a caller may do about them.
type Reason string

// The reasons why a credential could not be read or written.
const (
	// ReasonInvalid is a text that is no location.
	ReasonInvalid Reason = "invalid"
	// ReasonAbsent means that there is nothing: no file, no variable at all.
	ReasonAbsent Reason = "absent"
	// ReasonUnreadable is a file that is there and cannot be read as text.
	ReasonUnreadable Reason = "unreadable"
	// ReasonSyntax is a file or an answer that is not of its format.
	ReasonSyntax Reason = "syntax"
	// ReasonIncomplete means that a part of the credential is missing.
	ReasonIncomplete Reason = "incomplete"
	// ReasonPlaceholder means that the file still holds the text of its
	// template.
	ReasonPlaceholder Reason = "placeholder"
	// ReasonUnclean is a part with characters that belong to no credential.
	ReasonUnclean Reason = "unclean"
	// ReasonAmbiguous means that two texts claim to be the same part.
	ReasonAmbiguous Reason = "ambiguous"
	// ReasonFailed is a program that could not be run or failed, or a write
	// that did not do what it should have.
	ReasonFailed Reason = "failed"
	// ReasonReadOnly is a place that rekey never writes to: the environment, or
	// a file whose credential a variable overrides.
	ReasonReadOnly Reason = "read_only"
	// ReasonLoose is a file that others can read or write, a symbolic link, or
	// somebody else's file. See Env.AcceptLooseFile.
	ReasonLoose Reason = "loose"
	// ReasonUnfit means that the place cannot hold the new credential.
	ReasonUnfit Reason = "unfit"
	// ReasonUnwritable is a file that the system does not let rekey write.
	ReasonUnwritable Reason = "unwritable"
	// ReasonChanged means that somebody else changed the place in between.
	ReasonChanged Reason = "changed"
)

// An Error says why a location is none, or why its credential could not be
// read or written. Its text holds names and positions and never a value.
type Error struct {
	Location string // see Location.Display; "" for errors of Parse
	Part     Part   // the part it is about, "" when it is about all
	Reason   Reason
	Problem  string // what is wrong, a sentence about the location
	Hint     string // what to do, or ""
	Err      error  // an error for errors.Is, whose text is not used; or nil
}

func (e *Error) Error() string {
	text := e.Problem
	if e.Location != "" {
		text = e.Location + ": " + text
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// problem makes an error without its location, which the caller fills in.
func problem(reason Reason, part Part, text, hint string) *Error {
	return &Error{Reason: reason, Part: part, Problem: text, Hint: hint}
}
