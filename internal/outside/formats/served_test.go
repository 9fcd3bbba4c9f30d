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
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(server.URL())); err != nil {
		t.Fatal(err)
	}
	title := ""
	comes := func(want string) {
		t.Helper()
		for range 100 { // nobody reloads the page
			if title, err = chromedp.Run(ctx, chromedp.Evaluate[string]("document.title")); err == nil &&
				strings.Contains(title, want) {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("the page is %q, %v", title, err)
	}
	comes("no audit yet")
	server.Show(printed(t, documents(t)["staged"], "html"), 0)
	comes("rekey audit")
	l, err := chromedp.Run(ctx, chromedp.Evaluate[look](lookAround))
	if err != nil || !l.Style || l.Keys == 0 {
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
