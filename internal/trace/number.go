package trace

import (
	"errors"
	"math"
	"strconv"

	"github.com/shopspring/decimal"
)

// A Number is an exact decimal as a file or an exchange wrote it. It is small,
// because a history holds millions: up to 18 digits need no memory of their
// own. The zero Number is 0.
type Number struct {
	coefficient int64
	exponent    int32
	wide        *decimal.Decimal // where 18 digits are not enough
}

// errNumber is what no plain decimal gives; it repeats nothing of the text.
var errNumber = errors.New("is not a plain number")

// mostDigits bounds a number from a file: more is no amount of anything.
const mostDigits = 60

// ParseNumber reads a plain decimal: a sign, digits, at most one point, an
// exponent as databases write it. Commas, blanks and units are errors: which of
// them a layout has is for its reader to know.
func ParseNumber(s string) (Number, error) {
	if len(s) == 0 || len(s) > mostDigits {
		return Number{}, errNumber
	}
	negative, i := s[0] == '-', 0
	if negative || s[0] == '+' {
		i++
	}
	coefficient, digits, exponent, point := int64(0), 0, int32(0), false
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
			if coefficient > (math.MaxInt64-9)/10 {
				return parseWide(s)
			}
			coefficient = coefficient*10 + int64(c-'0')
			if point {
				exponent--
			}
		case c == '.' && !point:
			point = true
		case (c == 'e' || c == 'E') && digits > 0:
			return parseWide(s)
		default:
			return Number{}, errNumber
		}
	}
	if digits == 0 {
		return Number{}, errNumber
	}
	if negative {
		coefficient = -coefficient
	}
	return Number{coefficient: coefficient, exponent: exponent}, nil
}

func parseWide(s string) (Number, error) {
	for i := range len(s) {
		if c := s[i]; (c == 'e' || c == 'E') && !smallExponent(s[i+1:]) {
			return Number{}, errNumber
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Number{}, errNumber
	}
	return NumberOf(d), nil
}

// smallExponent keeps "1e999999999" from becoming a number of a gigabyte.
func smallExponent(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= -40 && n <= 40
}

// NumberOf returns a decimal as a Number.
func NumberOf(d decimal.Decimal) Number {
	if c := d.Coefficient(); c.IsInt64() {
		return Number{coefficient: c.Int64(), exponent: d.Exponent()}
	}
	return Number{wide: &d}
}

// Decimal returns the number for arithmetic.
func (n Number) Decimal() decimal.Decimal {
	if n.wide != nil {
		return *n.wide
	}
	return decimal.New(n.coefficient, n.exponent)
}

// Sign is -1, 0 or 1.
func (n Number) Sign() int {
	switch {
	case n.wide != nil:
		return n.wide.Sign()
	case n.coefficient < 0:
		return -1
	case n.coefficient > 0:
		return 1
	}
	return 0
}

// Abs is the number without its sign.
func (n Number) Abs() Number {
	if n.Sign() >= 0 {
		return n
	}
	return NumberOf(n.Decimal().Neg())
}

func (n Number) String() string { return n.Decimal().String() }
