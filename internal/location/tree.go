package location

import (
	"fmt"

	"rekey/exchanges"
)

// A shape is what a node of a document is.
type shape string

const (
	objectNode  shape = "an object"
	arrayNode   shape = "a list"
	textNode    shape = "text"
	numberNode  shape = "a number or a date"
	booleanNode shape = "true or false"
	nullNode    shape = "null"
	aliasNode   shape = "a YAML alias"
)

// A node is a part of a JSON, YAML or TOML document. The three formats share
// it, so that pointers and spellings mean the same in all of them.
type node struct {
	shape   shape
	text    exchanges.Secret // of text and of numbers, as written
	members []member         // of objects, in the order of the document
	items   []node           // of lists
	at      scalar           // where a text or null stands, for a writer; nil when that is not known
}

type member struct {
	name  string
	value node
}

// maxDepth is how deep the documents may be nested. No bot's file comes near
// it, and the parsers and walkers here call themselves for every level.
const maxDepth = 200

// get returns the member of that name. A name that stands there twice is
// refused, because programs differ in which one they take.
func (n node) get(name string) (node, bool, *Error) {
	var found node
	count := 0
	for _, m := range n.members {
		if m.name == name {
			found = m.value
			count++
		}
	}
	if count > 1 {
		return node{}, false, problem(
			ReasonAmbiguous,
			"",
			fmt.Sprintf("the name %q stands %d times in the same object", name, count),
			"",
		)
	}
	return found, count == 1, nil
}

// find follows the reference tokens of a pointer.
func (n node) find(tokens []string) (node, *Error) {
	for i, token := range tokens {
		here := "#" + formatPointer(tokens[:i])
		if i == 0 {
			here = "the file"
		}
		switch n.shape {
		case objectNode:
			next, ok, err := n.get(token)
			if err != nil {
				return node{}, err
			}
			if !ok {
				return node{}, problem(
					ReasonAbsent,
					"",
					fmt.Sprintf("%s has no member %q", here, token),
					"the pointer leads nowhere",
				)
			}
			n = next
		case arrayNode:
			index, ok := arrayIndex(token)
			if !ok || index >= len(n.items) {
				return node{}, problem(ReasonAbsent, "",
					fmt.Sprintf("%s is a list of %d, and %q is no place in it", here, len(n.items), token), "places count from 0")
			}
			n = n.items[index]
		case aliasNode:
			return node{}, aliasProblem()
		case textNode, numberNode, booleanNode, nullNode:
			return node{}, problem(ReasonAbsent, "", fmt.Sprintf("%s is %s, so there is no %q in it", here, n.shape, token),
				"the pointer leads nowhere")
		}
	}
	return n, nil
}

func aliasProblem() *Error {
	return problem(
		ReasonSyntax,
		"",
		"the pointer leads to a YAML alias, which rekey does not follow",
		"point at the mapping itself",
	)
}
