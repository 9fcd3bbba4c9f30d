package location

import (
	"context"
	"encoding/json"
	"fmt"

	"rekey/exchanges"
)

// storeArgument is added to the arguments of a program that is to store a
// credential.
const storeArgument = "store"

// applyProgram hands the new credential to the program of an exec location: as
// the JSON object that the program answers with when it is read, on its stdin.
// It is the program's business to store it in one go.
func (c Change) applyProgram(ctx context.Context) *Error {
	present, err := c.location.present(ctx, c.env)
	if err != nil {
		return err
	}
	switch hashOf(present) {
	case hashOf(c.wanted):
		return nil
	case c.answer:
	default:
		return problem(
			ReasonChanged,
			"",
			"the program answers with another credential than when the change was prepared",
			"nothing was stored; look at it and try again",
		)
	}
	object, err := encodeAnswer(c.wanted)
	if err != nil {
		return err
	}
	_, failure := c.location.run(ctx, c.env, object, storeArgument)
	// Whatever it said, what it answers now counts.
	if c.holds(ctx) {
		return nil
	}
	if failure != nil {
		failure.Problem = "storing: " + failure.Problem
		return failure
	}
	return problem(
		ReasonFailed,
		"",
		"the program ended well and does not answer with the new credential",
		"it must store what comes on its stdin when its last argument is "+storeArgument,
	)
}

// encodeAnswer writes a credential as a program of an exec location does.
func encodeAnswer(c exchanges.Credential) ([]byte, *Error) {
	object, err := json.Marshal(struct { //nolint:gosec // this is how the secret is handed over
		Version    int    `json:"version"`
		AccessKey  string `json:"access_key"`
		Secret     string `json:"secret"`
		Passphrase string `json:"passphrase"`
	}{1, c.AccessKey, c.Secret.Reveal(), c.Passphrase.Reveal()})
	if err != nil {
		return nil, problem(ReasonUnfit, "", fmt.Sprintf("the credential cannot be written as JSON (%T)", err), "")
	}
	return append(object, '\n'), nil
}

// present returns what the location holds now.
func (l Location) present(ctx context.Context, env Env) (exchanges.Credential, *Error) {
	r, _, err := l.read(ctx, env)
	return r.Credential, err
}
