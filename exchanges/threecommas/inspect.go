package threecommas

import (
	"context"

	"rekey/exchanges"
)

// CheckToken asks 3Commas whether it accepts the token in hand. Nil means that
// it does, and says nothing of what the token may do: 3Commas tells neither
// its permissions nor its IP whitelist nor its age. An error is an
// *exchanges.Error.
func (a *adapter) CheckToken(ctx context.Context) error {
	res, err := a.call(ctx, opCheck, nil)
	if err != nil {
		return err
	}
	var w wireCheck
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return exchanges.Malformed(Name, opCheck, res, err)
	}
	switch valid, told := w.Valid.Get(); {
	case !told:
		return exchanges.Malformed(Name, opCheck, res, nil)
	case !valid:
		return &exchanges.Error{
			Exchange: Name,
			Op:       opCheck,
			Kind:     exchanges.KindCredential,
			Status:   res.Status,
			Detail:   "says that the token is not valid",
		}
	}
	return nil
}
