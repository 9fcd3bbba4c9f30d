package store

import "testing"

// One write exchanges the credential: nothing of the old one stays under the
// name, entries of others do.
func TestReplace(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	replace := func(n, instead int) error {
		return f.Replace(t.Context(), "bot", sample(n), sample(instead).Credential)
	}
	for range 2 { // again, after a crash
		if err := replace(2, 1); err != nil {
			t.Fatal(err)
		}
		want(t, held(t, f), "run-2")
	}
	if err := replace(2, 2); err != nil {
		t.Fatal(err)
	}
	want(t, held(t, open(t, o)), "run-2")
	put(t, f, 3)
	if err := replace(4, 3); err != nil {
		t.Fatal(err)
	}
	want(t, held(t, f), "run-4 run-2")
	refuses(t, replace(5, 2), ReasonChanged) // not the newest
	refuses(t, replace(5, 1), ReasonChanged) // not there at all
	refuses(t, f.Replace(t.Context(), "other", sample(5), sample(4).Credential), ReasonChanged)
	refuses(t, f.Replace(t.Context(), "", sample(5), sample(4).Credential), ReasonInvalid)
	bad := sample(5)
	bad.Credential.AccessKey = ""
	refuses(t, f.Replace(t.Context(), "bot", bad, sample(4).Credential), ReasonInvalid)
	want(t, held(t, f), "run-4 run-2")
}
