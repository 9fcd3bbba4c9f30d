//go:build !unix

package atomicfile

import "os"

// noWait is nothing: there are no named pipes among the files.
const noWait = 0

// imitate keeps the one bit of the mode that Go knows here. Access control
// lists come from the directory.
func imitate(from, to *os.File) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	return to.Chmod(info.Mode().Perm())
}

// syncDir does nothing: Windows cannot sync a directory, and its file systems
// keep the order of renames themselves.
func syncDir(*os.File) error { return nil }
