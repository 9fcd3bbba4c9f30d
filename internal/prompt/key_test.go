package prompt

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// A keyboard is a terminal that gives keys as they are pressed.
type keyboard struct {
	*tty
	raw bool
}

func (k *keyboard) Keys() (back func() error, err error) {
	if k.raw {
		return nil, errors.New("it reads keys already")
	}
	k.raw = true
	return func() error { k.raw = false; return nil }, nil
}

// One key answers; Enter is nothing, arrows are none of the keys, and the terminal is
// put back after each question.
func TestKey(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  []string
	}{
		{"o", []string{"o"}},
		{"\n", []string{""}},
		{"\r", []string{""}},
		{"sn\nc", []string{"s", "n", "", "c"}},
		{"é", []string{"é"}},
		{"\x1b[Bn", []string{"\x1b[B", "n"}},
		{"\x1b[1;5Bs", []string{"\x1b[1;5B", "s"}},
		{"\x1bOSs", []string{"\x1bOS", "s"}},
		{"\x1b", []string{"\x1b"}},
	} {
		k := &keyboard{tty: typed(c.typed)}
		p := New(k)
		var got []string
		for {
			key, err := p.Key(t.Context(), "Deleted?")
			if k.raw {
				t.Fatalf("%q: the terminal was left reading keys", c.typed)
			}
			if err != nil {
				if !errors.Is(err, ErrNoAnswer) {
					t.Errorf("%q: %v", c.typed, err)
				}
				break
			}
			got = append(got, key)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q is %q, want %q", c.typed, got, c.want)
		}
	}
	if got, err := New(&keyboard{tty: typed("\x04o")}).Key(t.Context(), ""); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("Ctrl-D is %q, %v", got, err)
	}
}

// A terminal that cannot give keys is asked for a line; lines follow keys.
func TestKeyByLine(t *testing.T) {
	if got, err := New(typed("O \n")).Key(t.Context(), "Deleted?"); got != "o" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	k := &keyboard{tty: typed("oall of it\n")}
	p := New(k)
	key, err := p.Key(t.Context(), "Deleted?")
	line, err2 := p.Line(t.Context(), "Why?")
	if key != "o" || line != "all of it" || err != nil || err2 != nil {
		t.Errorf("%q, %q, %v, %v", key, line, err, err2)
	}
	if got := k.shown.String(); got != "Deleted? Why? " || strings.Contains(got, "\n") {
		t.Errorf("the terminal shows %q", got)
	}
}
