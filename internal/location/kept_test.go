package location

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/keychain"
	"rekey/internal/store"
)

// A shelf is a keeper in memory.
type shelf struct {
	held    map[string]exchanges.Credential
	failure error                                           // of every call
	replace func(name string, c exchanges.Credential) error // in place of the shelf's own, or nil
}

func (s *shelf) Get(_ context.Context, name string) (exchanges.Credential, error) {
	if s.failure != nil {
		return exchanges.Credential{}, s.failure
	}
	c, ok := s.held[name]
	if !ok {
		return c, &store.Error{Path: "store.age", Reason: store.ReasonNoEntry, Problem: "holds nothing"}
	}
	return c, nil
}

func (s *shelf) Replace(_ context.Context, name string, c, instead exchanges.Credential) error {
	switch {
	case s.failure != nil:
		return s.failure
	case s.replace != nil:
		return s.replace(name, c)
	case !sameCredential(s.held[name], instead) && !sameCredential(s.held[name], c):
		return &store.Error{Path: "store.age", Reason: store.ReasonChanged, Problem: "holds another one"}
	}
	s.held[name] = c
	return nil
}

// shelves is an Env whose keepers hold the test credential as "bot".
func shelves() (Env, *shelf) {
	kept := &shelf{held: map[string]exchanges.Credential{"bot": credential(testKey, testSecret, testPassphrase)}}
	return Env{Store: kept, Keychain: kept}, kept
}

func TestKept(t *testing.T) {
	for _, text := range []string{"store:bot", "keychain:bot"} {
		env, kept := shelves()
		reads(t, env, text, testPassphrase)
		change := stores(t, env, text, credential(newKey, newSecret, newPassphrase))
		want(t, change.Describe(), text+": the credential under this name is replaced")
		if again := prepares(t, env, text, credential(newKey, newSecret, newPassphrase)); !again.Done() || change.Done() {
			t.Errorf("%s: Done does not tell whether the keeper has the credential", text)
		}
		stores(t, env, text, credential(testKey, testSecret, "")) // the way back, and no passphrase
		stores(t, env, text, credential(testKey, testPEM, ""))
		if len(kept.held) != 1 {
			t.Errorf("%s: it holds %d names", text, len(kept.held))
		}
		want(
			t,
			refuses(t, env, text+"2", ReasonAbsent),
			text+"2: store.age: holds nothing (put a credential there with: rekey store put "+text+"2)",
		)
		if mustParse(t, text).IsFile() || mustParse(t, text).Name() != "bot" {
			t.Errorf("%s: is a file, or has another name", text)
		}
	}
	refuses(t, Env{}, "store:bot", ReasonUnreadable)
	refuses(t, Env{}, "keychain:bot", ReasonUnreadable)
}

// A PEM that somebody put there with other line ends is still what is there.
func TestKeptPEMOfAnotherForm(t *testing.T) {
	env, kept := shelves()
	kept.held["bot"] = exchanges.Credential{
		AccessKey: testKey,
		Secret:    exchanges.NewSecret(strings.ReplaceAll(testPEM, "\n", `\n`)),
	}
	stores(t, env, "store:bot", credential(newKey, newSecret, ""))
}

func TestKeptThatIsNoCredential(t *testing.T) {
	env, kept := shelves()
	kept.held["bot"] = exchanges.Credential{AccessKey: testKey, Secret: exchanges.NewSecret("sCANARY secret")}
	want(t, refuses(t, env, "store:bot", ReasonUnclean), "store:bot: the secret in the entry holds white space")
	_, err := mustParse(t, "store:bot").Prepare(t.Context(), env, credential(newKey, newSecret, ""))
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonUnclean {
		t.Errorf("Prepare: %v", err)
	}
}

// Between plan and write somebody else put another credential there: it is
// left alone.
func TestKeptChangedMeanwhile(t *testing.T) {
	env, kept := shelves()
	change := prepares(t, env, "store:bot", credential(newKey, newSecret, newPassphrase))
	theirs := credential("kCANARYtheirs0123456", "sCANARYtheirs0123456", "")
	kept.held["bot"] = theirs
	err := change.Apply(t.Context())
	if !isChanged(err) || !sameCredential(kept.held["bot"], theirs) {
		t.Errorf("Apply: %v", err)
	}
	assertNoCanary(t, err)
	// They did what was to be done.
	kept.held["bot"] = credential(newKey, newSecret, newPassphrase)
	if err := change.Apply(t.Context()); err != nil {
		t.Errorf("Apply: %v", err)
	}
}

// What the keeper says counts less than what it holds afterwards.
func TestKeptWriteWithoutAClearAnswer(t *testing.T) {
	uncertain := &keychain.Error{Reason: keychain.ReasonUncertain, Problem: "did not answer"}
	env, kept := shelves()
	kept.replace = func(name string, c exchanges.Credential) error { kept.held[name] = c; return uncertain }
	stores(t, env, "keychain:bot", credential(newKey, newSecret, newPassphrase))

	env, kept = shelves()
	kept.replace = func(string, exchanges.Credential) error { return uncertain }
	err := prepares(t, env, "keychain:bot", credential(newKey, newSecret, newPassphrase)).Apply(t.Context())
	if err == nil || err.Error() != "keychain:bot: the keychain did not answer" {
		t.Errorf("Apply: %v", err)
	}
	kept.replace = func(string, exchanges.Credential) error { return nil } // it says yes and does nothing
	err = prepares(t, env, "keychain:bot", credential(newKey, newSecret, newPassphrase)).Apply(t.Context())
	if err == nil || !strings.Contains(err.Error(), "does not hold the new credential") {
		t.Errorf("Apply: %v", err)
	}
}

// Every error of the keepers is told in their words, with a reason.
func TestKeptErrors(t *testing.T) {
	for _, c := range []struct {
		failure error
		reason  Reason
		want    string
	}{
		{
			&store.Error{Path: "store.age", Reason: store.ReasonAbsent, Problem: "there is no store yet"}, ReasonAbsent,
			"store:bot: store.age: there is no store yet (put a credential there with: rekey store put store:bot)",
		},
		{
			&store.Error{Path: "store.age", Reason: store.ReasonDamaged, Problem: "was cut short or changed"}, ReasonSyntax,
			"store:bot: store.age: was cut short or changed",
		},
		{
			&store.Error{Path: "store.age", Reason: store.ReasonFuture, Problem: "is of later", Hint: "use that"},
			ReasonSyntax, "store:bot: store.age: is of later (use that)",
		},
		{
			&store.Error{Path: "store.key", Reason: store.ReasonPassphrase, Problem: "is not opened"}, ReasonUnreadable,
			"store:bot: store.key: is not opened",
		},
		{
			&store.Error{Path: "store.age", Reason: store.ReasonDiskFull, Problem: "no room"}, ReasonUnwritable,
			"store:bot: store.age: no room",
		},
		{&store.Error{Reason: store.ReasonInvalid, Problem: "no"}, ReasonUnfit, "store:bot: no"},
		{&store.Error{Reason: store.ReasonUnverified, Problem: "no"}, ReasonFailed, "store:bot: no"},
		{
			&keychain.Error{Reason: keychain.ReasonLocked, Problem: "is locked", Hint: "unlock it"}, ReasonUnreadable,
			"store:bot: the keychain is locked (unlock it)",
		},
		{
			&keychain.Error{Reason: keychain.ReasonTooLarge, Problem: "is small"}, ReasonUnfit,
			"store:bot: the keychain is small",
		},
		{&keychain.Error{Reason: keychain.ReasonFuture, Problem: "no"}, ReasonSyntax, "store:bot: the keychain no"},
		{&keychain.Error{Reason: keychain.ReasonChanged, Problem: "no"}, ReasonChanged, "store:bot: the keychain no"},
		{
			&keychain.Error{Reason: keychain.ReasonNotFound, Problem: "no", Hint: "h"}, ReasonAbsent,
			"store:bot: the keychain no (h)",
		},
		{&keychain.Error{Reason: keychain.ReasonFailed, Problem: "no"}, ReasonFailed, "store:bot: the keychain no"},
		{errors.New("CANARY"), ReasonFailed, "store:bot: cannot be used"},
	} {
		env, kept := shelves()
		kept.failure = c.failure
		want(t, refuses(t, env, "store:bot", c.reason), c.want)
	}
}
