//go:build !unix

package tui

// ShellThere reports whether a shell waits for this process: not on this system.
func ShellThere() bool { return false }
