package exchanges

import "context"

// A SelfRevoker destroys the key of its own credential: exchanges let some keys
// end themselves that no other key can end by API.
type SelfRevoker interface {
	// RevokeSelf returns nil once the exchange says that it destroyed the key.
	// A key that is gone already is refused with KindNoSuchKey, which is no
	// proof: the caller asks about the key. KindUncertain means that it may be
	// gone: look before trying again.
	RevokeSelf(ctx context.Context) error
}

// A SelfEditor changes the key of its own credential. Whether a change narrows
// the key is the caller's business.
type SelfEditor interface {
	// EditSelf changes the permissions of the key, and its whitelist where req
	// has one; see EditRequest. req.Ref is not read. It returns the key as the
	// exchange describes it afterwards, as far as it does.
	EditSelf(ctx context.Context, req EditRequest) (Key, error)
}
