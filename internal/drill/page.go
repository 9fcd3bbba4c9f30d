package drill

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rekey/internal/drill/loopback"
)

// A Page stands in for the exchanges' web pages, on loopback. Its URL holds a
// random token, and whoever knows it may delete keys of the fakes.
type Page struct {
	URL string

	play   *Play
	server *http.Server
	token  string
}

// Open starts the page. Close ends it.
func (p *Play) Open(ctx context.Context) (*Page, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the stand-in for web pages could not listen: %w", err)
	}
	page := &Page{play: p, token: randomHex(32)}
	page.server = &http.Server{Handler: page, ReadHeaderTimeout: 10 * time.Second}
	page.URL = "http://" + listener.Addr().String() + "/" + page.token + "/"
	go func() { _ = page.server.Serve(listener) }()
	return page, nil
}

// Close ends the page and drops its connections.
func (p *Page) Close() { _ = p.server.Close() }

const pageHTML = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>STAGED: web pages of the fake exchanges</title>
<h1>STAGED: the API pages of binance, kucoin and okx</h1>
<p>A stand-in for the pages on which you delete keys by hand. Nothing here is real.</p>
{{with .Said}}<p role="status"><strong>{{.}}</strong></p>{{end}}
<table><tr><th>Exchange<th>Account<th>Label<th>Key<th>From<th></tr>
{{range .Keys}}<tr><td>{{.Exchange}}<td>{{or .Account "master"}}<td>{{.Label}}<td>{{.Name}}<td>{{or .From "anywhere"}}
<td><form method="post" action="delete"><button name="key" value="{{.Name}}">Delete {{.Name}}</button></form></tr>
{{end}}</table></html>
`

// ServeHTTP shows the keys, or deletes one.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	token, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if subtle.ConstantTimeCompare([]byte(token), []byte(p.token)) != 1 {
		http.Error(w, "not here", http.StatusNotFound)
		return
	}
	said, status := "", http.StatusOK
	switch {
	case r.Method == http.MethodGet && rest == "":
	case r.Method == http.MethodPost && rest == "delete":
		r.Body = http.MaxBytesReader(w, r.Body, 1<<12)
		name, err := p.play.Delete(r.PostFormValue("key"))
		if said = name + " is deleted."; err != nil {
			said, status = err.Error(), http.StatusConflict
		}
	default:
		http.Error(w, "not here", http.StatusNotFound)
		return
	}
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		http.Error(w, "a mistake in the page", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_ = t.Execute(w, map[string]any{"Said": said, "Keys": p.play.Listed()})
}

// Delete deletes a key on the page, as a person's browser does.
func (p *Page) Delete(ctx context.Context, key string) error {
	r, err := http.NewRequestWithContext(
		ctx,
		http.MethodPost,
		p.URL+"delete",
		strings.NewReader(url.Values{"key": {key}}.Encode()),
	)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := loopback.Client().Do(r)
	if err != nil {
		return errors.New("the page did not answer") // the error holds the URL, with its token
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s could not be deleted on the page", key)
	}
	return nil
}
