package find

import (
	"strings"

	"rekey/internal/form"
	"rekey/internal/scan/token"
)

// A judge collects the sets of one text.
type judge struct {
	context
	sets []Set
	// unsure is set when only the exchange of a pair is missing.
	unsure bool
	// taken are the values that belong to a set already, and the places.
	taken map[string]bool
	// loose are the groups as they were seen, for what is left over.
	loose []group
}

func newJudge(t Text) *judge {
	return &judge{context: context{text: t.Bytes, path: t.Path}, taken: map[string]bool{}}
}

// pair makes sets of the values of a group. Values that are already part of a
// set are left out.
func (j *judge) pair(g group) {
	if g.exact {
		g.said = max(g.said, -1)
	}
	for _, s := range g.items {
		login := s.login && s.role == form.Passphrase
		if s.fit.Secret == 0 || s.role != form.Secret && s.role != form.Neutral && !login || j.taken[s.value] {
			continue
		}
		k, ok := j.keyFor(g, s)
		if !ok {
			continue
		}
		third, hasThird := thirdOf(g, s)
		if hasThird && (!commonForm(k, s) || chosenWord(third.value)) && k.role == form.Neutral &&
			s.role == form.Neutral {
			g.strong = true
		}
		x, confidence, why := j.exchange(g, k, s)
		if x < 0 {
			j.unsure = j.unsure || k.fit.Key&s.fit.Secret != form.Unknown
			continue
		}
		set := Set{
			Exchange:   form.Get(x).Name,
			Kind:       Credential,
			Confidence: confidence,
			Why:        why,
			Key:        k.part(),
			Secret:     s.part(),
		}
		if p, ok := j.passphraseFor(g, k, s, x); ok {
			set.Passphrase = p.part()
		}
		set.label()
		j.taken[k.value], j.taken[s.value] = true, true
		j.sets = append(j.sets, set)
	}
	j.loose = append(j.loose, g)
}

func (it item) part() Part { return Part{Value: it.value, Pos: it.pos, End: it.end} }

// keyFor returns the access key that belongs to a secret: of an exchange that
// may have issued both, under the same prefix, and the nearest of those.
func (j *judge) keyFor(g group, s item) (item, bool) {
	best, found, cost := item{}, false, 0
	for _, k := range g.items {
		if k.fit.Key&s.fit.Secret == 0 || k.value == s.value || j.taken[k.value] ||
			k.encoded != s.encoded && !isPEMValue(s.value) {
			continue
		}
		switch {
		case k.role == form.AccessKey && s.role == form.Secret:
		case k.role == form.Neutral && s.role == form.Neutral && k.pos < s.pos && j.beside(k, s) &&
			!j.inBlock(k, s) && !identifiers(k, s):
		case k.role == form.Other && isCDPName(k.value):
		case k.id && s.private && g.exact: // the file that Coinbase's portal offers
		// an entry of a password manager
		case k.login && s.login && k.role == form.Other && s.role == form.Passphrase && g.exact:
		case k.role == form.Neutral && s.role == form.Secret && j.beside(k, s):
		case k.role == form.AccessKey && s.role == form.Neutral && k.pos < s.pos && j.beside(k, s):
		default:
			continue
		}
		c := distance(k, s)
		if k.prefix != s.prefix {
			c += 400
			if k.named >= 0 && s.named >= 0 && k.named != s.named {
				continue
			}
		}
		if k.pos > s.pos {
			c += 60 // nearly everybody writes the access key first
		}
		if !found || c < cost {
			best, found, cost = k, true, c
		}
	}
	return best, found
}

func distance(a, b item) int {
	if a.pos > b.pos {
		a, b = b, a
	}
	return max(0, b.pos-a.end)
}

// beside reports whether nothing but punctuation, and what wraps a text in code,
// lies between two values.
func (j *judge) beside(a, b item) bool {
	if a.pos > b.pos {
		a, b = b, a
	}
	if b.pos-a.end > 160 {
		return false
	}
	blanks := 0
	for i := a.end; i < b.pos; i++ {
		c := j.text[i]
		if !letter[c] {
			if c >= '0' && c <= '9' || !between[c] {
				return false
			}
			if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
				blanks++
			}
			continue
		}
		start := i
		for i < b.pos && (letter[j.text[i]] || j.text[i] == '_') {
			i++
		}
		if !wraps(string(j.text[start:i])) {
			return false
		}
		i--
	}
	return blanks <= 24
}

// identifiers reports whether two values without names are words of code.
func identifiers(k, s item) bool {
	return form.IsIdentifier([]byte(k.value)) && form.IsIdentifier([]byte(s.value))
}

// inBlock reports whether two values are among many of their kind: lines of a
// signature, of a PEM, of base64, of a list of hashes.
func (j *judge) inBlock(k, s item) bool {
	if inPEM(j.text, k.pos) {
		return true
	}
	if at := before(j.text, k.pos); at >= 0 && runLength(j.text, at) >= 40 {
		return true
	}
	for i := s.end; i < len(j.text) && i < s.end+8; i++ {
		if token.Byte[j.text[i]] {
			return tokenEnd(j.text, i)-i >= 40
		}
	}
	return false
}

// thirdOf returns the word that stands behind a secret as the third of some
// values in a row: the passphrase of a call or a table without names.
func thirdOf(g group, s item) (item, bool) {
	for i, it := range g.items {
		if it.loose && i > 0 && g.items[i-1].pos == s.pos {
			return it, true
		}
	}
	return item{}, false
}

// passphraseFor returns the passphrase that belongs to a pair of exchange x: the
// nearest that names it, of the same prefix where there is one, or else the third
// of three values. It is none of another exchange's, and none behind another
// pair.
func (j *judge) passphraseFor(g group, k, s item, x int) (item, bool) {
	best, found, cost := item{}, false, 0
	for _, p := range g.items {
		named := p.role == form.Passphrase || p.clientID && p.fit.Key&k.fit.Key == 0
		if !named || p.value == k.value || p.value == s.value || form.IsPlaceholder(form.Passphrase, p.value) ||
			p.pos == k.pos || j.foreign(g, p, k, s, x) {
			continue
		}
		if k.encoded {
			p.value = decodePassphrase(p.value)
		}
		c := min(distance(p, k), distance(p, s))
		if p.prefix != k.prefix && p.prefix != s.prefix {
			c += 400
		}
		if p.role != form.Passphrase {
			c += 1000
		}
		if p.pos < k.pos && p.pos < s.pos {
			c += 60
		}
		if !found || c < cost {
			best, found, cost = p, true, c
		}
	}
	known := form.Get(x)
	if !found && known.Passphrase {
		return thirdOf(g, s)
	}
	return best, found && (known.Passphrase || x >= form.Shaped() && g.exact && best.prefix == k.prefix)
}

// foreign reports whether a passphrase belongs to another exchange or another
// pair: its name or the words before it say one, or a part that is not of this
// pair lies between.
func (j *judge) foreign(g group, p, k, s item, x int) bool {
	for _, other := range []int{p.named, p.near} {
		if other >= 0 && other != x && sibling(other, 1<<uint(min(x, form.Shaped()-1))) != x {
			return true
		}
	}
	if g.exact {
		return false
	}
	low, high := min(k.pos, s.pos), max(k.end, s.end)
	for _, it := range g.items {
		between := it.pos > high && it.end < p.pos || it.end < low && it.pos > p.end
		if between && (it.fit.Key|it.fit.Secret) != 0 && it.value != k.value && it.value != s.value &&
			(it.role == form.AccessKey || it.role == form.Secret) {
			return true
		}
	}
	return false
}

// label says that a set is a published sample or a placeholder.
func (s *Set) label() {
	switch {
	case form.IsSample(s.Key.Value) || form.IsSample(s.Secret.Value):
		s.Kind, s.Why = Sample, "published as an example"
	case form.IsPlaceholder(form.AccessKey, s.Key.Value) || form.IsPlaceholder(form.Secret, s.Secret.Value):
		s.Kind, s.Why = Placeholder, "waits to be filled in"
	}
}

func isPEMValue(v string) bool { return strings.HasPrefix(v, "-----BEGIN") }
