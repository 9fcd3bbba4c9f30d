package location

import (
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
)

func TestDecode(t *testing.T) {
	full, bare := credential(testKey, testSecret, testPassphrase), credential(testKey, testSecret, "")
	for _, c := range []struct {
		data string
		want exchanges.Credential
	}{
		{goodAnswer, full},
		{"\xef\xbb\xbf  " + goodAnswer + "\n", full},
		{"KUCOIN_API_KEY=" + testKey + "\nKUCOIN_API_SECRET='" + testSecret + "'\nKUCOIN_API_PASSPHRASE=\"" +
			testPassphrase + "\"\n", full},
		{"# of the bot\nexport MY_BOT_APIKEY=" + testKey + "\r\nMY_BOT_SECRET=" + testSecret + "\r\n", bare},
		{"BOT_KEY=" + testKey + "\nBOT_SECRET=" + testSecret + "\nDEBUG_KEY=\nLOG=1\n", bare},
		{"A_API_KEY=" + testKey + "\nA_API_SECRET=" + testSecret + "\nB_KEY=" + testKey + "\nB_SECRET=" +
			testSecret + "\n", bare},
	} {
		got, err := Decode([]byte(c.data))
		if err != nil || !sameCredential(got, c.want) {
			t.Errorf("%q: %v, %v", c.data, got.AccessKey, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		data   string
		reason Reason
		want   string
	}{
		{"", ReasonAbsent, "holds no credential (" + decodeHint + ")"},
		{
			strings.Repeat("A_KEY=CANARY\n", 2000), ReasonUnfit,
			"is more than 16 KiB (hand over one credential and nothing else)",
		},
		{"sCANARY", ReasonAbsent, "holds no credential (" + decodeHint + ")"},
		{"sCANARY+/=", ReasonSyntax, "line 1 is no NAME=value (" + decodeHint + ")"},
		{`{"secret":"CANARY"}`, ReasonSyntax, "the object has no version (" + answerForm + ")"},
		{"A_API_KEY=kCANARY1234567", ReasonIncomplete, "A_API_KEY in line 1 is set and A_API_SECRET is not"},
		{
			"A_API_KEY=kCANARY1234567\nA_API_SECRET='sCANARY 1234567'", ReasonUnclean,
			"the secret in A_API_SECRET in line 2 holds white space",
		},
		{
			"A_KEY=kCANARY1234567\nA_SECRET=sCANARY1234567\nB_KEY=kCANARY7654321\nB_SECRET=sCANARY7654321", ReasonAmbiguous,
			"holds 2 credentials (hand over one)",
		},
	} {
		got, err := Decode([]byte(c.data))
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.reason || got.AccessKey != "" {
			t.Errorf("%q: %v, %v", c.data, got.AccessKey, err)
			continue
		}
		assertNoCanary(t, err)
		want(t, err.Error(), c.want)
	}
}

func TestChecked(t *testing.T) {
	if c, err := Checked(exchanges.Credential{
		AccessKey: testKey,
		Secret:    exchanges.NewSecret("  " + testPEM + "\n\n"),
	}); err != nil ||
		c.Secret.Reveal() != testPEM {
		t.Errorf("%v, %v", c.AccessKey, err)
	}
	for _, bad := range []exchanges.Credential{
		{},
		credential(testKey, "", ""),
		credential("kCANARY key", testSecret, ""), credential(testKey, testSecret+" ", ""),
	} {
		_, err := Checked(bad)
		if err == nil {
			t.Errorf("%q is accepted", bad.AccessKey)
		}
		assertNoCanary(t, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{goodAnswer, "A_API_KEY=k\nA_API_SECRET=s\n", "{", "A_KEY", "export A_APIKEY=\"$x\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode(data)
		if (err == nil) != (c.AccessKey != "" && !c.Secret.IsZero()) {
			t.Fatalf("%v beside the error %v", c.AccessKey, err)
		}
		if err == nil {
			if _, err := Checked(c); err != nil {
				t.Fatalf("what was decoded is refused: %v", err)
			}
		}
	})
}
