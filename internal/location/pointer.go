package location

import (
	"strconv"
	"strings"
)

// parsePointer splits a JSON pointer (RFC 6901) into its reference tokens.
func parsePointer(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	if text[0] != '/' {
		return nil, invalid("the pointer does not begin with a slash", "")
	}
	tokens := strings.Split(text[1:], "/")
	for i, token := range tokens {
		for j := range len(token) {
			if token[j] == '~' && (j+1 == len(token) || token[j+1] != '0' && token[j+1] != '1') {
				return nil, invalid("the pointer has a ~ that is neither ~0 nor ~1", "write ~0 for ~ and ~1 for /")
			}
		}
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}

// formatPointer is the reverse of parsePointer.
func formatPointer(tokens []string) string {
	var b strings.Builder
	for _, token := range tokens {
		b.WriteString("/" + strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// arrayIndex reads a reference token as the index of an array, which has no
// leading zeros (RFC 6901, section 4).
func arrayIndex(token string) (int, bool) {
	i, err := strconv.Atoi(token)
	return i, err == nil && i >= 0 && strconv.Itoa(i) == token
}
