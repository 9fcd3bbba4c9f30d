package config

import (
	"strings"

	"rekey/internal/nearest"
)

// suggestion returns ", did you mean X?" for the word that is nearest to a
// misspelt one, or "".
func suggestion(word string, known []string) string {
	if near := nearest.Word(word, known); near != "" {
		return ", did you mean " + near + "?"
	}
	return ""
}

// plain is a word without its case, - and _.
func plain(word string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(word))
}
