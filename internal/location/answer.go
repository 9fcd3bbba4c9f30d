package location

import (
	"fmt"
	"unicode/utf8"

	"github.com/tailscale/hujson"
)

const answerForm = `it must answer {"version":1,"access_key":"…","secret":"…","passphrase":"…"} and nothing else`

// decodeAnswer reads what a program of an exec location wrote: one JSON object
// with the member version, which is 1, and access_key, secret and, where the
// exchange has one, passphrase. The names are exact. Any other member is
// refused: a misspelt passphrase would go unnoticed, and what a later version
// adds, it adds under another number.
func decodeAnswer(output []byte) (parts, *Error) {
	fail := func(text string) (parts, *Error) {
		return parts{}, problem(ReasonSyntax, "", "the program's answer "+text, answerForm)
	}
	if len(output) == 0 {
		return fail("is empty")
	}
	if !utf8.Valid(output) || checkNesting(output) != nil {
		return fail("is not valid JSON")
	}
	value, err := hujson.Parse(output)
	if err != nil || !value.IsStandard() {
		return fail("is not valid JSON")
	}
	object := jsonNode(value)
	if object.shape != objectNode {
		return fail("is not a JSON object")
	}
	// The version comes first: it decides what the rest means.
	version, ok, twice := object.get("version")
	switch {
	case twice != nil:
		return fail("has a member twice")
	case !ok:
		return fail("has no version")
	case version.shape != numberNode || version.text.Reveal() != "1":
		return fail("has a version other than 1")
	}
	var p parts
	to := map[string]*sourced{"access_key": &p.accessKey, "secret": &p.secret, "passphrase": &p.passphrase}
	for _, m := range object.members {
		part, ok := to[m.name]
		switch {
		case m.name == "version":
		case !ok:
			return fail("has a member that is none of version, access_key, secret and passphrase")
		case part.isSet():
			return fail("has a member twice")
		case m.value.shape == nullNode && m.name == "passphrase":
		case m.value.shape != textNode:
			return fail(fmt.Sprintf("has %s as its %s, not text", m.value.shape, m.name))
		default:
			*part = sourced{text: m.value.text, from: m.name + " of the program's answer"}
		}
	}
	if !p.accessKey.isSet() || !p.secret.isSet() {
		return fail("has no access_key or no secret")
	}
	return p, nil
}
