package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/drill"
)

// The stories of a drill in which a person acts run on a clock that goes when
// the drill sleeps; what the person does, they do in that sleep.

type playDoc struct {
	Keys []struct {
		Name, Status, Lost string
		Planted            bool
		DeadAt             *time.Time `json:"dead_at"`
		KilledBy           string     `json:"killed_by"`
		LastLossAt         *time.Time `json:"last_loss_at"`
		LastUsedAt         *time.Time `json:"thief_last_used_at"`
		RefusedAt          *time.Time `json:"thief_refused_at"`
	}
	Summary struct {
		Keys, Dead, Alive int
		ExitCode          int `json:"exit_code"`
	}
}

// A stream is what somebody prints, from several places at once. Every time it
// is written to, the credentials that lie in folder are remembered.
type stream struct {
	mu      *sync.Mutex
	b       bytes.Buffer
	pattern string // where .env lies
	secrets map[string]bool
}

func newStream(pattern string) *stream {
	return &stream{mu: &sync.Mutex{}, pattern: pattern, secrets: map[string]bool{}}
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remember()
	return s.b.Write(p)
}

var quoted = regexp.MustCompile(`(?m)_API_(?:SECRET|PASSPHRASE)="([^"]+)"$`)

func (s *stream) remember() {
	files, _ := filepath.Glob(s.pattern)
	for _, f := range files {
		data, _ := os.ReadFile(f)
		for _, m := range quoted.FindAllStringSubmatch(string(data), -1) {
			s.secrets[m[1]] = true
		}
	}
}

func (s *stream) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// clean fails when a secret of the stage was printed.
func (s *stream) clean(t *testing.T, texts ...string) {
	t.Helper()
	if len(s.secrets) < 15 {
		t.Fatalf("only %d secrets were seen", len(s.secrets))
	}
	for _, text := range append(texts, s.String()) {
		for secret := range s.secrets {
			if strings.Contains(text, secret) {
				t.Error("a secret was printed")
			}
		}
		if strings.Contains(text, "CANARY") {
			t.Error("a secret that a fake made was printed")
		}
	}
}

var night = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

func read(t *testing.T, text string) playDoc {
	t.Helper()
	var doc playDoc
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

// checkDead holds a finished game to what it says: every key is dead, and none
// lost anything after its death.
func checkDead(t *testing.T, doc playDoc) {
	t.Helper()
	if doc.Summary.Alive > 0 || doc.Summary.Dead != len(doc.Keys) || len(doc.Keys) < 7 {
		t.Errorf("the summary says %+v of %d keys", doc.Summary, len(doc.Keys))
	}
	lost := 0
	for _, k := range doc.Keys {
		if k.Status != "dead" || k.DeadAt == nil {
			t.Errorf("%s is %s", k.Name, k.Status)
			continue
		}
		if k.LastLossAt != nil {
			lost++
			if k.LastLossAt.After(*k.DeadAt) {
				t.Errorf("%s died at %s and lost at %s", k.Name, k.DeadAt, k.LastLossAt)
			}
		}
		if (k.LastLossAt == nil) != (k.Lost == "0.00") {
			t.Errorf("%s lost %s, at last at %v", k.Name, k.Lost, k.LastLossAt)
		}
	}
	if lost < 4 {
		t.Errorf("only %d keys lost anything", lost)
	}
}

// Unattended: all of it is true, nothing of a secret is printed, and the folder
// is gone.
func TestDrillAlone(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp) // on Windows
	stderr := newStream(filepath.Join(temp, "rekey-drill-*", "desk", ".env"))
	var stdout bytes.Buffer
	app := &cmd.App{
		Stdin: strings.NewReader(
			"",
		), Stdout: &stdout, Stderr: stderr, Environ: []string{"REKEY_CONFIG=/nowhere/rekey.yaml"}, Dir: t.TempDir(),
		Now: func() time.Time { return night }, Registry: all.Registry(),
		Sleep: func(context.Context, time.Duration) error {
			t.Error("an unattended drill waits")
			return nil
		},
	}
	if code := app.Run(t.Context(), []string{"drill", "--play", "--auto", "--format", "json"}); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	doc := read(t, stdout.String())
	checkDead(t, doc)
	for _, k := range doc.Keys { // they tried each one after its death, and found out
		if k.Name == "grid-bot" && k.KilledBy != "api" {
			t.Errorf("no command killed it, but %q", k.KilledBy)
		}
		if k.RefusedAt == nil || k.LastUsedAt != nil && k.LastUsedAt.After(*k.DeadAt) {
			t.Errorf("the thief with %s: %+v", k.Name, k)
		}
	}
	stderr.clean(t, stdout.String())
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A player is a drill in which a person acts at set times.
type player struct {
	*cmd.App
	t      *testing.T
	clock  *drill.Clock
	folder string
	stdout bytes.Buffer
	stderr *stream
	acts   map[time.Duration]func()
}

func newPlayer(t *testing.T) *player {
	t.Helper()
	p := &player{t: t, clock: drill.NewClock(night), acts: map[time.Duration]func(){}}
	dir := t.TempDir()
	p.folder = filepath.Join(dir, "rekey-drill")
	p.stderr = newStream(filepath.Join(p.folder, ".env"))
	p.App = &cmd.App{
		Stdin: strings.NewReader(
			"",
		), Stdout: &p.stdout, Stderr: p.stderr, Dir: dir, Now: p.clock.Now, Registry: all.Registry(),
		Sleep: func(ctx context.Context, d time.Duration) error {
			if err := p.clock.Sleep(ctx, d); err != nil {
				return err
			}
			at := p.clock.Now().Sub(night)
			if at > time.Hour {
				t.Error("the drill does not end")
				return context.Canceled
			}
			for _, due := range slices.Sorted(maps.Keys(p.acts)) {
				if act := p.acts[due]; due <= at {
					delete(p.acts, due)
					act()
				}
			}
			return ctx.Err()
		},
	}
	return p
}

// command runs a command in the other terminal.
func (p *player) command(want int, args ...string) {
	p.t.Helper()
	app := &cmd.App{
		Stdin: strings.NewReader(
			"",
		), Stdout: p.stderr, Stderr: p.stderr, Dir: p.folder, Now: p.clock.Now, Sleep: p.clock.Sleep,
		Registry: all.Registry(),
		Environ: []string{
			"XDG_STATE_HOME=" + filepath.Join(p.folder, "state"),
		}, Terminal: func() (io.ReadWriteCloser, error) { return nil, errors.New("none") },
	}
	if code := app.Run(p.t.Context(), args); code != want {
		p.t.Errorf("rekey %s: exit %d, want %d", strings.Join(args, " "), code, want)
	}
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+/[0-9a-f]{32}/`)

// byPage deletes a key on the page that the drill has named.
func (p *player) byPage(key string) {
	p.t.Helper()
	res, err := http.PostForm(address.FindString(p.stderr.String())+"delete", url.Values{"key": {key}})
	if err != nil {
		p.t.Error(err)
		return
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		p.t.Errorf("%s could not be deleted: HTTP %d", key, res.StatusCode)
	}
}

// A person acts from another terminal and on the page, and the drill ends with
// the last key.
func TestDrillPlayed(t *testing.T) {
	p := newPlayer(t)
	p.acts[45*time.Second] = func() {
		p.command(0, "rotate", "grid-bot", "--compromised", "--yes", "--accept-risk", "bot-still-running")
	}
	p.acts[70*time.Second] = func() { p.command(6, "revoke", "main-binance", "okx-main", "kucoin-bot", "--yes") }
	p.acts[90*time.Second] = func() {
		for _, key := range []string{"main-binance", "okx-main", "kucoin-bot", "xke7", "d346", "ZnQc"} {
			p.byPage(key)
		}
	}
	if code := p.Run(t.Context(), []string{"drill", "--play", "--format", "json"}); code != 0 {
		t.Fatalf("exit %d: %s", code, p.stderr)
	}
	checkDead(t, read(t, p.stdout.String()))
	if at := p.clock.Now().Sub(night); at > 2*time.Minute {
		t.Errorf("all keys were dead, and it went on until %s", at)
	}
	for _, want := range []string{
		"STAGED: ", "export XDG_STATE_HOME=$PWD/state", "20s: main-binance: ALIVE, THIEF AT WORK",
		"grid-bot: ALIVE, thief shut out",
		"20s: the thief made a key for themselves: binance/grid@desk.example/ZnQc", "grid-bot: dead, by api",
		"okx-main: dead, by hand", "\n1 main-binance",
	} {
		if !strings.Contains(p.stderr.String(), want) {
			t.Errorf("it did not say %q:\n%s", want, p.stderr)
		}
	}
	p.stderr.clean(t, p.stdout.String())
}

// The new key of a rotation is nobody's but the player's, and works on.
func TestDrillLeavesTheNewKey(t *testing.T) {
	p := newPlayer(t)
	p.acts[30*time.Second] = func() {
		p.command(0, "rotate", "grid-bot", "--compromised", "--yes", "--accept-risk", "bot-still-running")
	}
	p.acts[60*time.Second] = func() {
		for _, key := range []string{"main-binance", "okx-main", "kucoin-bot", "xke7", "d346", "ZnQc"} {
			p.byPage(key)
		}
		p.command(4, "audit", "grid-bot", "--fail-on", "none") // its manager is dead: nobody lists its account any more
	}
	if code := p.Run(t.Context(), []string{"drill", "--play"}); code != 0 {
		t.Fatalf("exit %d: %s", code, p.stderr)
	}
	if !strings.Contains(p.stdout.String(), "7 of 7 keys dead") {
		t.Error(p.stdout.String())
	}
}

// Ctrl-C ends it with the table, and says that it was not over.
func TestDrillInterrupted(t *testing.T) {
	p := newPlayer(t)
	ctx, interrupt := context.WithCancel(t.Context())
	p.acts[50*time.Second] = func() {
		p.byPage("okx-main")
		interrupt()
	}
	if code := p.Run(ctx, []string{"drill", "--play"}); code != 130 {
		t.Fatalf("exit %d: %s", code, p.stderr)
	}
	out := p.stdout.String()
	for _, want := range []string{"okx-main", "dead, by hand", "ALIVE, THIEF AT WORK", "1 of 7 keys dead"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, err := os.Stat(filepath.Join(p.folder, "rekey.yaml")); err != nil {
		t.Error(err)
	}
}

// --quiet says nothing but the table.
func TestDrillQuiet(t *testing.T) {
	p := newPlayer(t)
	ctx, interrupt := context.WithCancel(t.Context())
	p.acts[50*time.Second] = interrupt
	if code := p.Run(ctx, []string{"drill", "--play", "--quiet"}); code != 130 || p.stderr.String() != "" {
		t.Errorf("exit %d, and it said %q", code, p.stderr)
	}
}
