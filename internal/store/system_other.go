//go:build !unix

package store

import (
	"errors"
	"io/fs"
	"syscall"
)

const noFollow = 0

// permissionBits is 0: Go makes the bits up where the system keeps access
// control lists, so nothing can be said about them.
func permissionBits(fs.FileInfo) fs.FileMode { return 0 }

func ownedByOthers(fs.FileInfo) bool { return false }

// isDiskFull knows ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
func isDiskFull(err error) bool {
	var number syscall.Errno
	return errors.As(err, &number) && (number == 39 || number == 112)
}

func isLink(error) bool { return false }
