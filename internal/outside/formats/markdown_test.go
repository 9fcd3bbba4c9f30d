package formats

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"
)

// In goldmark with GitHub's extensions, and raw HTML let through, a page has
// the elements that rekey writes and nothing else: no link, no image, no
// heading and no row of foreign text's own.
func TestMarkdownInGoldmark(t *testing.T) {
	renderer := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	allowed := strings.Fields("html head body h2 h3 p strong code table thead tbody tr th td ul li")
	rows := 0
	for name, doc := range documents(t) {
		var page bytes.Buffer
		if err := renderer.Convert(printed(t, doc, "markdown"), &page); err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		root, err := nethtml.Parse(&page)
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == nethtml.CommentNode {
				t.Errorf("%s: a comment: %.80q", name, n.Data)
			}
			if n.Type != nethtml.ElementNode {
				continue
			}
			if count[n.Data]++; !slices.Contains(allowed, n.Data) || len(n.Attr) > 0 {
				t.Errorf("%s: an element <%s %v>", name, n.Data, n.Attr)
			}
		}
		if name == "staged" {
			rows = count["tr"]
		}
		if want := 1 + len(doc.Keys); count["tr"] != want || count["td"] != 8*len(doc.Keys) {
			t.Errorf("%s: %d rows and %d cells, want %d and %d", name, count["tr"], count["td"], want, 8*len(doc.Keys))
		}
		if count["h2"] != 1 || count["h3"] > 4 {
			t.Errorf("%s: %d and %d headings", name, count["h2"], count["h3"])
		}
	}
	if rows < 10 {
		t.Errorf("the staged page has %d rows", rows)
	}
}
