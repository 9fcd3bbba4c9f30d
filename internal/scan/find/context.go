package find

import (
	"bytes"
	"strings"

	"rekey/internal/form"
)

// A context is what surrounds the values of a text.
type context struct {
	text []byte
	path string
}

// exchange returns the exchange of a pair, how sure that is, and why; or -1
// where nothing but the form of the values speaks for any.
func (c context) exchange(g group, k, s item) (int, Confidence, string) {
	may := k.fit.Key & s.fit.Secret
	names := k.role == form.AccessKey && s.role == form.Secret || g.strong
	for _, hint := range []struct {
		x   int
		why string
	}{
		{k.named, "the field's name"},
		{s.named, "the field's name"},
		{g.said, "a field beside it"},
		{pathNamed(g.path, may), "the object it is in"},
	} {
		if hint.x < 0 {
			continue
		}
		if may.Has(hint.x) && hint.x >= form.Shaped() {
			return hint.x, Medium, form.Get(hint.x).Name + ", says " + hint.why + "; no form of its keys is known"
		}
		if may.Has(hint.x) {
			return hint.x, High, form.Get(hint.x).Name + ", says " + hint.why
		}
		if x := sibling(hint.x, may); x >= 0 {
			return x, High, form.Get(x).Name + ", say " + hint.why + " and the form of the parts"
		}
	}
	if isCDPName(k.value) && may.Has(form.Number("coinbase")) {
		return form.Number("coinbase"), High, "an access key that only coinbase has"
	}
	if coinbase := form.Number("coinbase"); k.id && s.private && may.Has(coinbase) {
		return coinbase, High, "the file that Coinbase's portal offers for a key"
	}
	common := commonForm(k, s)
	for _, hint := range []struct {
		x   int
		why string
	}{{k.near, "the words before it"}, {s.near, "the words before it"}, {c.around(k, s, may), "the text around it"}} {
		if hint.x >= 0 && may.Has(hint.x) && (names || !common) {
			return hint.x, confidenceOf(names, hint.x), form.Get(hint.x).Name + ", say " + hint.why
		}
	}
	if x := c.pathSays(may); x >= 0 && (names || !common || keyFile(c.path)) {
		return x, confidenceOf(names, x), form.Get(x).Name + ", says the path"
	}
	if !names {
		return -1, Low, ""
	}
	for _, x := range exchangesIn(may) { // the first of the table is the likeliest
		if form.Get(x).Distinct {
			return x, Medium, "key and secret have the form that " + form.Get(x).Name + " issues"
		}
	}
	return -1, Low, ""
}

func confidenceOf(names bool, x int) Confidence {
	if names && form.Get(x).Distinct {
		return High
	}
	return Medium
}

// sibling returns the exchange that a house has under another name: a CDP key
// in a block called coinbase_pro, a key of coinbase-exchange in one called
// coinbase.
func sibling(x int, may form.Set) int {
	house := map[string]string{"coinbase": "coinbase-exchange", "coinbase-exchange": "coinbase"}
	if other, ok := house[form.Get(x).Name]; ok && may.Has(form.Number(other)) {
		return form.Number(other)
	}
	return -1
}

// commonForm reports whether key and secret each have a form that any program
// gives to its ids: hexadecimal digits and UUIDs.
func commonForm(k, s item) bool { return plainHex(k.value) && plainHex(s.value) }

func plainHex(v string) bool {
	for i := 0; i < len(v); i++ {
		if c := v[i] | 0x20; v[i] != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// pathNamed returns the exchange that the innermost of some names means.
func pathNamed(path []string, may form.Set) int {
	for i := len(path) - 1; i >= 0; i-- {
		if x := form.Named(path[i]); x >= 0 {
			return x
		}
		if x := form.InName(form.Fold(path[i])); x >= 0 && may.Has(x) {
			return x
		}
	}
	return -1
}

// around returns the exchange of may whose name stands nearest to a pair in
// the text, in the 600 bytes before it, within it, or in the 200 after it.
func (c context) around(k, s item, may form.Set) int {
	from, to := min(k.pos, s.pos), max(k.end, s.end)
	if x, _ := nearest(c.text[from:to], len(c.text[from:to]), may); x >= 0 {
		return x
	}
	if may == form.Unknown {
		low := max(0, from-600)
		x := nearestUnknown(c.text[low:min(len(c.text), to+200)], from-low, false)
		return x
	}
	before := c.text[max(0, from-600):from]
	x, d := nearest(before, len(before), may)
	after := c.text[to:min(len(c.text), to+200)]
	if y, e := nearest(after, 0, may); y >= 0 && (x < 0 || e < d) {
		x = y
	}
	if x >= 0 {
		return x
	}
	if x = c.only(may); x < 0 && may&form.Unknown != 0 {
		return c.around(k, s, form.Unknown)
	}
	return x
}

// only returns the exchange of may when the whole text names one and no other.
func (c context) only(may form.Set) int {
	found := -1
	for _, x := range exchangesIn(may) {
		if d, _ := nearest(c.text[:min(len(c.text), 1<<17)], 0, 1<<uint(x)); d >= 0 {
			if found >= 0 {
				return -1
			}
			found = x
		}
	}
	return found
}

// nearest returns the exchange of may whose word stands nearest to offset at,
// and the distance.
func nearest(b []byte, at int, may form.Set) (int, int) {
	low := bytes.ToLower(b)
	best, distance := -1, len(b)+1
	for _, x := range exchangesIn(may) {
		for _, w := range form.Words(x) {
			if len(w) < 3 {
				continue
			}
			for from := 0; ; {
				i := bytes.Index(low[from:], []byte(w))
				if i < 0 {
					break
				}
				i += from
				from = i + len(w)
				d := i - at
				if d < 0 {
					d = -d
				}
				if wordAt(b, i, len(w)) && d < distance {
					best, distance = x, d
				}
			}
		}
	}
	return best, distance
}

// nearestUnknown is nearest for the exchanges of which only the name is known;
// with common also for those whose name is a word of other things.
func nearestUnknown(b []byte, at int, common bool) int {
	best, distance := -1, len(b)+1
	for i := 0; i < len(b); {
		if !letter[b[i]] {
			i++
			continue
		}
		start := i
		for i < len(b) && (letter[b[i]] || b[i] >= '0' && b[i] <= '9') {
			i++
		}
		d := start - at
		if d < 0 {
			d = -d
		}
		if d >= distance || i-start < 2 {
			continue
		}
		if x := unknownIn(b[start:i], b[i:min(len(b), i+5)], common); x >= 0 {
			best, distance = x, d
		}
	}
	return best
}

// unknownIn returns the exchange that a word names, or the beginning of it where
// that is a word by its case: bitfinexKey, BitstampClient, crypto.com.
func unknownIn(word, behind []byte, common bool) int {
	low := bytes.ToLower(word)
	if x := form.WordOf(low, common); x >= 0 {
		return x
	}
	if string(low) == "crypto" && len(behind) >= 4 && string(bytes.ToLower(behind[1:4])) == "com" {
		return form.WordOf([]byte("cryptocom"), false)
	}
	for end := 4; end < len(word); end++ {
		if (word[end-1]|0x20 == word[end-1]) != (word[end]|0x20 == word[end]) || word[end] < 'A' {
			if x := form.WordOf(low[:end], common); x >= 0 {
				return x
			}
		}
	}
	return -1
}

// wordAt reports whether the letters at i stand for themselves: "okx" in
// "OKX_KEY" and "newOkx(", not in "bookxyz"; "gate" only as gate.io.
func wordAt(b []byte, i, n int) bool {
	if i > 0 && letter[b[i-1]] && (b[i-1]|0x20 == b[i-1]) == (b[i]|0x20 == b[i]) {
		return false
	}
	end := i + n
	word := strings.ToLower(string(b[i:end]))
	if word == "gate" {
		return end+2 < len(b) && b[end] == '.' && b[end+1] == 'i'
	}
	if form.IsBranch(word) && end < len(b) && letter[b[end]] { // binance_user_config, kucoin_europe
		return false
	}
	if form.BranchBehind(word, b[end:]) {
		return false
	}
	return end >= len(b) || !letter[b[end]] || n > 4 || (b[end]|0x20 == b[end]) != (b[end-1]|0x20 == b[end-1])
}

// pathSays returns the exchange of may that the file's path names, the file
// before its folders.
func (c context) pathSays(may form.Set) int {
	parts := strings.FieldsFunc(c.path, func(r rune) bool { return r == '/' || r == '\\' || r == '!' })
	for i := len(parts) - 1; i >= 0 && i >= len(parts)-6; i-- {
		stem := parts[i]
		if dot := strings.LastIndexByte(stem, '.'); dot > 0 {
			stem = stem[:dot]
		}
		if x := form.Named(stem); x >= 0 && may.Has(x) {
			return x
		}
		words := strings.FieldsFunc(parts[i], func(r rune) bool { return strings.ContainsRune(". _-()[]", r) })
		for n := range words {
			if n+1 < len(words) { // binance_us, coinbase-pro
				if x := form.Named(words[n] + words[n+1]); x >= 0 && may.Has(x) &&
					form.IsBranch(strings.ToLower(words[n]+words[n+1])) {
					return x
				}
			}
			if x := form.Named(words[n]); x >= 0 && may.Has(x) && (x < form.Shaped() || !form.Get(x).Common) {
				return x
			}
		}
	}
	return -1
}

// keyFile reports whether a file is one that holds nothing but a credential,
// part by part on its lines, as krakenex reads it.
func keyFile(path string) bool { return strings.HasSuffix(path, ".key") }
