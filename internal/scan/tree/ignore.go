package tree

import (
	"path"
	"strings"
)

// A rule is one line of an ignore file in the syntax of .gitignore.
type rule struct {
	base    string // the folder of the file, "" or ending with /
	parts   []string
	negated bool
	folder  bool // matches folders only
	rooted  bool // matches from base, not in any folder below
}

// parseIgnore reads the lines of an ignore file that lies in base, a path with
// slashes relative to the root of the walk, "" for the root itself.
func parseIgnore(text, base string) []rule {
	var rules []rule
	if base != "" {
		base += "/"
	}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if !strings.HasSuffix(line, `\ `) {
			line = strings.TrimRight(line, " ")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		r := rule{base: base}
		if line[0] == '!' {
			r.negated, line = true, line[1:]
		}
		line = strings.TrimPrefix(line, `\`)
		if strings.HasSuffix(line, "/") {
			r.folder, line = true, strings.TrimSuffix(line, "/")
		}
		r.rooted = strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		if line == "" {
			continue
		}
		r.parts = strings.Split(line, "/")
		rules = append(rules, r)
	}
	return rules
}

// ignored reports whether the last rule that matches a path leaves it out. The
// path has slashes and is relative to the root of the walk. Its folders are
// not looked at: whoever walks does not enter those that are ignored.
func ignored(rules []rule, name string, isFolder bool) bool {
	for i := len(rules) - 1; i >= 0; i-- {
		if rules[i].matches(name, isFolder) {
			return !rules[i].negated
		}
	}
	return false
}

func (r rule) matches(name string, isFolder bool) bool {
	rest, ok := strings.CutPrefix(name, r.base)
	if !ok || r.folder && !isFolder {
		return false
	}
	if !r.rooted {
		return glob(r.parts[0], path.Base(rest))
	}
	return globParts(r.parts, strings.Split(rest, "/"))
}

// globParts matches a path piece by piece; ** stands for any number of pieces.
func globParts(pattern, name []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			if len(pattern) == 1 {
				return len(name) > 0
			}
			for i := range name {
				if globParts(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 || !glob(pattern[0], name[0]) {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return len(name) == 0
}

func glob(pattern, name string) bool {
	pattern = strings.ReplaceAll(pattern, "[!", "[^")
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
