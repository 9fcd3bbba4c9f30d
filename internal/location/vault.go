package location

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rekey/exchanges"
	"rekey/internal/kv"
	"rekey/internal/location/textfile"
)

// Documents keep the secrets that vault: locations name: a server of OpenBao or
// HashiCorp Vault. Their errors are those of package kv.
type Documents interface {
	Read(ctx context.Context, path string) (kv.Document, error)
	// Write puts text in the place of the version that from is.
	Write(ctx context.Context, from kv.Document, text exchanges.Secret) (kv.Document, error)
	// MayWrite returns an error when it is clear that Write would be refused.
	MayWrite(ctx context.Context, d kv.Document) error
}

// parseVault splits MOUNT/PATH#/POINTER, MOUNT/PATH#FIELD and MOUNT/PATH. The
// first # ends the path.
func (l *Location) parseVault(rest string) error {
	path, field, found := strings.Cut(rest, "#")
	if problem := kv.CheckPath(path); problem != "" {
		return invalid("vault: "+problem, "")
	}
	l.path = path
	if !found {
		return nil
	}
	if pointer, prefix, twice := strings.Cut(field, "#"); strings.HasPrefix(field, "/") {
		tokens, err := parsePointer(pointer)
		switch {
		case err != nil:
			return err
		case twice && !isVariableName(prefix):
			return invalid("what follows the second # is no prefix of fields", "as in vault:kv/desk#/bots#BINANCE")
		}
		l.pointer, l.prefix = tokens, prefix
		return nil
	}
	switch {
	case field == "":
		return invalid("vault: names no field behind the #", "leave out the # for the secret's own fields")
	case strings.Contains(field, "#"):
		return invalid("vault: has two fields", "write vault:MOUNT/PATH#FIELD, or a pointer as in #/bots/grid")
	}
	l.name = field
	return nil
}

// A vaultSecret is one secret with the object in it that a location means.
type vaultSecret struct {
	document kv.Document
	file     *source // the secret's JSON, as if it were a file
	found    parts
	// inner is set where the credential is JSON within a text field: its place in
	// file.
	inner scalar
}

// readVault reads the credential from a secret.
func (l Location) readVault(ctx context.Context, env Env, r *Reading) (parts, *Error) {
	s, err := l.vaultSecret(ctx, env, r)
	return s.found, err
}

// document asks for the secret; a look at many credentials asks once.
func (l Location) document(ctx context.Context, env Env) (kv.Document, *Error) {
	if env.Vault == nil {
		return kv.Document{}, problem(ReasonUnreadable, "", "there is no server here", "")
	}
	type reading struct {
		document kv.Document
		err      error
	}
	read := remembered(env, string(KindVault), l.path, func() reading {
		d, err := env.Vault.Read(ctx, l.path)
		return reading{d, err}
	})
	if read.err != nil {
		return kv.Document{}, vaultError(read.err)
	}
	return read.document, nil
}

func (l Location) vaultSecret(ctx context.Context, env Env, r *Reading) (vaultSecret, *Error) {
	d, err := l.document(ctx, env)
	if err != nil {
		return vaultSecret{}, err
	}
	return l.vaultSecretIn(d, r)
}

// vaultSecretIn finds the credential in a secret.
func (l Location) vaultSecretIn(d kv.Document, r *Reading) (vaultSecret, *Error) {
	s := vaultSecret{document: d, file: &source{path: l.path, File: textfile.File{Data: []byte(d.Text.Reveal())}}}
	root, err := parseJSON(s.file.Data)
	if err != nil {
		return s, problem(ReasonSyntax, "", "the secret is no JSON object", "")
	}
	object, prefix, err := l.objectIn(root)
	if err != nil {
		return s, inSecret(err)
	}
	in := s.file
	if object.shape == textNode { // JSON as text: a command line of the servers can write no object
		s.inner = object.at
		in = &source{path: l.path, File: textfile.File{Data: []byte(object.text.Reveal())}}
		if object, err = parseJSON(in.Data); err != nil || object.shape != objectNode {
			return s, problem(
				ReasonSyntax, "", "the field is text, and no JSON object",
				"without # the secret's own fields are the credential",
			)
		}
	}
	if s.found, err = prefixedParts(object, in, prefix); err != nil {
		return s, inSecret(err)
	}
	if !s.found.accessKey.isSet() || !s.found.secret.isSet() {
		return s, inSecret(incompleteObject(s.found, object, l.pointer))
	}
	r.Exchange = exchangeOf(object)
	return s, nil
}

// objectIn returns what a location points at in a secret, and the prefix of the
// fields that are meant, "" for any. A FIELD is a field of that name, or where
// there is none, the prefix of fields, as in a .env file.
func (l Location) objectIn(root node) (node, string, *Error) {
	if l.name == "" {
		return l.pointedAt(root)
	}
	field, ok, err := root.get(l.name)
	switch {
	case err != nil:
		return node{}, "", err
	case ok:
		return field, "", nil
	case isVariableName(l.name):
		return root, l.name, nil
	}
	return node{}, "", problem(
		ReasonAbsent, "", fmt.Sprintf("the secret has no field %q", clip(l.name)), hintNames(root.objectNames()),
	)
}

// inSecret puts an error about an object into the words of a secret.
func inSecret(err *Error) *Error {
	err.Problem = strings.Replace(err.Problem, "the file ", "the secret ", 1)
	return err
}

// vaultError puts an error of package kv into the words of a location.
func vaultError(err error) *Error {
	var e *kv.Error
	if !errors.As(err, &e) {
		return &Error{Reason: ReasonFailed, Problem: "cannot be used", Err: err}
	}
	out := &Error{Problem: e.Problem, Hint: e.Hint, Err: err}
	switch e.Reason {
	case kv.ReasonAbsent:
		out.Reason = ReasonAbsent
	case kv.ReasonChanged:
		out.Reason = ReasonChanged
	case kv.ReasonReadOnly:
		out.Reason = ReasonReadOnly
	case kv.ReasonInvalid, kv.ReasonForbidden, kv.ReasonLogin, kv.ReasonSealed:
		out.Reason = ReasonUnreadable
	case kv.ReasonUncertain, kv.ReasonCanceled, kv.ReasonFailed:
		out.Reason = ReasonFailed
	default:
		out.Reason = ReasonFailed
	}
	return out
}

// A vaultChange is a secret on its way to a server.
type vaultChange struct {
	from kv.Document
	text exchanges.Secret
}

func (l Location) prepareVault(ctx context.Context, env Env, change *Change) *Error {
	var r Reading
	s, err := l.vaultSecret(ctx, env, &r)
	if err != nil {
		return err
	}
	present, err := s.found.credential()
	if err != nil {
		return err
	}
	if s.document.Version == 0 {
		return problem(
			ReasonReadOnly, "", "the mount is KV version 1, where nothing stops one writer from undoing another's work",
			"rekey reads it and does not write there; bao kv enable-versioning makes it version 2",
		)
	}
	if !kv.RoundTrips(s.document.Text) {
		return problem(
			ReasonUnfit, "", "the secret holds a number of more than 15 digits, which the server shows rounded",
			"writing it back would lose digits: make it text, or move the credential to a secret of its own",
		)
	}
	text, err := s.with(present, change.wanted)
	if err != nil {
		return err
	}
	var again Reading
	read, err := l.vaultSecretIn(kv.Document{Text: text}, &again)
	if err == nil {
		var c exchanges.Credential
		c, err = read.found.credential()
		if err == nil && (!sameCredential(c, change.wanted) || again.Exchange != r.Exchange) {
			err = unplaced()
		}
	}
	if err != nil {
		return problem(
			ReasonUnfit, "", "the new credential would read back as something else, so nothing is written",
			"change the secret by hand",
		)
	}
	if err := env.Vault.MayWrite(ctx, s.document); err != nil {
		failure := vaultError(err)
		failure.Reason = ReasonUnwritable
		return failure
	}
	change.before, change.answer = exchanges.Fingerprint(present.AccessKey), hashOf(present)
	change.vault = vaultChange{s.document, text}
	return nil
}

// with returns the text of the secret with another credential in it; every other
// byte stays.
func (s vaultSecret) with(present, wanted exchanges.Credential) (exchanges.Secret, *Error) {
	var p planner
	if err := p.replaceAll(s.found, present, wanted); err != nil {
		return exchanges.Secret{}, err
	}
	if len(p.rewrites) != 1 {
		return exchanges.Secret{}, unplaced()
	}
	if err := p.rewrites[0].finish(); err != nil {
		return exchanges.Secret{}, err
	}
	text := p.rewrites[0].after
	if s.inner == nil {
		return exchanges.NewSecret(string(text)), nil
	}
	outer := rewrite{file: s.file}
	e, err := s.inner.edit(s.file.Data, string(text))
	if err != nil {
		return exchanges.Secret{}, err
	}
	outer.edits = append(outer.edits, e)
	if err := outer.finish(); err != nil {
		return exchanges.Secret{}, err
	}
	return exchanges.NewSecret(string(outer.after)), nil
}

// applyVault writes the secret where nobody else wrote it since. A secret that
// holds the credential already is written all the same: an earlier write whose
// answer was lost may still be on its way, and is refused from then on.
func (c Change) applyVault(ctx context.Context) *Error {
	written, err := c.env.Vault.Write(ctx, c.vault.from, c.vault.text)
	if kv.ReasonOf(err) == kv.ReasonChanged && c.holds(ctx) {
		return nil // somebody else did what was to be done, and fenced what may be on its way
	}
	if err != nil {
		failure := vaultError(err)
		if r := kv.ReasonOf(err); r == kv.ReasonForbidden || r == kv.ReasonSealed || r == kv.ReasonLogin {
			failure.Reason = ReasonUnwritable
		}
		return failure
	}
	var r Reading
	s, failure := c.location.vaultSecretIn(written, &r)
	if failure != nil {
		return failure
	}
	if held, failure := s.found.credential(); failure != nil || !sameCredential(held, c.wanted) {
		return problem(ReasonFailed, "", "was written and does not hold the new credential", "look at it")
	}
	return nil
}
