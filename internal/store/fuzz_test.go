package store

import (
	"bytes"
	"testing"

	"filippo.io/age"
)

// Whatever is decrypted, decode keeps all of it or refuses it.
func FuzzDecode(f *testing.F) {
	plain, err := encode(contents{recipients: []string{"age1"}, slots: map[string][]Entry{"bot": {sample(2), sample(1)}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"slots":{"":[]}}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		c, failure := decode(plain)
		if failure != nil {
			if c.slots != nil {
				t.Error("contents stand beside the error")
			}
			return
		}
		again, err := encode(c)
		if err != nil { // a time that JSON can hold in one zone and not in another
			return
		}
		back, failure := decode(again)
		if failure != nil {
			t.Fatal(failure)
		}
		if twice, err := encode(back); err != nil || !bytes.Equal(twice, again) {
			t.Errorf("%q does not survive: %v", again, err)
		}
	})
}

// No bytes in the place of the store make it panic, or are read as one.
func FuzzDecrypt(f *testing.F) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := encrypt([]byte("CANARY"), id.Recipient())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed[:len(sealed)-1])
	f.Add([]byte("age-encryption.org/v1\n-> X25519 \n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, failure := decrypt(data, id)
		if failure == nil && string(plain) != "CANARY" || failure != nil && plain != nil {
			t.Errorf("got %q, %v", plain, failure)
		}
	})
}
