package exchanges

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// An Amount is a plain decimal as an exchange wrote it, with its sign and no
// exponent that could make a small text a large number; "" when it wrote none.
type Amount string

// mostAmount bounds an amount: more digits are no amount of anything.
const mostAmount = 60

// errAmount repeats nothing of the text, which is foreign.
var errAmount = errors.New("a decimal was expected")

// UnmarshalJSON accepts 1.5, "1.5", "" and null. Exponents are refused: no
// exchange documents them for amounts.
func (a *Amount) UnmarshalJSON(b []byte) error {
	text := string(bytes.TrimSpace(b))
	if text == "null" {
		*a = ""
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if json.Unmarshal(b, &text) != nil {
			return errAmount
		}
	}
	if text != "" && !plainDecimal(text) {
		return errAmount
	}
	*a = Amount(text)
	return nil
}

// IsZero reports whether there is no amount, or none but zeros.
func (a Amount) IsZero() bool { return strings.Trim(string(a), "-+0.") == "" }

func plainDecimal(text string) bool {
	text = strings.TrimPrefix(text, "-")
	if len(text) > mostAmount {
		return false
	}
	digits, points := 0, 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}
