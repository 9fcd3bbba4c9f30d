package cmd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges/all"
	"rekey/internal/drill"
	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/coinbase"
)

// A person sits at a terminal: reads what is asked, and answers by the next
// rule when its words stand in the question. They may also act on the web page.
type person struct {
	mu      sync.Mutex
	read    *io.PipeReader
	write   *io.PipeWriter
	seen    strings.Builder
	pending strings.Builder // since the last answer
	rules   []rule
}

// A rule is used once, when it is the first of those that are left.
type rule struct {
	asked  string
	answer string
	act    func() // on the exchange's page, before the answer
	leaves bool   // closes the terminal instead of answering
}

func newPerson(rules ...rule) *person {
	p := &person{rules: rules}
	p.read, p.write = io.Pipe()
	return p
}

func (p *person) Read(b []byte) (int, error) { return p.read.Read(b) }

func (p *person) Close() error { return nil }

// Hide is a terminal that can hide what is typed.
func (p *person) Hide() (func() error, error) { return func() error { return nil }, nil }

func (p *person) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen.Write(b)
	p.pending.Write(b)
	if len(p.rules) == 0 || !strings.Contains(p.pending.String(), p.rules[0].asked) {
		return len(b), nil
	}
	r := p.rules[0]
	p.rules = p.rules[1:]
	p.pending.Reset()
	if r.act != nil {
		r.act()
	}
	if r.leaves {
		_ = p.write.Close()
		return len(b), nil
	}
	go func() { _, _ = io.WriteString(p.write, r.answer+"\n") }()
	return len(b), nil
}

// A room is where a command runs: an inventory, a state directory, a person.
type room struct {
	t              *testing.T
	dir            string
	stdout, stderr bytes.Buffer
	clock          *drill.Clock // nil for the real one, on which waiting takes no time
	stdin          io.Reader
}

func newRoom(t *testing.T, config string, env ...string) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir()}
	for name, text := range map[string]string{"rekey.yaml": config, ".env": strings.Join(env, "\n") + "\n"} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// run runs a command with somebody at the terminal, or nobody when p is nil.
// Waiting takes no time.
func (r *room) run(ctx context.Context, p *person, args ...string) int {
	r.t.Helper()
	r.stdout.Reset()
	r.stderr.Reset()
	app := &App{
		Stdin: r.stdin, Stdout: &r.stdout, Stderr: &r.stderr, Dir: r.dir, Registry: all.Registry(),
		Environ: []string{"HOME=" + r.dir, "PATH=" + os.Getenv("PATH")},
		Now:     time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Terminal: func() (io.ReadWriteCloser, error) {
			if p == nil {
				return nil, errors.New("no terminal")
			}
			return p, nil
		},
	}
	if r.clock != nil {
		app.Now, app.Sleep = r.clock.Now, r.clock.Sleep
	}
	code := app.Run(ctx, args)
	text := r.stdout.String() + r.stderr.String()
	if p != nil {
		text += p.seen.String()
	}
	_ = filepath.Walk(filepath.Join(r.dir, ".local"), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			data, _ := os.ReadFile(path)
			text += string(data)
		}
		return nil
	})
	if i := max(strings.Index(text, fake.Canary), strings.Index(text, fake.HexCanary)); i >= 0 {
		r.t.Fatalf("%v: a secret is shown or kept in clear: …%s", args, text[max(0, i-80):i])
	}
	return code
}

// doc is the JSON document of the last command.
func (r *room) doc() (doc struct {
	Runs []struct {
		ID, Stage, Kind, Why string
		ConfirmedDead        bool `json:"confirmed_dead"`
	}
	Person []struct {
		Run, Why string
		Steps    []string
	}
	Summary map[string]int
},
) {
	r.t.Helper()
	if err := json.Unmarshal(r.stdout.Bytes(), &doc); err != nil {
		r.t.Fatalf("%v\n%s\n%s", err, r.stdout.String(), r.stderr.String())
	}
	return doc
}

// onBinance is a desk of one master key, its successor made on the page, and
// another one that is too wide.
type onBinance struct {
	*room
	x              *binance.Exchange
	old, made, fat *binance.Key
	kucoinKey      string
}

func binanceKey(name string, flags ...string) *binance.Key {
	return &binance.Key{
		AccessKey: (name + strings.Repeat("k", 64))[:64], Secret: ("CANARY" + name + strings.Repeat("s", 64))[:64],
		Created: time.Now().
			Add(-24 * time.Hour),
		Whitelist: []string{"127.0.0.1"}, Flags: append([]string{"enableReading"}, flags...),
	}
}

func startBinance(t *testing.T) *onBinance {
	t.Helper()
	b := &onBinance{
		old: binanceKey("OLDKEY0", "enableSpotAndMarginTrading"), made: binanceKey("NEWKEY1", "enableSpotAndMarginTrading"),
		fat: binanceKey("FATKEY2", "enableSpotAndMarginTrading", "enableWithdrawals"), kucoinKey: "61f8c0a1b2c3d4e5f6a7b8c9",
	}
	s, x, err := binance.Start(time.Now, &binance.Account{ID: "1", Keys: []*binance.Key{b.old, b.made, b.fat}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	b.x = x
	b.room = newRoom(t, fmt.Sprintf(`version: 1
keys:
  main: {exchange: binance, credential: "dotenv:.env#MAIN", rotate: {reload: ["true"]}}
exchanges:
  binance: {endpoint: %q}
`, s.URL), "# kept", "MAIN_API_KEY="+b.old.AccessKey, "MAIN_API_SECRET="+b.old.Secret)
	return b
}

func (b *onBinance) holds() string {
	data, _ := os.ReadFile(filepath.Join(b.dir, ".env"))
	switch text := string(data); {
	case strings.Contains(text, b.made.AccessKey) && strings.Contains(text, b.made.Secret):
		return "new"
	case strings.Contains(text, b.old.AccessKey):
		return "old"
	default:
		return "neither"
	}
}

func (b *onBinance) deleteOld() { b.x.Do(func() { b.old.Deleted = true }) }

const (
	askKey     = ": access key, or @FILE that"
	askAgain   = ": Enter when it is changed"
	askSecret  = "Secret (not shown)"
	askDelete  = ": deleted it? [Enter] check"
	askUnusual = "Use it all the same?"
	askPlan    = "Carry out this plan?"
)

// A master key is rotated by hand: the person makes typos, takes the wrong key,
// and says that they deleted the old one before they did.
func TestWalkThroughARotation(t *testing.T) {
	b := startBinance(t)
	told := 0
	p := newPerson(
		rule{asked: askPlan, answer: "y"},
		rule{asked: askKey, answer: "two words"},
		rule{asked: askSecret, answer: "x"},
		rule{
			asked:  askKey,
			answer: b.kucoinKey,
		},
		rule{asked: askSecret, answer: "f03a5284-5c39-4aaa-9b20-dea10bCANARY"},
		rule{asked: askUnusual, answer: "n"},
		rule{asked: askKey, answer: b.old.AccessKey},
		rule{asked: askSecret, answer: b.old.Secret},
		rule{asked: askKey, answer: b.made.AccessKey[:63] + "x"},
		rule{asked: askSecret, answer: b.made.Secret},
		rule{asked: askAgain, answer: b.made.AccessKey},
		rule{asked: askSecret, answer: b.fat.Secret},
		rule{asked: askAgain, answer: b.fat.AccessKey},
		rule{asked: askSecret, answer: b.fat.Secret},
		rule{asked: askAgain, answer: b.made.AccessKey},
		rule{asked: askSecret, answer: b.made.Secret},
		rule{asked: askDelete, answer: "", act: func() { told++ }},
	)
	go func() { // they delete it a little after they said so
		for {
			time.Sleep(20 * time.Millisecond)
			p.mu.Lock()
			done := told > 0
			p.mu.Unlock()
			if done {
				time.Sleep(200 * time.Millisecond)
				b.deleteOld()
				return
			}
		}
	}()
	code := b.run(t.Context(), p, "rotate", "main", "--format", "json")
	doc := b.doc()
	if code != exitPerson || doc.Runs[0].Stage != "done" || !doc.Runs[0].ConfirmedDead || b.holds() != "new" {
		t.Fatalf(
			"exit %d, .env holds the %s key\n%s\n%s\n%s",
			code,
			b.holds(),
			b.stdout.String(),
			b.stderr.String(),
			p.seen.String(),
		)
	}
	// The one that was too wide lives, and a person has to delete it.
	if len(doc.Person) != 1 || !strings.Contains(strings.Join(doc.Person[0].Steps, " "), "FATK…") ||
		doc.Person[0].Run == "" {
		t.Errorf("person: %+v", doc.Person)
	}
	for _, want := range []string{
		"has a space in it", "has an unusual form", "that is the old key", "knows no such key",
		"wider than asked for (withdraw)",
		"Give it: read, spot, and nothing else", "Name it rekey", "binance.com/en/my/settings/api-management",
	} {
		if !strings.Contains(strings.Join(strings.Fields(p.seen.String()), " "), want) {
			t.Errorf("the person was not told %q:\n%s", want, p.seen.String())
		}
	}
	if !strings.Contains(b.stderr.String(), "Still active") {
		t.Errorf("nobody said that the old key still lived:\n%s", b.stderr.String())
	}
}

// The terminal is closed at each question, once; resuming goes on there and
// nothing is lost.
func TestWalkLeftAtEachQuestion(t *testing.T) {
	for _, at := range []string{askKey, askSecret, askDelete} {
		t.Run(at, func(t *testing.T) {
			b := startBinance(t)
			giving := []rule{{asked: askKey, answer: b.made.AccessKey}, {asked: askSecret, answer: b.made.Secret}}
			rules := []rule{{asked: askPlan, answer: "y"}}
			for _, r := range append(giving, rule{asked: askDelete}) {
				if r.asked == at {
					rules = append(rules, rule{asked: at, leaves: true})
					break
				}
				rules = append(rules, r)
			}
			p := newPerson(rules...)
			if code := b.run(t.Context(), p, "rotate", "main", "--format", "json"); code != exitPerson {
				t.Fatalf("exit %d\n%s\n%s", code, b.stdout.String(), b.stderr.String())
			}
			id := b.doc().Runs[0].ID
			if s := b.doc().Runs[0].Stage; s != "needs_person" {
				t.Errorf("stage %s", s)
			}
			// Nobody there: it waits, and says for what.
			if code := b.run(t.Context(), nil, "runs", "resume", id, "--yes", "--format", "json"); code != exitPerson ||
				len(b.doc().Person) != 1 {
				t.Fatalf("exit %d\n%s\n%s", code, b.stdout.String(), b.stderr.String())
			}
			// A second run on the key is refused.
			if code := b.run(t.Context(), newPerson(rule{asked: askPlan, answer: "y"}), "revoke",
				"main"); code != exitUnfinished {
				t.Errorf("a second run was begun: %d\n%s", code, b.stderr.String())
			}
			rules = []rule{{asked: askDelete, act: b.deleteOld}}
			if at != askDelete {
				rules = append(giving, rules...)
			}
			p = newPerson(rules...)
			code := b.run(t.Context(), p, "runs", "resume", id, "--yes", "--format", "json")
			if code != exitDone || b.doc().Runs[0].Stage != "done" || b.holds() != "new" {
				t.Fatalf("exit %d, .env holds the %s key\n%s\n%s", code, b.holds(), b.stdout.String(), b.stderr.String())
			}
		})
	}
}

// Over SSH without a terminal the credential comes from a pipe; the deletion
// waits for a person, and is found by a resume without one.
func TestWalkFromAPipe(t *testing.T) {
	b := startBinance(t)
	b.stdin = strings.NewReader(fmt.Sprintf(`{"version":1,"access_key":%q,"secret":%q}`, b.made.AccessKey, b.made.Secret))
	if code := b.run(t.Context(), nil, "rotate", "main", "--yes", "--new-from", "-", "--format",
		"json"); code != exitPerson ||
		b.holds() != "new" {
		t.Fatalf("exit %d, %s\n%s\n%s", code, b.holds(), b.stdout.String(), b.stderr.String())
	}
	id := b.doc().Runs[0].ID
	b.deleteOld()
	if code := b.run(t.Context(), nil, "runs", "resume", id, "--yes", "--format", "json"); code != exitDone ||
		!b.doc().Runs[0].ConfirmedDead {
		t.Fatalf("exit %d\n%s\n%s", code, b.stdout.String(), b.stderr.String())
	}
}

// A run by hand can be taken back: the old credential returns, and the new key
// is to be deleted by the person.
func TestWalkTakenBack(t *testing.T) {
	b := startBinance(t)
	b.stdin = strings.NewReader(fmt.Sprintf(`{"version":1,"access_key":%q,"secret":%q}`, b.made.AccessKey, b.made.Secret))
	p := newPerson(rule{asked: askDelete, leaves: true})
	if err := os.WriteFile(filepath.Join(b.dir, "rekey.yaml"),
		bytes.ReplaceAll(b.config(), []byte(`["true"]`), []byte(`["false"]`)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := b.run(t.Context(), p, "rotate", "main", "--yes", "--new-from", "-", "--format",
		"json"); code != exitUnfinished {
		t.Fatalf("the reload failed and the exit is %d\n%s", code, b.stderr.String())
	}
	id := b.doc().Runs[0].ID
	if err := os.WriteFile(filepath.Join(b.dir, "rekey.yaml"),
		bytes.ReplaceAll(b.config(), []byte(`["false"]`), []byte(`["true"]`)), 0o600); err != nil {
		t.Fatal(err)
	}
	p = newPerson(rule{asked: askDelete, act: func() { b.x.Do(func() { b.made.Deleted = true }) }})
	code := b.run(t.Context(), p, "runs", "abandon", id, "--yes", "--format", "json")
	if code != exitDone || b.doc().Runs[0].Stage != "abandoned" || b.holds() != "old" {
		t.Fatalf("exit %d, %s\n%s\n%s", code, b.holds(), b.stdout.String(), b.stderr.String())
	}
}

func (b *onBinance) config() []byte {
	data, _ := os.ReadFile(filepath.Join(b.dir, "rekey.yaml"))
	return data
}

// Coinbase has no answer that proves a key dead: the run ends unconfirmed, and
// the person is told what to look at.
func TestWalkWithoutProof(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key := &coinbase.Key{
		Name:      "organizations/0b2a6c1e-8f43-4f0e-9d5e-1c2d3e4f5a6b/apiKeys/1b2a6c1e-8f43-4f0e-9d5e-1c2d3e4f5a6b",
		Public:    public,
		Scopes:    []string{"can_view", "can_trade"},
		Portfolio: "2b2a6c1e-8f43-4f0e-9d5e-1c2d3e4f5a6b",
	}
	s, x, err := coinbase.Start(time.Now, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r := newRoom(
		t,
		fmt.Sprintf(
			"version: 1\nkeys:\n  cdp: {exchange: coinbase, credential: \"dotenv:.env#CDP\"}\nexchanges:\n"+
				"  coinbase: {endpoint: %q}\n",
			s.URL,
		),
		"CDP_API_KEY="+key.Name,
		"CDP_API_SECRET="+base64.StdEncoding.EncodeToString(private),
	)
	p := newPerson(
		rule{asked: askPlan, answer: "y"},
		rule{asked: askDelete, act: func() { x.Do(func() { key.Deleted = true }) }},
	)
	code := r.run(t.Context(), p, "revoke", "cdp", "--format", "json")
	doc := r.doc()
	if code != exitPerson || doc.Runs[0].Stage != "unconfirmed" || doc.Runs[0].ConfirmedDead || len(doc.Person) != 1 {
		t.Fatalf("exit %d\n%s\n%s", code, r.stdout.String(), r.stderr.String())
	}
}
