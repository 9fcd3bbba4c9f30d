//go:build !linux

package store

import "rekey/internal/atomicfile"

// onlyForUs is false: access control lists are read on Linux alone.
func onlyForUs(atomicfile.File) bool { return false }
