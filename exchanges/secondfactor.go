package exchanges

import "context"

// A CodeQuestion is what a person is asked a one-time code for.
type CodeQuestion struct {
	Exchange string
	Op       string // the operation that waits for the code
	Again    bool   // the code before was not taken: it was wrong, used before, or late
}

// AskCode asks a person for the one-time code of their second factor. The code
// is used once and kept nowhere. An error, or an empty code, says that none is
// given: nobody is here, or they will not.
type AskCode func(ctx context.Context, q CodeQuestion) (Secret, error)

// mostCodes is how many codes a person is asked for in one call.
const mostCodes = 3

// WithCode carries out a call in the middle of which the exchange may ask for a
// one-time code. try sends it with the code, at first without any, and returns
// an error of KindSecondFactor when the exchange wants one, or takes not the one
// that was sent. What comes of it when no code is taken is of that kind too: it
// does not say that nothing happened, so callers look.
func (e Env) WithCode(
	ctx context.Context, exchange, op string, try func(code Secret) (Response, error),
) (Response, error) {
	res, err := try(Secret{})
	for asked := 0; KindOf(err) == KindSecondFactor; asked++ {
		if asked == mostCodes {
			return res, withDetail(err, "took none of three codes of the second factor: look whether the clock of the "+
				"device that makes them is right, and which of your devices belongs to this account")
		}
		if e.AskCode == nil {
			return res, err
		}
		code, trouble := e.AskCode(ctx, CodeQuestion{Exchange: exchange, Op: op, Again: asked > 0})
		switch {
		case ctx.Err() != nil:
			return res, &Error{Exchange: exchange, Op: op, Kind: KindCanceled, Detail: "interrupted"}
		case trouble != nil || code.IsZero():
			return res, withDetail(err, "wants a code of the second factor, and none was given: a person must type it, at a "+
				"terminal")
		}
		res, err = try(code)
	}
	return res, err
}

func withDetail(err error, detail string) error {
	return change(err, func(e *Error) { e.Detail = detail })
}
