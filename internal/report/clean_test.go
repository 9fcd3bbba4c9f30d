package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// hostileTexts are what a fuzzer begins with: everything that was ever used to
// make a terminal, or the eye before it, believe something else.
func hostileTexts() []string {
	return []string{
		"", " ", wipes, links, swallows, backwards, overtypes, invisible, floods, brokenUTF, wide,
		"\x1b[31mred\x1b[m", "\x1b[?1049h", "\x1b[6n", "\x1b[", "\x1b[999999999C", "\x1b", "\x1b\x1b[[", "\x1bc", "\x1b(0", // CSI, RIS, character sets
		"\x1b]0;title\x07x", "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;AAAA\x07", "\x1b]", // OSC
		"\x1bP+q544e\x1b\\x", "\x1bP$q", "\x1b_apc\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", // DCS, APC, PM, SOS
		"\u009b31mred", "\u009d0;title\u009cx", "\u0090q\u009c", "\x9b31mred", "\x9d0;t\x9c", // C1, as UTF-8 and as bytes
		"over\rwritten", "typo\b\b\b\bfixed", "null\x00byte", "del\x7fete", "bell\x07", "tab\tand\vform\f", "line\nend\r\nagain",
		"\u202eesrever\u202c", "\u2066isolate\u2069", "\u200e\u200f\u061c", "\u202a\u202b\u202d", // bidi
		"zero\u200bwidth\u200c\u200d\ufeff\u2060\u180e", "line\u2028para\u2029", "soft\u00adhyphen",
		"vs\ufe0f\ufe00\U000e0100\U000e01ef\u180b", "tags\U000e0001\U000e0061\U000e007f", "ignorable\U000e0000\U000e0fff\u2065\ufff0", "fill\u115f\u1160\u3164\uffa0\u2800\u17b4\u034f",
		"private\ue000\U000f0000\U0010fffd", "not a character\ufffe\uffff\ufdd0\U0001ffff", "annotated\ufff9a\ufffab\ufffb", "object\ufffc",
		strings.Repeat("\u0301", 500), "e" + strings.Repeat("\u0301\u0488", 100), "a\u20dd\u20dd\u20dd\u20dd\u20dd\u20ddb", "\u0e01\u0e34\u0e48",
		"\xff\xfe", "half\xe2\x82", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x92",
		"漢字漢字漢字漢字漢字", "ｆｕｌｌ　ｗｉｄｔｈ", "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽", "한국어 \u1100\u1161\u11a8", "العربية עברית",
		"https://evil.example/" + strings.Repeat("x", 300), strings.Repeat("word ", 100), strings.Repeat("x", 1<<20), strings.Repeat("\x1b]0;", 1<<16), strings.Repeat("\u200b", 1<<18) + "end",
		"a/b", "binance/desk/abcd…wxyz", "/", "//", "a/\x1b]0;/abcd…wxyz",
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{wipes, "all good"},
		{links, "click"},
		{swallows, "desk"},
		{backwards, "tob-dirg x"},
		{overtypes, "ok FINE2K"},
		{invisible, "ab"},
		{floods, "e\u0301\u0301\u0301\u0301"},
		{brokenUTF, "caf� �"},
		{wide, "口座の名前がとても長い👩👩👧👦"},
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
		{"binance/" + swallows + "/abcd…wxyz", "binance/desk/abcd…wxyz"},
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
		if got := shortenName(c.name, c.columns); got != c.want {
			t.Errorf("shortenName(%q, %d) = %q, want %q", c.name, c.columns, got, c.want)
		}
	}
	if got := shorten("10.0.0.0/24, 192.0.2.0/24", 16); got != "10.0.0.0/24, 19…" {
		t.Errorf("a list is cut to %q", got)
	}
}

// safe fails when a text holds what a terminal obeys, or too many marks.
func safe(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%q is not UTF-8", text)
	}
	marks := 0
	for _, r := range text {
		if unicode.IsControl(r) || unsafeRune(r) {
			t.Errorf("%q holds %U", text, r)
		}
		if marks++; !unicode.Is(unicode.M, r) || unicode.Is(unicode.Mc, r) {
			marks = 0
		}
		if marks > stacked {
			t.Errorf("%q has more than %d marks on a letter", text, stacked)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Clean(text)
		safe(t, once)
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
		safe(t, sentence)
		if again := Sentence(sentence); again != sentence {
			t.Errorf("cleaned again, %q is %q", sentence, again)
		}
		name := CleanName("binance/" + text + "/abcd…wxyz")
		safe(t, name)
		if !strings.HasPrefix(name, "binance/") || !strings.HasSuffix(name, "/abcd…wxyz") {
			t.Errorf("the name is %q", name)
		}
	})
}

func FuzzEscapeJSON(f *testing.F) {
	for _, text := range hostileTexts() {
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
			if r != '\n' && unsafeRune(r) {
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
		if again := escapeJSON(out.Bytes()); !bytes.Equal(again, out.Bytes()) {
			t.Errorf("escaped again, %q is %q", out.Bytes(), again)
		}
	})
}

func FuzzShortenPadWrap(f *testing.F) {
	for i, text := range hostileTexts() {
		if len(text) < 2000 {
			f.Add(text, 1+i*7%90)
		}
	}
	f.Add("�������/漢字漢字漢字漢字", 21) // a wide character at the cut
	f.Fuzz(func(t *testing.T, text string, columns int) {
		columns = min(max(columns, 1), 500)
		text = Sentence(text) // nothing else is ever laid out
		for name, short := range map[string]string{"shorten": shorten(text, columns), "shortenName": shortenName(text, columns)} {
			if width(short) > columns {
				t.Errorf("%s(%q, %d) = %q, of width %d", name, text, columns, short, width(short))
			}
			if width(text) <= columns && short != text {
				t.Errorf("%s(%q, %d) = %q, which needs no cut", name, text, columns, short)
			}
			if padded := pad(short, columns); width(padded) != columns || strings.TrimRight(padded, " ") != strings.TrimRight(short, " ") {
				t.Errorf("pad(%q, %d) = %q, of width %d", short, columns, padded, width(padded))
			}
		}
		lines := wrap(text, columns)
		for _, l := range lines {
			if width(l) > max(columns, 20) && !strings.Contains(l, "://") {
				t.Errorf("wrap(%q, %d) has the line %q, of width %d", text, columns, l, width(l))
			}
		}
		want, got := strings.Join(strings.Fields(text), ""), strings.Join(strings.Fields(strings.Join(lines, " ")), "")
		if want != got {
			t.Errorf("wrap(%q, %d) lost letters: %q", text, columns, lines)
		}
	})
}
