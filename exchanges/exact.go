package exchanges

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// A parser that lets the last of two members win, or takes "Code" for "code",
// reads a statement that the exchange did not make. Answers are therefore held
// to their documented names: exact, and once each.

// exactNames reports whether the document in body may be decoded into t: no
// object in it has two members whose names differ in case at most, and none
// has a member whose name differs from a documented one in case alone. What
// stands in maps, and in values that decode themselves, has no documented
// names.
func exactNames(body []byte, t reflect.Type) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return exactValue(d, t)
}

func exactValue(d *json.Decoder, t reflect.Type) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return exactObject(d, t)
	case json.Delim('['):
		element := elementOf(t)
		for d.More() {
			if err := exactValue(d, element); err != nil {
				return err
			}
		}
		_, err = d.Token()
	}
	return err
}

func exactObject(d *json.Decoder, t reflect.Type) error {
	known := map[string]reflect.Type{} // by name
	documented := map[string]string{}  // names without regard to case
	fieldsOf(t, known, documented)
	values := elementOf(t)
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		folded := foldName(name)
		if seen[folded] {
			return errors.New("an object has a member twice")
		}
		seen[folded] = true
		if right, ok := documented[folded]; ok && right != name {
			return errors.New("a member's name is written in other capitals than documented")
		}
		inner, ok := known[name]
		if !ok {
			inner = values
		}
		if err := exactValue(d, inner); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// decodesItself reports whether a type decodes itself.
func decodesItself(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

// fieldsOf collects the names under which a struct is decoded.
func fieldsOf(t reflect.Type, known map[string]reflect.Type, documented map[string]string) {
	t = pointedTo(t)
	if t == nil || t.Kind() != reflect.Struct || decodesItself(t) {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			fieldsOf(f.Type, known, documented)
		case name != "" && name != "-":
			known[name], documented[foldName(name)] = f.Type, name
		}
	}
}

// elementOf returns the type of the elements of a list or a map, nil for
// anything else: then nothing is documented about them.
func elementOf(t reflect.Type) reflect.Type {
	t = pointedTo(t)
	if t == nil || decodesItself(t) {
		return nil
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return t.Elem()
	default:
		return nil
	}
}

// foldName makes names alike that differ in case alone, as encoding/json
// compares them.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, name)
}

func pointedTo(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// A Frame is the shape in which an exchange states a refusal: a code, written
// as documented, and a text beside it.
type Frame struct {
	Code json.RawMessage `json:"code"`
	Msg  json.RawMessage `json:"msg"`
}

// Documented reports whether res states a refusal in its documented shape: one
// of the documented statuses, and an object with exactly this code, as JSON
// writes it (a quoted code is not a number), beside a text. Less is not proof
// of anything: a parser, a proxy or a gateway may have made it.
func Documented(res Response, code string, statuses ...int) bool {
	var f Frame
	if Decode(res.Body, &f) != nil || string(f.Code) != code {
		return false
	}
	return bytes.HasPrefix(f.Msg, []byte(`"`)) && slices.Contains(statuses, res.Status)
}

// Unproven is the error for words that would prove the end of a key and do not
// come in their documented shape.
func Unproven(res Response) *Error {
	return &Error{
		Kind: KindUndetermined, Status: res.Status,
		Detail: "answered something that reads like \"no such key\" and has not the documented form of it: " +
			"that proves nothing. Is a proxy or a gateway in between?",
	}
}
