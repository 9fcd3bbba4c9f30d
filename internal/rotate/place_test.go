package rotate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/location"
)

// A place in a file is written with its digests before and after; one that
// holds the credential already is named with the same digest twice, and one
// that somebody else changed is left alone.
func TestPlaceAt(t *testing.T) {
	dir := t.TempDir()
	old, next, other := credential(0), credential(1), credential(2)
	text := func(c exchanges.Credential) string {
		return "BOT_API_KEY=" + c.AccessKey + "\nBOT_API_SECRET=" + c.Secret.Reveal() + "\n"
	}
	file := filepath.Join(dir, ".env")
	if err := os.WriteFile(file, []byte(text(old)), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := location.Parse("dotenv:.env#BOT")
	if err != nil {
		t.Fatal(err)
	}
	p := At(l, location.Env{Dir: dir})
	holds := func(c exchanges.Credential) bool {
		got, err := p.(holder).Holds(t.Context(), c)
		if err != nil {
			t.Error(err)
		}
		return got
	}
	digest := func(c exchanges.Credential) journal.Digest { return journal.DigestOf([]byte(text(c))) }
	if !holds(old) || holds(next) {
		t.Error("it holds the wrong credential")
	}
	for _, before := range []exchanges.Credential{old, next} {
		got, err := p.Write(t.Context(), next, old)
		want := WrittenFile{Location: "dotenv:.env#BOT", Before: digest(before), After: digest(next)}
		if err != nil || len(got) != 1 || got[0] != want || !holds(next) {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
	if got, err := p.Write(t.Context(), other, old); err == nil || !strings.Contains(err.Error(), "left alone") ||
		got != nil ||
		!holds(next) {
		t.Errorf("what somebody else wrote was changed: %v, %v", got, err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Write(t.Context(), next, old); err == nil || got != nil {
		t.Errorf("a file that is gone: %v, %v", got, err)
	}
	if _, err := p.(holder).Holds(t.Context(), next); err == nil {
		t.Error("a file that is gone holds something")
	}
}

// A vendor is named without digests, and only when it was written.
func TestPlaceAtVendor(t *testing.T) {
	v := &vendor{}
	p := AtVendor(v)
	if got, err := p.Write(t.Context(), credential(1), credential(0)); err != nil || len(got) != 1 ||
		got[0] != (WrittenFile{Location: "3commas"}) {
		t.Errorf("%+v, %v", got, err)
	}
	v.err = errors.New("the vendor is away")
	if got, err := p.Write(t.Context(), credential(1), credential(0)); !errors.Is(err, v.err) || got != nil ||
		p.Name() != "3commas" {
		t.Errorf("%+v, %v", got, err)
	}
}

type vendor struct{ err error }

func (*vendor) Name() string { return "3commas" }

func (v *vendor) Write(context.Context, exchanges.Credential, exchanges.Credential) error {
	return v.err
}

// A place that cannot be read before the old key dies keeps it alive.
func TestUnreadablePlaceKeepsTheOldKey(t *testing.T) {
	w := newWorld(t, trouble{}, 1)
	j := w.job(rotateKind)
	j.Places = []Place{unreadable{j.Places[0]}}
	out, err := w.engine().Run(t.Context(), j)
	if err == nil || out.Stage.Final() || !w.keys[credential(0).AccessKey].alive ||
		!strings.Contains(out.Why, "the old key is untouched") {
		t.Errorf("%+v, %v", out, err)
	}
}

type unreadable struct{ Place }

func (unreadable) Holds(context.Context, exchanges.Credential) (bool, error) {
	return false, errors.New("permission denied")
}
