package rotate

import (
	"context"

	"rekey/exchanges"
)

// AtVendor is the place at a vendor. What a vendor stores is no file, so the
// journal keeps its name and no digest.
func AtVendor(v interface {
	Name() string
	Write(ctx context.Context, c, instead exchanges.Credential) error
},
) Place {
	return atVendor{v.Name, v.Write}
}

type atVendor struct {
	name  func() string
	write func(ctx context.Context, c, instead exchanges.Credential) error
}

func (p atVendor) Name() string { return p.name() }

func (p atVendor) Write(ctx context.Context, c, instead exchanges.Credential) ([]WrittenFile, error) {
	if err := p.write(ctx, c, instead); err != nil {
		return nil, err
	}
	return []WrittenFile{{Location: p.name()}}, nil
}
