package location

import "strings"

// splitWords splits the text of an exec location into words, as no shell does:
//
//   - spaces and tabs separate words;
//   - within '…' everything stands for itself;
//   - within "…" a backslash before " or \ is dropped, any other stays;
//   - outside quotes a backslash is a character like any other;
//   - quoted and unquoted pieces that touch are one word.
//
// Variables, globs and ~ mean nothing here.
func splitWords(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		case '\'', '"':
			inWord = true
			end := quoteEnd(text, i)
			if end < 0 {
				return nil, invalid("exec: has a quote without an end", "")
			}
			word.WriteString(unquoteWord(text[i+1:end], c))
			i = end
		default:
			inWord = true
			word.WriteByte(c)
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

// quoteEnd returns the index of the quote that closes the one at start, or -1.
func quoteEnd(text string, start int) int {
	for i := start + 1; i < len(text); i++ {
		if text[start] == '"' && text[i] == '\\' {
			i++
			continue
		}
		if text[i] == text[start] {
			return i
		}
	}
	return -1
}

func unquoteWord(inner string, quote byte) string {
	if quote == '\'' {
		return inner
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(inner)
}
