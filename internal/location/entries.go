package location

import (
	"fmt"
	"strings"

	"rekey/internal/form"
)

// readEntry returns the object that stands under the location's name in a JSON
// file.
func (l Location) readEntry(env Env, r *Reading) (*source, node, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return nil, node{}, err
	}
	root, err := parseJSON(file.Text())
	if err != nil {
		return nil, node{}, err
	}
	if root.shape != objectNode {
		return nil, node{}, problem(ReasonSyntax, "", fmt.Sprintf("the file is %s, not an object", root.shape), "")
	}
	entry, ok, err := root.get(l.name)
	switch {
	case err != nil:
		return nil, node{}, err
	case !ok:
		return nil, node{}, problem(
			ReasonAbsent,
			"",
			fmt.Sprintf("the file has no entry %q", clip(l.name)),
			hintNames(root.objectNames()),
		)
	case entry.shape != objectNode:
		return nil, node{}, problem(
			ReasonSyntax,
			"",
			fmt.Sprintf("the entry %q is %s, not an object", clip(l.name), entry.shape),
			"",
		)
	}
	return file, entry, nil
}

// objectNames returns the names of the members that are objects themselves.
func (n node) objectNames() []string {
	var names []string
	for _, m := range n.members {
		if m.value.shape == objectNode {
			names = append(names, clip(m.name))
		}
	}
	return names
}

// accountParts finds the parts under the names of one program.
func accountParts(account node, in *source, fields map[string]Part) (parts, *Error) {
	all, err := candidatesIn(account, in, func(name string) (Part, bool) { return partIn(name, fields) })
	if err != nil {
		return parts{}, err
	}
	found, err := chooseParts(all)
	if err != nil {
		return parts{}, err
	}
	if !found.accessKey.isSet() && !found.secret.isSet() {
		return parts{}, problem(ReasonAbsent, "", "the entry has neither key nor secret", "")
	}
	return found, nil
}

// partIn looks a field up in the fields of a bot, by its folded name.
func partIn(name string, fields map[string]Part) (Part, bool) {
	part, ok := fields[form.Fold(name)]
	return part, ok
}

// wordIn returns the member of that name when it may be an exchange's name, in
// small letters, else "".
func wordIn(object node, name string) string {
	value, _, err := object.get(name)
	if err != nil || value.shape != textNode || !exchangeWord.MatchString(value.text.Reveal()) {
		return ""
	}
	return strings.ToLower(value.text.Reveal())
}

// hintNames lists what a file has instead of the name that was asked for.
func hintNames(names []string) string {
	const most = 10
	var quoted []string
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) > most:
		quoted = append(quoted, fmt.Sprintf("and %d more", len(names)-most))
	}
	return "it has " + strings.Join(quoted, ", ")
}
