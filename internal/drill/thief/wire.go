package thief

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"rekey/exchanges"
)

// A wire is one key's way to its exchange.
type wire struct {
	*Thief
	base string
	key  exchanges.Credential
}

// A request is one before it is signed.
type request struct {
	method, path, query, body string
}

// send sends a signed request and returns the status and the answer.
func (w wire) send(ctx context.Context, q request, headers map[string]string) (int, []byte, error) {
	target := w.base + q.path
	if q.query != "" {
		target += "?" + q.query
	}
	r, err := http.NewRequestWithContext(ctx, q.method, target, strings.NewReader(q.body))
	if err != nil {
		return 0, nil, fmt.Errorf("%s: no request could be made", q.path)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	res, err := w.client.Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: no answer", q.path) // the error holds the URL, with its signature
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return 0, nil, fmt.Errorf("%s: half an answer", q.path)
	}
	return res.StatusCode, body, nil
}

// decode reads an answer into v.
func decode(path string, body []byte, v any) error {
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s: an answer of another form", path)
	}
	return nil
}
