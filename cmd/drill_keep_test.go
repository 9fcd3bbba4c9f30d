package cmd

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges/all"
)

// A kept drill can be finished: the walk leads to the drill's own page, deletes there
// what only a website can delete, and no page of a real exchange is named.
func TestKeptDrillIsFinished(t *testing.T) {
	r := &room{t: t, dir: t.TempDir()}
	ctx, stop := context.WithCancel(t.Context())
	var drilling sync.WaitGroup
	drilling.Go(func() {
		app := &App{
			Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Dir: r.dir, Now: time.Now,
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, Registry: all.Registry(),
		}
		if code := app.Run(ctx, []string{"drill", "--keep", "--dir", "desk"}); code != exitDone {
			t.Errorf("the drill exits %d", code)
		}
	})
	defer drilling.Wait()
	defer stop()
	page := ""
	for range 500 {
		text, _ := os.ReadFile(filepath.Join(r.dir, "desk", "rekey.yaml"))
		page = regexp.MustCompile(`http://127\.0\.0\.1:\d+/[0-9a-f]{32}/`).FindString(string(text))
		if _, err := os.Stat(filepath.Join(r.dir, "desk", "home")); page != "" && err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if page == "" {
		t.Fatal("rekey.yaml names no page of the drill")
	}
	r.dir = filepath.Join(r.dir, "desk")
	var p *person
	asked := regexp.MustCompile(`(\S+): deleted it\?`)
	act := func() {
		all := asked.FindAllStringSubmatch(p.seen.String(), -1)
		name := all[len(all)-1][1]
		res, err := http.PostForm(page+"delete", url.Values{"key": {name}})
		if err != nil {
			t.Error(err)
			return
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s could not be deleted: HTTP %d", name, res.StatusCode)
		}
	}
	p = newPerson(
		rule{asked: askPlan, answer: "y"}, rule{asked: askDelete, act: act}, rule{asked: askDelete, act: act},
		rule{asked: askDelete, act: act},
	)
	code := r.run(t.Context(), p, "respond", "3commas-2022")
	said := p.seen.String() + r.stderr.String() + r.stdout.String()
	if code != exitDone || strings.Contains(said, "STILL A") || len(p.rules) > 0 {
		t.Errorf("exit %d\n%s", code, said)
	}
	if !strings.Contains(p.seen.String(), page) || strings.Contains(p.seen.String(), "https://www.") {
		t.Errorf("the steps lead elsewhere:\n%s", p.seen.String())
	}
}
