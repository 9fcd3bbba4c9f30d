package rotate

import (
	"context"
	"fmt"

	"rekey/exchanges"
	"rekey/internal/journal"
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
func (p at) Write(ctx context.Context, c, instead exchanges.Credential) ([]WrittenFile, error) {
	present, err := p.location.Read(ctx, p.env)
	if err != nil {
		return nil, err
	}
	switch present.Credential.AccessKey {
	case c.AccessKey, instead.AccessKey:
	default:
		return nil, fmt.Errorf("it holds another access key (%s): somebody changed it, and it was left alone",
			exchanges.MaskAccessKey(present.Credential.AccessKey))
	}
	change, err := p.location.Prepare(ctx, p.env, c)
	if err != nil {
		return nil, err
	}
	if err := change.Apply(ctx); err != nil {
		return nil, err
	}
	return p.written(change), nil
}

// Holds reads the place.
func (p at) Holds(ctx context.Context, c exchanges.Credential) (bool, error) {
	present, err := p.location.Read(ctx, p.env)
	return present.Credential.AccessKey == c.AccessKey, err
}

// written names the files of a change with their digests; a store, a keychain
// and a program are named without any.
func (p at) written(c location.Change) []WrittenFile {
	files := c.Files()
	if len(files) == 0 {
		return []WrittenFile{{Location: p.location.Display()}}
	}
	var out []WrittenFile
	for _, f := range files {
		w := WrittenFile{Location: p.location.Display(), Before: journal.DigestOfSum(f.Before), After: journal.DigestOfSum(f.After)}
		if len(files) > 1 {
			w.Location += ", file " + f.Path
		}
		out = append(out, w)
	}
	return out
}
