package keychain

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"rekey/exchanges"
)

func TestSizes(t *testing.T) {
	credential := func(n int) exchanges.Credential {
		return exchanges.Credential{AccessKey: "k", Secret: exchanges.NewSecret(canary + strings.Repeat("x", n-len(canary)))}
	}
	frame := len(`{"version":1,"access_key":"k","secret":""}`)
	for _, c := range []struct {
		system string
		most   int // bytes of the secret that still fit
		text   string
	}{
		{"windows", 2560 - frame, "keychain:bot: the keychain cannot hold this credential: it takes 2561 bytes, and " +
			"Windows has room for 2560" +
			" (a store: location works everywhere)"},
		{"darwin", 3024 - frame, "keychain:bot: the keychain cannot hold this credential: it takes 4100 bytes, and " +
			"macOS has room for 4096" +
			" (a store: location works everywhere)"},
		{"linux", 65536 - frame, "keychain:bot: the keychain cannot hold this credential: it takes 65537 bytes, and the " +
			"Secret Service has room for 65536" +
			" (a store: location works everywhere)"},
	} {
		b := newBackend()
		k := with(b, c.system)
		if err := k.Put(t.Context(), "bot", credential(c.most)); err != nil {
			t.Errorf("%s: %v", c.system, err)
		}
		held := b.held["rekey/bot"]
		refuses(t, k.Put(t.Context(), "bot", credential(c.most+1)), ReasonTooLarge, c.text)
		if b.held["rekey/bot"] != held {
			t.Errorf("%s: a credential that is too large replaced the old one", c.system)
		}
	}
}

// The length is that of the command which go-keyring really builds.
func TestMacCommand(t *testing.T) {
	for _, name := range []string{"bot", "ein Bot", "it's", "''"} {
		quoted := "'" + strings.ReplaceAll(name, "'", `'"'"'`) + "'"
		for _, text := range []string{"", "a", "ab", "abc", "abcd"} {
			password := "go-keyring-base64:" + base64.StdEncoding.EncodeToString([]byte(text))
			command := fmt.Sprintf("add-generic-password -U -s %s -a %s -w %s\n", "rekey", quoted, password)
			if got := macCommand(name, text); got != len(command) {
				t.Errorf("%q, %q: %d, want %d", name, text, got, len(command))
			}
		}
	}
}

// From cron there is no session bus, and none is started.
func TestNoSessionBus(t *testing.T) {
	for _, c := range []struct {
		system, address, file string
		none                  bool
	}{
		{"linux", "", "", true},
		{"linux", "autolaunch:", "", true},
		{"freebsd", "", "/run/user/7/bus", true},
		{"linux", "unix:path=/x", "", false},
		{"linux", "", "/run/user/1000/bus", false},
		{"linux", "", "/run/user/1000/dbus-session", false},
		{"darwin", "", "", false},
		{"windows", "", "", false},
	} {
		lookup := func(name string) (string, bool) {
			if name != "DBUS_SESSION_BUS_ADDRESS" {
				t.Errorf("%s is looked up", name)
			}
			return c.address, c.address != ""
		}
		err := sessionBus(c.system, lookup, 1000, func(name string) bool { return name == c.file })
		if (err != nil) != c.none {
			t.Errorf("%+v: %v", c, err)
		}
		b := newBackend()
		k := on(b)
		k.ready = func() *Error { return err }
		if c.none {
			b.before = func(string) error {
				t.Error("the keychain was called")
				return nil
			}
			refuses(t, k.Put(t.Context(), "bot", sample()), ReasonNone, "keychain:bot: the keychain is missing:"+
				" there is no desktop session, and so no session bus (from cron and over SSH, a store: location works everywhere;"+
				" else set DBUS_SESSION_BUS_ADDRESS)")
		}
	}
}
