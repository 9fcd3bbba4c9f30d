package location

import (
	"strings"
	"testing"
)

const goodAnswer = `{"version": 1, "access_key": "` + testKey + `", "secret": "` + testSecret +
	`", "passphrase": "` + testPassphrase + `"}`

func TestAnswers(t *testing.T) {
	for _, c := range []struct{ answer, passphrase string }{
		{goodAnswer, testPassphrase},
		{goodAnswer + "\r\n", testPassphrase},
		{strings.Replace(goodAnswer, `, "passphrase": "`+testPassphrase+`"`, "", 1), ""},
		{strings.Replace(goodAnswer, `"`+testPassphrase+`"`, "null", 1), ""},
		{strings.Replace(goodAnswer, testPassphrase, "", 1), ""},
	} {
		found, err := decodeAnswer([]byte(c.answer))
		if err != nil {
			t.Errorf("%s: %v", c.answer, err)
			continue
		}
		credential, err := found.credential()
		if err != nil || credential.AccessKey != testKey || credential.Secret.Reveal() != testSecret ||
			credential.Passphrase.Reveal() != c.passphrase {
			t.Errorf("%s: %v", c.answer, err)
		}
	}
}

func TestAnswersRefused(t *testing.T) {
	const rest = `"access_key": "CANARY", "secret": "CANARY"`
	for _, c := range []struct{ answer, want string }{
		{"", "is empty"},
		{"CANARY", "is not valid JSON"},
		{`{` + rest + ``, "is not valid JSON"},
		{goodAnswer + goodAnswer, "is not valid JSON"},
		{goodAnswer + "x", "is not valid JSON"},
		{"// CANARY\n" + goodAnswer, "is not valid JSON"},
		{`{"version": 1, ` + rest + `,}`, "is not valid JSON"},
		{"\xef\xbb\xbf" + goodAnswer, "is not valid JSON"},
		{`{"version": 1, "access_key": "` + "\xff" + `CANARY", "secret": "CANARY"}`, "is not valid JSON"},
		{strings.Repeat("[", 60000), "is not valid JSON"},
		{`["CANARY"]`, "is not a JSON object"},
		{`"CANARY"`, "is not a JSON object"},
		{`{` + rest + `}`, "has no version"},
		{`{"version": 2, ` + rest + `}`, "has a version other than 1"},
		{`{"version": 1.0, ` + rest + `}`, "has a version other than 1"},
		{`{"version": "1", ` + rest + `}`, "has a version other than 1"},
		{`{"version": 2, "other": "CANARY"}`, "has a version other than 1"},
		{`{"version": 1, "version": 1, ` + rest + `}`, "has a member twice"},
		{`{"version": 1, "secret": "CANARY", ` + rest + `}`, "has a member twice"},
		{
			`{"version": 1, "passphase": "CANARY", ` + rest + `}`,
			"has a member that is none of version, access_key, secret and passphrase",
		},
		{
			`{"version": 1, "Secret": "CANARY", "access_key": "CANARY"}`,
			"has a member that is none of version, access_key, secret and passphrase",
		},
		{`{"version": 1, "access_key": "CANARY"}`, "has no access_key or no secret"},
		{`{"version": 1, "secret": "CANARY"}`, "has no access_key or no secret"},
		{`{"version": 1, "access_key": 5, "secret": "CANARY"}`, "has a number or a date as its access_key, not text"},
		{`{"version": 1, "access_key": "CANARY", "secret": null}`, "has null as its secret, not text"},
		{`{"version": 1, "access_key": "CANARY", "secret": {"x": "CANARY"}}`, "has an object as its secret, not text"},
	} {
		_, err := decodeAnswer([]byte(c.answer))
		if err == nil {
			t.Errorf("%.80s was accepted", c.answer)
			continue
		}
		assertNoCanary(t, err)
		want(t, err.Error(), "the program's answer "+c.want+" ("+answerForm+")")
	}
}

func FuzzDecodeAnswer(f *testing.F) {
	f.Add([]byte(goodAnswer))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`{"version":1,"access_key":null,"secret":"","x":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := decodeAnswer(data)
		if err != nil {
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the answer is printed: %v", err)
			}
			return
		}
		if c, err := found.credential(); err == nil && (c.AccessKey == "" || c.Secret.IsZero()) {
			t.Error("half a credential was accepted")
		}
	})
}
