//go:build unix && !darwin

package keychain

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"rekey/exchanges"
)

// A step tells a test process that it is to use a real keychain, and in which
// state that is.
const step = "REKEY_TEST_SECRET_SERVICE"

// emptyBus configures a session bus on which no program is started by name.
const emptyBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=HOME</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`

// TestSecretService runs against GNOME Keyring on session buses of its own:
// where there is none; where it was never used; unlocked; and, with the same
// files, locked.
func TestSecretService(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s here; to run this test: apt-get install dbus gnome-keyring", program)
		}
	}
	test, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	for _, state := range []string{"absent", "fresh", "unlocked", "locked"} {
		t.Run(state, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			args := []string{"--", test, "-test.run=^TestInSession$", "-test.v"}
			if state == "absent" {
				config := filepath.Join(home, "bus.conf")
				if err := os.WriteFile(config, []byte(strings.ReplaceAll(emptyBus, "HOME", home)), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append([]string{"--config-file=" + config}, args...)
			}
			cmd := exec.CommandContext(ctx, "dbus-run-session", args...)
			cmd.Env = []string{
				"PATH=" + os.Getenv(
					"PATH",
				), "HOME=" + home, "XDG_RUNTIME_DIR=" + home, "XDG_DATA_HOME=" + filepath.Join(home, "data"),
				step + "=" + state,
			}
			cmd.WaitDelay = 5 * time.Second
			out, err := cmd.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("--- PASS: TestInSession")) {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Logf("%s", out)
			if bytes.Contains(out, []byte(canary)) {
				t.Errorf("a secret is told:\n%s", out)
			}
		})
	}
}

// TestInSession is the part that runs on the session bus.
func TestInSession(t *testing.T) {
	state := os.Getenv(step)
	if state == "" {
		t.Skip("the part of TestSecretService that runs on a session bus of its own; run that one to see it")
	}
	k := New(os.LookupEnv)
	switch state {
	case "absent":
		_, err := k.Get(t.Context(), "bot")
		refuses(
			t,
			err,
			ReasonNone,
			"keychain:bot: the keychain is missing: no program offers the Secret Service on this session bus"+
				" (GNOME Keyring, KWallet and KeePassXC do; a store: location works everywhere)",
		)
	case "unlocked":
		startKeyring(t, "--unlock")
		_, err := k.Get(t.Context(), "bot")
		refuses(t, err, ReasonNotFound, "")
		if err := k.Put(t.Context(), "bot", sample()); err != nil {
			t.Fatal(err)
		}
		reads(t, k, "bot", sample())
		large := sample()
		large.Secret = exchanges.NewSecret(strings.Repeat(canary, 5000))
		if err := k.Put(t.Context(), "ein Bot (ä)", large); err != nil {
			t.Fatal(err)
		}
		reads(t, k, "ein Bot (ä)", large)
		for range 2 {
			if err := k.Delete(t.Context(), "ein Bot (ä)"); err != nil {
				t.Fatal(err)
			}
		}
		reads(t, k, "bot", sample())
		byHand(t, k)
	case "fresh", "locked":
		startKeyring(t)
		start := time.Now()
		for _, err := range []error{second(k.Get(t.Context(), "bot")), k.Put(t.Context(), "bot", sample())} {
			switch ReasonOf(err) {
			case ReasonLocked, ReasonTimeout, ReasonUncertain:
				t.Log(err)
			default:
				t.Errorf("got %v", err)
			}
		}
		if waited := time.Since(start); waited > 3*Limit {
			t.Errorf("it was waited for %s", waited)
		}
	}
}

// byHand has a person put an entry there, as the package comment says.
func byHand(t *testing.T, k *Keychain) {
	t.Helper()
	if _, err := exec.LookPath("secret-tool"); err != nil {
		t.Log("there is no secret-tool here; apt-get install libsecret-tools")
		return
	}
	cmd := exec.CommandContext(
		t.Context(),
		"secret-tool",
		"store",
		"--label=rekey",
		"service",
		"rekey",
		"username",
		"by-hand",
	)
	cmd.Stdin = strings.NewReader(`{"version":1,"access_key":"k","secret":"CANARY"}` + "\n")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	reads(t, k, "by-hand", exchanges.Credential{AccessKey: "k", Secret: exchanges.NewSecret("CANARY")})
}

func second(_ exchanges.Credential, err error) error { return err }

// startKeyring starts GNOME Keyring and waits until it is on the bus.
func startKeyring(t *testing.T, flags ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(
		ctx,
		"gnome-keyring-daemon",
		append([]string{"--foreground", "--components=secrets"}, flags...)...)
	cmd.Stdin = strings.NewReader("CANARY login\n")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bus.Close() }()
	for range 100 {
		var there bool
		if err := bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0,
			"org.freedesktop.secrets").Store(&there); err != nil {
			t.Fatal(err)
		}
		if there {
			return
		}
		time.Sleep(100 * time.Millisecond) // for another process to come up
	}
	t.Fatal("GNOME Keyring does not come up")
}
