package keychain

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path"
	"strings"

	"github.com/godbus/dbus/v5"
)

// sessionBus returns why the Secret Service cannot be reached, or nil. It looks
// where the D-Bus library looks (godbus v5.2.2, conn_other.go), and stops
// before that would start a bus of its own: from cron, nobody would be on it,
// and it would stay behind.
func sessionBus(system string, lookup func(string) (string, bool), user int, exists func(string) bool) *Error {
	switch system {
	case "windows", "darwin":
		return nil
	}
	if address, _ := lookup("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	run := fmt.Sprintf("/run/user/%d", user)
	if exists(path.Join(run, "bus")) || exists(path.Join(run, "dbus-session")) {
		return nil
	}
	return &Error{
		Reason: ReasonNone, Problem: "is missing: there is no desktop session, and so no session bus",
		Hint: "from cron and over SSH, " + otherwise + "; else set DBUS_SESSION_BUS_ADDRESS",
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// busError puts an error of the Secret Service into words, by its name in the
// specifications of D-Bus and of the Secret Service; nil for any other error.
func busError(err error) *Error {
	var e dbus.Error
	if errors.As(err, &e) {
		switch e.Name {
		case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
			"org.freedesktop.DBus.Error.Spawn.ServiceNotFound":
			return &Error{
				Reason: ReasonNone, Problem: "is missing: no program offers the Secret Service on this session bus", Err: err,
				Hint: "GNOME Keyring, KWallet and KeePassXC do; " + otherwise,
			}
		case "org.freedesktop.Secret.Error.IsLocked":
			return locked(err)
		case "org.freedesktop.Secret.Error.NoSuchObject", "org.freedesktop.DBus.Error.UnknownObject",
			"org.freedesktop.DBus.Error.UnknownMethod":
			return &Error{
				Reason: ReasonNone, Problem: "is missing: the Secret Service has no default collection yet", Err: err,
				Hint: "log in to the desktop once, or make one; " + otherwise,
			}
		}
		return nil
	}
	var dial *net.OpError
	if errors.As(err, &dial) {
		return &Error{
			Reason: ReasonNone, Problem: "is missing: nothing answers at the address of the session bus", Err: err,
			Hint: "DBUS_SESSION_BUS_ADDRESS may be of a session that ended; " + otherwise,
		}
	}
	// go-keyring's own words when the question to unlock was turned down.
	if strings.HasPrefix(err.Error(), "failed to unlock correct collection") {
		return locked(err)
	}
	return nil
}

func locked(err error) *Error {
	return &Error{
		Reason: ReasonLocked, Problem: "is locked, or leave to use it was refused", Err: err,
		Hint: "unlock it, or use a store: location for what runs unattended",
	}
}
