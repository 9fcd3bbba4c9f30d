package formats

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rekey/internal/webpage"
)

// The page of `rekey ui --web` in a browser: its style is let through, it asks
// for nothing but itself, it leaves no cookie, and it comes anew by itself while
// the audit goes on.
func TestServedPageInChromium(t *testing.T) {
	server, err := webpage.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.Show([]byte("<!doctype html><html lang=en><title>no audit yet</title><p>Nothing is known yet."), time.Second)
	b := browse(t, server.URL())
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	l, err := b.look(ctx, "", 1440)
	if err != nil {
		t.Fatal(err)
	}
	if l.Keys != 0 {
		t.Errorf("%d keys before the audit", l.Keys)
	}
	server.Show(printed(t, documents(t)["staged"], "html"), 0)
	for range 100 { // nobody reloads it
		if l, err = chromedp.Run(ctx, chromedp.Evaluate[look](lookAround)); err == nil && l.Keys > 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !l.Style || l.Keys == 0 {
		t.Errorf("after the audit: style %v, %d keys, %v", l.Style, l.Keys, err)
	}
	cookies, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.cookie"))
	if err != nil || cookies != "" {
		t.Errorf("cookies %q, %v", cookies, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		if !strings.Contains(p, "request of "+server.URL()) {
			t.Error(p)
		}
	}
}
