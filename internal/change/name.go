package change

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/nearest"
)

// shortestPart is the least that a part of a name must have, in characters.
const shortestPart = 4

// A Candidate is a key that a word may name.
type Candidate struct {
	Name      string // the display name
	AccessKey string // "" when it is not known
}

// CandidatesOf are the keys of a survey.
func CandidatesOf(subjects []audit.Subject) []Candidate {
	out := make([]Candidate, len(subjects))
	for i, s := range subjects {
		out[i] = Candidate{s.DisplayName(), s.Key.Ref.AccessKey}
	}
	return out
}

// FindKey returns the display name of the key that a word names: its whole name,
// with ... in place of … if that is easier to type; or any part of at least four
// characters that one key alone has in its name, or at the beginning or the end
// of its access key. whole takes whole names only. The errors are *ManyError,
// *NoKeyError and *PartError.
func FindKey(keys []Candidate, word string, whole bool) (string, error) {
	typed := strings.ReplaceAll(word, "...", "…")
	var exact, part []string
	for _, k := range keys {
		switch {
		case k.Name == typed || k.Name == word:
			exact = append(exact, k.Name)
		case len([]rune(typed)) >= shortestPart && hasPart(k, typed):
			part = append(part, k.Name)
		}
	}
	found := exact
	if len(exact) == 0 {
		found = part
	}
	switch {
	case len(found) > 1:
		return "", &ManyError{Word: word, Kind: "key", Names: found}
	case len(found) == 0:
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = k.Name
		}
		return "", &NoKeyError{Word: word, Nearest: nearest.Word(word, names), Names: names}
	case len(exact) == 0 && whole:
		return "", &PartError{Word: word, Name: found[0]}
	default:
		return found[0], nil
	}
}

// hasPart reports whether a word is a part of a key's name, or begins or ends its
// access key. Names are compared without regard to case, access keys as they are.
func hasPart(k Candidate, word string) bool {
	if strings.Contains(strings.ToLower(k.Name), strings.ToLower(word)) {
		return true
	}
	return k.AccessKey != "" && (strings.HasPrefix(k.AccessKey, word) || strings.HasSuffix(k.AccessKey, word) ||
		exchanges.MaskAccessKey(k.AccessKey) == word)
}

// A ManyError says that a word names several things. Nothing was changed.
type ManyError struct {
	Word, Kind string
	Names      []string
}

func (e *ManyError) Error() string {
	return fmt.Sprintf("%s names %s: %s", quoted(e.Word), counted(len(e.Names), e.Kind), strings.Join(e.Names, ", "))
}

// A NoKeyError says that a word names no key.
type NoKeyError struct {
	Word    string
	Nearest string // the name that was likely meant, "" when none is near
	Names   []string
}

func (e *NoKeyError) Error() string { return "there is no key " + quoted(e.Word) }

// A PartError says that a part of a name was given where the whole is asked for.
type PartError struct{ Word, Name string }

func (e *PartError) Error() string {
	return fmt.Sprintf("with --yes a key is named by its whole name: %s is %s", quoted(e.Word), e.Name)
}

// FindKeys is FindKey for several words. Each key is returned once, in order of
// the words.
func FindKeys(keys []Candidate, words []string, whole bool) ([]string, error) {
	var out []string
	for _, word := range words {
		name, err := FindKey(keys, word, whole)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// quoted shows a word of the user; what a terminal could take amiss is escaped.
func quoted(word string) string { return strconv.Quote(word) }
