package leak

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFolder searches a folder of small and large files, whose names would
// break a glob, and says which of them was not read.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"DE[1A2B]/Autofill.txt":  "x " + uuidKey + "\r\n",
		"DE[1A2B]/a/b/keys.txt":  "binance\r\n" + accessKey + "\r\n" + secret + "\r\n",
		"large.csv":              strings.Repeat("1;2;3\n", 60_000) + krakenKey + "\n",
		"empty":                  "",
		".rekeyignore":           "*\n",
		"stolen.rar":             "Rar!\x1a\x07\x01\x00 and more",
		".git/objects/notgit":    uuidKey,
		"utf16.txt":              "\xff\xfe" + strings.Join(strings.Split(uuidKey, ""), "\x00") + "\x00",
		"document.pdf":           "%PDF-1.4\n" + uuidKey,
		"DE[1A2B]/Passwords.txt": "nothing of ours\n",
	} {
		full := filepath.Join(dir, filepath.FromSlash(name))
		_ = os.MkdirAll(filepath.Dir(full), 0o755)
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dumps, gaps := Folder(t.Context(), dir, "logs")
	r := Search(t.Context(), NewMatcher(keys(), nil), dumps, nil)
	var got []string
	for _, h := range r.Hits {
		got = append(got, fmt.Sprintf("%s:%d %s %s", h.Path, h.Line, h.Own.Name, h.What))
	}
	slices.Sort(got)
	want := []string{
		"logs/.git/objects/notgit:1 okx access_key",
		"logs/DE[1A2B]/Autofill.txt:1 okx access_key",
		"logs/DE[1A2B]/a/b/keys.txt:2 grid access_key",
		"logs/DE[1A2B]/a/b/keys.txt:3 grid secret",
		"logs/document.pdf:2 okx access_key",
		"logs/large.csv:60001 kraken access_key",
		"logs/utf16.txt:1 okx access_key",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var unread []string
	for _, g := range append(gaps, r.Gaps...) {
		unread = append(unread, g.Path+" "+g.Kind)
	}
	if want := []string{"logs/document.pdf format", "logs/stolen.rar format"}; !slices.Equal(unread, want) {
		t.Errorf("gaps %q, want %q", unread, want)
	}
}

// TestBase64 finds keys in base64, wherever in it they begin, in both alphabets
// and with its lines broken.
func TestBase64(t *testing.T) {
	for _, before := range []string{"", "u", "us", "user:", "BINANCE_API_KEY="} {
		for _, part := range []struct{ text, want string }{
			{accessKey, "grid access_key 1"},
			{secret, "grid secret 1"},
			{krakenKey, "kraken access_key 1"},
			{uuidKey, "okx access_key 1"},
		} {
			plain := []byte(before + part.text + ":tail")
			for _, encoded := range []string{
				base64.StdEncoding.EncodeToString(plain), base64.URLEncoding.EncodeToString(plain),
				base64.RawStdEncoding.EncodeToString(plain),
				base64.StdEncoding.EncodeToString([]byte(before + part.text)),
			} {
				if got := hits(t, "data: "+encoded+"\n"); !slices.Equal(got, []string{part.want}) {
					t.Errorf("%q before it, as %s: found %q", before, encoded, got)
				}
			}
		}
	}
	broken := base64.StdEncoding.EncodeToString([]byte(accessKey + "\n"))
	if got := hits(t, broken[:76]+"\n"+broken[76:]); !slices.Equal(got, []string{"grid access_key 1"}) {
		t.Errorf("in broken lines: found %q", got)
	}
}

// A pipeThatWaits never has anything to read.
type pipeThatWaits struct{ closed chan struct{} }

func (p pipeThatWaits) Read([]byte) (int, error) {
	<-p.closed
	return 0, io.EOF
}

// TestInterruptedWhileWaiting ends a search that waits for a pipe.
func TestInterruptedWhileWaiting(t *testing.T) {
	p := pipeThatWaits{make(chan struct{})}
	t.Cleanup(func() { close(p.closed) })
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan Result)
	go func() { done <- Search(ctx, NewMatcher(keys(), nil), []Dump{{Name: "-", Read: p}}, nil) }()
	time.Sleep(10 * time.Millisecond)
	stop()
	select {
	case r := <-done:
		if !r.Interrupted || len(r.Gaps) > 0 {
			t.Errorf("interrupted %v, gaps %v", r.Interrupted, r.Gaps)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits for the pipe")
	}
}

// TestAgainstEdges finds keys by their fingerprints, at the edges of blocks too, with
// the lengths that the list says and without them.
func TestAgainstEdges(t *testing.T) {
	list := strings.Join(Fingerprints(keys()), "\n")
	for _, head := range []string{"", Lengths(keys()) + "\n", lengthsWord + " nonsense\n"} {
		a, err := ReadFingerprints(strings.NewReader(head + list))
		if err != nil {
			t.Fatal(err)
		}
		for _, before := range []int{
			0, 1, 100, blockSize - 70, blockSize - 65, blockSize - 64, blockSize - 63,
			blockSize - 1, blockSize,
		} {
			text := strings.Repeat(
				".",
				before,
			) + accessKey + " x " + uuidKey + "x " + uuidKey + "\n" + strings.Repeat(
				"ab ",
				blockSize,
			)
			r := SearchAgainst(t.Context(), a, []Dump{{Name: "d", Read: strings.NewReader(text)}}, nil)
			var got []int64
			for _, h := range r.Hits {
				got = append(got, h.Offset)
			}
			want := []int64{int64(before), int64(before + len(accessKey) + 3 + len(uuidKey) + 2)}
			if !slices.Equal(got, want) {
				t.Errorf("%q, %d bytes before it: found at %v, want %v", head, before, got, want)
			}
		}
	}
}
