package keychain

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"rekey/exchanges"
)

// entryVersion is the version of the JSON in an entry.
const entryVersion = 1

// document is an entry in JSON.
type document struct {
	Version    int    `json:"version"`
	AccessKey  string `json:"access_key"`
	Secret     string `json:"secret"`
	Passphrase string `json:"passphrase,omitempty"`
}

func encode(c exchanges.Credential) (string, *Error) {
	d := document{
		Version: entryVersion, AccessKey: c.AccessKey,
		Secret: c.Secret.Reveal(), Passphrase: c.Passphrase.Reveal(),
	}
	if d.AccessKey == "" || d.Secret == "" {
		return "", &Error{Reason: ReasonInvalid, Problem: "takes no credential without access key or secret"}
	}
	for _, part := range []string{d.AccessKey, d.Secret, d.Passphrase} {
		if !utf8.ValidString(part) {
			return "", &Error{Reason: ReasonInvalid, Problem: "takes no credential that is not UTF-8 text"}
		}
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)              // an entry may have to be short
	if err := out.Encode(d); err != nil { //nolint:gosec // G117: to put the secret there is the purpose
		return "", &Error{Reason: ReasonInvalid, Problem: "takes no credential that has no JSON"}
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

const entryForm = `an entry is {"version":1,"access_key":"…","secret":"…","passphrase":"…"} and nothing else`

// decode reads what encode wrote, or what a person put there. A member that is
// not known is refused: a misspelt passphrase would go unnoticed.
func decode(text string) (exchanges.Credential, *Error) {
	var version struct {
		Version int `json:"version"`
	}
	if json.Unmarshal([]byte(text), &version) == nil && version.Version > entryVersion {
		return exchanges.Credential{}, &Error{
			Reason: ReasonFuture, Problem: "holds an entry that a later version of rekey wrote", Hint: "use that version",
		}
	}
	var d document
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	err := in.Decode(&d)
	if err == nil {
		_, err = in.Token() // nothing may follow
	}
	if !errors.Is(err, io.EOF) || d.Version != entryVersion || d.AccessKey == "" || d.Secret == "" {
		return exchanges.Credential{}, &Error{
			Reason:  ReasonSyntax,
			Problem: "holds something else under this name",
			Hint:    entryForm,
		}
	}
	return exchanges.Credential{
		AccessKey: d.AccessKey, Secret: exchanges.NewSecret(d.Secret), Passphrase: exchanges.NewSecret(d.Passphrase),
	}, nil
}
