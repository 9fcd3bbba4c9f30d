package leak

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

const (
	accessKey  = "lzPy4DWiR5nTfo36XmL4VycV6T8oJ6ysvs4zSurB5mkIl1CTLcfbFRgKpbJlBySt"
	secret     = "GuazP0eK0ooB38e6o7ModFryJGMef3byetImHPhRkdAGxqCxWKsERLSzKMwXWRO7"
	passphrase = "moonTiger77!"
	krakenKey  = "Qm9BsP75m41c9fuY6oJk/unMWaDZjYIcTP4/5kqPvtzdbj5JU5+FyeZx"
	uuidKey    = "5f1b9c3e-8a47-4d21-b6f0-2c9e7a4d1b83"
)

func keys() []Own {
	return []Own{
		{
			Name: "grid",
			Credential: exchanges.Credential{
				AccessKey:  accessKey,
				Secret:     exchanges.NewSecret(secret),
				Passphrase: exchanges.NewSecret(passphrase),
			},
		},
		{Name: "kraken", Credential: exchanges.Credential{AccessKey: krakenKey}},
		{Name: "okx", Credential: exchanges.Credential{AccessKey: uuidKey}},
	}
}

// hits searches a text and writes what was found.
func hits(t *testing.T, text string, salts ...string) []string {
	t.Helper()
	r := Search(t.Context(), NewMatcher(keys(), salts), []Dump{{Name: "d", Read: strings.NewReader(text)}}, nil)
	if len(r.Gaps) > 0 {
		t.Errorf("gaps %v", r.Gaps)
	}
	var all []string
	for _, h := range r.Hits {
		all = append(all, fmt.Sprintf("%s %s %d", h.Own.Name, h.What, h.Line))
	}
	return all
}

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func TestForms(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		want  []string
		salts []string
	}{
		"csv": {text: "id,key\n1," + accessKey + "\n", want: []string{"grid access_key 2"}},
		"json": {
			text: `{"k":"` + accessKey + `","s":"` + secret + `","p":"` + passphrase + `"}`,
			want: []string{"grid access_key 1", "grid secret 1", "grid passphrase 1"},
		},
		"sql": {text: "\n\nINSERT INTO k VALUES (1,'" + accessKey + "','x'),(2,'" + uuidKey +
			"');", want: []string{"grid access_key 3", "okx access_key 3"}},
		"records without separators": {
			text: "\x00binance" + accessKey + secret + "\x01",
			want: []string{"grid access_key 1", "grid secret 1"},
		},
		"slashes escaped": {text: strings.ReplaceAll(krakenKey, "/", `\/`), want: []string{"kraken access_key 1"}},
		"in a URL":        {text: "?k=" + url.QueryEscape(krakenKey) + "&", want: []string{"kraken access_key 1"}},
		"large letters":   {text: strings.ToUpper(uuidKey), want: []string{"okx access_key 1"}},
		"hash":            {text: "x\n" + hex.EncodeToString(hash(accessKey)), want: []string{"grid hash 2"}},
		"hash, large": {
			text: strings.ToUpper(hex.EncodeToString(hash(accessKey))) + "\n",
			want: []string{"grid hash 1"},
		},
		"hash in base64": {
			text: base64.StdEncoding.EncodeToString(hash(accessKey)),
			want: []string{"grid hash 1"},
		},
		"hash of the secret": {text: "sha256:" + hex.EncodeToString(hash(secret)), want: []string{"grid hash 1"}},
		"hash with salt": {
			text: hex.EncodeToString(hash("pepper" + accessKey)),
			want: []string{"grid hash 1"}, salts: []string{"pepper"},
		},
		"hash, unknown salt": {text: hex.EncodeToString(hash("pepper" + accessKey))},
		"masked":             {text: "key: " + accessKey[:4] + "…" + accessKey[60:], want: []string{"grid prefix 1"}},
		"masked with stars":  {text: accessKey[:6] + "******" + accessKey[58:], want: []string{"grid prefix 1"}},
		"masked at the end":  {text: accessKey[:12] + "*****", want: []string{"grid prefix 1"}},
		"cut off":            {text: `"` + accessKey[:32] + `"`, want: []string{"grid prefix 1"}},
		"another's mask":     {text: "lzPy…q5Ad"},
		"too short a prefix": {text: accessKey[:5] + "..."},
		"passphrase alone":   {text: passphrase},
		"one letter changed": {text: accessKey[:63] + "u"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := hits(t, c.text, c.salts...); !slices.Equal(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// TestAnyOffset moves a key through all alignments and across the edges of
// blocks, in streams and in files that are read from several places.
func TestAnyOffset(t *testing.T) {
	m := NewMatcher(keys(), nil)
	text := uuidKey + " " + hex.EncodeToString(hash(accessKey)) + " " + accessKey[:4] + "****" + accessKey[60:]
	for _, base := range []int{0, blockSize - 200, blockSize, 2*blockSize - overlap - 150} {
		for shift := range 24 {
			at := base + shift*7
			data := append(bytes.Repeat([]byte("x,\n"), at/3+1)[:at], text...)
			data = append(data, bytes.Repeat([]byte(",y"), blockSize/2)...)
			data[max(0, at-1)] = ' '
			if at == 0 {
				copy(data, text)
			}
			lines := int64(bytes.Count(data[:at], []byte("\n")))
			for _, d := range []Dump{
				{Name: "d", Read: bytes.NewReader(data)},
				{Name: "d", Read: bytes.NewReader(data), At: bytes.NewReader(data), Size: int64(len(data))},
			} {
				r := Search(t.Context(), m, []Dump{d}, nil)
				if len(r.Hits) != 3 || r.Hits[0].Line != lines+1 || r.Hits[0].Offset != int64(at) || r.Bytes != int64(len(data)) {
					t.Fatalf("at %d (file: %v): %d hits, %d bytes of %d", at, d.At != nil, len(r.Hits), r.Bytes, len(data))
				}
			}
		}
	}
}

func TestPacked(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = fmt.Fprintf(w, "x\n%s\n", accessKey)
	_ = w.Close()
	r := Search(t.Context(), NewMatcher(keys(), nil), []Dump{{Name: "d.gz", Read: bytes.NewReader(b.Bytes())}}, nil)
	if len(r.Hits) != 1 || r.Hits[0].Line != 2 || r.Records != 2 || len(r.Gaps) != 0 {
		t.Errorf("%+v", r)
	}
	r = Search(t.Context(), NewMatcher(keys(), nil), []Dump{{Name: "d.gz", Read: bytes.NewReader(b.Bytes()[:40])}}, nil)
	if len(r.Gaps) != 1 || r.Gaps[0].Detail != "ends in the middle" {
		t.Errorf("a dump that was cut in the middle gives %+v", r.Gaps)
	}
}

// Many keys are looked for in another way than few.
func TestManyKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	all := keys()
	for range many {
		all = append(all, Own{Credential: exchanges.Credential{AccessKey: fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())}})
	}
	m := NewMatcher(all, nil)
	text := "a " + base64.RawStdEncoding.EncodeToString(
		hash(accessKey),
	) + "= " + all[many].AccessKey + " " + hex.EncodeToString(
		hash(all[5].AccessKey),
	)
	res := Search(t.Context(), m, []Dump{{Name: "d", Read: strings.NewReader(text)}}, nil)
	if len(res.Hits) != 3 {
		t.Errorf("%d hits, want 3", len(res.Hits))
	}
}

func TestAgainst(t *testing.T) {
	list := Fingerprints(keys())
	a, err := ReadFingerprints(strings.NewReader("# mine\n" + strings.Join(list, "\n")))
	if err != nil || a.Keys() != 3 {
		t.Fatalf("%v, %d keys", err, a.Keys())
	}
	r := SearchAgainst(
		t.Context(),
		a,
		[]Dump{{Name: "d", Read: strings.NewReader("x\n\"" + accessKey + "\",\"" + krakenKey + "\"")}},
		nil,
	)
	if len(r.Hits) != 2 || r.Hits[0].Line != 2 ||
		exchanges.Fingerprint(r.Hits[0].Own.AccessKey) != exchanges.Fingerprint(accessKey) {
		t.Errorf("%+v", r.Hits)
	}
	if _, err := ReadFingerprints(strings.NewReader("sha256:xyz")); err == nil {
		t.Error("a broken list was read")
	}
}

func TestMemory(t *testing.T) {
	dir := t.TempDir() + "/state"
	if all, err := Remembered(dir); err != nil || len(all) != 0 {
		t.Fatalf("%v %v", all, err)
	}
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	own := keys()[0]
	found := []Hit{
		{Own: own, What: Secret, Path: "a.csv"},
		{Own: own, What: AccessKey, Path: "a.csv"},
		{Own: keys()[1], What: Prefix, Path: "a.csv"},
	}
	for range 2 {
		if err := Remember(dir, found, now); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
	}
	got, err := Remembered(dir)
	want := []Memory{
		{exchanges.Fingerprint(accessKey), []What{AccessKey, Secret}, "a.csv", time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r := Search(ctx, NewMatcher(keys(), nil), []Dump{{Name: "d", Read: strings.NewReader(accessKey)}}, nil)
	if !r.Interrupted {
		t.Error("an interrupted search says nothing of it")
	}
}

// FuzzSearch holds the index against a plain search.
func FuzzSearch(f *testing.F) {
	f.Add([]byte(accessKey + secret))
	f.Add([]byte(krakenKey + "…" + uuidKey + "***"))
	m := NewMatcher(keys(), nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		hits := m.scan(data, 0, len(data))
		for i, o := range keys() {
			at := bytes.Index(data, []byte(o.AccessKey))
			ok := slices.ContainsFunc(hits, func(h found) bool { return int(h.own) == i && h.what == AccessKey && h.at == at })
			if at >= 0 && !ok {
				t.Fatalf("%s at %d was not found", o.Name, at)
			}
		}
	})
}
