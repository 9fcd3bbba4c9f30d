package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"rekey/cmd"
	"rekey/internal/drill"
	"rekey/internal/fake"
	"rekey/internal/fake/bots"
	"rekey/internal/report"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rekey": func() { os.Exit(cmd.Main()) }})
}

// TestScript runs every story of testdata/script. They are the manual of the
// command line: read them.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			// Nothing of the person who runs the tests reaches the stories.
			env.Vars = append(
				env.Vars,
				"XDG_CONFIG_HOME="+filepath.Join(env.WorkDir, ".config"),
				"XDG_STATE_HOME="+filepath.Join(env.WorkDir, ".state"),
			)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "stage": stage, "point": point, "fault": fault, "field": field, "valid": valid, "asked": asked,
			"mend": mend, "mkfifo": mkfifo, "fleet": fleet, "started": started,
			"mute": mute, "talk": talk, "view": view, "future": future, "keygen": keygen, "answer": answer, "hook": hook,
			"smaller": smaller, "bots": stageBots, "awaited": awaited, "living": living,
			"bybit": stageBybit, "gateio": stageGateio, "htx": stageHTX, "kraken": stageKraken,
			"hyperliquid": stageHyperliquid, "deribit": stageDeribit,
			"vault": vaultServer,
		},
	})
}

// A stagedDesk is the desk of one story: that of the drill, or the one whose
// keys all can be changed by API.
type stagedDesk struct {
	desk *drill.Desk
	bots *bots.Desk
}

// server is the fake of an exchange.
func (th *stagedDesk) server(exchange string) *fake.Server {
	if th.bots != nil {
		return th.bots.Server(exchange)
	}
	return th.desk.Server(exchange)
}

// stage starts the drill's fakes and writes its rekey.yaml and .env into the
// current folder; with mess also its leaked dump and messy home folder, with
// theft also what was done with a key already.
func stage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 || len(args) == 1 && args[0] != "mess" && args[0] != "theft" {
		ts.Fatalf("usage: stage [mess | theft]")
	}
	desk, err := drill.Start(time.Now)
	ts.Check(err)
	ts.Defer(desk.Close)
	if len(args) == 1 && args[0] == "theft" {
		desk.Theft()
	}
	folder := ts.MkAbs("staged")
	ts.Check(desk.Write(folder))
	for _, name := range []string{"rekey.yaml", ".env"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o600))
	}
	if len(args) == 1 && args[0] == "mess" {
		for _, name := range []string{"home", "dump.jsonl"} {
			ts.Check(os.Rename(filepath.Join(folder, name), ts.MkAbs(name)))
		}
	}
	ts.Check(os.RemoveAll(folder))
	stages.set(ts.Getenv("WORK"), &stagedDesk{desk: desk})
}

// stages are the desks by their story's folder. Stories run in parallel.
var stages syncMap

// point adds the endpoints of the stage to a configuration, so that it reaches
// the fakes and nothing else.
func point(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: point FILE")
	}
	text := ts.ReadFile(args[0]) + "exchanges:\n"
	for name, url := range stages.get(ts.Getenv("WORK")).desk.Endpoints {
		if name != "3commas" {
			text += fmt.Sprintf("  %s: {endpoint: %q}\n", name, url)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// exits runs a program and checks its exit code exactly. Afterwards no secret
// of the stage may stand in what it printed or in any file but .env.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	noSecrets(ts)
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func noSecrets(ts *testscript.TestScript) {
	th := stages.get(ts.Getenv("WORK"))
	secrets := []string{fake.Canary, fake.HexCanary}
	if th != nil && th.desk != nil {
		for _, v := range th.desk.Environ() {
			name, value, _ := strings.Cut(v, "=")
			if !strings.HasSuffix(name, "_API_KEY") {
				secrets = append(secrets, value)
			}
		}
	}
	printed := map[string]string{"stdout": ts.ReadFile("stdout"), "stderr": ts.ReadFile("stderr")}
	_ = filepath.Walk(ts.Getenv("WORK"), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() && strings.HasPrefix(info.Name(), "out") {
			data, _ := os.ReadFile(path)
			printed[path] = string(data)
		}
		return nil
	})
	for where, text := range printed {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				ts.Fatalf("%s holds a secret", where)
			}
		}
	}
}

// fault breaks a fake: fault EXCHANGE PATH WHAT, where the path must contain
// PATH.
func fault(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: fault EXCHANGE PATH WHAT")
	}
	effects := map[string]fake.Effect{
		"500": fake.Answer(500, "application/json", "{}"), "503": fake.Answer(503, "application/json", "{}"),
		"451": fake.Answer(451, "application/json", `{"code":0,"msg":"restricted location"}`), "firewall": fake.Firewall(),
		"ban":   fake.Answer(http.StatusTeapot, "application/json", "{}", "Retry-After", "7200"),
		"reset": fake.Reset(), "cut": fake.Truncated(), "html": fake.Answer(200, "text/html", "<html>login</html>"),
		"redirect": fake.Redirect("http://127.0.0.1:1/"), "endless": fake.Endless(1 << 30), "hang": fake.Late(time.Hour),
	}
	effect, ok := effects[args[2]]
	if !ok {
		ts.Fatalf("no fault is called %s", args[2])
	}
	stages.get(ts.Getenv("WORK")).server(args[0]).Break(fake.Fault{Path: args[1], Do: effect})
}

// mend takes all faults from a fake: mend EXCHANGE.
func mend(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mend EXCHANGE")
	}
	stages.get(ts.Getenv("WORK")).server(args[0]).Mend()
}

// answer makes a fake answer with a file from now on, and mends whatever was
// broken before: answer EXCHANGE PATH FILE, where the path must contain PATH.
// PREFIX_API_KEY in the file stands for that access key of the stage.
func answer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: answer EXCHANGE PATH FILE")
	}
	desk, text := stages.get(ts.Getenv("WORK")).desk, ts.ReadFile(args[2])
	for _, v := range desk.Environ() {
		if name, value, _ := strings.Cut(v, "="); strings.HasSuffix(name, "_API_KEY") {
			text = strings.ReplaceAll(text, name, value)
		}
	}
	desk.Server(args[0]).Mend()
	desk.Server(args[0]).Break(fake.Fault{Path: args[1], Do: fake.Answer(200, "application/json", text)})
}

// hook starts a webhook that answers with a status and appends what it is told
// to FILE; HOOK is its address: hook STATUS FILE.
func hook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hook STATUS FILE")
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	file := ts.MkAbs(args[1])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = f.Write(append(body, '\n'))
			_ = f.Close()
		}
		http.Error(w, "CANARY quoted: "+r.URL.String(), status)
	}))
	ts.Defer(server.Close)
	ts.Setenv("HOOK", "generic+"+server.URL+"/CANARY?template=json")
}

// smaller cuts a file in half: smaller FILE HALF.
func smaller(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: smaller FILE HALF")
	}
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text[:len(text)/2]), 0o600))
}

// asked checks how often a fake was asked: asked EXCHANGE PATH COUNT.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: asked EXCHANGE PATH COUNT")
	}
	n := 0
	for _, r := range stages.get(ts.Getenv("WORK")).server(args[0]).Requests() {
		if strings.Contains(r.Path, args[1]) {
			n++
		}
	}
	if fmt.Sprint(n) != args[2] {
		ts.Fatalf("%s was asked %d times for %s, want %s", args[0], n, args[1], args[2])
	}
}

// field checks a value of a JSON document: field FILE PATH WANT. A path
// segment picks a member of an object, or the object of a list whose name,
// key, rule or access_key is that word.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: [!] field FILE PATH WANT")
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &v); err != nil {
		ts.Fatalf("%s is no JSON: %v", args[0], err)
	}
	for _, segment := range strings.Split(args[1], "|") {
		v = step(v, segment)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	ts.Check(e.Encode(v))
	got := strings.Trim(strings.TrimSpace(b.String()), `"`)
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %s", args[1], got)
	}
}

func step(v any, segment string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[segment]
	case []any:
		if segment == "#" {
			return len(v)
		}
		i := slices.IndexFunc(v, func(x any) bool {
			m, _ := x.(map[string]any)
			for _, name := range []string{"name", "key", "rule", "access_key", "id", "what"} {
				if m[name] == segment {
					return true
				}
			}
			return false
		})
		if i >= 0 {
			return v[i]
		}
	}
	return nil
}

// valid checks a document against the schema that `rekey audit --schema`
// prints, or that of trace: valid FILE [trace].
func valid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 || len(args) == 2 && args[1] != "trace" {
		ts.Fatalf("usage: valid FILE [trace]")
	}
	printed := report.Schema
	if len(args) == 2 {
		printed = report.TraceSchema
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed))
	ts.Check(err)
	c := jsonschema.NewCompiler()
	ts.Check(c.AddResource("audit.json", schema))
	compiled, err := c.Compile("audit.json")
	ts.Check(err)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if err := compiled.Validate(doc); err != nil {
		ts.Fatalf("%v", err)
	}
}

// A syncMap holds the desks of stories that run in parallel.
type syncMap struct {
	mu sync.Mutex
	m  map[string]*stagedDesk
}

func (s *syncMap) get(work string) *stagedDesk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[work]
}

func (s *syncMap) set(work string, t *stagedDesk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil {
		s.m = map[string]*stagedDesk{}
	}
	s.m[work] = t
}
