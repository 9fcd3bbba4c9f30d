package exchanges_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A door takes one code, and says so as exchanges do.
type codeDoor struct {
	takes string
	sent  []string
}

func (d *codeDoor) try(code exchanges.Secret) (exchanges.Response, error) {
	d.sent = append(d.sent, code.Reveal())
	if code.Reveal() == d.takes {
		return exchanges.Response{Status: 200}, nil
	}
	return exchanges.Response{}, &exchanges.Error{
		Exchange: "sim", Op: "list keys", Kind: exchanges.KindSecondFactor, Code: "1",
		Detail: "wants a code of the second factor",
	}
}

// The code is asked for when the exchange wants one, three times at most, and an
// empty answer ends it. No error holds a code, or says that nothing happened.
func TestWithCode(t *testing.T) {
	const canary = "CANARY123456"
	for _, c := range []struct {
		story string
		takes string
		typed []string // of the person, nil for nobody
		sent  []string
		kind  exchanges.Kind
		says  string
	}{
		{"no code is wanted", "", []string{canary}, []string{""}, "", ""},
		{"the right code", canary, []string{canary}, []string{"", canary}, "", ""},
		{"the second is right", canary, []string{"CANARY1", canary}, []string{"", "CANARY1", canary}, "", ""},
		{
			"wrong three times", canary, []string{"CANARY1", "CANARY2", "CANARY3", canary},
			[]string{"", "CANARY1", "CANARY2", "CANARY3"}, exchanges.KindSecondFactor, "none of three",
		},
		{"empty", canary, []string{""}, []string{""}, exchanges.KindSecondFactor, "none was given"},
		{"the terminal is gone", canary, []string{}, []string{""}, exchanges.KindSecondFactor, "none was given"},
		{"nobody is here", canary, nil, []string{""}, exchanges.KindSecondFactor, "wants a code"},
	} {
		door := &codeDoor{takes: c.takes}
		env, typed := exchanges.Env{}, c.typed
		var again []bool
		if c.typed != nil {
			env.AskCode = func(_ context.Context, q exchanges.CodeQuestion) (exchanges.Secret, error) {
				again = append(again, q.Again)
				if len(typed) == 0 {
					return exchanges.Secret{}, errors.New("the terminal is closed")
				}
				code := typed[0]
				typed = typed[1:]
				return exchanges.NewSecret(code), nil
			}
		}
		res, err := env.WithCode(t.Context(), "sim", "list keys", door.try)
		if exchanges.KindOf(err) != c.kind || !slices.Equal(door.sent, c.sent) || (err == nil) != (res.Status == 200) {
			t.Errorf("%s: %v after %q", c.story, err, door.sent)
		}
		if err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "CANARY") ||
			strings.Contains(err.Error(), "nothing was")) {
			t.Errorf("%s: %v", c.story, err)
		}
		for i, a := range again {
			if a != (i > 0) {
				t.Errorf("%s: question %d says again %v", c.story, i, a)
			}
		}
	}
}

// Ctrl-C at the question is an interruption.
func TestWithCodeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env := exchanges.Env{AskCode: func(context.Context, exchanges.CodeQuestion) (exchanges.Secret, error) {
		cancel()
		return exchanges.Secret{}, context.Canceled
	}}
	door := &codeDoor{takes: "CANARY"}
	_, err := env.WithCode(ctx, "sim", "list keys", door.try)
	if exchanges.KindOf(err) != exchanges.KindCanceled || len(door.sent) != 1 {
		t.Errorf("%v after %q", err, door.sent)
	}
}
