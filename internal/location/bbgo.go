package location

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"rekey/exchanges"
)

// bbgoVariables is the file with variables that bbgo loads when it starts. It
// does so in its working directory, which is the one of bbgo.yaml
// (cmd/root.go, read 2026-11-22).
const bbgoVariables = ".env.local"

// readBBGo reads a session of bbgo. Key and secret in the session itself count
// if both are there; else the variables with the session's prefix do, those of
// the environment before those of .env.local (bbgo/session.go,
// exchange/factory.go, cmd/root.go, read 2026-11-22).
func (l Location) readBBGo(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	root, err := parseYAML(file.Text())
	if err != nil {
		return parts{}, err
	}
	session, err := bbgoSession(root, l.name)
	if err != nil {
		return parts{}, err
	}
	if r.Exchange = wordIn(session, "exchange"); r.Exchange == "" {
		return parts{}, problem(ReasonSyntax, "", "the session names no exchange", "")
	}
	all, err := candidatesIn(session, file, func(name string) (Part, bool) {
		return partIn(name, map[string]Part{"key": AccessKey, "secret": SecretPart, "passphrase": Passphrase})
	})
	if err != nil {
		return parts{}, err
	}
	found, err := chooseParts(all)
	if err != nil {
		return parts{}, err
	}
	if !found.accessKey.text.IsZero() && !found.secret.text.IsZero() {
		return found, nil
	}
	prefix, err := bbgoPrefix(session, r.Exchange)
	if err != nil {
		return parts{}, err
	}
	return l.readBBGoVariables(env, r, file, prefix)
}

// bbgoSession returns the session of that name, or the only one when name is
// empty. Without sessions, bbgo makes one for each exchange whose variables
// are set.
func bbgoSession(root node, name string) (node, *Error) {
	sessions, ok, err := root.get("sessions")
	if err != nil {
		return node{}, err
	}
	if !ok || sessions.shape == nullNode {
		if name == "" {
			return node{}, problem(
				ReasonAbsent,
				"",
				"the file has no sessions",
				"name the exchange, as in bbgo:bbgo.yaml#binance",
			)
		}
		word := node{shape: textNode, text: exchanges.NewSecret(name)}
		return node{shape: objectNode, members: []member{{"exchange", word}}}, nil
	}
	if name == "" {
		names := sessions.objectNames()
		if len(names) != 1 {
			return node{}, problem(
				ReasonAbsent,
				"",
				fmt.Sprintf("the file has %d sessions and none is named", len(names)),
				hintNames(names),
			)
		}
		name = names[0]
	}
	session, ok, err := sessions.get(name)
	switch {
	case err != nil:
		return node{}, err
	case !ok:
		return node{}, problem(
			ReasonAbsent,
			"",
			fmt.Sprintf("the file has no session %q", clip(name)),
			hintNames(sessions.objectNames()),
		)
	case session.shape != objectNode:
		return node{}, problem(
			ReasonSyntax,
			"",
			fmt.Sprintf("the session %q is %s, not a mapping", clip(name), session.shape),
			"",
		)
	}
	return session, nil
}

var prefixWord = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// bbgoPrefix returns the prefix of a session's variables.
func bbgoPrefix(session node, exchange string) (string, *Error) {
	value, _, err := session.get("envVarPrefix")
	if err != nil {
		return "", err
	}
	prefix := exchange
	if text := value.text.Reveal(); value.shape == textNode && text != "" {
		prefix = text
	}
	if !prefixWord.MatchString(prefix) {
		return "", problem(ReasonSyntax, "", "the session's envVarPrefix is no beginning of a variable's name", "")
	}
	return strings.ToUpper(prefix), nil
}

// readBBGoVariables reads the one family of variables that bbgo knows.
func (l Location) readBBGoVariables(env Env, r *Reading, config *source, prefix string) (parts, *Error) {
	in := &source{path: filepath.Join(filepath.Dir(config.path), bbgoVariables)}
	file, readErr := env.read(in.path)
	in.File = file
	var all []assignment
	if readErr == nil {
		var err *Error
		if all, err = parseDotEnv(file.Data); err != nil {
			err.Problem = fmt.Sprintf("in %s: %s", bbgoVariables, err.Problem)
			return parts{}, err
		}
		r.note(l, in)
	} else if err := fileError(readErr); err.Reason != ReasonAbsent {
		return parts{}, err
	}
	inFile := variablesOf(all, in)
	overridden := func(name string) (variable, bool, *Error) {
		if v, ok, _ := env.variable(name); ok { // godotenv.Load leaves alone what is set, to nothing even
			return v, true, nil
		}
		return inFile(name)
	}
	family := family{"_API_KEY", "_API_SECRET", "_API_PASSPHRASE"}
	found, err := family.read(prefix, overridden)
	if err != nil {
		return parts{}, err
	}
	if !found.accessKey.isSet() && !found.secret.isSet() {
		return parts{}, problem(
			ReasonAbsent,
			"",
			fmt.Sprintf(
				"the session has no key, and %s_API_KEY is set neither in the environment nor in %s",
				prefix,
				bbgoVariables,
			),
			"",
		)
	}
	for _, suffix := range []string{family.accessKey, family.secret, family.passphrase} {
		if _, ok, _ := env.variable(prefix + suffix); ok {
			r.Remarks = append(
				r.Remarks,
				fmt.Sprintf("%s was read from the environment, which bbgo prefers to %s", prefix+suffix, bbgoVariables),
			)
		}
	}
	if v, ok, err := overridden(prefix + "_API_PRIVATE_KEY"); err != nil {
		return parts{}, err
	} else if ok && !v.value.IsZero() {
		return parts{}, problem(ReasonAmbiguous, SecretPart, fmt.Sprintf("%s_API_PRIVATE_KEY is set besides "+
			"%s_API_SECRET, and which one signs depends on the exchange", prefix, prefix),
			"remove the one that is not used")
	}
	return found, nil
}
