package location

import (
	"fmt"

	"github.com/tailscale/hujson"

	"rekey/exchanges"
)

// parseJSON reads JSON with // and /* */ comments and trailing commas, as
// freqtrade, LEAN and others allow them.
func parseJSON(text []byte) (node, *Error) {
	if err := checkNesting(text); err != nil {
		return node{}, err
	}
	// The parser wants a line end after a last // comment. Nothing before it
	// moves.
	value, err := hujson.Parse(append(text[:len(text):len(text)], '\n'))
	if err != nil {
		// The parser's error may quote the text, so only its place is used.
		var line, column int
		if _, scan := fmt.Sscanf(err.Error(), "hujson: line %d, column %d:", &line, &column); scan != nil {
			return node{}, problem(ReasonSyntax, "", "is not valid JSON", "")
		}
		return node{}, problem(ReasonSyntax, "", fmt.Sprintf("is not valid JSON in line %d, column %d", line, column), "")
	}
	return jsonNode(value), nil
}

func jsonNode(value hujson.Value) node {
	at := jsonScalar{value.StartOffset, value.EndOffset}
	switch v := value.Value.(type) {
	case *hujson.Object:
		n := node{shape: objectNode}
		for _, m := range v.Members {
			name, _ := m.Name.Value.(hujson.Literal)
			n.members = append(n.members, member{name.String(), jsonNode(m.Value)})
		}
		return n
	case *hujson.Array:
		n := node{shape: arrayNode}
		for _, item := range v.Elements {
			n.items = append(n.items, jsonNode(item))
		}
		return n
	case hujson.Literal:
		switch v.Kind() {
		case '"':
			return node{shape: textNode, text: exchanges.NewSecret(v.String()), at: at}
		case 't', 'f':
			return node{shape: booleanNode}
		case '0':
			return node{shape: numberNode, text: exchanges.NewSecret(string(v))}
		}
	}
	return node{shape: nullNode, at: at}
}

// checkNesting refuses a text that is nested too deep before the parser, which
// calls itself for every level, sees it: ten million brackets end a program.
func checkNesting(text []byte) *Error {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c == '/' && i+1 < len(text) && (text[i+1] == '/' || text[i+1] == '*'):
			i = commentEnd(text, i)
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return problem(ReasonSyntax, "", fmt.Sprintf("is nested more than %d levels deep", maxDepth), "")
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// commentEnd returns the index of the last byte of the comment at start.
func commentEnd(text []byte, start int) int {
	for i := start + 2; i < len(text); i++ {
		if text[start+1] == '/' && text[i] == '\n' {
			return i
		}
		if text[start+1] == '*' && text[i] == '/' && text[i-1] == '*' && i > start+2 {
			return i
		}
	}
	return len(text) - 1
}
