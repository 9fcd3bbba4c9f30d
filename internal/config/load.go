package config

import (
	"errors"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"rekey/audit"
	"rekey/internal/location/textfile"
	"rekey/internal/location/yamldoc"
)

// maxSize is the most bytes of a configuration; ten thousand keys fit in it.
const maxSize = 4 << 20

// Load reads the configuration at path. The error is an *Error.
func Load(path string, names Names) (*Config, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	c, err := parse(path, data, names, read)
	if err != nil {
		return nil, err
	}
	// A later change of the working directory must not move the locations.
	if dir, err := filepath.Abs(c.Dir); err == nil {
		c.Dir = dir
	}
	return c, nil
}

// Parse reads a configuration that may name no further files. name is the
// file's, for messages and Dir. The error is an *Error.
func Parse(name string, data []byte, names Names) (*Config, error) {
	return parse(name, data, names, nil)
}

func parse(name string, data []byte, names Names, open func(string) ([]byte, error)) (*Config, error) {
	root, err := document(name, data)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(name)) // a later change of the working directory must not move files
	if err != nil {
		dir = filepath.Dir(name)
	}
	r := &reader{file: name, dir: dir, names: names, open: open}
	c := r.config(root)
	if err := newError(r.problems); err != nil {
		return nil, err
	}
	sortProblems(r.warnings)
	c.File, c.Dir, c.Warnings = name, filepath.Dir(name), r.warnings
	return c, nil
}

// LoadPolicy reads a policy from a file of its own, whose root is what stands
// under policy: in rekey.yaml. The error is an *Error.
func LoadPolicy(path string, names Names) (*audit.Policy, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	root, err := document(path, data)
	if err != nil {
		return nil, err
	}
	r := &reader{file: path, names: names, open: read}
	policy := r.policy(root, "the policy")
	if err := newError(r.problems); err != nil {
		return nil, err
	}
	return &policy, nil
}

func read(path string) ([]byte, error) {
	file, err := textfile.Read(path, maxSize)
	if err != nil {
		text := "cannot be read"
		var wrong *textfile.Error
		if errors.As(err, &wrong) {
			text = wrong.Problem
		}
		return nil, wholeFile(path, text)
	}
	return file.Data, nil
}

// document returns the root node of data. Anchors, aliases and tags are
// refused: a configuration needs none, an alias can stand for gigabytes, and
// what it stands for would be reported at another line than it is used.
func document(name string, data []byte) (*yaml.Node, error) {
	if len(data) > maxSize {
		return nil, wholeFile(name, "is larger than 4 MiB, the most that rekey reads of a configuration")
	}
	if problem := textfile.CheckText(data); problem != "" {
		return nil, wholeFile(name, problem)
	}
	root, err := yamldoc.Parse(textfile.TrimBOM(data))
	if err != nil {
		var wrong *yamldoc.Error
		if errors.As(err, &wrong) {
			return nil, &Error{Problems: []Problem{{name, wrong.Line, wrong.Column, wrong.Problem}}}
		}
		return nil, wholeFile(name, "is not valid YAML")
	}
	if root == nil {
		return nil, wholeFile(name, "is empty; a configuration begins with version: 1")
	}
	r := &reader{file: name}
	r.refuseMagic(root)
	return root, newError(r.problems)
}

// refuseMagic finds what makes YAML more than data.
func (r *reader) refuseMagic(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.fail(n, "YAML aliases are not allowed here; write the value out")
		return // the node behind it is seen where it stands
	case n.Anchor != "":
		r.fail(n, "YAML anchors are not allowed here; write the value out where it is needed")
	case n.Style&yaml.TaggedStyle != 0:
		r.fail(n, "YAML tags are not allowed here")
	}
	for _, child := range n.Content {
		r.refuseMagic(child)
	}
}
