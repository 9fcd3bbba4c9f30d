package location

import "testing"

// A PEM may be squeezed into one line; one that was cut is said to be.
func TestFlawOfAPEM(t *testing.T) {
	for text, whole := range map[string]bool{
		"-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n": true,
		"-----BEGIN PRIVATE KEY-----CANARY-----END PRIVATE KEY-----":       true,
		"-----BEGIN PRIVATE KEY----- CANARY -----END PRIVATE KEY-----":     true,
		"-----BEGIN PRIVATE KEY-----\nCANARY\n":                            false,
		"-----BEGIN PRIVATE KEY-----CANARY":                                false,
	} {
		if flaw := flawIn(SecretPart, text); (flaw == "") != whole {
			t.Errorf("%q: %q", text, flaw)
		}
	}
}
