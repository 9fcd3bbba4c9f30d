package exchanges

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// MilliTime reads a time in milliseconds since 1970. Zero, negative and absurd
// values (before 2009 or after 2100) are unknown: exchanges use them for "not
// set".
func MilliTime(ms int64) Fact[time.Time] {
	t := time.UnixMilli(ms).UTC()
	if t.Year() < 2009 || t.Year() > 2100 {
		return Unknown[time.Time]()
	}
	return Known(t)
}

// SecondTime is MilliTime for seconds.
func SecondTime(s int64) Fact[time.Time] {
	const most = 1 << 40 // beyond it milliseconds would not fit
	if s < 0 || s > most {
		return Unknown[time.Time]()
	}
	return MilliTime(s * 1000)
}

// A Number is an integer that an exchange writes as a number or as a string.
// Null and "" are 0.
type Number int64

// UnmarshalJSON accepts 12, "12", "" and null.
func (n *Number) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(bytes.TrimSpace(b)), `"`)
	if text == "" || text == "null" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("a number was expected")
	}
	*n = Number(v)
	return nil
}

// A Flag is a boolean that an exchange writes as a boolean or as a string, and
// may leave out.
type Flag struct{ Fact[bool] }

// UnmarshalJSON accepts true, "true", false, "false" and null.
func (f *Flag) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(strings.Trim(string(bytes.TrimSpace(b)), `"`)) {
	case "true":
		f.Fact = Known(true)
	case "false":
		f.Fact = Known(false)
	case "null", "":
		f.Fact = Unknown[bool]()
	default:
		return fmt.Errorf("true or false was expected")
	}
	return nil
}

// IsFalse reports whether a flag is there and says no.
func IsFalse(f Flag) bool {
	on, told := f.Get()
	return told && !on
}

// Decode reads one JSON document into v, and leaves v as it is when it cannot:
// names are exact and stand once each, and null is no document. Fields that v
// does not know are left alone; a test against the documented answers holds
// that there are none. The error names neither field nor value, because the
// text is foreign.
func Decode(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return errors.New("the answer is empty")
	case string(body) == "null":
		return errors.New("the answer is null")
	}
	target := reflect.ValueOf(v).Elem()
	fresh := reflect.New(target.Type())
	if exactNames(body, target.Type()) != nil || json.Unmarshal(body, fresh.Interface()) != nil {
		return errors.New("the answer is not in the documented form")
	}
	target.Set(fresh.Elem())
	return nil
}

// Malformed is the error for an answer that could not be read: the exchange
// changed its form, or something in between answered in its place. It says
// nothing about the key.
func Malformed(exchange, op string, res Response, cause error) *Error {
	return &Error{
		Exchange: exchange, Op: op, Kind: KindOther, Status: res.Status,
		Detail: "the answer could not be read", Err: cause,
	}
}
