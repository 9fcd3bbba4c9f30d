package location

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
)

// What cannot be written is refused before anything is.
func TestPrepareDeclines(t *testing.T) {
	const k, s = `"key": "` + testKey + `"`, `"secret": "` + testSecret + `"`
	fresh := credential(newKey, newSecret, newPassphrase)
	for _, c := range []struct {
		name, location, file string
		to                   exchanges.Credential
		reason               Reason
		want                 string
	}{
		{
			"no field for a passphrase", "json:f", "{" + k + "," + s + "}", fresh, ReasonUnfit,
			"there is no place for the passphrase of the new credential (add a field for it, with nothing in it)",
		},
		{
			"no variable for a passphrase", "dotenv:f#X", "X_KEY=a\nX_SECRET=b\nX_PASSWORD=\n", fresh, ReasonUnfit,
			"there is no place for the passphrase of the new credential (add a field for it, with nothing in it)",
		},
		{
			"an access key with a space", "json:f", "{" + k + "," + s + "}", credential("CANARY key", newSecret, ""),
			ReasonUnfit, "the access key in the new credential holds white space",
		},
		{
			"no secret", "json:f", "{" + k + "," + s + "}", credential(newKey, "", ""), ReasonUnfit,
			"the secret in the new credential is empty",
		},
		{
			"a template", "json:f", "{" + k + "," + s + "}", credential(newKey, "your_secret_here", ""), ReasonUnfit,
			"the secret in the new credential is a placeholder",
		},
		{"half a PEM", "json:f", "{" + k + "," + s + "}", credential(newKey, "-----BEGIN EC PRIVATE KEY-----\nCANARY",
			""), ReasonUnfit, "the secret in the new credential is a PEM without its last line"},
		{
			"no UTF-8", "json:f", "{" + k + "," + s + `,"password":"x"}`, credential(newKey, newSecret, "CANARY\xe9"),
			ReasonUnfit, "the passphrase in the new credential is not valid UTF-8",
		},
		{
			"what cannot be read", "json:f", "{" + k + `,"secret": "CANARY "}`, fresh, ReasonUnclean,
			`the secret in the field "secret" ends with white space`,
		},
		{
			"a template in the file", "json:f", "{" + k + `,"secret": "${SECRET}"}`, fresh, ReasonPlaceholder,
			`the secret in the field "secret" is a placeholder (put the real one there)`,
		},
		{"no file", "json:gone", "", fresh, ReasonAbsent, "gone: does not exist"},
		{
			"a YAML tag", "yaml:f", "key: a\nsecret: !vault CANARY\n", credential(newKey, newSecret, ""), ReasonUnfit,
			"rekey cannot tell which bytes of the file are the value (write it in quotes, on one line)",
		},
		{
			"a YAML tag alone in its line", "yaml:f", "key: a\nsecret: !!str\n  CANARY\n", credential(newKey, newSecret, ""),
			ReasonUnfit, "rekey cannot tell which bytes of the file are the value (write it in quotes, on one line)",
		},
		{
			"plain text over lines", "yaml:f", "key: a\nsecret: b\npassphrase: CANARY\n  x\n", fresh, ReasonUnfit,
			"a value without quotes goes over several lines in the file (put it on one line)",
		},
		{
			"an indentation indicator", "yaml:f", "key: a\nsecret: |1-\n CANARY\n", credential(newKey, newSecret, ""),
			ReasonUnfit, "a value stands in a block whose first line has an indentation indicator (write it in quotes)",
		},
		{"hummingbot's encryption", "hummingbot:f", "connector: okx\nokx_api_key: 7b22" + strings.Repeat("63", 200) +
			"\nokx_secret_key: x\n", fresh, ReasonUnclean, `the access key in the field "okx_api_key" is ` +
			`encrypted, as hummingbot does it`},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := write(t, map[string]string{"f": c.file})
			want(t, declines(t, env, c.location, c.to, c.reason), c.location+": "+c.want)
			want(t, content(t, env, "f"), c.file)
		})
	}
	want(
		t,
		declines(t, environ("X_KEY=CANARYa", "X_SECRET=CANARYb"), "env:X", fresh, ReasonReadOnly),
		"env:X: variables of the environment cannot be written (change them where they are set, or keep the credential in "+
			"a dotenv: or store: location)",
	)
	var none Change
	want(t, isError(t, Env{}, none.Apply(t.Context()), ReasonInvalid), "no change was prepared")
}

// A YAML alias that stands for the changed value follows it: the file says that
// both are the same.
func TestChangeOfAnAnchor(t *testing.T) {
	env := write(t, map[string]string{"f": "a: {key: &k kCANARY, secret: s}\nb: {key: *k}\n"})
	stores(t, env, "yaml:f#/a", credential(newKey, "s", ""))
	want(t, content(t, env, "f"), "a: {key: &k "+newKey+", secret: s}\nb: {key: *k}\n")
}

// freqtrade: each part is written into the file where it was found.
func TestFreqtradeWritesWhereItReads(t *testing.T) {
	files := map[string]string{
		"config.json": `{"add_config_files": ["sub/a.json", "sub/b.json"], "exchange": {"name": "okx", "key": "` +
			testKey + `", "secret": "` + testSecret + `"}, /* x */ }`,
		"sub/a.json": `{"exchange": {"password": "CANARYhidden", "key": "` + testKey + `"}}`,
		"sub/b.json": "{// " + testPassphrase + "\n\"exchange\": {\"password\": \"" + testPassphrase +
			"\", \"secret\": \"" + testSecret + "\", \"apiKey\": \"" + testKey + "\"}}",
		"sub/other.cfg": testKey,
	}
	env := write(t, files)
	change := stores(t, env, "freqtrade:config.json", credential(newKey, newSecret, newPassphrase))
	want(t, strings.ReplaceAll(filepath.ToSlash(change.Describe()), filepath.ToSlash(env.Dir)+"/", ""),
		"sub/b.json: access key in line 2, passphrase in line 2; config.json: access key in line 1, secret in line 1")
	want(t, content(t, env, "config.json"), swap(files["config.json"]))
	want(t, content(t, env, "sub/a.json"), files["sub/a.json"])
	want(
		t,
		content(t, env, "sub/b.json"),
		strings.NewReplacer(`"`+testKey, `"`+newKey, `"`+testPassphrase, `"`+newPassphrase).Replace(files["sub/b.json"]),
	)
	stores(t, env, "freqtrade:config.json", credential(testKey, testSecret, testPassphrase))
	for name, was := range files {
		want(t, content(t, env, name), was)
	}
}

// A variable that wins over the file makes writing the file pointless.
func TestVariablesThatWin(t *testing.T) {
	files := map[string]string{
		"config.json": `{"exchange": {"name": "okx", "key": "a", "secret": "b", "password": "c"}}`,
		"bbgo.yaml":   "sessions: {max: {exchange: max, envVarPrefix: M}}",
		".env.local":  "M_API_KEY=a\nM_API_SECRET=b\n",
	}
	to := credential(newKey, newSecret, newPassphrase)
	for _, name := range []string{"KEY", "SECRET", "PASSWORD", "API_KEY", "CCXT_CONFIG__APIKEY", "CCXT_CONFIG__SECRET"} {
		env := write(t, files)
		env.Environ = []string{
			"FREQTRADE__EXCHANGE__NAME=okx",
			"FREQTRADE__EXCHANGE__" + name + "=CANARY",
			"FREQTRADE__EXCHANGE__UID=1",
		}
		want(
			t,
			declines(t, env, "freqtrade:config.json", to, ReasonReadOnly),
			"freqtrade:config.json: the variable FREQTRADE__EXCHANGE__"+name+
				" is set, and freqtrade prefers it to the file (change or remove the variable; writing to the "+
				"file would change nothing)",
		)
	}
	env := write(t, files)
	env.Environ = []string{"M_API_SECRET=CANARY"}
	want(
		t,
		declines(t, env, "bbgo:bbgo.yaml", credential(newKey, newSecret, ""), ReasonReadOnly),
		"bbgo:bbgo.yaml: the secret comes from the variable M_API_SECRET, which wins over the file (change or remove the "+
			"variable; writing to the file would change nothing)",
	)
	env.Environ = nil
	stores(t, env, "bbgo:bbgo.yaml", credential(newKey, newSecret, ""))
	want(t, content(t, env, ".env.local"), "M_API_KEY="+newKey+"\nM_API_SECRET="+newSecret+"\n")
	want(t, content(t, env, "bbgo.yaml"), files["bbgo.yaml"])
}

// GoCryptoTrader writes its file again when it stops. Whoever runs a plan must
// be told.
func TestGoCryptoTraderRemark(t *testing.T) {
	env := write(
		t,
		map[string]string{
			"config.json": `{"exchanges": [{"name": "Okx", "api": {"credentials": {"key": "a", "secret": "b"}}}]}`,
		},
	)
	change := stores(t, env, "gocryptotrader:config.json#okx", credential(newKey, newSecret, ""))
	if len(change.Remarks()) != 1 || !strings.Contains(change.Remarks()[0], "when it stops") {
		t.Errorf("remarks: %q", change.Remarks())
	}
	if again := prepares(t, env, "gocryptotrader:config.json#okx", credential(newKey, newSecret, "")); len(
		again.Remarks(),
	) != 0 {
		t.Errorf("remarks without a change: %q", again.Remarks())
	}
}

// A file that grows beyond what is read is not written.
func TestChangeTooLarge(t *testing.T) {
	file := `{"key": "a", "secret": "b"}`
	env := write(t, map[string]string{"f": file + strings.Repeat(" ", maxFile-len(file))})
	want(t, declines(t, env, "json:f", credential(newKey, newSecret, ""), ReasonUnfit),
		"json:f: the new credential would read back as something else, so nothing is written (change the file by hand)")
	if info, err := os.Stat(filepath.Join(env.Dir, "f")); err != nil || info.Size() != maxFile {
		t.Error("the file was changed")
	}
}
