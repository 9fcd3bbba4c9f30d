package text

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/text/texttest"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{texttest.Wipes, "all good"},
		{texttest.Links, "click"},
		{texttest.Swallows, "desk"},
		{texttest.Backwards, "tob-dirg x"},
		{texttest.Overtypes, "ok FINE2K"},
		{texttest.Invisible, "ab"},
		{texttest.Floods, "e\u0301\u0301\u0301\u0301"},
		{texttest.BrokenUTF, "caf� �"},
		{texttest.Wide, "口座の名前がとても長い👩👩👧👦"},
		{"two\nlines\r\nand\ttabs", "two lines  and tabs"},
		{"\x9b31mred", "�31mred"},
		{"  outer blanks \u00a0", "outer blanks"},
		{"กิ่ เ\u0301\u0300 Việt", "กิ่ เ\u0301\u0300 Việt"}, // what scripts need stays
		{strings.Repeat("x", 120), strings.Repeat("x", 120)},
		{strings.Repeat("x", 121), strings.Repeat("x", 120) + "…"},
		{strings.Repeat("x", 1<<20), strings.Repeat("x", 120) + "…"},
		{"\u200b\u2028\ufe0f\U000e0001", ""},
	} {
		if got := Clean(c.text); got != c.want {
			t.Errorf("Clean(%.80q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// A sentence quotes; what is quoted loses its power and no word of the
// sentence is lost with it.
func TestSentence(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"refused (code \x1b]0;): try again", "refused (code ]0;): try again"},
		{"refused (code \x1b[): try again", "refused (code [): try again"},
		{"one\ntwo\rthree\tfour", "one two three four"},
		{strings.Repeat("word ", 100), strings.Repeat("word ", 100)},
		{"bad \xff byte", "bad � byte"},
	} {
		if got := Sentence(c.text); got != c.want {
			t.Errorf("Sentence(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"grid-bot", "grid-bot"},
		{"binance/desk/abcd…wxyz", "binance/desk/abcd…wxyz"},
		{"binance/-/abcd…wxyz", "binance/-/abcd…wxyz"},
		{"binance/" + texttest.Swallows + "/abcd…wxyz", "binance/desk/abcd…wxyz"},
		{"binance/\x1b[/abcd…wxyz", "binance//abcd…wxyz"},
		{"binance/a/b/c/abcd…wxyz", "binance/a/b/c/abcd…wxyz"},
		{"binance/" + strings.Repeat("y", 1<<20) + "/abcd…wxyz", "binance/" + strings.Repeat("y", 120) + "…/abcd…wxyz"},
		{"dotenv:.env#BINANCE", "dotenv:.env#BINANCE"},
		{"one/slash\x1b[2J", "one/slash"},
	} {
		if got := CleanName(c.name); got != c.want {
			t.Errorf("CleanName(%.80q) = %q, want %q", c.name, got, c.want)
		}
	}
}

// Names keep their end where a cut is needed, whole characters only; lists and
// sentences keep their beginning.
func TestShortenName(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns int
		want    string
	}{
		{"binance/desk/abcd…wxyz", 22, "binance/desk/abcd…wxyz"},
		{"binance/desk/abcd…wxyz", 20, "binance/de…abcd…wxyz"},
		{"binance/desk/abcd…wxyz", 12, "bi…abcd…wxyz"},
		{"binance/desk/abcd…wxyz", 11, "binance/de…"},
		{"a-long-name-of-a-key", 12, "a-long-name…"},
		{"name/漢字漢字漢字漢字", 20, "name/漢字漢…漢字漢字"}, // a ninth column would be half a character
		{"漢字漢/abcd…wxyz", 14, "漢字…abcd…wxyz"},
		{"漢字漢/abcd…wxyz", 13, "漢…abcd…wxyz"},
		{"x", 1, "x"},
		{"xy", 1, "…"},
	} {
		if got := ShortenName(c.name, c.columns); got != c.want {
			t.Errorf("ShortenName(%q, %d) = %q, want %q", c.name, c.columns, got, c.want)
		}
	}
	if got := Shorten("10.0.0.0/24, 192.0.2.0/24", 16); got != "10.0.0.0/24, 19…" {
		t.Errorf("a list is cut to %q", got)
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range texttest.Hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Clean(text)
		texttest.Safe(t, once, Unsafe)
		if n := utf8.RuneCountInString(once); n > longest+1 {
			t.Errorf("%d characters are left of %d", n, utf8.RuneCountInString(text))
		}
		if strings.TrimSpace(once) != once {
			t.Errorf("%q has outer blanks", once)
		}
		if twice := Clean(once); twice != once {
			t.Errorf("cleaned again, %q is %q", once, twice)
		}
		sentence := Sentence(text)
		texttest.Safe(t, sentence, Unsafe)
		if again := Sentence(sentence); again != sentence {
			t.Errorf("cleaned again, %q is %q", sentence, again)
		}
		name := CleanName("binance/" + text + "/abcd…wxyz")
		texttest.Safe(t, name, Unsafe)
		if !strings.HasPrefix(name, "binance/") || !strings.HasSuffix(name, "/abcd…wxyz") {
			t.Errorf("the name is %q", name)
		}
	})
}

func FuzzEscapeJSON(f *testing.F) {
	for _, text := range texttest.Hostile() {
		text = text[:min(len(text), 1<<14)]
		if doc, err := json.Marshal(map[string]any{text: []string{text}}); err == nil {
			f.Add(doc)
		}
	}
	f.Add([]byte(`{"a":1.5e300,"b":[null,true,{}],"c":"\u202e\ud83d\ude00\ud800"}`))
	f.Add([]byte("\t[\r\n1 ]"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var v any
		if json.Unmarshal(doc, &v) != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteJSON(&out, v); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.String() {
			if r != '\n' && Unsafe(r) {
				t.Errorf("%q shows %U", out.String(), r)
			}
		}
		var back any
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatalf("%q: %v", out.String(), err)
		}
		if diff := cmp.Diff(v, back); diff != "" {
			t.Errorf("read back it is different:\n%s", diff)
		}
		if again := EscapeJSON(out.Bytes()); !bytes.Equal(again, out.Bytes()) {
			t.Errorf("escaped again, %q is %q", out.Bytes(), again)
		}
	})
}

func FuzzShortenPadWrap(f *testing.F) {
	for i, text := range texttest.Hostile() {
		if len(text) < 2000 {
			f.Add(text, 1+i*7%90)
		}
	}
	f.Add("�������/漢字漢字漢字漢字", 21) // a wide character at the cut
	f.Fuzz(func(t *testing.T, text string, columns int) {
		columns = min(max(columns, 1), 500)
		text = Sentence(text) // nothing else is ever laid out
		for name, short := range map[string]string{
			"shorten":     Shorten(text, columns),
			"shortenName": ShortenName(text, columns),
		} {
			if Width(short) > columns {
				t.Errorf("%s(%q, %d) = %q, of width %d", name, text, columns, short, Width(short))
			}
			if Width(text) <= columns && short != text {
				t.Errorf("%s(%q, %d) = %q, which needs no cut", name, text, columns, short)
			}
			if padded := Pad(short, columns); Width(padded) != columns ||
				strings.TrimRight(padded, " ") != strings.TrimRight(short, " ") {
				t.Errorf("Pad(%q, %d) = %q, of width %d", short, columns, padded, Width(padded))
			}
		}
		lines := Wrap(text, columns)
		for _, l := range lines {
			if Width(l) > max(columns, 20) && !strings.Contains(l, "://") {
				t.Errorf("Wrap(%q, %d) has the line %q, of width %d", text, columns, l, Width(l))
			}
		}
		want, got := strings.Join(strings.Fields(text), ""), strings.Join(strings.Fields(strings.Join(lines, " ")), "")
		if want != got {
			t.Errorf("Wrap(%q, %d) lost letters: %q", text, columns, lines)
		}
	})
}
