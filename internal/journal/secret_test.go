package journal

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// A record is made of texts, numbers, times and names of keys. Nothing in it
// can hold an exchanges.Secret, nor bytes, nor anything whatever.
func TestNoFieldForASecret(t *testing.T) {
	leaf := map[reflect.Type]bool{
		reflect.TypeFor[time.Time](): true, reflect.TypeFor[KeyID](): true, reflect.TypeFor[Digest](): true,
	}
	fields := 0
	var look func(name string, typ reflect.Type)
	look = func(name string, typ reflect.Type) {
		fields++
		if leaf[typ] {
			return
		}
		plain := []reflect.Kind{reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64}
		switch {
		case slices.Contains(plain, typ.Kind()):
		case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.String:
		case typ == reflect.TypeFor[[]PlannedKey]():
			look(name, typ.Elem())
		case slices.Contains([]reflect.Type{
			reflect.TypeFor[Record](), reflect.TypeFor[Data](), reflect.TypeFor[PlannedKey](),
		}, typ):
			for i := range typ.NumField() {
				f := typ.Field(i)
				look(name+"."+f.Name, f.Type)
			}
		default:
			t.Errorf("%s is a %v", name, typ)
		}
	}
	look("Record", reflect.TypeFor[Record]())
	if fields < 20 {
		t.Errorf("only %d fields were looked at", fields)
	}
	secret := reflect.TypeFor[exchanges.Secret]()
	for _, typ := range []reflect.Type{reflect.TypeFor[KeyID](), reflect.TypeFor[Digest](), reflect.TypeFor[string]()} {
		if secret.ConvertibleTo(typ) {
			t.Errorf("a secret can be made a %v", typ)
		}
	}
}

// forms are the ways in which text could hide.
func forms(text string) []string {
	return []string{
		text,
		hex.EncodeToString([]byte(text)),
		base64.StdEncoding.EncodeToString([]byte(text))[:8],
		strings.ToLower(text),
	}
}

func assertNoCanary(t *testing.T, what, text string) {
	t.Helper()
	for _, form := range forms(canary) {
		if strings.Contains(text, form) {
			t.Errorf("%s holds %q: %.300s", what, form, text)
		}
	}
}

// The middle of the access keys of the story holds a canary. It is in no file,
// in no print of a record and in no error.
func TestCanary(t *testing.T) {
	dir := t.TempDir()
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range story() {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{fmt.Sprint(r), fmt.Sprintf("%+v", r), fmt.Sprintf("%#v", r), string(b)} {
			assertNoCanary(t, "a print", text)
		}
	}
	bad := story()[0]
	bad.Stage = "?"
	assertNoCanary(t, "an error", fmt.Sprint(j.Append(bad)))
	files := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		assertNoCanary(t, path, string(data))
		return err
	})
	if err != nil || files != 4 {
		t.Errorf("%d files, %v", files, err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

// A name of a key tells its key from others and shows eight characters of it.
func TestKeyID(t *testing.T) {
	id := NameKey(oldKey)
	if id.AccessKey() != "oldk…yold" || id.Fingerprint() != exchanges.Fingerprint(oldKey) ||
		fmt.Sprint(id) != "oldk…yold" {
		t.Errorf("got %s %s", id.AccessKey(), id.Fingerprint())
	}
	if !id.Names(oldKey) || id.Names(newKey) || id.Names("") || (KeyID{}).Names("") || !NameKey("").IsZero() {
		t.Error("Names is wrong")
	}
	for _, key := range []string{oldKey, "a", "ü€😀", "\xff\x00", strings.Repeat("k", 4000)} {
		b, err := json.Marshal(NameKey(key))
		var back KeyID
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || back.Fingerprint() != NameKey(key).Fingerprint() {
			t.Errorf("%.20q: %v", key, err)
		}
	}
	sum := exchanges.Fingerprint(oldKey)
	for _, bad := range []string{
		`{}`, `"x"`, `null`, `{"access_key":"` + oldKey + `","fingerprint":"` + sum + `"}`,
		`{"access_key":"oldk…yold","fingerprint":"` + sum[7:] + `"}`,
		`{"access_key":"oldk…yold","fingerprint":"` + strings.ToUpper(sum) + `"}`,
		`{"access_key":"oldk…yold","fingerprint":"` + sum + `","secret":"x"}`,
		`{"access_key":"` + strings.Repeat("k", 90) + `…","fingerprint":"` + sum + `"}`,
	} {
		var id KeyID
		if err := id.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s is a name: %+v", bad, id)
		}
	}
}

func TestDigest(t *testing.T) {
	d := DigestOf(nil)
	if d.IsZero() || d == DigestOf([]byte("x")) || !(Digest{}).IsZero() {
		t.Error("IsZero is wrong")
	}
	b, err := d.MarshalText()
	if err != nil || string(b) != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("%s %v", b, err)
	}
	var back Digest
	if err := back.UnmarshalText(b); err != nil || back != d {
		t.Errorf("%v %v", back, err)
	}
	for _, bad := range []string{"", "e3b0", strings.Repeat("g", 64), "the content itself"} {
		if err := back.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is a digest", bad)
		}
	}
}
