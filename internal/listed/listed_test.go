package listed

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/survey"
)

const accessKey = "Qz8PdGk2vRxYtLm4"

func look(names bool, m survey.Manager) survey.Result {
	ref := exchanges.KeyRef{Exchange: "okx", Account: exchanges.Account{Name: "desk"}, AccessKey: accessKey}
	m.Key.Ref.Exchange = "okx"
	r := survey.Result{Managers: map[string]survey.Manager{"main": m}}
	if names {
		m.Lists = map[string]bool{accessKey: true}
		r.Managers["main"] = m
		r.Subjects = []audit.Subject{{Origin: audit.FromExchange, Key: exchanges.Key{Ref: ref}}}
	}
	return r
}

// A key that only a list showed is never silently gone: it is forgotten when the
// list was read and does not name it, and else it is a gap.
func TestCompare(t *testing.T) {
	day := time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)
	alive := survey.Manager{Key: exchanges.Key{Status: exchanges.StatusAlive}, Listed: true}
	never := func(string) bool { return false }
	before, gaps := Compare(nil, look(true, alive), day, never)
	if len(before) != 1 || len(gaps) != 0 || before[0].Name != "okx/desk/Qz8P…tLm4" || len(before[0].Managers) != 1 {
		t.Fatalf("%+v, %+v", before, gaps)
	}
	dead, refused, notListed := alive, alive, alive
	dead.Key.Status, refused.Err, notListed.Listed = exchanges.StatusDead, errors.New("refused"), false
	for _, c := range []struct {
		story string
		now   survey.Result
		ended bool
		kept  bool
		gap   bool
	}{
		{"it is listed again", look(true, alive), false, true, false},
		{"the list was read and does not name it", look(false, alive), false, false, false},
		{"its manager is dead", look(false, dead), false, true, true},
		{"its manager was refused", look(false, refused), false, true, true},
		{"its manager was not asked for a list", look(false, notListed), false, true, true},
		{"its manager left rekey.yaml", survey.Result{}, false, true, true},
		{"a run ended it", look(false, dead), true, false, false},
	} {
		keys, gaps := Compare(before, c.now, day, func(string) bool { return c.ended })
		if (len(keys) == 1) != c.kept || (len(gaps) == 1) != c.gap {
			t.Errorf("%s: kept %+v, gaps %+v", c.story, keys, gaps)
		}
	}
}

func TestRemember(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if err := Remember(dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("a folder was made for nothing")
	}
	keys := []Key{{Name: "okx/desk/Qz8P…tLm4", Exchange: "okx", Fingerprint: "sha256:x", Managers: []string{"main"}}}
	if err := Remember(dir, keys, nil); err != nil {
		t.Fatal(err)
	}
	got, err := Remembered(dir)
	if err != nil || len(got) != 1 || got[0].Name != keys[0].Name {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"{", `{"version":99,"keys":[]}`} {
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Remembered(dir); err == nil {
			t.Errorf("%q is read as nothing", text)
		}
	}
}
