//go:build unix

package main_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/bots"
)

// responses is how many responses TestKilledResponse kills, each up to three
// times; `make crash` asks for more.
func responses() int {
	if n, err := strconv.Atoi(os.Getenv("REKEY_KILLS")); err == nil {
		return n
	}
	return 2
}

// A response to four keys at three exchanges is killed with SIGKILL at a random
// request, and killed again while it is resumed, and resumed until it says that it
// is over. Whatever it says of a key, the exchange agrees, and it never exits 0
// while one lives.
func TestKilledResponse(t *testing.T) {
	var c counts
	t.Cleanup(func() {
		t.Logf(
			"%d responses, %d starts of the program, %d real SIGKILLs: with all keys alive %d, with some "+
				"dead %d, with all dead %d",
			responses(),
			c.starts.Load(),
			c.kills[0].Load()+c.kills[1].Load()+c.kills[2].Load(),
			c.kills[0].Load(),
			c.kills[1].Load(),
			c.kills[2].Load(),
		)
	})
	for n := range responses() {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			killedResponse(t, n, &c)
		})
	}
}

// counts are what all responses of the test went through.
type counts struct {
	starts atomic.Int64
	kills  [3]atomic.Int64 // with all keys alive, with some dead, with all dead
}

// A shot kills the program at one of its requests, before the exchange sees it or
// after it has acted and before it has answered.
type shot struct {
	mu      sync.Mutex
	at      int // the request, counted down; 0 for none
	before  bool
	process *os.Process
}

func (s *shot) aim(at int, before bool, p *os.Process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.before, s.process = at, before, p
}

// hits counts a request, and reports whether it is the one.
func (s *shot) hits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at--
	return s.at == 0
}

func (s *shot) around(exchange fake.Effect) fake.Effect {
	return func(w http.ResponseWriter, q *http.Request, h http.Handler) {
		if !s.hits() {
			exchange(w, q, h)
			return
		}
		if !s.before {
			fake.Behind(func(http.ResponseWriter, *http.Request, http.Handler) {})(w, q, h)
		}
		_ = s.process.Signal(os.Kill)
		<-q.Context().Done()
	}
}

// A keysDoc is what a response says of keys.
type keysDoc struct {
	Keys    []struct{ Key, State, Next string }
	Summary struct {
		ExitCode int `json:"exit_code"`
	}
}

func killedResponse(t *testing.T, n int, c *counts) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 2))
	d, err := bots.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	shot := &shot{}
	for _, name := range []string{"binance", "kucoin", "okx"} {
		d.Server(name).Break(fake.Fault{Do: shot.around(fake.Late(time.Duration(1+r.IntN(8)) * time.Millisecond))})
	}
	evil := &binance.Key{
		AccessKey: fake.LettersOf("intruder", 64), Secret: fake.RandomLetters(64), Label: "bot 2", Created: time.Now(),
		Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
	}
	if n%2 == 1 { // an intruder makes a key while the response goes on
		d.Server("kucoin").Mend()
		d.Server("kucoin").
			Break(fake.Fault{Skip: 4 + r.IntN(12), Times: 1, Do: func(w http.ResponseWriter, q *http.Request, h http.Handler) {
				d.Binance.Do(func() { d.GridSub.Keys = append(d.GridSub.Keys, evil) })
				h.ServeHTTP(w, q)
			}})
		d.Server("kucoin").Break(fake.Fault{Do: shot.around(fake.Late(time.Millisecond))})
	}
	intruder := func() bool {
		return slices.ContainsFunc(d.Binance.Live(), func(k fake.LiveKey) bool { return k.AccessKey == evil.AccessKey })
	}
	dir := t.TempDir()
	if err := d.Write(dir); err != nil {
		t.Fatal(err)
	}
	run := func(at int, args ...string) (stdout, stderr string, exit int, killed bool) {
		c.starts.Add(1)
		command := exec.Command(binary, append(args, "--state", filepath.Join(dir, "state"))...)
		command.Dir = dir
		var out, errors bytes.Buffer
		command.Stdout, command.Stderr = &out, &errors
		shot.aim(0, false, nil)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		shot.aim(at, r.IntN(2) == 0, command.Process)
		exit = code(command.Wait())
		if text := out.String() + errors.String(); strings.Contains(text, fake.Canary) ||
			strings.Contains(text, fake.HexCanary) {
			t.Fatalf("%q printed a secret", args)
		}
		status, _ := command.ProcessState.Sys().(syscall.WaitStatus)
		if killed = status.Signaled(); killed {
			switch len(d.Alive()) {
			case len(bots.Names()):
				c.kills[0].Add(1)
			case 0:
				c.kills[2].Add(1)
			default:
				c.kills[1].Add(1)
			}
		}
		return out.String(), errors.String(), exit, killed
	}
	begin := append(append([]string{"respond"}, bots.Names()...), "--yes", "--format", "json")
	resume := []string{"respond", "--resume", "--yes", "--format", "json"}
	again := begin
	for life := 0; life < 20; life++ {
		at := 0
		if life < 3 {
			at = 1 + r.IntN(60) // a whole response sends some seventy requests
		}
		stdout, stderr, exit, killed := run(at, again...)
		if killed {
			again = resume
			continue
		}
		alive := d.Alive()
		if exit == 2 && strings.Contains(stderr, "no response was begun") { // it was killed before it had a plan
			again = begin
			if len(alive) != len(bots.Names()) {
				t.Fatalf("kill %d: nothing was begun, and only %v live", n, alive)
			}
			continue
		}
		var doc keysDoc
		if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
			t.Fatalf("kill %d: %v, exit %d\n%s\n%s", n, err, exit, stdout, stderr)
		}
		truthful(t, n, doc, alive, exit, stderr, stdout)
		if intruder() && exit == 0 {
			t.Errorf("kill %d: exit 0, and the intruder's key lives\n%s", n, stderr)
		}
		if exit == 0 || len(alive) == 0 && intruder() && strings.Contains(stderr, exchanges.MaskAccessKey(evil.AccessKey)) {
			if _, _, got, _ := run(0, "journal", "verify"); got != 0 {
				t.Errorf("kill %d: the journal does not verify: exit %d", n, got)
			}
			return
		}
		again = resume
	}
	t.Fatalf("kill %d: it never ends", n)
}

// truthful holds what a response says against the exchanges: every key is named,
// one that is called dead is dead, and the exit code is 0 with no living key.
func truthful(t *testing.T, n int, doc keysDoc, alive []string, exit int, stderr, stdout string) {
	t.Helper()
	said := map[string]string{}
	for _, k := range doc.Keys {
		said[k.Key] = k.State
		if (k.State == "dead" || k.State == "gone") && slices.Contains(alive, k.Key) {
			t.Errorf("kill %d: %s is called %s, and lives\n%s", n, k.Key, k.State, stderr)
		}
	}
	for _, name := range bots.Names() {
		if said[name] == "" {
			t.Errorf("kill %d: nothing is said of %s\n%s", n, name, stderr)
		}
	}
	switch {
	case exit == 0 && len(alive) > 0:
		t.Errorf("kill %d: exit 0, and %v live\n%s", n, alive, stderr)
	case exit != 0 && exit != 5 && exit != 6:
		t.Errorf("kill %d: exit %d\n%s", n, exit, stderr)
	case len(alive) > 0 && !strings.Contains(stderr, "go on with: rekey respond --resume"):
		t.Errorf("kill %d: exit %d, and no command that goes on is named\n%s\n%s", n, exit, stderr, stdout)
	}
}
