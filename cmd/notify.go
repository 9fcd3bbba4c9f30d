package cmd

import (
	"context"

	"rekey/internal/report"
)

func (a *App) notify(_ context.Context, urls []string, _ *report.Document) bool {
	return len(urls) == 0
}
