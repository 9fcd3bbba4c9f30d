package location

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rekey/exchanges"
)

// A rewrite is one file with the changes that are to be made to it; there may
// be none.
type rewrite struct {
	file  *source
	edits []edit
	lines []string // what changes in which line, in the words of Describe
	after []byte
}

// plan returns the files that hold parts of the credential, as they are and as
// they will be, and the present credential.
func (l Location) plan(
	ctx context.Context,
	env Env,
	wanted exchanges.Credential,
) ([]rewrite, exchanges.Credential, *Error) {
	r, found, err := l.read(ctx, env)
	if err != nil {
		return nil, exchanges.Credential{}, err
	}
	present := r.Credential
	if err := l.overridden(env); err != nil {
		return nil, present, err
	}
	var p planner
	if err := p.replaceAll(found, present, wanted); err != nil {
		return nil, present, err
	}
	planned := env
	planned.planned = map[string][]byte{}
	maps.Copy(planned.planned, env.planned)
	for i := range p.rewrites {
		if err := p.rewrites[i].finish(); err != nil {
			return nil, present, err
		}
		planned.planned[p.rewrites[i].file.path] = p.rewrites[i].after
	}
	again, _, err := l.read(ctx, planned)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, present, err
	case err != nil, !sameCredential(again.Credential, wanted), again.Exchange != r.Exchange:
		return nil, present, problem(
			ReasonUnfit,
			"",
			"the new credential would read back as something else, so nothing is written",
			"change the file by hand",
		)
	}
	return p.rewrites, present, nil
}

// sameCredential reports whether all parts are equal.
func sameCredential(a, b exchanges.Credential) bool {
	return a.AccessKey == b.AccessKey && a.Secret.Equal(b.Secret) && a.Passphrase.Equal(b.Passphrase)
}

type planner struct{ rewrites []rewrite }

// replaceAll plans every part of the credential.
func (p *planner) replaceAll(found parts, present, wanted exchanges.Credential) *Error {
	for _, one := range []struct {
		part     Part
		at       sourced
		from, to exchanges.Secret
	}{
		{AccessKey, found.accessKey, exchanges.NewSecret(present.AccessKey), exchanges.NewSecret(wanted.AccessKey)},
		{SecretPart, found.secret, present.Secret, wanted.Secret},
		{Passphrase, found.passphrase, present.Passphrase, wanted.Passphrase},
	} {
		if err := p.replace(one.part, one.at, one.from, one.to); err != nil {
			return err
		}
	}
	return nil
}

// replace plans one part of the credential into all its slots.
func (p *planner) replace(part Part, at sourced, from, to exchanges.Secret) *Error {
	switch {
	case at.isSet() && len(at.slots) == 0:
		return problem(
			ReasonReadOnly,
			part,
			fmt.Sprintf("the %s comes from the variable %s, which wins over the file", part, at.from),
			"change or remove the variable; writing to the file would change nothing",
		)
	case to.IsZero() && from.IsZero(): // a passphrase, neither there nor needed
		return nil
	case len(at.slots) == 0:
		return problem(
			ReasonUnfit,
			part,
			fmt.Sprintf("there is no place for the %s of the new credential", part),
			"add a field for it, with nothing in it",
		)
	}
	for _, s := range at.slots {
		if s.value == nil || s.file == nil {
			return unplaced()
		}
		w := p.rewriteOf(s.file)
		if from.Equal(to) {
			continue
		}
		e, err := s.value.edit(w.file.Data, likePEM(to.Reveal(), at.text.Reveal()))
		if err != nil {
			err.Part = part
			return err
		}
		w.edits = append(w.edits, e)
		w.lines = append(w.lines, fmt.Sprintf("%s in line %d", part, lineOf(w.file.Data, e.start)))
	}
	return nil
}

// rewriteOf returns the rewrite of a file, a new one when there is none yet.
func (p *planner) rewriteOf(file *source) *rewrite {
	i := slices.IndexFunc(p.rewrites, func(w rewrite) bool { return w.file.path == file.path })
	if i < 0 {
		i = len(p.rewrites)
		p.rewrites = append(p.rewrites, rewrite{file: file})
	}
	return &p.rewrites[i]
}

// finish makes the edits, and checks that they leave all other bytes alone.
func (w *rewrite) finish() *Error {
	after, ok := splice(w.file.Data, w.edits)
	if !ok || !sameOutside(w.file.Data, after, w.edits) {
		return problem(
			ReasonUnfit,
			"",
			w.file.path+": two parts of the credential share their bytes",
			"change the file by hand",
		)
	}
	w.after = after
	return nil
}

// sameOutside reports whether before and after differ within the edits alone,
// which are sorted.
func sameOutside(before, after []byte, edits []edit) bool {
	end := len(before)
	for _, e := range slices.Backward(edits) {
		kept := before[e.end:end]
		if !bytes.HasSuffix(after, kept) {
			return false
		}
		if after = after[:len(after)-len(kept)]; !strings.HasSuffix(string(after), e.text) {
			return false
		}
		after, end = after[:len(after)-len(e.text)], e.start
	}
	return bytes.Equal(before[:end], after)
}

// hashOf returns a hash of a credential, to notice changes.
func hashOf(c exchanges.Credential) [32]byte {
	return sha256.Sum256([]byte(c.AccessKey + "\x00" + c.Secret.Reveal() + "\x00" + c.Passphrase.Reveal()))
}
