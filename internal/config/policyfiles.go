package config

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"rekey/audit"
	"rekey/internal/location/yamldoc"
)

// child returns the value of a name in a mapping, nil when it is not there.
func (r *reader) child(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for _, kv := range yamldoc.Entries(n) {
		if kv.Key.Value == name {
			return kv.Value
		}
	}
	return nil
}

// named reads the file that a policy names, relative to its own. Problems of
// that file are reported with its name; a file that cannot be read is reported
// where it is named.
func (r *reader) named(n *yaml.Node, what string, use func(in *reader, root *yaml.Node)) {
	name, ok := r.text(n, what)
	if !ok {
		return
	}
	if r.open == nil {
		r.fail(n, "%s: no further file can be read here", what)
		return
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(r.file), name)
	}
	data, err := r.open(name)
	var root *yaml.Node
	if err == nil {
		root, err = document(name, data)
	}
	if err != nil {
		r.take(n, what, err)
		return
	}
	in := &reader{file: name, names: r.names, open: r.open}
	use(in, root)
	r.problems, r.warnings = append(r.problems, in.problems...), append(r.warnings, in.warnings...)
}

// take adds the problems of another file to those of this one.
func (r *reader) take(at *yaml.Node, what string, err error) {
	var wrong *Error
	if !errors.As(err, &wrong) {
		r.fail(at, "%s: %s", what, err)
		return
	}
	for _, p := range wrong.Problems {
		if p.Line == 0 {
			r.fail(at, "%s: %s", what, p)
			continue
		}
		r.problems = append(r.problems, p)
	}
}

// base reads the policy that another extends. It may not extend a third: a
// reader of the two files sees all that holds.
func (r *reader) base(n *yaml.Node, what string) audit.Policy {
	p := DefaultPolicy()
	r.named(n, what+": extends", func(in *reader, root *yaml.Node) {
		if again := in.child(root, "extends"); again != nil {
			in.fail(again, "extends: a policy that is extended cannot extend another")
			return
		}
		p = in.policy(root, "the policy")
	})
	return p
}

// waiversIn reads a file of waivers, so that others may own it than own the
// rules.
func (r *reader) waiversIn(n *yaml.Node) []audit.Waiver {
	var waivers []audit.Waiver
	r.named(n, "waivers_file", func(in *reader, root *yaml.Node) {
		in.fields(root, "the waivers", root, field{"waivers", true, func(n *yaml.Node) { waivers = in.waivers(n) }})
	})
	return waivers
}

// addWaivers adds waivers that are not there yet. Two for one finding would
// leave open until when it holds.
func (r *reader) addWaivers(p *audit.Policy, at *yaml.Node, more []audit.Waiver) {
	before := p.Waivers
	for _, w := range more {
		if w.Rule != "" &&
			slices.ContainsFunc(before, func(o audit.Waiver) bool { return o.Rule == w.Rule && o.Key == w.Key }) {
			r.fail(at, "waivers: a waiver of %s for %s stands in another file too", w.Rule, quote(w.Key))
			continue
		}
		p.Waivers = append(p.Waivers, w)
	}
}

// override puts changes of rules over those of the policy that is extended,
// field by field. What turns a rule off or gives it numbers there is undone by
// the same name here.
func override(base, over map[string]audit.RulePolicy) map[string]audit.RulePolicy {
	if base == nil {
		return over
	}
	out := maps.Clone(base)
	for id, o := range over {
		b := out[id]
		if o.Off {
			out[id] = o
			continue
		}
		b.Off = false
		if o.Severity != audit.None {
			b.Severity = o.Severity
		}
		b.Params = maps.Clone(b.Params)
		if b.Params == nil {
			b.Params = o.Params
		} else {
			maps.Copy(b.Params, o.Params)
		}
		out[id] = b
	}
	return out
}
