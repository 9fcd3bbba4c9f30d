package location

import (
	"strings"
	"testing"
)

func environ(pairs ...string) Env { return Env{Environ: pairs} }

func TestEnvFamilies(t *testing.T) {
	const k, s, p = "=" + testKey, "=" + testSecret, "=" + testPassphrase
	for _, c := range []struct {
		name       string
		env        Env
		passphrase string
	}{
		{"the first family", environ("X_API_KEY"+k, "X_API_SECRET"+s, "X_API_PASSPHRASE"+p), testPassphrase},
		{"ccxt's family", environ("X_APIKEY"+k, "X_SECRET"+s, "X_PASSWORD"+p), testPassphrase},
		{"the short family", environ("X_KEY"+k, "X_SECRET"+s, "X_PASSPHRASE"+p), testPassphrase},
		{"no passphrase", environ("X_API_KEY"+k, "X_API_SECRET"+s), ""},
		{"an empty passphrase is none", environ("X_API_KEY"+k, "X_API_SECRET"+s, "X_API_PASSPHRASE="), ""},
		{"a half family before it does not count", environ("X_API_KEY=other", "X_KEY"+k, "X_SECRET"+s), ""},
		{"an empty variable is not set", environ("X_API_KEY=", "X_API_SECRET=", "X_APIKEY"+k, "X_SECRET"+s), ""},
		{"a mixed family", environ("X_API_KEY"+k, "X_SECRET"+s), ""},
		{"a mixed family of three", environ("X_API_KEY"+k, "X_SECRET_KEY"+s, "X_PASSPHRASE"+p), testPassphrase},
		{"AWS's spelling", environ("X_ACCESS_KEY_ID"+k, "X_SECRET_ACCESS_KEY"+s), ""},
		{"Coinbase's kit", environ("X_API_KEY_ID"+k, "X_API_KEY_SECRET"+s, "X_WALLET_SECRET=CANARYother"), ""},
		{"Coinbase's older kit", environ("X_API_KEY_NAME"+k, "X_API_KEY_PRIVATE_KEY"+s), ""},
		{"the passphrase of another family", environ("X_API_KEY"+k, "X_API_SECRET"+s, "X_PASSPHRASE"+p), testPassphrase},
		{"another prefix does not count", environ("XX_API_KEY=other", "X_Y_API_KEY=other",
			"X_API_KEY"+k, "X_API_SECRET"+s), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(t, c.env, "env:X", c.passphrase)
			if len(r.Remarks) > 0 {
				t.Errorf("remarks: %q", r.Remarks)
			}
			if len(r.Seen) != 1 || r.Seen[0].Text != "env:X" || r.Seen[0].Path != "" || r.Seen[0].Mode != 0 {
				t.Errorf("seen: %+v", r.Seen)
			}
		})
	}
}

func TestEnvRemarks(t *testing.T) {
	env := environ(
		"X_API_KEY="+testKey,
		"X_API_SECRET="+testSecret,
		"X_PASSWORD="+testPassphrase,
		"X_APIKEY=CANARYother",
		"X_SECRET=CANARYother",
	)
	r := reads(t, env, "env:X", "")
	want(
		t,
		strings.Join(r.Remarks, "\n"),
		"X_APIKEY is set too and was not read, because X_API_KEY is complete and comes first\n"+
			"X_PASSWORD was not read: beside X_API_KEY the passphrase is called X_API_PASSPHRASE",
	)
}

func TestEnvRefuses(t *testing.T) {
	const k, s = "=" + testKey, "=" + testSecret
	for _, c := range []struct {
		env    Env
		reason Reason
		want   string
	}{
		{environ(), ReasonAbsent, "env:X: none of X_API_KEY, X_APIKEY, X_KEY is set"},
		{environ("X_API_KEY=", "X_SECRET="), ReasonAbsent, "env:X: none of X_API_KEY, X_APIKEY, X_KEY is set"},
		{
			environ("X_ACCESS_KEY"+k, "X_KEY_ID=CANARYother", "X_SECRET_KEY"+s), ReasonAmbiguous,
			"env:X: X_KEY_ID and X_ACCESS_KEY both claim to be the access key and differ (remove the one that is not used)",
		},
		{environ("X_API_KEY" + k), ReasonIncomplete, "env:X: X_API_KEY is set and X_API_SECRET is not"},
		{environ("X_APIKEY" + k), ReasonIncomplete, "env:X: X_APIKEY is set and X_SECRET is not"},
		{environ("X_KEY" + k), ReasonIncomplete, "env:X: X_KEY is set and X_SECRET is not"},
		{environ("X_API_SECRET" + s), ReasonIncomplete, "env:X: X_API_SECRET is set and X_API_KEY is not"},
		{environ("X_SECRET" + s), ReasonIncomplete, "env:X: X_SECRET is set and neither X_APIKEY nor X_KEY is"},
		{
			environ("X_KEY"+k, "X_SECRET=your_api_secret"), ReasonPlaceholder,
			"env:X: the secret in X_SECRET is a placeholder (put the real one there)",
		},
		{environ("X_KEY"+k, "X_SECRET"+s+"\n"), ReasonUnclean, "env:X: the secret in X_SECRET ends with a line break"},
	} {
		want(t, refuses(t, c.env, "env:X", c.reason), c.want)
	}
}

// A PEM in an environment variable usually has its line ends written as \n.
func TestPEMInOneLine(t *testing.T) {
	const written = `-----BEGIN EC PRIVATE KEY-----\nCANARYline1\nCANARYline2\n-----END EC PRIVATE KEY-----\n`
	const meant = "-----BEGIN EC PRIVATE KEY-----\nCANARYline1\nCANARYline2\n-----END EC PRIVATE KEY-----\n"
	for _, env := range []Env{
		environ("X_API_KEY=organizations/a/apiKeys/b", "X_API_SECRET="+written),
		environ("X_API_KEY=organizations/a/apiKeys/b", "X_API_SECRET="+meant),
		environ("X_API_KEY=organizations/a/apiKeys/b", "X_API_SECRET="+strings.TrimSpace(meant)),
		environ("X_API_KEY=organizations/a/apiKeys/b", "X_API_SECRET="+strings.ReplaceAll(written, `\n`, `\r\n`)),
	} {
		r, err := mustParse(t, "env:X").Read(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		want(t, r.Credential.Secret.Reveal(), meant)
	}
	cut := environ("X_API_KEY=a/b", `X_API_SECRET=-----BEGIN EC PRIVATE KEY-----\nCANARY`)
	want(t, refuses(t, cut, "env:X", ReasonUnclean), "env:X: the secret in X_API_SECRET is a PEM without its last line")
}
