package location

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"rekey/exchanges"
)

// A Change is a new credential on its way into a location: everything is
// decided and nothing is written. It holds secrets and prints none of them.
type Change struct {
	location Location
	env      Env
	wanted   exchanges.Credential
	before   string
	files    []fileChange
	answer   [32]byte             // of what is no file: the hash of what it held
	vault    vaultChange          // of vault: what it held, and what it will hold
	kept     exchanges.Credential // of store and keychain: what it held, as it is
	remarks  []string
}

// Prepare finds out what has to change so that the location holds c, and
// checks that it then will: the new content is read back as [Location.Read]
// would, must give exactly c, and differs from the old one in the values alone.
// Nothing is written; of an exec location the program is run to read.
//
// What Read refuses, Prepare refuses, and also a place that is never written
// (ReasonReadOnly), a loose file unless Env accepts it (ReasonLoose), a place
// that has no field for a part of c or cannot hold it (ReasonUnfit), and a
// directory that cannot be written to (ReasonUnwritable). A location that
// holds c already is fine, so preparing with the present credential tells
// whether the location could be written.
//
// The error is an *Error, and the Change beside it is empty.
func (l Location) Prepare(ctx context.Context, env Env, c exchanges.Credential) (Change, error) {
	env.once = nil // what is there now counts
	change, err := l.prepare(ctx, env, Canonical(c))
	if err != nil {
		return Change{}, l.failed(err)
	}
	return change, nil
}

func (l Location) prepare(ctx context.Context, env Env, wanted exchanges.Credential) (Change, *Error) {
	if err := checkNew(wanted); err != nil {
		return Change{}, err
	}
	change := Change{location: l, env: env, wanted: wanted}
	if l.kind == KindEnv {
		return Change{}, problem(ReasonReadOnly, "", "variables of the environment cannot be written",
			"change them where they are set, or keep the credential in a dotenv: or store: location")
	}
	if l.kind == KindAccount {
		return Change{}, problem(ReasonReadOnly, "", "the account has no credential, so none can be put there", "")
	}
	if l.isKept() {
		err := l.prepareKept(ctx, env, &change)
		return change, err
	}
	if l.kind == KindVault {
		err := l.prepareVault(ctx, env, &change)
		return change, err
	}
	if l.kind == KindExec {
		present, err := l.present(ctx, env)
		if err != nil {
			return Change{}, err
		}
		change.before, change.answer = exchanges.Fingerprint(present.AccessKey), hashOf(present)
		return change, nil
	}
	plan, present, err := l.plan(ctx, env, wanted)
	if err != nil {
		return Change{}, err
	}
	change.before = exchanges.Fingerprint(present.AccessKey)
	for _, p := range plan {
		f, err := p.fileChange(env)
		if err != nil {
			return Change{}, err
		}
		if slices.ContainsFunc(change.files, func(other fileChange) bool { return other.target == f.target }) {
			return Change{}, problem(ReasonUnfit, "", f.path+": is read under two names", "name it the same way everywhere")
		}
		change.files = append(change.files, f)
	}
	if l.kind == KindGoCryptoTrader && !change.Done() {
		// engine/engine.go, Stop, read 2026-11-22.
		change.remarks = append(
			change.remarks,
			"GoCryptoTrader writes its configuration when it stops, the old credential with it: stop it before this "+
				"change, and start it after",
		)
	}
	return change, nil
}

// Canonical returns c as Read returns it from wherever it was written: a PEM
// has plain line ends, and one at its end.
func Canonical(c exchanges.Credential) exchanges.Credential {
	c.Secret = restoreNewlines(c.Secret)
	return c
}

// checkNew refuses a credential that Read would refuse.
func checkNew(c exchanges.Credential) *Error {
	const from = "the new credential"
	p := parts{
		accessKey: sourced{text: exchanges.NewSecret(c.AccessKey), from: from},
		secret:    sourced{text: c.Secret, from: from},
	}
	if !c.Passphrase.IsZero() {
		p.passphrase = sourced{text: c.Passphrase, from: from}
	}
	err := p.each(func(part Part, s sourced) *Error {
		if !utf8.ValidString(s.text.Reveal()) {
			return problem("", part, fmt.Sprintf("the %s in %s is not valid UTF-8", part, from), "")
		}
		return checkPart(part, s)
	})
	if err != nil {
		err.Reason, err.Hint = ReasonUnfit, ""
	}
	return err
}

// Describe says what changes where: paths, lines, names of parts. It holds no
// value.
func (c Change) Describe() string {
	switch {
	case c.location.isKept():
		return c.location.Display() + ": the credential under this name is replaced"
	case c.location.kind == KindVault:
		return c.location.Display() + ": the credential in this secret is replaced, its other fields stay"
	case c.location.kind == KindExec:
		return c.location.Display() + ": is run with the argument " + storeArgument + " and the credential on its stdin"
	}
	var texts []string
	for _, f := range c.files {
		texts = append(texts, f.describe())
	}
	return strings.Join(texts, "; ")
}

// Before is the fingerprint of the access key that the location held when the
// Change was prepared.
func (c Change) Before() string { return c.before }

// After is the fingerprint of the access key that it holds when Apply has
// succeeded.
func (c Change) After() string { return exchanges.Fingerprint(c.wanted.AccessKey) }

// Done reports whether the location held the new credential already when the
// Change was prepared. Apply then only sees to it that it stays.
func (c Change) Done() bool {
	if !c.location.IsFile() {
		return c.answer == hashOf(c.wanted)
	}
	return !slices.ContainsFunc(c.files, func(f fileChange) bool { return len(f.lines) > 0 })
}

// Remarks are sentences that a person should read before Apply. They hold no
// value.
func (c Change) Remarks() []string { return slices.Clone(c.remarks) }

// String returns what Describe does.
func (c Change) String() string { return c.Describe() }

// Format prints what Describe returns, whatever the verb: there are secrets in
// a Change.
func (c Change) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.Describe()) }
