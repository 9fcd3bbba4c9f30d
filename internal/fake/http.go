package fake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
)

// Body reads the body and puts it back for the next reader.
func Body(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

// Fields reads a body that is one JSON object of texts. It returns an error for
// anything that is no JSON object, and in wrong the first name, by the alphabet,
// of a field that is no text or is not among known.
func Fields(body []byte, known ...string) (fields map[string]string, wrong string, err error) {
	var raw map[string]any
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, "", err
	}
	if raw == nil {
		return nil, "", errors.New("null is no object")
	}
	fields = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		text, ok := raw[name].(string)
		if !ok || !slices.Contains(known, name) {
			return nil, name, nil
		}
		fields[name] = text
	}
	return fields, "", nil
}

// JSON answers with v. A v that is no JSON is a mistake in a fake, and shows as
// an empty answer.
func JSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	if body, err := json.Marshal(v); err == nil {
		_, _ = w.Write(append(body, '\n'))
	}
}

func hijack(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
	h, ok := w.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("the connection cannot be taken over")
	}
	return h.Hijack()
}
