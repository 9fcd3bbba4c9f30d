package store

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// accessEntry is one entry of an access control list.
type accessEntry struct {
	tag, permission uint16
	id              uint32
}

// setList gives a file an access control list.
func setList(t *testing.T, path string, entries ...accessEntry) {
	t.Helper()
	list := binary.LittleEndian.AppendUint32(nil, listVersion)
	for _, e := range entries {
		list = binary.LittleEndian.AppendUint16(list, e.tag)
		list = binary.LittleEndian.AppendUint16(list, e.permission)
		list = binary.LittleEndian.AppendUint32(list, e.id)
	}
	if err := unix.Setxattr(path, accessList, list, 0); err != nil {
		t.Skipf("there are no access control lists here (%v); set TMPDIR to a folder on ext4, xfs or btrfs", err)
	}
}

// systemd hands an identity file to a service with an access control list: for
// the service's user, and for nobody else. Its mode shows a group that may
// read, and there is none.
func TestIdentityFromSystemd(t *testing.T) {
	const none = ^uint32(0)
	us, other := uint32(os.Geteuid()), uint32(os.Geteuid())+1
	for _, c := range []struct {
		name   string
		user   uint32
		group  uint16
		others uint16
		opens  bool
	}{
		{"for this user", us, 0, 0, true},
		{"for another user", other, 0, 0, false},
		{"for the group too", us, 4, 0, false},
		{"for all", us, 0, 4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := holding(t)
			o.Identity = filepath.Join(t.TempDir(), "store.key")
			if err := os.WriteFile(o.Identity, readFile(t, filepath.Join(o.Dir, IdentityName)), 0o400); err != nil {
				t.Fatal(err)
			}
			setList(
				t,
				o.Identity,
				accessEntry{0x01, 4, none},
				accessEntry{0x02, 4, c.user},
				accessEntry{0x04, c.group, none},
				accessEntry{0x10, 4, none},
				accessEntry{0x20, c.others, none},
			)
			if info, err := os.Stat(o.Identity); err != nil || info.Mode().Perm()&0o440 != 0o440 {
				t.Fatalf("mode %v, %v: not as systemd makes it", info.Mode(), err)
			}
			f, err := Open(t.Context(), o)
			if !c.opens {
				refuses(t, err, ReasonLoose)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want(t, held(t, f), "run-1")
		})
	}
	// A group that may read without any list, as before.
	o := holding(t)
	if err := os.Chmod(filepath.Join(o.Dir, IdentityName), 0o440); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), o)
	refuses(t, err, ReasonLoose)
}
