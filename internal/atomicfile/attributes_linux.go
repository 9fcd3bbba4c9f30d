package atomicfile

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// accessList is the attribute that holds a POSIX access control list.
const accessList = "system.posix_acl_access"

// copyAttributes gives to the access control list and the user attributes of
// from. A list that to inherited from its directory goes away: it would let
// others in that the old file kept out.
func copyAttributes(from, to *os.File) error {
	if err := unix.Fremovexattr(int(to.Fd()), accessList); err != nil && !absent(err) {
		return err
	}
	names, err := attributes(from)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != accessList && !strings.HasPrefix(name, "user.") {
			continue // labels of security modules are the system's to give
		}
		value, err := sized(func(buf []byte) (int, error) { return unix.Fgetxattr(int(from.Fd()), name, buf) })
		if err != nil {
			return err
		}
		if err := unix.Fsetxattr(int(to.Fd()), name, value, 0); err != nil {
			return err
		}
	}
	return nil
}

// attributes lists the names of the extended attributes of a file.
func attributes(f *os.File) ([]string, error) {
	list, err := sized(func(buf []byte) (int, error) { return unix.Flistxattr(int(f.Fd()), buf) })
	if err != nil && !absent(err) {
		return nil, err
	}
	return strings.FieldsFunc(string(list), func(r rune) bool { return r == 0 }), nil
}

// sized asks for the size of a value, and then for the value.
func sized(get func([]byte) (int, error)) ([]byte, error) {
	n, err := get(nil)
	if err != nil || n == 0 {
		return nil, err
	}
	buf := make([]byte, n)
	n, err = get(buf)
	if err != nil {
		return nil, err
	}
	return buf[:n], nil
}

// absent says that there is no such attribute, or no attribute at all on this
// file system.
func absent(err error) bool {
	return errors.Is(err, unix.ENODATA) || errors.Is(err, unix.ENOTSUP)
}
