package kv

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// A Document is a secret as the server holds it.
type Document struct {
	// Text is a JSON object: the fields of the secret, as the server sent them.
	Text exchanges.Secret
	// Version is what a write must find, 0 on a mount of KV version 1.
	Version int

	mount mount
	path  string // below the mount
}

// A mount is where a KV engine is, and which one.
type mount struct {
	path    string // without slashes at its ends
	version int    // 1 or 2
}

// CheckPath returns what is wrong with the path of a secret, mount first: the
// end of a sentence, or "". Every other character is meant as it stands, so a
// "%" is a "%" and no escape.
func CheckPath(path string) string {
	segments := strings.Split(path, "/")
	if len(segments) < 2 {
		return "names no secret behind the mount; write it as in vault:kv/bots/grid-bot"
	}
	for i, s := range segments {
		switch {
		case s == "" && i == 0:
			return "begins with a slash"
		case s == "" && i == len(segments)-1:
			return "ends with a slash: that is a folder and no secret"
		case s == "":
			return "holds two slashes in a row"
		case s == "." || s == "..":
			return "holds a segment . or .., which no server keeps a secret under"
		case strings.TrimSpace(s) != s:
			return "holds a segment with a blank at an end"
		}
	}
	return ""
}

// Read returns the secret at a path, mount first. An error of ReasonAbsent means
// that the server says so; no other error says anything about the secret.
func (s *Server) Read(ctx context.Context, path string) (Document, error) {
	if problem := CheckPath(path); problem != "" {
		return Document{}, invalid("the path " + problem)
	}
	token, err := s.login(ctx)
	if err != nil {
		return Document{}, err
	}
	d, err := s.locate(ctx, path, token)
	if err != nil {
		return Document{}, err
	}
	if d.mount.version == 1 {
		return s.readFirst(ctx, d, token)
	}
	return s.readVersion(ctx, d, 0, token)
}

// locate finds the mount of a path, as the servers' own command line does
// (sys/internal/ui/mounts, which every token may ask that may use the path). An
// answer that says nothing leaves the first segment as the mount, and version 2:
// what comes from there is then checked to be of version 2.
func (s *Server) locate(ctx context.Context, path string, token exchanges.Secret) (Document, error) {
	first, rest, _ := strings.Cut(path, "/")
	guessed := Document{mount: mount{first, 2}, path: rest}
	res, err := s.do(ctx, request{
		name: "find the mount", method: http.MethodGet, path: "sys/internal/ui/mounts/" + path, token: token,
		effect: exchanges.ReadOnly, tries: readTries,
	})
	if err != nil {
		return Document{}, err
	}
	var answer struct {
		Data struct {
			Path    string            `json:"path"`
			Type    string            `json:"type"`
			Options map[string]string `json:"options"`
		} `json:"data"`
	}
	switch {
	case res.Status == http.StatusForbidden, res.Status == http.StatusNotFound:
		return guessed, nil
	case res.Status != http.StatusOK:
		return Document{}, unwanted(res)
	case json.Unmarshal(res.Body, &answer) != nil:
		return Document{}, unwanted(res)
	}
	at, below := strings.CutPrefix(path, answer.Data.Path)
	switch {
	case answer.Data.Path == "" || !strings.HasSuffix(answer.Data.Path, "/") || !below || at == "":
		return guessed, nil
	case answer.Data.Type != "kv" && answer.Data.Type != "generic":
		return Document{}, &Error{
			Reason:  ReasonFailed,
			Problem: "the mount of this path keeps no secrets of the kind that rekey reads: it is no KV engine",
		}
	}
	found := Document{mount: mount{strings.TrimSuffix(answer.Data.Path, "/"), 1}, path: at}
	if answer.Data.Options["version"] == "2" {
		found.mount.version = 2
	}
	return found, nil
}

// readFirst reads from KV version 1, which keeps one version and nothing about
// it.
func (s *Server) readFirst(ctx context.Context, d Document, token exchanges.Secret) (Document, error) {
	res, err := s.do(ctx, request{
		name: "read", method: http.MethodGet, path: d.mount.path + "/" + d.path, token: token,
		effect: exchanges.ReadOnly, tries: readTries,
	})
	if err != nil {
		return Document{}, err
	}
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	switch {
	case res.Status == http.StatusNotFound && isObject(res.Body):
		return Document{}, absent("there is no secret at this path")
	case res.Status != http.StatusOK, json.Unmarshal(res.Body, &answer) != nil, !isObject(answer.Data):
		return Document{}, unwanted(res)
	}
	d.Text = exchanges.NewSecret(string(answer.Data))
	return d, nil
}

// readVersion reads a version from KV version 2, 0 for the newest.
func (s *Server) readVersion(
	ctx context.Context, d Document, version int, token exchanges.Secret,
) (Document, error) {
	query := url.Values{}
	if version > 0 {
		query.Set("version", strconv.Itoa(version))
	}
	res, err := s.do(ctx, request{
		name: "read", method: http.MethodGet, path: d.mount.path + "/data/" + d.path, query: query, token: token,
		effect: exchanges.ReadOnly, tries: readTries,
	})
	if err != nil {
		return Document{}, err
	}
	var answer struct {
		Data struct {
			Data     json.RawMessage `json:"data"`
			Metadata struct {
				Version int `json:"version"`
			} `json:"metadata"`
		} `json:"data"`
	}
	bad := json.Unmarshal(res.Body, &answer) != nil
	switch {
	case res.Status == http.StatusNotFound && !isObject(res.Body): // a proxy's page says nothing of a secret
		return Document{}, unwanted(res)
	case res.Status == http.StatusNotFound && !bad && answer.Data.Metadata.Version > 0:
		return Document{}, absent("the newest version of the secret was deleted")
	case res.Status == http.StatusNotFound && version == 0:
		return Document{}, absent("there is no secret at this path")
	case res.Status == http.StatusNotFound:
		return Document{}, absent("there is no such version of the secret")
	case res.Status != http.StatusOK, bad:
		return Document{}, unwanted(res)
	case answer.Data.Metadata.Version < 1 || !isObject(answer.Data.Data):
		return Document{}, &Error{
			Reason: ReasonFailed, Problem: "what answers there is no KV version 2: the answer has no version",
		}
	}
	d.Text, d.Version = exchanges.NewSecret(string(answer.Data.Data)), answer.Data.Metadata.Version
	return d, nil
}

func absent(problem string) *Error { return &Error{Reason: ReasonAbsent, Problem: problem} }

func isObject(text json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) }

// How long a write goes on without a clear answer, and how long a standby may
// take to show what the active node wrote.
const (
	writeTries = 4
	lookTries  = 5
	firstPause = 250 * time.Millisecond
)

// Write puts text, a JSON object, in the place of the version that from is, and
// returns the new one. Where somebody else wrote since, it changes nothing
// (ReasonChanged).
//
// An answer that does not come, or that says neither yes nor no, is never
// resolved by looking whether the write is there: it may still be on its way,
// and a standby may show what was before. The same write is sent again, with the
// same version, until the server says yes or no; a no is then settled by reading
// the one version that the write can have become.
func (s *Server) Write(ctx context.Context, from Document, text exchanges.Secret) (Document, error) {
	switch {
	case from.mount.version == 1:
		return Document{}, &Error{
			Reason:  ReasonReadOnly,
			Problem: "the mount is KV version 1, which cannot refuse to overwrite what somebody else wrote",
			Hint:    "rekey reads it and does not write there; bao kv enable-versioning makes it version 2",
		}
	case from.Version < 1 || from.path == "":
		return Document{}, invalid("a secret is written in the place of one that was read")
	}
	body, err := writeBody(text, from.Version)
	if err != nil {
		return Document{}, err
	}
	token, err := s.login(ctx)
	if err != nil {
		return Document{}, err
	}
	sent, sealed := false, false // sent: the write may have happened
	for try := range writeTries {
		if try > 0 {
			if err := s.opts.Sleep(ctx, firstPause<<try); err != nil {
				break
			}
		}
		res, err := s.do(ctx, request{
			name: "write", method: http.MethodPost, path: from.mount.path + "/data/" + from.path, token: token, body: body,
			effect: exchanges.Writes, tries: 1,
		})
		switch {
		case err != nil && ReasonOf(err) == ReasonInvalid:
			return Document{}, err
		case err != nil, res.Status >= 500: // a gateway may say so of a write that was done
			sent, sealed = true, sealed || res.Status == http.StatusServiceUnavailable
		case res.Status == http.StatusOK:
			var answer struct {
				Data struct {
					Version int `json:"version"`
				} `json:"data"`
			}
			if json.Unmarshal(res.Body, &answer) != nil || answer.Data.Version != from.Version+1 {
				return Document{}, uncertain(false)
			}
			from.Text, from.Version = text, answer.Data.Version
			return from, nil
		case res.Status == http.StatusBadRequest && refusesVersion(res):
			return s.settle(ctx, from, text, token)
		case sent:
			return Document{}, uncertain(sealed)
		default:
			return Document{}, unwanted(res)
		}
	}
	if !sent && ctx.Err() != nil {
		return Document{}, &Error{Reason: ReasonCanceled, Problem: "interrupted", Err: ctx.Err()}
	}
	return Document{}, uncertain(sealed)
}

// settle says whose the version is that a refused write stumbled over.
func (s *Server) settle(
	ctx context.Context, from Document, text exchanges.Secret, token exchanges.Secret,
) (Document, error) {
	for try := range lookTries {
		if try > 0 {
			if err := s.opts.Sleep(ctx, firstPause<<try); err != nil {
				break
			}
		}
		there, err := s.readVersion(ctx, from, from.Version+1, token)
		switch {
		case err == nil && sameJSON(there.Text, text):
			return there, nil
		case err == nil:
			return Document{}, &Error{
				Reason: ReasonChanged, Problem: "somebody else wrote the secret meanwhile; nothing was written over it",
			}
		case ReasonOf(err) == ReasonCanceled:
			return Document{}, err
		}
		// A standby that does not have it yet, or a version that is gone: not
		// an answer.
	}
	return Document{}, uncertain(false)
}

func uncertain(sealed bool) *Error {
	e := &Error{
		Reason: ReasonUncertain, Problem: "the write got no clear answer: it may have happened, or happen later",
		Hint: "do the same again",
	}
	if sealed {
		e.Problem = "the server is sealed or not ready (503), and the write may have happened, or happen later"
	}
	return e
}

// writeBody is the body of a write with check-and-set.
func writeBody(text exchanges.Secret, version int) (exchanges.Secret, error) {
	if !json.Valid([]byte(text.Reveal())) || !isObject(json.RawMessage(text.Reveal())) {
		return exchanges.Secret{}, invalid("a secret is a JSON object")
	}
	if !RoundTrips(text) {
		return exchanges.Secret{}, invalid("the secret holds a number that the server shows rounded")
	}
	return exchanges.NewSecret(`{"options":{"cas":` + strconv.Itoa(version) + `},"data":` + text.Reveal() + `}`), nil
}

// refusesVersion reports whether a 400 is the refusal of check-and-set (path_data.go
// of the KV plugin v0.15.0 and v0.25.0; the same words in OpenBao).
func refusesVersion(res exchanges.Response) bool {
	var answer struct {
		Errors []string `json:"errors"`
	}
	return json.Unmarshal(res.Body, &answer) == nil &&
		strings.Contains(strings.Join(answer.Errors, "\n"), "did not match the current version")
}

// sameJSON reports whether two texts are the same value: the server sorts the
// names of objects.
func sameJSON(a, b exchanges.Secret) bool {
	var x, y any
	return json.Unmarshal([]byte(a.Reveal()), &x) == nil && json.Unmarshal([]byte(b.Reveal()), &y) == nil &&
		reflect.DeepEqual(x, y)
}

// RoundTrips reports whether a JSON text can be written back as it was read. The
// servers show a number of KV version 2 as a floating-point one, so of a longer
// number nobody can read all digits (path_data.go of the KV plugin v0.15.0, run
// 2026-12-01).
func RoundTrips(text exchanges.Secret) bool {
	d := json.NewDecoder(strings.NewReader(text.Reveal()))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		n, is := token.(json.Number)
		if is && (len(n) > mostDigits || strings.ContainsAny(string(n), "eE")) {
			return false
		}
	}
}

// mostDigits are those of a number that a floating-point number always holds.
const mostDigits = 15
