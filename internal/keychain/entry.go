package keychain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const longestName = 200 // bytes

// checkName refuses a name that a keychain may misread. On macOS it becomes
// part of a command line, where a line break would begin a new command.
func checkName(name string) *Error {
	problem := ""
	switch {
	case strings.TrimSpace(name) == "":
		problem = "needs a name for the entry"
	case len(name) > longestName:
		problem = fmt.Sprintf("takes names of up to %d bytes", longestName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		problem = "takes no name with a character that cannot be printed"
	}
	if problem != "" {
		return &Error{Reason: ReasonInvalid, Problem: problem}
	}
	return nil
}

// The limits of go-keyring v0.2.8 (keyring_windows.go, keyring_darwin.go).
const (
	windowsLimit = 2560     // bytes of a password
	macLimit     = 4096     // bytes of the command that stores it
	otherLimit   = 64 << 10 // bytes; the Secret Service has no limit of its own
)

// checkSize refuses what the keychain of the system cannot hold, before
// anything is written.
func checkSize(system, name, text string) *Error {
	size, limit := len(text), otherLimit
	switch system {
	case "windows":
		limit = windowsLimit
	case "darwin":
		size, limit = macCommand(name, text), macLimit
	}
	if size <= limit {
		return nil
	}
	return &Error{
		Reason: ReasonTooLarge, Hint: otherwise,
		Problem: fmt.Sprintf(
			"cannot hold this credential: it takes %d bytes, and %s has room for %d",
			size,
			systemName(system),
			limit,
		),
	}
}

// macCommand returns the length of the command that go-keyring has
// /usr/bin/security run: the password in base64, the names quoted.
func macCommand(name, text string) int {
	encoded := len("go-keyring-base64:") + (len(text)+2)/3*4
	quoted := len(name) + 2 + 4*strings.Count(name, "'")
	return len("add-generic-password -U -s  -a  -w \n") + len(Service) + quoted + encoded
}

func systemName(system string) string {
	switch system {
	case "windows":
		return "Windows"
	case "darwin":
		return "macOS"
	}
	return "the Secret Service"
}
