package exchanges

import (
	"slices"
	"testing"
)

// What a word of rekey.yaml names: an entry, an alias of one, or an exchange of
// which the name is known; and no other word.
func TestWords(t *testing.T) {
	r := NewRegistry(
		Exchange{Card: Card{Name: "okx", Kind: "exchange"}, Protocol: Protocol{Operations: []Operation{{Name: "x"}}}},
		CardAlone(Card{Name: "crypto.com", Aliases: []string{"cryptocom"}, Kind: "exchange"}, nil),
		Exchange{Card: Card{Name: "ftx", Kind: "defunct"}},
	).Knowing(map[string]string{
		"okx": "okx", "okex": "okx", "cryptocom": "crypto.com", "bitso": "bitso",
		"ascendex": "ascendex", "bitmax": "ascendex",
	})
	for _, c := range []struct {
		word, name, meant string
		alone             bool
	}{
		{"okx", "okx", "okx", false},
		{"ftx", "ftx", "ftx", false}, // gone, which is known
		{"crypto.com", "crypto.com", "crypto.com", true},
		{"cryptocom", "crypto.com", "crypto.com", true},
		{"bitso", "bitso", "bitso", true},
		{"bitmax", "ascendex", "ascendex", true},
		{"okex", "", "okx", false}, // means okx, and is no word for it
		{"nowhere", "", "", false},
		{"", "", "", false},
	} {
		x, ok := r.Lookup(c.word)
		if ok != (c.name != "") || x.Card.Name != c.name || r.Meant(c.word) != c.meant || ok && x.IsCardAlone() != c.alone {
			t.Errorf("%q is %q (%v, alone %v) and means %q", c.word, x.Card.Name, ok, x.IsCardAlone(), r.Meant(c.word))
		}
	}
	if got := r.ByName(); !slices.Equal(got, []string{"ascendex", "bitso"}) {
		t.Errorf("known by name: %q", got)
	}
	want := []string{"ascendex", "bitmax", "bitso", "crypto.com", "cryptocom", "ftx", "okex", "okx"}
	if got := r.Words(); !slices.Equal(got, want) {
		t.Errorf("words: %q", got)
	}
	if len(r.All()) != 3 {
		t.Errorf("%d entries", len(r.All()))
	}
}

// A key of an exchange without an adapter is neither alive nor dead, whatever
// its credential.
func TestCardAloneJudgesNothing(t *testing.T) {
	r := NewRegistry(CardAlone(Card{Name: "mexc", Kind: "exchange"}, nil)).Knowing(map[string]string{"bitso": "bitso"})
	for _, name := range []string{"mexc", "bitso"} {
		x, _ := r.Lookup(name)
		for _, c := range []Credential{{}, {AccessKey: "k", Secret: NewSecret("CANARY")}} {
			a, err := x.Open(c, Env{})
			if err != nil {
				t.Fatal(err)
			}
			k, err := a.Inspect(t.Context())
			if k.Status != StatusUndetermined || KindOf(err) != KindUndetermined || k.Ref.AccessKey != c.AccessKey ||
				k.Ref.Exchange != name || k.Permissions.IsKnown() {
				t.Errorf("%s: %+v, %v", name, k, err)
			}
			if _, lists := a.(Lister); lists {
				t.Errorf("%s lists keys", name)
			}
		}
		if err := x.Protocol.Judge(Operation{}, Response{Status: 200, Body: []byte(`{}`)}); err == nil {
			t.Errorf("%s: an answer passes for one of it", name)
		}
		if x.CanRevoke != nil || x.CanIssue != nil || x.CanEdit != nil {
			t.Errorf("%s can change keys", name)
		}
	}
}
