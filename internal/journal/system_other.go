//go:build !unix

package journal

import "io/fs"

const noFollow = 0

// Owners and modes say nothing here: access control lists decide, and the
// user's own folders keep others out.
func foreignOwner(fs.FileInfo) (string, bool) { return "", false }

func loose(fs.FileMode) fs.FileMode { return 0 }

func gone(int) bool { return false }
