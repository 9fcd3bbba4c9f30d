package location

import (
	"strings"
	"testing"
)

// value returns the value that a .env file gives a name, the last one.
func value(t *testing.T, data, name string) (assignment, bool) {
	t.Helper()
	all, err := parseDotEnv([]byte(data))
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].name == name {
			return all[i], true
		}
	}
	return assignment{}, false
}

func TestDotEnvGrammar(t *testing.T) {
	for _, c := range []struct{ data, want, raw string }{
		{"A=b", "b", "b"},
		{"A=b\n", "b", "b"},
		{"A=b\r\nC=d\r\n", "b", "b"},
		{"\xef\xbb\xbfA=b", "b", "b"},
		{"export A=b", "b", "b"},
		{"export\tA=b", "b", "b"},
		{"  export  A = b  ", "b", "b"},
		{"A=", "", ""},
		{"A=   ", "", ""},
		{"A=b c", "b c", "b c"},
		{"A=b # note", "b", "b"},
		{"A=b#c", "b#c", "b#c"},
		{"A=#b", "#b", "#b"},
		{"A= #b", "", ""},
		{"A=b\t#c", "b", "b"},
		{"A=b=c==", "b=c==", "b=c=="},
		{`A=b\n`, `b\n`, `b\n`},
		{`A='b'`, "b", "'b'"},
		{`A='b\n$c # "d"'`, `b\n$c # "d"`, `'b\n$c # "d"'`},
		{"A='b\nc'", "b\nc", "'b\nc'"},
		{`A="b"`, "b", `"b"`},
		{`A="b # c"`, "b # c", `"b # c"`},
		{`A="b\nc\td\"e\\f\$g\r"`, "b\nc\td\"e\\f$g\r", `"b\nc\td\"e\\f\$g\r"`},
		{`A="b\qc"`, `b\qc`, `"b\qc"`},
		{"A=\"b\nc\"", "b\nc", "\"b\nc\""},
		{`A="b" # note`, "b", `"b"`},
		{`A="b"# note`, "b", `"b"`},
		{`A="b"   `, "b", `"b"`},
		{`A=""`, "", `""`},
		{"# A=x\n\n  \nA=b", "b", "b"},
		{"A=x\nA=b", "b", "b"},
		{"B\nexport B\nexport B # x\nB # x\nA=b", "b", "b"},
		{"export=x\nA=b", "b", "b"},
		{"A.b-c_9=x\nA=b", "b", "b"},
		{"A=b\rc", "b\rc", "b\rc"},
	} {
		a, ok := value(t, c.data, "A")
		if !ok || a.value.Reveal() != c.want {
			t.Errorf("%q: A is %q, %v; want %q", c.data, a.value.Reveal(), ok, c.want)
		}
		if raw := c.data[a.start:a.end]; raw != c.raw {
			t.Errorf("%q: the value stands at %q, want %q", c.data, raw, c.raw)
		}
	}
}

func TestDotEnvLines(t *testing.T) {
	data := "# head\r\n\r\nA='1\n2'\r\nB=\"3\n4\" # x\nC=5\n"
	for name, line := range map[string]int{"A": 3, "B": 5, "C": 7} {
		if a, _ := value(t, data, name); a.line != line {
			t.Errorf("%s is said to be in line %d, want %d", name, a.line, line)
		}
	}
}

func TestDotEnvSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"A=b\nsCANARYsecret/x\n", "line 2 is no NAME=value"},
		{"=sCANARY", "line 1 is no NAME=value"},
		{"A CANARY=x", "line 1 is no NAME=value"},
		{"9CANARY=x", "line 1 is no NAME=value"},
		{"A=x\nB='CANARY\n\n", "line 2 opens a quote that nothing closes"},
		{`A="CANARY\"`, "line 1 opens a quote that nothing closes"},
		{"A='x'CANARY", "line 1 goes on after the closing quote"},
		{"A=\"x\ny\" CANARY", "line 2 goes on after the closing quote"},
		// A PEM without quotes ends at its first line; what follows is said to
		// be wrong rather than dropped.
		{"A=-----BEGIN EC PRIVATE KEY-----\nMHcCANARY\n", ""},
		{"A=-----BEGIN EC PRIVATE KEY-----\nMHc/CANARY\n", "line 2 is no NAME=value"},
	} {
		_, err := parseDotEnv([]byte(c.data))
		if c.want == "" {
			if err != nil {
				t.Errorf("%q: %v", c.data, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%q was accepted", c.data)
			continue
		}
		assertNoCanary(t, err)
		want(t, err.Error(), c.want)
	}
}

func TestDotEnvReads(t *testing.T) {
	const k, s, p = testKey, testSecret, testPassphrase
	for _, c := range []struct{ name, data, remark string }{
		{"plain", "X_API_KEY=" + k + "\nX_API_SECRET=" + s + "\nX_API_PASSPHRASE=" + p + "\n", ""},
		{"CRLF", "X_API_KEY=" + k + "\r\nX_API_SECRET=" + s + "\r\nX_API_PASSPHRASE=" + p + "\r\n", ""},
		{"a byte order mark and no last line end", "\xef\xbb\xbfX_API_KEY=" + k + "\nX_API_SECRET=" + s +
			"\nX_API_PASSPHRASE=" + p, ""},
		{"quotes", "export X_API_KEY='" + k + "'\nX_API_SECRET=\"" + s + "\" # bot\nX_API_PASSPHRASE=" + p + " # bot", ""},
		{"ccxt's names", "X_APIKEY=" + k + "\nX_SECRET=" + s + "\nX_PASSWORD=" + p, ""},
		{"the same twice", "X_KEY=" + k + "\nX_SECRET=" + s + "\nX_PASSPHRASE=" + p + "\nX_KEY=" + k, ""},
		{"variables elsewhere", "URL=${HOST}\nX_KEY=" + k + "\nX_SECRET=" + s + "\nX_PASSPHRASE=" + p, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := write(t, map[string]string{".env": c.data})
			r := reads(t, env, "dotenv:.env#X", testPassphrase)
			want(t, strings.Join(r.Remarks, "\n"), c.remark)
			if got := r.Seen[0]; got.Text != "dotenv:.env#X" || !strings.HasSuffix(got.Path, ".env") || got.Symlink {
				t.Errorf("seen: %+v", got)
			}
		})
	}
}

func TestDotEnvRefuses(t *testing.T) {
	const k, s = "X_API_KEY=" + testKey + "\n", "X_API_SECRET=" + testSecret + "\n"
	for _, c := range []struct {
		data   string
		reason Reason
		want   string
	}{
		{"", ReasonAbsent, "none of X_API_KEY, X_APIKEY, X_KEY is set"},
		{"X_API_KEY=\nX_API_SECRET=\n", ReasonAbsent, "none of X_API_KEY, X_APIKEY, X_KEY is set"},
		{"\n" + k, ReasonIncomplete, "X_API_KEY in line 2 is set and X_API_SECRET is not"},
		{
			k + s + "X_API_SECRET=CANARYother\n", ReasonAmbiguous,
			"X_API_SECRET is set in line 2 and to something else in line 3 (remove the one that is not used)",
		},
		{k + "X_API_SECRET=${CANARY}\n", ReasonUnclean, "X_API_SECRET in line 2 holds ${ or $(, and rekey does not expand " +
			"variables (write the value itself, in single quotes)"},
		{k + "X_API_SECRET=\"$(CANARY)\"\n", ReasonUnclean, "X_API_SECRET in line 2 holds ${ or $(, and rekey does not " +
			"expand variables (write the value itself, in single quotes)"},
		{
			k + "X_API_SECRET=your_secret\n", ReasonPlaceholder,
			"the secret in X_API_SECRET in line 2 is a placeholder (put the real one there)",
		},
		{
			k + "X_API_SECRET='" + testSecret + " '\n", ReasonUnclean,
			"the secret in X_API_SECRET in line 2 ends with white space",
		},
		{
			k + "X_API_SECRET=\"" + testSecret + "\\n\"\n", ReasonUnclean,
			"the secret in X_API_SECRET in line 2 ends with a line break",
		},
		{
			k + "X_API_SECRET=“" + testSecret + "”\n", ReasonUnclean,
			"the secret in X_API_SECRET in line 2 is wrapped in quotes that are part of it",
		},
		{k + "X_API_SECRET=\"CANARY\nCANARY\"\n", ReasonUnclean, "the secret in X_API_SECRET in line 2 holds a line break"},
		{k + s + "CANARY/\n", ReasonSyntax, "line 3 is no NAME=value"},
	} {
		env := write(t, map[string]string{".env": c.data})
		want(t, refuses(t, env, "dotenv:.env#X", c.reason), "dotenv:.env#X: "+c.want)
	}
}

// A $ may be meant as it stands; programs differ, so a person is told.
func TestDotEnvDollar(t *testing.T) {
	data := "X_API_KEY=" + testKey + "\nX_API_SECRET=sCANARY$ecret\n"
	r, err := mustParse(t, "dotenv:.env#X").Read(t.Context(), write(t, map[string]string{".env": data}))
	if err != nil {
		t.Fatal(err)
	}
	want(t, r.Credential.Secret.Reveal(), "sCANARY$ecret")
	want(t, strings.Join(r.Remarks, "\n"),
		"X_API_SECRET in line 2 holds a $ that some programs take for a variable; single quotes make it plain")
	for _, quoted := range []string{`'sCANARY$ecret'`, `"sCANARY\$ecret"`, `'${CANARY}x'`, `"x\${CANARY}"`} {
		data := "X_API_KEY=" + testKey + "\nX_API_SECRET=" + quoted + "\n"
		r, err := mustParse(t, "dotenv:.env#X").Read(t.Context(), write(t, map[string]string{".env": data}))
		if err != nil || len(r.Remarks) > 0 {
			t.Errorf("%s: %v, %q", quoted, err, r.Remarks)
		}
	}
}

func TestDotEnvPEM(t *testing.T) {
	const pem = "-----BEGIN EC PRIVATE KEY-----\nCANARY1\nCANARY2\n-----END EC PRIVATE KEY-----\n"
	for _, quoted := range []string{
		`"` + strings.ReplaceAll(pem, "\n", `\n`) + `"`,
		`'` + strings.ReplaceAll(pem, "\n", `\n`) + `'`,
		strings.ReplaceAll(pem, "\n", `\n`),
		`"` + pem + `"`,
		`'` + strings.TrimSpace(pem) + `'`,
	} {
		data := "X_API_KEY=organizations/a/apiKeys/b\nX_API_SECRET=" + quoted + "\n"
		r, err := mustParse(t, "dotenv:.env#X").Read(t.Context(), write(t, map[string]string{".env": data}))
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		want(t, r.Credential.Secret.Reveal(), pem)
	}
}

// The places of values are what a writer will replace, so they must be exact:
// the bytes at a place, read again, give the value again.
func FuzzParseDotEnv(f *testing.F) {
	for _, seed := range []string{
		"A=b\nexport C='d'\r\nE=\"f\\n\" # x\n", "\xef\xbb\xbfA = b # c", "A=\"b\nc\"\nD=$E\n", "A=${B}\nA=",
		"export", "=", "A='", "A=\"\\",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := parseDotEnv(data)
		if err != nil {
			return
		}
		at := 0
		for _, a := range all {
			if a.start < at || a.end < a.start || a.end > len(data) {
				t.Fatalf("%s stands at %d to %d, after %d, of %d", a.name, a.start, a.end, at, len(data))
			}
			at = a.end
			again, err := parseDotEnv(append([]byte("A="), data[a.start:a.end]...))
			if err != nil || len(again) != 1 || !again[0].value.Equal(a.value) || again[0].expands != a.expands {
				t.Fatalf("%q read again: %v", data[a.start:a.end], err)
			}
		}
	})
}
