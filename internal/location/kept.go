package location

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/keychain"
	"rekey/internal/store"
)

// A Keeper keeps credentials under names: rekey's own store, or the keychain of
// the operating system. Its errors are those of these two packages.
type Keeper interface {
	// Get returns the credential of that name.
	Get(ctx context.Context, name string) (exchanges.Credential, error)
	// Replace puts c in the place of instead, and refuses when the name holds
	// neither.
	Replace(ctx context.Context, name string, c, instead exchanges.Credential) error
}

// isKept reports whether a Keeper keeps the credential.
func (l Location) isKept() bool { return l.kind == KindStore || l.kind == KindKeychain }

// Name returns the name under which a store: or keychain: location keeps its
// credential, "" for any other location.
func (l Location) Name() string {
	if l.isKept() {
		return l.name
	}
	return ""
}

const longestName = 150 // bytes, below the limits of both keepers

func (l *Location) parseKept(name string) error {
	word := string(l.kind)
	switch {
	case name == "":
		return invalid(word+": names no entry", "for instance "+word+":grid-bot, after: rekey store put "+word+":grid-bot")
	case len(name) > longestName:
		return invalid(fmt.Sprintf("%s: has a name of more than %d bytes", word, longestName), "")
	case strings.TrimSpace(name) != name:
		return invalid(word+": has a name with blanks at an end", "")
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return invalid("holds a character that cannot be printed", "")
	}
	l.name = name
	return nil
}

// keeper returns who keeps the credential.
func (l Location) keeper(env Env) (Keeper, *Error) {
	k := env.Store
	if l.kind == KindKeychain {
		k = env.Keychain
	}
	if k == nil {
		return nil, problem(ReasonUnreadable, "", "there is no "+string(l.kind)+" here", "")
	}
	return k, nil
}

// kept returns the credential as the keeper has it, not yet looked into.
func (l Location) kept(ctx context.Context, env Env) (exchanges.Credential, *Error) {
	k, failure := l.keeper(env)
	if failure != nil {
		return exchanges.Credential{}, failure
	}
	c, err := k.Get(ctx, l.name)
	if err != nil {
		return exchanges.Credential{}, l.keptError(err)
	}
	return c, nil
}

func (l Location) readKept(ctx context.Context, env Env, r *Reading) (parts, *Error) {
	c, err := l.kept(ctx, env)
	if err != nil {
		r.Seen[0] = loose(err, r.Seen[0])
		return parts{}, err
	}
	return keptParts(c), nil
}

// loose adds what a store refused for: a file or directory of its own that
// others may use. The credential was not read, and others may have read it.
func loose(err *Error, seen audit.Location) audit.Location {
	var s *store.Error
	if !errors.As(err, &s) ||
		s.Reason != store.ReasonLoose && s.Reason != store.ReasonOwner && s.Reason != store.ReasonSymlink {
		return seen
	}
	seen.Path, seen.ForeignOwner, seen.Symlink = s.Path, s.Reason == store.ReasonOwner, s.Reason == store.ReasonSymlink
	if info, err := os.Lstat(s.Path); err == nil {
		seen.Mode = uint32(info.Mode().Perm())
	}
	return seen
}

func keptParts(c exchanges.Credential) parts {
	p := parts{
		accessKey: sourced{text: exchanges.NewSecret(c.AccessKey), from: "the entry"},
		secret:    sourced{text: c.Secret, from: "the entry"},
	}
	if !c.Passphrase.IsZero() {
		p.passphrase = sourced{text: c.Passphrase, from: "the entry"}
	}
	return p
}

func (l Location) prepareKept(ctx context.Context, env Env, change *Change) *Error {
	held, err := l.kept(ctx, env)
	if err != nil {
		return err
	}
	present, err := keptParts(held).credential()
	if err != nil {
		return err
	}
	change.before, change.answer, change.kept = exchanges.Fingerprint(present.AccessKey), hashOf(present), held
	return nil
}

// applyKept has the keeper exchange the credential. What was replaced does not
// stay behind under the name: while a run lasts, the run keeps both credentials
// in the store, under names of its own.
func (c Change) applyKept(ctx context.Context) *Error {
	k, failure := c.location.keeper(c.env)
	if failure != nil {
		return failure
	}
	err := k.Replace(ctx, c.location.name, c.wanted, c.kept)
	// Whatever it said, what it holds now counts.
	switch {
	case c.holds(ctx):
		return nil
	case err != nil:
		return c.location.keptError(err)
	case ctx.Err() != nil:
		return &Error{Reason: ReasonFailed, Problem: "was written and not read back: " + ctx.Err().Error(), Err: ctx.Err()}
	}
	return problem(
		ReasonFailed,
		"",
		"was written and does not hold the new credential",
		"somebody else may have changed it at the same time; look at it",
	)
}

// keptError puts an error of a keeper into the words of a location.
func (l Location) keptError(err error) *Error {
	var s *store.Error
	var k *keychain.Error
	e := &Error{Reason: ReasonFailed, Problem: "cannot be used", Err: err}
	switch {
	case errors.As(err, &s):
		e.Reason, e.Problem, e.Hint = storeReason(s.Reason), s.Problem, s.Hint
		if s.Path != "" {
			e.Problem = s.Path + ": " + s.Problem
		}
	case errors.As(err, &k):
		e.Reason, e.Problem, e.Hint = keychainReason(k.Reason), "the keychain "+k.Problem, k.Hint
	}
	if e.Reason == ReasonAbsent && e.Hint == "" {
		e.Hint = "put a credential there with: rekey store put " + l.text
	}
	return e
}

func storeReason(r store.Reason) Reason {
	switch r {
	case store.ReasonAbsent, store.ReasonNoEntry:
		return ReasonAbsent
	case store.ReasonChanged:
		return ReasonChanged
	case store.ReasonDamaged, store.ReasonFuture:
		return ReasonSyntax
	case store.ReasonInvalid:
		return ReasonUnfit
	case store.ReasonLoose,
		store.ReasonOwner,
		store.ReasonSymlink,
		store.ReasonIdentity,
		store.ReasonPassphrase,
		store.ReasonNoPassphrase:
		return ReasonUnreadable
	case store.ReasonDiskFull, store.ReasonBusy:
		return ReasonUnwritable
	default:
		return ReasonFailed
	}
}

func keychainReason(r keychain.Reason) Reason {
	switch r {
	case keychain.ReasonNotFound:
		return ReasonAbsent
	case keychain.ReasonChanged:
		return ReasonChanged
	case keychain.ReasonSyntax, keychain.ReasonFuture:
		return ReasonSyntax
	case keychain.ReasonInvalid, keychain.ReasonTooLarge:
		return ReasonUnfit
	case keychain.ReasonNone, keychain.ReasonLocked, keychain.ReasonTimeout:
		return ReasonUnreadable
	default:
		return ReasonFailed
	}
}
