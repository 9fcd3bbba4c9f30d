package audit

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"rekey/exchanges"
)

// A FormatError says what a document holds that no rekey writes. It repeats
// nothing of what stands there.
type FormatError string

func (e FormatError) Error() string { return string(e) }

// A Text is a string that documents write as null when it is empty: what
// nobody said is not an empty word. It may be foreign text.
type Text string

// MarshalJSON writes the text, or null when it is empty.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return encoded(string(t))
}

// encoded is the JSON of a text with <, > and & as they are; an encoder that
// escapes them does so later.
func encoded(text string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// valid replaces bytes that are no text one by one, as JSON does, so that a
// saved audit prints as the live one.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// validAll is a list of valid texts; it is empty, and never nil.
func validAll[T ~string](list []T) []T {
	out := make([]T, len(list))
	for i, w := range list {
		out[i] = T(valid(string(w)))
	}
	return out
}

// A Masked is an access key of which only the ends are left. It cannot be made
// from a full access key without losing the rest, and is null when there is
// none.
type Masked struct{ text string }

// Mask masks an access key.
func Mask(accessKey string) Masked {
	if accessKey == "" {
		return Masked{}
	}
	return Masked{valid(exchanges.MaskAccessKey(accessKey))}
}

// String is the masked text, "" when there is no access key.
func (m Masked) String() string { return m.text }

// MarshalJSON writes the masked text, or null when there is no access key.
func (m Masked) MarshalJSON() ([]byte, error) { return Text(m.text).MarshalJSON() }

// UnmarshalJSON reads a masked text. What is not masked is masked now.
func (m *Masked) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	r := []rune(text)
	switch {
	case text == "", text == "…", len(r) == 3 && r[0] == '…', len(r) == 9 && r[4] == '…':
		m.text = text
	default:
		*m = Mask(text)
	}
	return nil
}

// stampLayout is how documents write times: RFC 3339 with milliseconds.
const stampLayout = "2006-01-02T15:04:05.000Z"

// A Time is a moment as documents write it: UTC, to the millisecond.
type Time struct{ time.Time }

// NewTime returns a moment to the millisecond.
func NewTime(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// String writes the time as documents do.
func (t Time) String() string { return t.UTC().Format(stampLayout) }

// MarshalJSON writes the time as documents do.
func (t Time) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalJSON reads a time in RFC 3339.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return FormatError("a time is none")
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return FormatError("a time is none")
	}
	*t = NewTime(at)
	return nil
}

// moment is a fact about time in a document. A year that documents cannot
// write is not told.
func moment(f exchanges.Fact[time.Time]) exchanges.Fact[Time] {
	at, known := f.Get()
	if year := at.UTC().Year(); !known || year < 0 || year > 9999 {
		return exchanges.Unknown[Time]()
	}
	return exchanges.Known(NewTime(at))
}

// dated is not told for the zero time.
func dated(t time.Time) exchanges.Fact[Time] {
	if t.IsZero() {
		return exchanges.Unknown[Time]()
	}
	return moment(exchanges.Known(t))
}

// A Day is a day of the calendar in UTC.
type Day struct{ time.Time }

// String writes the day as 2006-01-02.
func (d Day) String() string { return d.Format(time.DateOnly) }

// MarshalJSON writes the day as 2006-01-02.
func (d Day) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads a day.
func (d *Day) UnmarshalJSON(data []byte) error {
	at, err := time.Parse(time.DateOnly, strings.Trim(string(data), `"`))
	if err != nil {
		return FormatError("until is no day")
	}
	d.Time = at
	return nil
}

// Prefixes are the entries of an IP whitelist. nil is null: they are not told.
type Prefixes []netip.Prefix

// UnmarshalJSON reads a list of CIDRs, or null.
func (p *Prefixes) UnmarshalJSON(data []byte) error {
	var words []string
	if json.Unmarshal(data, &words) != nil {
		return FormatError("the entries of the IP whitelist are no list of CIDRs")
	}
	if words == nil {
		return nil
	}
	*p = make(Prefixes, len(words))
	for i, w := range words {
		prefix, err := netip.ParsePrefix(w)
		if err != nil {
			return FormatError("an entry of the IP whitelist is no CIDR")
		}
		(*p)[i] = prefix
	}
	return nil
}
