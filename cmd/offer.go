package cmd

import (
	"context"

	"rekey/internal/config"
	"rekey/internal/prompt"
)

// offerView offers the view to somebody who typed "rekey" alone on a terminal,
// where there is a configuration. Without a yes nothing is sent.
func (a *App) offerView(ctx context.Context) error {
	if !a.fullScreen() || a.Terminal == nil {
		return nil
	}
	file, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
	if err != nil || !ok {
		return nil //nolint:nilerr // nobody asked for it; a command says what is wrong with it
	}
	tty, err := a.Terminal()
	if err != nil {
		return nil //nolint:nilerr // then it is not offered
	}
	yes, err := prompt.New(tty).Confirm(ctx, "\nShow the keys of "+a.sourcePath(file)+" on the full screen?")
	_ = tty.Close()
	if err != nil || !yes {
		return nil //nolint:nilerr // no answer is no
	}
	return a.ui(ctx)
}
