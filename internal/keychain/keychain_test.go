package keychain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"rekey/exchanges"
)

const canary = "CANARY"

func sample() exchanges.Credential {
	return exchanges.Credential{
		AccessKey: "accesskey-0001", Secret: exchanges.NewSecret(`CANARY "secret" <&>` + "\n"),
		Passphrase: exchanges.NewSecret("CANARY pässe"),
	}
}

func reads(t *testing.T, k *Keychain, name string, want exchanges.Credential) {
	t.Helper()
	got, err := k.Get(t.Context(), name)
	if err != nil {
		t.Fatalf("Get %s: %v", name, err)
	}
	if got.AccessKey != want.AccessKey || !got.Secret.Equal(want.Secret) || !got.Passphrase.Equal(want.Passphrase) {
		t.Errorf("Get %s: another credential", name)
	}
}

// refuses checks the reason and the text of an error.
func refuses(t *testing.T, err error, reason Reason, text string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Reason != reason {
		t.Fatalf("got %v (reason %q), want reason %q", err, ReasonOf(err), reason)
	}
	if shown := fmt.Sprintf("%v %+v", err, err); strings.Contains(shown, canary) {
		t.Errorf("a secret is told: %s", shown)
	}
	if text != "" && err.Error() != text {
		t.Errorf("got  %s\nwant %s", err, text)
	}
}

func TestRoundTrip(t *testing.T) {
	keyring.MockInit()
	k := with(native{}, "linux")
	_, err := k.Get(t.Context(), "bot")
	refuses(t, err, ReasonNotFound, "keychain:bot: the keychain holds no such entry")
	if err := k.Put(t.Context(), "bot", sample()); err != nil {
		t.Fatal(err)
	}
	reads(t, k, "bot", sample())
	bare := exchanges.Credential{AccessKey: "k", Secret: exchanges.NewSecret("CANARY")}
	for range 2 {
		if err := k.Put(t.Context(), "bot", bare); err != nil {
			t.Fatal(err)
		}
	}
	reads(t, k, "bot", bare)
	text, err := keyring.Get("rekey", "bot")
	if want := `{"version":1,"access_key":"k","secret":"CANARY"}`; err != nil || text != want {
		t.Errorf("the entry is %s, %v", text, err)
	}
	for range 2 {
		if err := k.Delete(t.Context(), "bot"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = k.Get(t.Context(), "bot")
	refuses(t, err, ReasonNotFound, "")
}

// What stands under the name is not what rekey wrote.
func TestForeignEntries(t *testing.T) {
	b := newBackend()
	k := on(b)
	const syntax = `keychain:bot: the keychain holds something else under this name ` +
		`(an entry is {"version":1,"access_key":"…","secret":"…","passphrase":"…"} and nothing else)`
	for entry, want := range map[string]string{
		"":                                     syntax,
		"CANARY":                               syntax,
		`"CANARY"`:                             syntax,
		`[1]`:                                  syntax,
		`null`:                                 syntax,
		`{}`:                                   syntax,
		`{"access_key":"k","secret":"CANARY"}`: syntax,
		`{"version":1,"access_key":"k"}`:       syntax,
		`{"version":1,"secret":"CANARY"}`:      syntax,
		`{"version":"1","access_key":"k","secret":"CANARY"}`:                     syntax,
		`{"version":1,"access_key":"k","secret":["CANARY"]}`:                     syntax,
		`{"version":1,"access_key":"k","secret":"CANARY","passphrese":"CANARY"}`: syntax,
		`{"version":1,"access_key":"k","secret":"CANARY"}{}`:                     syntax,
		`{"version":1,"access_key":"k","secret":"CANARY"} CANARY`:                syntax,
		`{"version":2,"access_key":"k","secrets":{"CANARY":1}}`: "keychain:bot: the keychain holds an " +
			"entry that a later version of rekey wrote (use that version)",
	} {
		b.held["rekey/bot"] = entry
		c, err := k.Get(t.Context(), "bot")
		reason := ReasonSyntax
		if want != syntax {
			reason = ReasonFuture
		}
		refuses(t, err, reason, want)
		if c.AccessKey != "" || !c.Secret.IsZero() {
			t.Errorf("%s: a credential stands beside the error", entry)
		}
	}
	b.held["rekey/bot"] = ` { "version": 1, "access_key": "k", "secret": "CANARY", "passphrase": "" } ` + "\n"
	reads(t, k, "bot", exchanges.Credential{AccessKey: "k", Secret: exchanges.NewSecret("CANARY")})
}

func TestRefusedBeforeAnyCall(t *testing.T) {
	b := newBackend()
	b.before = func(call string) error {
		t.Errorf("the keychain was called: %s", call)
		return nil
	}
	k := on(b)
	for _, name := range []string{"", " ", "a\nb", "a\x00", "\x1b[31m", "\xff", strings.Repeat("n", 201), "\u202egpj"} {
		refuses(t, k.Put(t.Context(), name, sample()), ReasonInvalid, "")
		refuses(t, k.Delete(t.Context(), name), ReasonInvalid, "")
		_, err := k.Get(t.Context(), name)
		refuses(t, err, ReasonInvalid, "")
	}
	for _, bad := range []exchanges.Credential{
		{},
		{AccessKey: "k"},
		{Secret: exchanges.NewSecret(canary)},
		{AccessKey: "k", Secret: exchanges.NewSecret("CANARY\xff")},
	} {
		refuses(t, k.Put(t.Context(), "bot", bad), ReasonInvalid, "")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := k.Get(ctx, "bot")
	refuses(t, err, ReasonCanceled, "keychain:bot: the keychain was not waited for: context canceled")
}

// A question for leave is turned down, and go-keyring says that all went well.
func TestYesWithoutDeed(t *testing.T) {
	b := newBackend()
	k := on(b)
	b.deaf = true
	refuses(t, k.Put(t.Context(), "bot", sample()), ReasonUncertain, "")
	b.held["rekey/bot"] = `{"version":1,"access_key":"old","secret":"CANARY"}`
	refuses(
		t,
		k.Put(t.Context(), "bot", sample()),
		ReasonUncertain,
		"keychain:bot: the keychain does not give back what was put there"+
			" (the question for leave to write may have been turned down)",
	)
	refuses(
		t,
		k.Delete(t.Context(), "bot"),
		ReasonUncertain,
		"keychain:bot: the keychain still holds the entry after it was removed",
	)
}

func TestErrors(t *testing.T) {
	bus := func(name string) error { return dbus.Error{Name: name, Body: []any{"CANARY"}} }
	for _, c := range []struct {
		err    error
		reason Reason
	}{
		{keyring.ErrUnsupportedPlatform, ReasonNone},
		{keyring.ErrSetDataTooBig, ReasonTooLarge},
		{errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'"), ReasonLocked},
		{bus("org.freedesktop.Secret.Error.IsLocked"), ReasonLocked},
		{bus("org.freedesktop.DBus.Error.ServiceUnknown"), ReasonNone},
		{bus("org.freedesktop.Secret.Error.NoSuchObject"), ReasonNone},
		{bus("org.freedesktop.DBus.Error.NoMemory"), ReasonFailed},
		{&net.OpError{Op: "dial", Net: "unix", Err: io.ErrUnexpectedEOF}, ReasonNone},
		{errors.New("CANARY"), ReasonFailed},
	} {
		b := newBackend()
		k := on(b)
		b.before = func(string) error { return fmt.Errorf("CANARY: %w", c.err) }
		if c.reason == ReasonLocked {
			b.before = func(string) error { return c.err }
		}
		_, err := k.Get(t.Context(), "bot")
		refuses(t, err, c.reason, "")
		refuses(t, k.Put(t.Context(), "bot", sample()), c.reason, "")
		refuses(t, k.Delete(t.Context(), "bot"), c.reason, "")
	}
}

func TestPanic(t *testing.T) {
	b := newBackend()
	b.before = func(string) error { panic("CANARY") }
	_, err := on(b).Get(t.Context(), "bot")
	refuses(t, err, ReasonFailed, "keychain:bot: the keychain broke down while it answered")
}

// A locked keychain shows a window that nobody sees, and never answers.
func TestHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend()
		k := on(b)
		answer := make(chan struct{})
		b.before = func(string) error {
			<-answer
			return nil
		}
		start := time.Now()
		refuses(
			t,
			k.Put(t.Context(), "bot", sample()),
			ReasonUncertain,
			"keychain:bot: the keychain did not answer within 3s,"+
				" so the entry may be the old one or the new one"+
				" (it may be locked and wait for a person; unlock it, or use a store: location for what runs unattended)",
		)
		if waited := time.Since(start); waited != Limit {
			t.Errorf("it was waited for %s", waited)
		}
		// The first call may still write. A later one must not be overtaken by it.
		other := sample()
		other.AccessKey = "accesskey-0002"
		refuses(t, k.Put(t.Context(), "bot", other), ReasonUncertain, "")
		_, err := k.Get(t.Context(), "bot")
		refuses(t, err, ReasonTimeout, "")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = k.Get(ctx, "bot")
		refuses(t, err, ReasonCanceled, "")
		if waited := time.Since(start); waited != 3*Limit+time.Second {
			t.Errorf("it was waited for %s", waited)
		}
		close(answer) // a person unlocks it
		synctest.Wait()
		reads(t, k, "bot", sample())
		if err := k.Put(t.Context(), "bot", other); err != nil {
			t.Fatal(err)
		}
		reads(t, k, "bot", other)
	})
}

// The interrupt key ends the waiting at once.
func TestCanceledWhileItHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend()
		answer := make(chan struct{})
		b.before = func(string) error {
			<-answer
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		start := time.Now()
		refuses(t, on(b).Delete(ctx, "bot"), ReasonUncertain, "")
		if waited := time.Since(start); waited != 0 {
			t.Errorf("it was waited for %s", waited)
		}
		close(answer)
	})
}

func TestLockedStatusOfMacOS(t *testing.T) {
	for status, want := range map[int]bool{36: true, 51: true, 128: true, 44: false, 1: false} {
		if lockedStatus(status) != want {
			t.Errorf("exit status %d: %v", status, !want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"version":1,"access_key":"k","secret":"CANARY","passphrase":"CANARY"}`)
	f.Add(`{"version":2}`)
	f.Add(`{"version":1,"access_key":"k","secret":"CANARY"}{}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := decode(text)
		if err != nil {
			if c.AccessKey != "" || !c.Secret.IsZero() {
				t.Error("a credential stands beside the error")
			}
			return
		}
		again, failure := encode(c)
		if failure != nil {
			t.Fatal(failure)
		}
		back, err := decode(again)
		if err != nil || back.AccessKey != c.AccessKey || !back.Secret.Equal(c.Secret) ||
			!back.Passphrase.Equal(c.Passphrase) {
			t.Errorf("%q does not survive", text)
		}
	})
}
