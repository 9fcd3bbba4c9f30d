package evidence

import (
	"embed"
	"io"
	"text/template"
)

//go:embed letters
var letterFiles embed.FS

// A Letter is what the letters and the README say. Everything in it is cleaned
// text.
type Letter struct {
	Day, Window, Looked, Loss, Outflows, Incident string
	Unknown                                       []string // what nobody knows, a sentence each
	Exchanges                                     []LetterExchange
	Vendors                                       []string
	Signed                                        []string // how to check each signature
}

// A LetterExchange is what one exchange is asked about.
type LetterExchange struct {
	Name, Slug   string
	Clusters     []string // a line each: id, symbol, from, to, fills, amount with interval
	Outflows     []string
	Orders       int // ids that are attached
	Trades       int
	Where        string // where the exchange takes such letters, with the day it was read
	CounterOrder bool
}

// Letters makes the files of README and letters/. There is a letter to an
// exchange only where there is something to ask it about.
func Letters(l Letter) ([]File, error) {
	t, err := template.ParseFS(letterFiles, "letters/*")
	if err != nil {
		return nil, err
	}
	file := func(path, name string, data any) File {
		return File{path, "made by rekey", func(w io.Writer) error { return t.ExecuteTemplate(w, name, data) }}
	}
	files := []File{file("README.txt", "readme.txt", l)}
	if len(l.Exchanges) == 0 {
		return files, nil
	}
	files = append(files, file("letters/police.md", "police.md", l), file("letters/insurer.md", "insurer.md", l))
	for _, x := range l.Exchanges {
		files = append(files, file("letters/exchange-"+x.Slug+".md", "exchange.md", struct {
			Window string
			LetterExchange
		}{l.Window, x}))
	}
	for _, v := range l.Vendors {
		files = append(files, file("letters/vendor-"+Slug(v)+".md", "vendor.md", struct {
			Window, Vendor string
		}{l.Window, v}))
	}
	return files, nil
}

// Slug makes a name of a file of a word.
func Slug(word string) string {
	out := []byte{}
	for _, r := range word {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			out = append(out, byte(r)) //nolint:gosec // it is one of ASCII
		case r >= 'A' && r <= 'Z':
			out = append(out, byte(r-'A'+'a'))
		case len(out) > 0 && out[len(out)-1] != '-':
			out = append(out, '-')
		}
	}
	if len(out) == 0 {
		return "account"
	}
	return string(out)
}
