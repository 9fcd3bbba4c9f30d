package rotate

import (
	"context"
	"fmt"

	"rekey/exchanges"
	"rekey/internal/location"
)

// At is the place at a credential location.
func At(l location.Location, env location.Env) Place { return at{l, env} }

type at struct {
	location location.Location
	env      location.Env
}

func (p at) Name() string { return p.location.Display() }

// Write looks first: what a person or another program put there meanwhile is
// theirs.
func (p at) Write(ctx context.Context, c, instead exchanges.Credential) error {
	present, err := p.location.Read(ctx, p.env)
	if err != nil {
		return err
	}
	switch present.Credential.AccessKey {
	case c.AccessKey, instead.AccessKey:
	default:
		return fmt.Errorf("it holds another access key (%s): somebody changed it, and it was left alone", exchanges.MaskAccessKey(present.Credential.AccessKey))
	}
	change, err := p.location.Prepare(ctx, p.env, c)
	if err != nil {
		return err
	}
	return change.Apply(ctx)
}
