package cmd

import (
	"context"
	"os/exec"
	"runtime"
)

// openPage opens a page of the exchange in the person's browser, when --open
// asks for it. The address is one of the card; nothing of a key is in it.
func (w *walk) openPage(ctx context.Context, page string) {
	if !w.options.open || page == "" {
		return
	}
	argv := []string{"xdg-open", page}
	switch runtime.GOOS {
	case "darwin":
		argv = []string{"open", page}
	case "windows":
		argv = []string{"rundll32", "url.dll,FileProtocolHandler", page}
	}
	c := exec.CommandContext(context.WithoutCancel(ctx), argv[0], argv[1:]...) //nolint:gosec // the browser outlives a Ctrl-C
	c.Env = []string{}
	for _, name := range []string{"PATH", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP", "DBUS_SESSION_BUS_ADDRESS", "BROWSER", "SystemRoot"} {
		if value, ok := w.app.lookup(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	if err := c.Start(); err != nil {
		w.app.say("rekey: no browser could be opened (%s); open the page yourself", argv[0])
		return
	}
	go func() { _ = c.Wait() }() // how it ends is the browser's business
}
