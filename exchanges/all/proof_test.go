package all_test

import (
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/all"
)

// The documented answers are read without a remark: what follows changes one
// thing at a time.
func TestCatalogueIsWhole(t *testing.T) {
	for _, d := range catalogue() {
		a, _ := d.open(t, nil)
		if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusAlive {
			t.Errorf("%s: status %q, error %v", d.exchange, k.Status, err)
		}
		if keys, errs := list(t, a); len(errs) > 0 || len(d.lists) > 0 && len(keys) == 0 {
			t.Errorf("%s: %d keys, errors %v", d.exchange, len(keys), errs)
		}
		if d.dead.body == "" {
			continue
		}
		a, _ = d.open(t, map[string]answer{d.inspect: d.dead})
		if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusDead {
			t.Errorf("%s: the documented proof gives %q, error %v", d.exchange, k.Status, err)
		}
	}
}

// A death is proven by the documented words in their documented shape, from
// the exchange. Whatever only resembles it proves nothing.
func TestProofNeedsItsShape(t *testing.T) {
	twice := func(d documented, body string) string {
		name := `"` + d.codeName() + `":`
		return strings.Replace(body, name, name+`0,`+name, 1)
	}
	code := func(d documented, body string) (literal string) {
		_, rest, _ := strings.Cut(body, `"`+d.codeName()+`":`)
		literal, _, _ = strings.Cut(strings.TrimRight(rest, "}"), ",")
		return literal
	}
	for _, c := range []struct {
		name   string
		change func(documented, answer) answer
	}{
		{"the code twice, the second right", func(d documented, a answer) answer { a.body = twice(d, a.body); return a }},
		{"the code twice, the first right", func(d documented, a answer) answer {
			a.body = strings.TrimSuffix(a.body, "}") + `,"` + d.codeName() + `":0}`
			return a
		}},
		{"the code twice, both right", func(d documented, a answer) answer {
			a.body = strings.TrimSuffix(a.body, "}") + `,"` + d.codeName() + `":` + code(d, a.body) + `}`
			return a
		}},
		{"in other capitals", func(d documented, a answer) answer {
			a.body = strings.Replace(a.body, d.codeName(), strings.ToUpper(d.codeName()[:1])+d.codeName()[1:], 1)
			return a
		}},
		{"in other capitals beside it", func(d documented, a answer) answer {
			a.body = strings.TrimSuffix(a.body, "}") + `,"` + strings.ToUpper(d.codeName()) + `":0}`
			return a
		}},
		{"a number where a text stands, or a text where a number stands", func(d documented, a answer) answer {
			literal := code(d, a.body)
			other := `"` + literal + `"`
			if strings.HasPrefix(literal, `"`) {
				other = strings.Trim(literal, `"`)
			}
			a.body = strings.Replace(a.body, d.codeName()+`":`+literal, d.codeName()+`":`+other, 1)
			return a
		}},
		{"without its text", func(d documented, a answer) answer {
			a.body = `{"` + d.codeName() + `":` + code(d, a.body) + `}`
			return a
		}},
		{"a text that is none", func(d documented, a answer) answer {
			a.body = `{"` + d.textName() + `":7,"` + d.codeName() + `":` + code(d, a.body) + `}`
			return a
		}},
		{"in a list", func(_ documented, a answer) answer { a.body = `[` + a.body + `]`; return a }},
		{"with something behind it", func(_ documented, a answer) answer { a.body += a.body; return a }},
		{"inside another member", func(_ documented, a answer) answer { a.body = `{"error":` + a.body + `}`; return a }},
		{"from a proxy", func(_ documented, a answer) answer { a.status = 407; return a }},
		{"from a proxy, with another status", func(_ documented, a answer) answer {
			a.headers = []string{"Proxy-Authenticate", "Basic realm=desk"}
			return a
		}},
		{"from a login page of the network", func(_ documented, a answer) answer { a.status = 511; return a }},
		{"with 403", func(_ documented, a answer) answer { a.status = 403; return a }},
		{"with 404", func(_ documented, a answer) answer { a.status = 404; return a }},
		{"with 418", func(_ documented, a answer) answer { a.status = 418; return a }},
		{"with 429", func(_ documented, a answer) answer { a.status = 429; return a }},
		{"with 451", func(_ documented, a answer) answer { a.status = 451; return a }},
		{"with 500", func(_ documented, a answer) answer { a.status = 500; return a }},
		{"with a redirect", func(_ documented, a answer) answer { a.status = 302; return a }},
		{"empty", func(_ documented, a answer) answer { a.body = ""; return a }},
		{"null", func(_ documented, a answer) answer { a.body = "null"; return a }},
		{"a web page", func(_ documented, a answer) answer { a.body = "<html>" + a.body + "</html>"; return a }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range catalogue() {
				if d.dead.body == "" {
					continue
				}
				a, _ := d.open(t, map[string]answer{d.inspect: c.change(d, d.dead)})
				k, err := a.Inspect(t.Context())
				if k.Status != exchanges.StatusUndetermined || err == nil || exchanges.KindOf(err) == exchanges.KindNoSuchKey {
					t.Errorf("%s: status %q, error %v: nothing was proven", d.exchange, k.Status, err)
				}
			}
		})
	}
}

// An adapter that was opened without a Caller says so, and does not panic.
func TestWithoutCaller(t *testing.T) {
	for _, d := range catalogue() {
		x, _ := all.Registry().Lookup(d.exchange)
		a, err := x.Open(d.credential, exchanges.Env{})
		if err != nil {
			t.Fatalf("%s: %v", d.exchange, err)
		}
		k, err := a.Inspect(t.Context())
		if exchanges.KindOf(err) != exchanges.KindOther || k.Status != exchanges.StatusUndetermined {
			t.Errorf("%s: status %q, error %v", d.exchange, k.Status, err)
		}
		if _, errs := list(t, a); len(d.lists) > 0 && len(errs) == 0 {
			t.Errorf("%s: a list without a Caller is said to be whole", d.exchange)
		}
	}
}
