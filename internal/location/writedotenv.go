package location

import "strings"

// A dotEnvScalar is the value of an assignment in a .env file.
type dotEnvScalar struct{ *assignment }

// edit keeps the kind of quotes where every common program (shells, docker,
// godotenv, python-dotenv, dotenv of node) reads text alike between them.
// Otherwise it takes single quotes, between which nothing is expanded, and
// double quotes where those cannot hold the text.
func (s dotEnvScalar) edit(data []byte, text string) (edit, *Error) {
	if strings.Contains(text, "`") && strings.ContainsAny(text, "'\n") {
		return edit{}, problem(
			ReasonUnfit,
			"",
			"a value with a backtick and a single quote cannot stand in a .env file: a shell would run a part of it",
			"choose another one",
		)
	}
	e := edit{start: s.start, end: s.end}
	switch {
	case s.quote == 0 && !strings.ContainsFunc(text, needsQuotes):
		e.text = text
	case s.quote == '"' && !strings.ContainsAny(text, "\"\\$`\r"):
		e.text = quoteDotEnv(text, s.keepsLines(data))
	case isPlainInSingle(text) && (!strings.Contains(text, "\n") || s.quote == '\'' && s.keepsLines(data)):
		e.text = "'" + text + "'"
	default:
		e.text = quoteDotEnv(text, s.quote == '"' && s.keepsLines(data))
	}
	// A comment that follows an empty value must not grow together with it.
	if s.start == s.end && text != "" && s.end < len(data) && data[s.end] == '#' {
		e.text += " "
	}
	return e, nil
}

// keepsLines reports whether the value is written over several lines.
func (s dotEnvScalar) keepsLines(data []byte) bool {
	return strings.Contains(string(data[s.start:s.end]), "\n")
}

// needsQuotes reports whether r means something else to some program when it
// stands without quotes.
func needsQuotes(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("_-+/=.,:@%^", r)
}

// isPlainInSingle reports whether every program reads text as it is between
// single quotes. python-dotenv unescapes \\ and \' there.
func isPlainInSingle(text string) bool {
	return !strings.ContainsAny(text, "'\r") && !strings.Contains(text, `\\`) && !strings.HasSuffix(text, `\`)
}

// quoteDotEnv writes text between double quotes, its line ends as they are or
// as \n.
func quoteDotEnv(text string, lines bool) string {
	pairs := []string{`\`, `\\`, `"`, `\"`, "$", `\$`, "\r", `\r`}
	if !lines {
		pairs = append(pairs, "\n", `\n`)
	}
	return `"` + strings.NewReplacer(pairs...).Replace(text) + `"`
}
