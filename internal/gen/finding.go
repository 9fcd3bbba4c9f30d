package main

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"text/template"

	"rekey/internal/form"
	"rekey/internal/scan/unpack"
)

//go:embed finding.md.tmpl
var findingTemplate string

// findingPage is the page about scan and leak: what is known is what package
// form knows.
func findingPage() ([]byte, error) {
	t, err := template.New("finding").Parse(findingTemplate)
	if err != nil {
		return nil, err
	}
	var shaped, named, common []string
	for i := range form.Exchanges() {
		switch x := form.Get(i); {
		case i < form.Shaped():
			shaped = append(shaped, x.Name)
		case x.Common:
			common = append(common, x.Name)
		default:
			named = append(named, x.Name)
		}
	}
	names := map[form.Role][]string{}
	for _, s := range form.Spellings() {
		names[s.Role] = append(names[s.Role], "`"+s.Name+"`")
	}
	var wholes []string
	for _, s := range form.Wholes() {
		wholes = append(wholes, "`"+strings.ToLower(s.Name)+"`")
	}
	list := func(words []string) string {
		words = slices.Clone(words)
		slices.Sort(words)
		return strings.Join(words, ", ")
	}
	var page bytes.Buffer
	err = t.Execute(&page, map[string]string{
		"Shaped": strings.Join(shaped, ", "), "Named": list(named), "Common": list(common),
		"Keys": list(names[form.AccessKey]), "Secrets": list(names[form.Secret]), "Passphrases": list(names[form.Passphrase]),
		"Wholes": list(wholes), "Unread": strings.Join(unpack.UnreadFormats(), ", "),
	})
	return page.Bytes(), err
}
