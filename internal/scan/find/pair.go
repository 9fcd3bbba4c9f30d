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
		if s.fit.Secret == 0 || s.role != form.Secret && s.role != form.Neutral || j.taken[s.value] {
			continue
		}
		k, ok := j.keyFor(g, s)
		if !ok {
			continue
		}
		x, confidence, why := j.exchange(g, k, s)
		if x < 0 {
			j.unsure = j.unsure || k.fit.Key&s.fit.Secret != form.Unknown
			continue
		}
		set := Set{Exchange: form.Get(x).Name, Kind: Credential, Confidence: confidence, Why: why, Key: k.part(), Secret: s.part()}
		if form.Get(x).Passphrase {
			if p, ok := j.passphraseFor(g, k, s); ok {
				set.Passphrase = p.part()
			}
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
		if k.fit.Key&s.fit.Secret == 0 || k.value == s.value || j.taken[k.value] || k.encoded != s.encoded && !isPEMValue(s.value) {
			continue
		}
		switch {
		case k.role == form.AccessKey && s.role == form.Secret:
		case k.role == form.Neutral && s.role == form.Neutral && k.pos < s.pos && j.beside(k, s) && !j.inBlock(k, s):
		case k.role == form.Other && isCDPName(k.value):
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

// beside reports whether nothing but punctuation lies between two values.
func (j *judge) beside(a, b item) bool {
	if a.pos > b.pos {
		a, b = b, a
	}
	if b.pos-a.end > 24 {
		return false
	}
	for _, c := range j.text[a.end:b.pos] {
		if letter[c] || c >= '0' && c <= '9' {
			return false
		}
	}
	return true
}

// inBlock reports whether two values are among many of their kind: lines of a
// signature, of base64, of a list of hashes.
func (j *judge) inBlock(k, s item) bool {
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

// passphraseFor returns the passphrase nearest to a pair, of the same prefix
// where there is one.
func (j *judge) passphraseFor(g group, k, s item) (item, bool) {
	best, found, cost := item{}, false, 0
	for _, p := range g.items {
		named := p.role == form.Passphrase || p.clientID && p.fit.Key&k.fit.Key == 0
		if !named || p.value == k.value || p.value == s.value || form.IsPlaceholder(form.Passphrase, p.value) || p.pos == k.pos {
			continue
		}
		if k.encoded {
			p.value = decodePassphrase(p.value)
		}
		c := min(distance(p, k), distance(p, s))
		if p.prefix != k.prefix && p.prefix != s.prefix {
			if p.named >= 0 && k.named >= 0 && p.named != k.named {
				continue
			}
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
	return best, found
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
