package journal

import (
	"errors"
	"testing"

	"rekey/internal/atomicfile/crashfs"
)

// Somebody removes or exchanges the head while the journal is open: nothing is
// written any more.
func TestHeadMoved(t *testing.T) {
	for what, hand := range map[string]func(*crashfs.Disk) error{
		"removed":   func(d *crashfs.Disk) error { return d.Remove(headName) },
		"exchanged": func(d *crashfs.Disk) error { return d.Rename("copy", headName) },
	} {
		disk := onDisk(t, map[string]string{"copy": "x"})
		j := mustOpen(t, disk)
		if err := errors.Join(j.Append(story()[0]), hand(disk)); err != nil {
			t.Fatal(err)
		}
		before := disk.Files()[fileName]
		var e *DamageError
		if err := j.Append(story()[1]); !errors.As(err, &e) || e.Damage[0].Harm != HeadLost {
			t.Errorf("%s: %v", what, err)
		}
		if disk.Files()[fileName] != before {
			t.Errorf("%s: the journal was written to", what)
		}
	}
}
