package store

import (
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"

	"rekey/internal/atomicfile"
)

// Parts of a POSIX access control list as Linux keeps it in an extended
// attribute: a version of four bytes, and eight bytes for each entry (tag,
// permission, id), all in little endian (linux/posix_acl_xattr.h).
const (
	accessList  = "system.posix_acl_access"
	listVersion = 2
	ownerTag    = 0x01
	userTag     = 0x02
	maskTag     = 0x10
	mostEntries = 64
)

// onlyForUs reports whether the group's bits of a file come from an access
// control list that lets in its owner and this user, and nobody else. systemd
// hands out the files of LoadCredential that way: they are root's, with mode
// 0440, and the list names the service's user (src/core/exec-credential.c of
// systemd, read 2026-11-22).
func onlyForUs(f atomicfile.File) bool {
	file, ok := f.(*os.File)
	if !ok {
		return false
	}
	list := make([]byte, 4+8*mostEntries)
	n, err := unix.Fgetxattr(int(file.Fd()), accessList, list)
	if err != nil || n < 4 || (n-4)%8 != 0 || binary.LittleEndian.Uint32(list) != listVersion {
		return false
	}
	for entry := list[4:n]; len(entry) > 0; entry = entry[8:] {
		tag, permission, id := binary.LittleEndian.Uint16(
			entry,
		), binary.LittleEndian.Uint16(
			entry[2:],
		), binary.LittleEndian.Uint32(
			entry[4:],
		)
		ours := tag == ownerTag || tag == maskTag || tag == userTag && int64(id) == int64(os.Geteuid())
		if permission != 0 && !ours {
			return false
		}
	}
	return true
}
