package cmd

import (
	"context"
	"os/exec"
	"runtime"
)

// browse opens a page or a file in the person's browser, which outlives this
// command and gets no variable that could hold a secret. It returns the program
// that was started, or could not be.
func (a *App) browse(ctx context.Context, page string) (program string, err error) {
	argv := []string{"xdg-open", page}
	switch runtime.GOOS {
	case "darwin":
		argv = []string{"open", page}
	case "windows":
		argv = []string{"rundll32", "url.dll,FileProtocolHandler", page}
	}
	browser := exec.CommandContext(context.WithoutCancel(ctx), argv[0], argv[1:]...) //nolint:gosec // it outlives a Ctrl-C
	browser.Env = []string{}
	for _, name := range []string{
		"PATH", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP",
		"DBUS_SESSION_BUS_ADDRESS", "BROWSER", "SystemRoot",
	} {
		if value, ok := a.lookup(name); ok {
			browser.Env = append(browser.Env, name+"="+value)
		}
	}
	if err := browser.Start(); err != nil {
		return argv[0], err
	}
	go func() { _ = browser.Wait() }() // how it ends is the browser's business
	return argv[0], nil
}
