package find

import (
	"bytes"
	"encoding/base64"

	"rekey/internal/form"
)

// together is how far apart two parts of a credential lie at most. Structured
// files may have comments between them.
const together = 4 << 10

// Worth keeps the hits that can be part of something to report: those that
// have the form of a part, where their other half is near, or may be without
// being a hit itself, or where their name says an exchange; files in base64; and
// those of no known form that stand near the name of an exchange. The rest are
// other programs' keys.
//
// Of a file whose path names an exchange without a known form, or is not known,
// as of an object of a repository, named is true: there no name is needed.
func Worth(b []byte, hits []int, named bool) []int {
	type seen struct {
		at  int
		fit form.Fit
	}
	var some []seen
	for _, at := range hits {
		run := b[at:tokenEnd(b, at)]
		fit := fitAt(b, at)
		if fit.None() && (form.Plausible(form.Secret, run) || form.Plausible(form.AccessKey, run)) {
			fit = form.Fit{Key: form.Unknown, Secret: form.Unknown}
		}
		if !fit.None() || packed(run) || packedLine(run) {
			some = append(some, seen{at, fit})
		}
	}
	pem := len(some) > 0 && (bytes.Contains(b, []byte("PRIVATE KEY-----")) || bytes.Contains(b, []byte(pemInBase64)))
	kept := hits[:0]
	for i, h := range some {
		known := h.fit.Key|h.fit.Secret != form.Unknown
		keep := h.fit.None() || packedLine(b[h.at:tokenEnd(b, h.at)]) || known &&
			(cutBySlashes(b, h.at) || h.fit.Secret&form.ShortKeys() != 0 || pem && h.fit.Key != 0)
		for k := i - 1; !keep && k >= 0 && h.at-some[k].at < together; k-- {
			keep = mates(h.fit, some[k].fit, named)
		}
		for k := i + 1; !keep && k < len(some) && some[k].at-h.at < together; k++ {
			keep = mates(h.fit, some[k].fit, named)
		}
		keep = keep || known && form.InName(form.Fold(string(b[max(0, h.at-48):h.at]))) >= 0 ||
			underPrivateKey(b, h.at) ||
			form.Plausible(form.Secret, b[h.at:tokenEnd(b, h.at)]) && unknownNear(b, h.at) >= 0
		if keep {
			kept = append(kept, h.at)
		}
	}
	return kept
}

// underPrivateKey reports whether a hit may be the key of a file that Coinbase's
// portal offers: {"id": UUID, "privateKey": base64}.
func underPrivateKey(b []byte, at int) bool {
	return bytes.HasSuffix(bytes.TrimRight(bytes.ToLower(b[max(0, at-24):at]), " \t\"':="), []byte("privatekey"))
}

// unknownNear returns the exchange of which only the name is known that a text
// names near an offset, or -1.
func unknownNear(b []byte, at int) int {
	x := nearestUnknown(b[max(0, at-600):min(len(b), at+200)], min(at, 600), true)
	return x
}

// cutBySlashes reports whether a run has escaped slashes. Those of its other
// half may have cut it so short that it was not noticed.
func cutBySlashes(b []byte, at int) bool { return bytes.IndexByte(b[at:tokenEnd(b, at)], '\\') >= 0 }

func mates(a, b form.Fit, named bool) bool {
	both := a.Key&b.Secret | a.Secret&b.Key
	return both&^form.Unknown != 0 || named && both != 0
}

// NamesUnknown reports whether a path names an exchange of which only the name
// is known.
func NamesUnknown(path string) bool {
	x := nearestUnknown([]byte(path), 0, true)
	return x >= 0
}

// fitAt is the form of the run that begins at an offset, or of what it is the
// base64 of.
func fitAt(b []byte, at int) form.Fit {
	run := b[at:tokenEnd(b, at)]
	if bytes.IndexByte(run, '\\') >= 0 {
		run = bytes.ReplaceAll(run, []byte(`\/`), []byte(`/`))
	}
	fit := form.Of(run)
	if len(run)%4 == 0 && len(run) <= form.Longest {
		var plain [form.Longest]byte
		if n, err := base64.StdEncoding.Decode(plain[:], run); err == nil {
			more := form.Of(bytes.TrimRight(plain[:n], "\r\n"))
			fit.Key, fit.Secret = fit.Key|more.Key, fit.Secret|more.Secret
		}
	}
	if fit.None() && len(run) == 40 && form.IsSample(string(run)) {
		return form.Fit{Key: form.Any, Secret: form.Any}
	}
	return fit
}
