package formats

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"rekey/audit"
	"rekey/internal/report"
)

// A browser is Chromium with the pages of one test.
type browser struct {
	ctx context.Context
	url string

	mu       sync.Mutex
	problems []string // console messages, exceptions, requests that leave the page
}

// open starts Chromium. It reaches nothing but the pages.
func open(t *testing.T, pages map[string][]byte) *browser {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	}))
	t.Cleanup(server.Close)
	return browse(t, server.URL+"/")
}

// browse starts Chromium for the pages below an address.
func browse(t *testing.T, url string) *browser {
	t.Helper()
	b := &browser{url: url}
	options := append(
		chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag(
			"disable-background-networking",
			true,
		),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancelPage := chromedp.NewContext(allocator, chromedp.WithListener(b.watch))
	t.Cleanup(cancelPage)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start (make formats installs it): %v", err)
	}
	return b
}

func (b *browser) watch(event any) {
	problem := ""
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		problem = fmt.Sprintf("console %s", e.Type)
	case *runtime.EventExceptionThrown:
		problem = "exception " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		problem = "log: " + e.Entry.Text + " " + e.Entry.URL
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.url) || e.Type != network.ResourceTypeDocument {
			problem = "request of " + u
		}
	}
	if problem != "" && !strings.Contains(problem, "favicon") { // the browser's own
		b.mu.Lock()
		b.problems = append(b.problems, problem)
		b.mu.Unlock()
	}
}

// show opens a page at a width and returns what it is like.
func (b *browser) show(t *testing.T, page string, width int64, dark bool) look {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.look(ctx, page, width)
	if err != nil {
		t.Fatalf("%s at %d: %v", page, width, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		t.Errorf("%s at %d: %s", page, width, p)
	}
	b.problems = nil
	return l
}

// look opens a page and looks around in it.
func (b *browser) look(ctx context.Context, page string, width int64) (look, error) {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.url+page)); err != nil {
		return look{}, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[look](lookAround))
}

// A look is what a page is like to a person.
type look struct {
	Overflow []string `json:"overflow"` // elements that reach beyond the window
	Clipped  []string `json:"clipped"`  // words of a drawing outside of it, or beyond their box
	Strange  []string `json:"strange"`  // elements and attributes that no template writes
	Unnamed  []string `json:"unnamed"`  // what a screen reader could not name
	Broken   []string `json:"broken"`   // links to nowhere
	Faint    []string `json:"faint"`    // text with less contrast than WCAG's 4.5
	Style    bool     `json:"style"`    // the policy lets the style through
	Keys     int      `json:"keys"`
}

//go:embed look.js
var lookAround string

func TestPageInChromium(t *testing.T) {
	pages := map[string][]byte{}
	for name, doc := range documents(t) {
		pages[name] = printed(t, doc, "html")
	}
	pages["trace"], pages["trace-hostile"] = tracePage(t, ""), tracePage(t, strings.Repeat("W", 90)+"<script>\u202e")
	b := open(t, pages)
	for name, page := range pages {
		for _, width := range []int64{360, 1440} {
			l := b.show(t, name, width, width == 1440 && name != "staged")
			for what, list := range map[string][]string{
				"overflows": l.Overflow, "clipped": l.Clipped, "strange": l.Strange,
				"unnamed": l.Unnamed, "broken link": l.Broken, "faint": l.Faint,
			} {
				for _, e := range list {
					t.Errorf("%s at %d: %s: %s", name, width, what, e)
				}
			}
			if !l.Style || l.Keys == 0 {
				t.Errorf("%s at %d: style %v, %d keys of %d bytes", name, width, l.Style, l.Keys, len(page))
			}
		}
	}
	pictures(t, b)
}

// tracePage is the page of a saved trace, with a word of others in place of its
// symbol and address.
func tracePage(t *testing.T, word string) []byte {
	t.Helper()
	saved, err := os.ReadFile("testdata/trace.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := report.ReadTrace(bytes.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Clusters) == 0 || len(doc.Outflows) == 0 {
		t.Fatal("the saved trace has no cluster or no outflow")
	}
	if word != "" {
		doc.Clusters[0].Symbol, doc.Outflows[0].Address = word, audit.Text(word)
	}
	var page bytes.Buffer
	if err := report.WriteTrace(&page, "html", doc, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

// pictures keeps what the page looks like, for people.
func pictures(t *testing.T, b *browser) {
	t.Helper()
	folder := os.Getenv("REKEY_PICTURES")
	if folder == "" {
		folder = t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		name  string
		width int64
		dark  bool
	}{{"phone", 360, false}, {"desk", 1440, false}, {"desk-dark", 1440, true}} {
		b.show(t, "staged", p.width, p.dark)
		picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, p.name+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A browser that meets a page with a script, a remote picture and words that
// are too wide says so: the test above can fail.
func TestChromiumSeesWhatIsWrong(t *testing.T) {
	bad := strings.Replace(
		string(printed(t, documents(t)["staged"], "html")),
		"<main>",
		`<main><img src="https://evil.example/x.png"><pre>`+strings.Repeat(
			"wide",
			900,
		)+`</pre><p><a href="#nowhere">x</a></p>`,
		1,
	)
	b := open(t, map[string][]byte{"bad": []byte(bad)})
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	l, err := b.look(ctx, "bad", 360)
	if err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(l.Overflow) == 0 || len(l.Broken) == 0 || len(l.Strange) == 0 || len(b.problems) == 0 {
		t.Errorf(
			"overflow %d, broken %d, strange %d, problems %q",
			len(l.Overflow),
			len(l.Broken),
			len(l.Strange),
			b.problems,
		)
	}
}
