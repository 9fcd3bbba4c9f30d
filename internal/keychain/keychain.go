// Package keychain keeps credentials in the keychain of the operating system:
// the login keychain of macOS, the Credential Manager of Windows, and on other
// systems the Secret Service of the desktop (GNOME Keyring, KWallet,
// KeePassXC), over D-Bus.
//
// A keychain may be locked and wait for a person to type a password. Nothing
// here waits longer than three seconds, so that cron never hangs.
//
// An entry has the service "rekey" and the name from `keychain:NAME` as its
// user. Its password is one JSON object,
//
//	{"version":1,"access_key":"…","secret":"…","passphrase":"…"}
//
// the same that programs of exec: locations answer. A person may put one there
// with the system's own tools, for instance
//
//	secret-tool store --label=rekey service rekey username NAME
//
// Every program of the user that may ask the keychain can read it; on Linux it
// also passes over the session bus in clear. That protects from a thief of the
// disk, not from a program that runs as the user.
package keychain

import (
	"context"
	"os"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"

	"rekey/exchanges"
)

// Service is the service of every entry.
const Service = "rekey"

// Limit is how long one call to the keychain may take. gh has the same three
// seconds, for the same reason.
const Limit = 3 * time.Second

// A Backend is the part of a keychain that is used. Its calls may hang.
type Backend interface {
	Set(service, user, password string) error
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

// A Keychain is safe for concurrent use; its calls go one by one.
type Keychain struct {
	backend Backend
	system  string        // of runtime.GOOS
	ready   func() *Error // says why there is no keychain, or nil
	turn    chan struct{} // holds one token while nobody calls
}

// New returns the keychain of this system. lookup reads the environment.
func New(lookup func(string) (string, bool)) *Keychain {
	k := with(native{}, runtime.GOOS)
	k.ready = func() *Error { return sessionBus(runtime.GOOS, lookup, os.Geteuid(), exists) }
	return k
}

func with(b Backend, system string) *Keychain {
	k := &Keychain{
		backend: b, system: system,
		ready: func() *Error { return nil }, turn: make(chan struct{}, 1),
	}
	k.turn <- struct{}{}
	return k
}

// native is the keychain that go-keyring chose for this system.
type native struct{}

func (native) Set(service, user, password string) error { return keyring.Set(service, user, password) }
func (native) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (native) Delete(service, user string) error        { return keyring.Delete(service, user) }

// Get returns the credential of that name. ReasonNotFound means that there is
// none. The error is an *Error.
func (k *Keychain) Get(ctx context.Context, name string) (exchanges.Credential, error) {
	text, err := k.text(ctx, name)
	if err != nil {
		return exchanges.Credential{}, err.about(name)
	}
	c, err := decode(text)
	if err != nil {
		return exchanges.Credential{}, err.about(name)
	}
	return c, nil
}

// Put stores a credential under a name, in the place of what is there. It
// returns nil only when the keychain has given back what was put. After
// ReasonUncertain it holds the old entry or the new one.
//
// A keychain makes no promise about power cuts: a secret that exists nowhere
// else belongs into a store first.
func (k *Keychain) Put(ctx context.Context, name string, c exchanges.Credential) error {
	text, err := encode(c)
	if err == nil {
		err = checkSize(k.system, name, text)
	}
	if err == nil {
		err = k.do(ctx, name, func() error { return k.backend.Set(Service, name, text) })
		err = err.written()
	}
	if err != nil {
		return err.about(name)
	}
	// go-keyring returns nil also when a person turned the question down.
	switch got, err := k.text(ctx, name); {
	case err != nil && err.Reason != ReasonNotFound:
		return err.written().about(name)
	case err != nil, got != text:
		return (&Error{
			Reason: ReasonUncertain, Problem: "does not give back what was put there",
			Hint: "the question for leave to write may have been turned down",
		}).about(name)
	}
	return nil
}

// Replace is Put of c in the place of instead. It refuses (ReasonChanged) when
// the keychain holds another credential than instead or c. A keychain knows no
// lock: who writes between that look and the Put is not seen.
func (k *Keychain) Replace(ctx context.Context, name string, c, instead exchanges.Credential) error {
	present, err := k.Get(ctx, name)
	switch {
	case err != nil:
		return err
	case same(present, c):
		return nil
	case !same(present, instead):
		return (&Error{
			Reason: ReasonChanged, Problem: "holds another credential than before",
			Hint: "somebody else put it there, and it was left alone",
		}).about(name)
	}
	return k.Put(ctx, name, c)
}

func same(a, b exchanges.Credential) bool {
	return a.AccessKey == b.AccessKey && a.Secret.Equal(b.Secret) && a.Passphrase.Equal(b.Passphrase)
}

// Delete removes the entry of that name. It returns nil when there is none, so
// that it may be called again.
func (k *Keychain) Delete(ctx context.Context, name string) error {
	err := k.do(ctx, name, func() error { return k.backend.Delete(Service, name) })
	if err != nil && err.Reason != ReasonNotFound {
		return err.written().about(name)
	}
	switch _, err := k.text(ctx, name); {
	case err == nil:
		return (&Error{Reason: ReasonUncertain, Problem: "still holds the entry after it was removed"}).about(name)
	case err.Reason != ReasonNotFound:
		return err.written().about(name)
	}
	return nil
}

// text returns the password of the entry.
func (k *Keychain) text(ctx context.Context, name string) (string, *Error) {
	var text string
	err := k.do(ctx, name, func() error {
		got, err := k.backend.Get(Service, name)
		text = got
		return err
	})
	if err != nil {
		return "", err // text may still be written to
	}
	return text, nil
}
