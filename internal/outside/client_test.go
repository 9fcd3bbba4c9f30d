//go:build outside

package outside

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long node may take for one answer, its start included.
const patience = 30 * time.Second

//go:embed ccxt.mjs
var program string

// A client is ccxt in a node process.
type client struct {
	questions *json.Encoder
	answers   chan []byte
	remarks   *bytes.Buffer // node's stderr, complete once answers is closed
}

// A credential is one as ccxt spells it.
type credential struct {
	APIKey   string `json:"apiKey"`
	Secret   string `json:"secret"`
	Password string `json:"password,omitempty"`
}

// A call is a method of ccxt, or where ccxt has none for it, a path that ccxt
// signs as it signs its own.
type call struct {
	Method string            `json:"method,omitempty"`
	API    string            `json:"api,omitempty"`
	Path   string            `json:"path,omitempty"`
	HTTP   string            `json:"http,omitempty"` // the method of a path, GET when it is empty
	Params map[string]string `json:"params,omitempty"`
	// Nested are parameters that are no texts.
	Nested map[string]any `json:"nested,omitempty"`
}

func (c call) String() string {
	if c.Method != "" {
		return c.Method
	}
	return c.API + " " + c.Path
}

// A question is a call to a fake, with what is done to the request between
// ccxt and the fake: nothing, or a change of its "signature", its "time", or the
// "account" that it is about.
type question struct {
	Exchange   string     `json:"exchange"`
	URL        string     `json:"url"`
	Credential credential `json:"credential"`
	Tamper     string     `json:"tamper,omitempty"`
	shows      bool       // the answer is the one that shows a new secret
	call
}

// A verdict is what came of a call: the answer, or the class of the error that
// ccxt raised and its text.
type verdict struct {
	Error string `json:"error"`
	Text  string `json:"text"`
}

// startCCXT runs ccxt until the test ends, and logs its version.
func startCCXT(t *testing.T) *client {
	t.Helper()
	folder := os.Getenv("REKEY_CCXT")
	if folder == "" {
		t.Fatal("REKEY_CCXT does not say where ccxt is installed: run make ccxt, which installs it and sets this")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("this test lets ccxt call the fakes and needs Node.js 18 or newer: %v", err)
	}
	var installed struct{ Version string }
	text, err := os.ReadFile(filepath.Join(folder, "node_modules", "ccxt", "package.json"))
	if err != nil || json.Unmarshal(text, &installed) != nil {
		t.Fatalf("REKEY_CCXT holds no ccxt (make ccxt installs it): %v", err)
	}
	t.Logf("ccxt %s", installed.Version)

	// A program that is not a file looks for its modules in the working
	// directory, and so finds ccxt.
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "--eval", program)
	cmd.Dir = folder
	c := &client{answers: make(chan []byte, 1), remarks: &bytes.Buffer{}}
	cmd.Stderr = c.remarks
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.questions = json.NewEncoder(in)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.read(out)
		_ = cmd.Wait()
		close(c.answers)
	}()
	t.Cleanup(func() {
		_ = in.Close()
		<-ended
	})
	return c
}

func (c *client) read(out io.Reader) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		c.answers <- line
	}
}

// ask has ccxt make one call. Nothing that comes back may hold a secret.
func (c *client) ask(t *testing.T, q question) verdict {
	t.Helper()
	if err := c.questions.Encode(q); err != nil {
		t.Fatalf("node does not listen: %v", err)
	}
	v := c.answer(t)
	for _, secret := range []string{"CANARY", q.Credential.Secret, q.Credential.Password} {
		if q.shows && secret == "CANARY" {
			continue
		}
		if secret != "" && strings.Contains(v.Text, secret) {
			t.Errorf("%s: the answer holds a secret", q.call)
		}
	}
	return v
}

func (c *client) answer(t *testing.T) verdict {
	t.Helper()
	select {
	case line, ok := <-c.answers:
		if !ok {
			t.Fatalf("node ended: %s", c.remarks)
		}
		var v verdict
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("node printed %q", line)
		}
		return v
	case <-time.After(patience):
		t.Fatalf("node gave no answer in %v", patience)
	}
	return verdict{}
}
