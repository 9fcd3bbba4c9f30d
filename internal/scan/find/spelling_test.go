package find_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"rekey/internal/form"
	"rekey/internal/scan/find"
)

func pick(r *rand.Rand, alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// TestEverySpelling holds the names of package form and the first look at raw
// bytes together: a name that form knows is never passed over.
func TestEverySpelling(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	partner := map[form.Role]string{form.AccessKey: "API_KEY", form.Secret: "API_SECRET", form.Passphrase: "PASSPHRASE"}
	for _, s := range append(form.Spellings(), form.Wholes()...) {
		if role, rest := form.RoleOf(s.Name); role != s.Role || rest != "" {
			t.Errorf("%s is %d with the rest %q", s.Name, role, rest)
		}
		names := map[form.Role]string{}
		for role, name := range partner {
			names[role] = name
		}
		names[s.Role] = s.Name
		key, secret, passphrase := pick(r, "0123456789abcdef", 24), uuidOf(r), "moonTiger7"
		for _, style := range []func(string) string{strings.ToLower, strings.ToUpper, camel} {
			for path, text := range map[string]string{
				"a.json": fmt.Sprintf("{\"exchange\": \"kucoin\", %q: %q, %q: %q, %q: %q}",
					style(names[form.AccessKey]), key, style(names[form.Secret]), secret, style(names[form.Passphrase]), passphrase),
				"kucoin.env": fmt.Sprintf("%s=%s\n%s=%s\n%s=%s\n",
					style(names[form.AccessKey]), key, style(names[form.Secret]), secret, style(names[form.Passphrase]), passphrase),
			} {
				if s.Role != form.Passphrase {
					value := map[form.Role]string{form.AccessKey: key, form.Secret: secret}[s.Role]
					found := false
					for _, at := range find.Hits(nil, []byte(text), 0, len(text)) {
						found = found || strings.HasPrefix(text[at:], value)
					}
					if !found {
						t.Errorf("%s: the first look passes over\n%s", s.Name, text)
					}
				}
				sets, _ := find.Sets(find.Text{Bytes: []byte(text), Path: path})
				if len(sets) != 1 || sets[0].Exchange != "kucoin" || sets[0].Key.Value != key || sets[0].Secret.Value != secret ||
					sets[0].Passphrase.Value != passphrase {
					t.Errorf("%s: of\n%s\nwas found %+v", s.Name, text, sets)
				}
			}
		}
	}
}

func camel(name string) string {
	var b strings.Builder
	for i, word := range strings.Split(strings.ToLower(name), "_") {
		if i > 0 {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		b.WriteString(word)
	}
	return b.String()
}

func uuidOf(r *rand.Rand) string {
	h := pick(r, "0123456789abcdef", 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
