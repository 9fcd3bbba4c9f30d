// Package nearest finds the known word that a misspelt one was likely meant to
// be.
package nearest

import "strings"

// Word returns the known word that word is likely a misspelling of: the
// same but for case, - and _, or at most two letters away: one in a word of
// four, none in a shorter one, where all words are near each other. It returns
// "" when there is none.
func Word(word string, known []string) string {
	if len(word) > 100 {
		return ""
	}
	best, least := "", 3
	for _, k := range known {
		limit := min(2, max(0, min(len(word), len(k))-3))
		distance := editDistance(plain(word), plain(k))
		if distance <= limit && distance < least {
			best, least = k, distance
		}
	}
	return best
}

func plain(word string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(word))
}

// editDistance counts the letters to insert, remove, replace or swap with
// their neighbour to get from a to b.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var before, last []int
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(from); i++ {
		before, last, row = last, row, make([]int, len(to)+1)
		row[0] = i
		for j := 1; j <= len(to); j++ {
			cost := 1
			if from[i-1] == to[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(to)]
}
