package fake

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// A Fault is trouble on demand.
type Fault struct {
	Method string // "" fits all
	Path   string // the request's path must contain it; "" fits all
	Key    string // some header must hold this access key; "" fits all
	Query  string // the query must contain it; "" fits all
	Skip   int    // let so many fitting requests through first
	Times  int    // how often, 0 for always
	Do     Effect

	seen, used int
}

// An Effect answers in place of the exchange, or around it.
type Effect func(w http.ResponseWriter, r *http.Request, exchange http.Handler)

func (f *Fault) fits(r *http.Request) bool {
	if f.Method != "" && f.Method != r.Method || !strings.Contains(r.URL.Path, f.Path) ||
		!strings.Contains(r.URL.RawQuery, f.Query) || f.Key != "" && !mentions(r.Header, f.Key) {
		return false
	}
	f.seen++
	return f.seen > f.Skip && (f.Times == 0 || f.used < f.Times)
}

func mentions(h http.Header, text string) bool {
	for _, values := range h {
		for _, v := range values {
			if strings.Contains(v, text) {
				return true
			}
		}
	}
	return false
}

// Answer gives a fixed answer and leaves the exchange untouched. headers are
// name, value, name, value.
func Answer(status int, contentType, body string, headers ...string) Effect {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// Firewall answers like a web application firewall: HTML, no JSON.
func Firewall() Effect {
	return Answer(
		http.StatusForbidden,
		"text/html; charset=utf-8",
		"<html><head><title>403 Forbidden</title></head><body>Request blocked.</body></html>",
	)
}

// Late lets the exchange answer after a while, or not at all when the client
// has gone.
func Late(d time.Duration) Effect {
	return func(w http.ResponseWriter, r *http.Request, exchange http.Handler) {
		select {
		case <-time.After(d):
			exchange.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// LostAnswer lets the exchange act, and resets the connection instead of
// answering.
func LostAnswer() Effect { return Behind(Reset()) }

// Behind lets the exchange act, and gives another answer than it did: a gateway
// that speaks of an error while the work was done.
func Behind(front Effect) Effect {
	return func(w http.ResponseWriter, r *http.Request, exchange http.Handler) {
		exchange.ServeHTTP(&memory{header: http.Header{}}, r)
		front(w, r, exchange)
	}
}

// Reset breaks the connection before the exchange sees the request.
func Reset() Effect {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { reset(w) }
}

// Truncated announces the whole answer and sends half of it; of one without a
// body, nothing.
func Truncated() Effect {
	return func(w http.ResponseWriter, r *http.Request, exchange http.Handler) {
		m := &memory{header: http.Header{}}
		exchange.ServeHTTP(m, r)
		if m.body.Len() == 0 {
			reset(w)
			return
		}
		conn, buf, err := hijack(w)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		res := http.Response{
			StatusCode:    m.code(),
			ProtoMajor:    1,
			ProtoMinor:    1,
			Header:        m.header,
			ContentLength: int64(m.body.Len()),
			Body:          io.NopCloser(bytes.NewReader(m.body.Bytes()[:m.body.Len()/2])),
		}
		_ = res.Write(buf)
		_ = buf.Flush()
	}
}

// Drip sends the answer a byte at a time.
func Drip(pause time.Duration) Effect {
	return func(w http.ResponseWriter, r *http.Request, exchange http.Handler) {
		m := &memory{header: http.Header{}}
		exchange.ServeHTTP(m, r)
		for name, values := range m.header {
			w.Header()[name] = values
		}
		w.WriteHeader(m.code())
		flusher, _ := w.(http.Flusher)
		for _, b := range m.body.Bytes() {
			if _, err := w.Write([]byte{b}); err != nil {
				return
			}
			if flusher != nil {
				flusher.Flush()
			}
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
		}
	}
}

// Endless sends up to n bytes of JSON white space.
func Endless(n int64) Effect {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		chunk := bytes.Repeat([]byte(" "), 1<<16)
		for sent := int64(0); sent < n; sent += int64(len(chunk)) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
}

// Redirect sends the client to another place.
func Redirect(to string) Effect {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	}
}

// memory is a response that is kept.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header { return m.header }

func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }

func (m *memory) WriteHeader(status int) { m.status = status }

func (m *memory) code() int {
	if m.status == 0 {
		return http.StatusOK
	}
	return m.status
}

func reset(w http.ResponseWriter) {
	conn, _, err := hijack(w)
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
