package location

import (
	"fmt"
	"regexp"
	"strings"

	"rekey/internal/form"
)

// readDocument reads the object that a json, yaml or toml location points at.
func (l Location) readDocument(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	type parsed struct {
		root node
		err  *Error
	}
	p := remembered(env, string(l.kind), file.path, func() parsed {
		root, err := l.parse(file.Text())
		return parsed{root, err}
	})
	if p.err != nil {
		failure := *p.err // the location is filled in
		return parts{}, &failure
	}
	object, prefix, err := l.pointedAt(p.root)
	if err != nil {
		return parts{}, err
	}
	found, err := prefixedParts(object, file, prefix)
	if err != nil {
		return parts{}, err
	}
	if !found.accessKey.isSet() || !found.secret.isSet() {
		return parts{}, incompleteObject(found, object, l.pointer)
	}
	r.Exchange = exchangeOf(object)
	return found, nil
}

// parse reads a whole document of the location's kind.
func (l Location) parse(text []byte) (node, *Error) {
	switch l.kind {
	case KindYAML:
		return parseYAML(text)
	case KindTOML:
		return parseTOML(text)
	default:
		return parseJSON(text)
	}
}

// pointedAt returns the object that the location's pointer leads to, and the
// prefix of the fields that are meant, "" for any. A # with a name behind it may
// belong to the last word of the pointer, where the document has such a word.
func (l Location) pointedAt(root node) (node, string, *Error) {
	if l.prefix == "" {
		object, err := root.find(l.pointer)
		return object, "", err
	}
	if n := len(l.pointer); n > 0 {
		whole := append(l.pointer[:n-1:n-1], l.pointer[n-1]+"#"+l.prefix)
		if object, err := root.find(whole); err == nil {
			return object, "", nil
		}
	}
	object, err := root.find(l.pointer)
	return object, l.prefix, err
}

// incompleteObject says which part is missing, and where there are complete
// credentials further down.
func incompleteObject(found parts, object node, at []string) *Error {
	err := problem(ReasonIncomplete, AccessKey, "the object has no field for the access key", "")
	if found.accessKey.isSet() {
		err = problem(ReasonIncomplete, SecretPart, "the object has no field for the secret", "")
	}
	if below := credentialsBelow(object, at, 3); len(below) > 0 {
		err.Hint = "there are credentials at " + strings.Join(below, ", ")
	}
	return err
}

const mostPointers = 5 // that a message names

// credentialsBelow returns pointers to the objects in n, levels deep at most,
// that hold an access key and a secret.
func credentialsBelow(n node, at []string, levels int) []string {
	var pointers []string
	if levels == 0 {
		return nil
	}
	visit := func(token string, child node) {
		path := append(at[:len(at):len(at)], token)
		if len(pointers) >= mostPointers || len(token) > 60 {
			return
		}
		if child.shape == objectNode {
			if p, err := credentialParts(child, nil); err == nil && p.accessKey.isSet() && p.secret.isSet() {
				pointers = append(pointers, fmt.Sprintf("%q", "#"+formatPointer(path)))
				return
			}
		}
		pointers = append(pointers, credentialsBelow(child, path, levels-1)...)
	}
	for _, m := range n.members {
		visit(m.name, m.value)
	}
	for i, item := range n.items {
		visit(fmt.Sprint(i), item)
	}
	return pointers[:min(len(pointers), mostPointers)]
}

var exchangeWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// exchangeOf returns what an object says about its exchange: passivbot and
// others have a field for it, a CDP key is Coinbase's.
func exchangeOf(object node) string {
	for _, m := range object.members {
		if form.Fold(m.name) == "exchange" && m.value.shape == textNode {
			if word := m.value.text.Reveal(); exchangeWord.MatchString(word) {
				return strings.ToLower(word)
			}
		}
	}
	for _, c := range coinbaseName(object, nil) {
		if isCoinbaseName(c.value) {
			return "coinbase"
		}
	}
	return ""
}
