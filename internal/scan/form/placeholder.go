package form

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// IsPlaceholder reports whether a value is what a template puts where a
// credential belongs: your_api_key, <KEY>, ${KEY}, xxxx, 0000.
func IsPlaceholder(value string) bool {
	v := strings.TrimSpace(value)
	if v == "" {
		return true
	}
	for _, pair := range [][2]string{{"<", ">"}, {"${", "}"}, {"$(", ")"}, {"{{", "}}"}, {"[", "]"}, {"%", "%"}} {
		if strings.HasPrefix(v, pair[0]) && strings.HasSuffix(v, pair[1]) {
			return true
		}
	}
	if v[0] == '$' || same(v) || strings.Count(v, "*") > len(v)/2 || strings.Count(strings.ToLower(v), "x") > len(v)*2/3 {
		return true
	}
	folded := Fold(v)
	switch folded {
	case "null", "none", "nil", "undefined", "empty", "todo", "redacted", "nokey", "key", "secret", "apikey", "apisecret", "string", "changeme", "editme":
		return true
	}
	if len(folded) > 48 {
		return false
	}
	for _, w := range []string{"your", "here", "insert", "enteryour", "pasteyour", "replace", "placeholder", "changeme", "redacted", "dummy", "goes"} {
		if strings.Contains(folded, w) && wordy(folded) {
			return true
		}
	}
	return false
}

// same reports whether a text is one character again and again.
func same(v string) bool { return strings.Trim(v, v[:1]) == "" }

// wordy reports whether a folded text has the letters of words: hardly a digit.
func wordy(folded string) bool {
	digits := 0
	for i := 0; i < len(folded); i++ {
		if folded[i] >= '0' && folded[i] <= '9' {
			digits++
		}
	}
	return digits*6 <= len(folded)
}

// IsSample reports whether a value was published by an exchange or a bot as an
// example. Such values are kept by their SHA-256, so that this file alarms no
// scanner.
func IsSample(value string) bool {
	sum := sha256.Sum256([]byte(value))
	_, ok := samples[hex.EncodeToString(sum[:])]
	return ok
}
