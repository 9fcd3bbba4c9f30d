//go:build !unix

package textfile

import (
	"io/fs"
	"os"
)

func openForReading(path string) (*os.File, error) { return os.Open(path) }

// permissionBits is 0, not known: Go makes the bits up where the system keeps
// access control lists.
func permissionBits(fs.FileInfo) uint32 { return 0 }

func ownedByOthers(fs.FileInfo) bool { return false }
