package yamldoc

import (
	"errors"
	"strings"
	"testing"
)

func TestErrorsNameThePlace(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		problem      string
	}{
		{"a: b\nc: }\n", 2, 1, "not valid YAML: did not find expected node content"},
		{"a: b\nc: [\n", 2, 1, "not valid YAML: did not find expected node content"},
		{"a: b\n\tc: d\n", 2, 1, "a tab is used to indent; YAML wants spaces"},
		{"a:\n  b: 1\n  \tc: 2\n", 3, 3, "a tab is used to indent; YAML wants spaces"},
		{"a:\n  b: 1\n c: 2\n", 3, 1, "not valid YAML: did not find expected key"},
		{"a: 1\nb: 'x' y\n", 2, 1, "not valid YAML: did not find expected key"},
		{"a: 1\n- b\n", 2, 1, "not valid YAML: did not find expected key"},
		{"x\ny: 1\n", 2, 1, "not valid YAML: mapping values are not allowed in this context"},
		{"a: 1\nb: \"CANARY\nc: 1\n", 2, 1, "not valid YAML: found unexpected end of stream"},
		{"a: 1\nb: @CANARY\n", 2, 1, "not valid YAML: found character that cannot start any token"},
		{"{", 1, 1, "not valid YAML: did not find expected node content"},
		{"a: 1\nb: *CANARY\n", 2, 1, "an alias is used that stands for nothing"},
		{"a: 1\n---\nb: 1\n", 2, 1, "a second document starts here; only one is allowed in a file"},
		{strings.Repeat("[", 20000), 1, 1, "nested too deep"},
		{"a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300), 1, 203, "nested more than 200 levels deep"},
	} {
		_, err := Parse([]byte(c.text))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.40q: got %v", c.text, err)
			continue
		}
		if strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%.40q: the text is quoted: %v", c.text, err)
		}
		if e.Line != c.line || e.Column != c.column || e.Problem != c.problem {
			t.Errorf("%.40q: got %d:%d: %s, want %d:%d: %s", c.text, e.Line, e.Column, e.Problem, c.line, c.column, c.problem)
		}
	}
}

func TestNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# a comment\n", "---\n# x\n"} {
		root, err := Parse([]byte(text))
		if err != nil || root != nil && root.ShortTag() != "!!null" {
			t.Errorf("%q: got %v, %v", text, root, err)
		}
	}
}
