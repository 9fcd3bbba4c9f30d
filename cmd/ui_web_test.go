package cmd

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges/all"
	"rekey/internal/drill"
	"rekey/internal/fake"
)

// A stderr that is read while a command writes to it.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// The page of --web is the audit once it is there. Before that it says that
// nothing is known, and the browser asks again; it ends with the command.
func TestWeb(t *testing.T) {
	stage, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	dir := filepath.Join(t.TempDir(), "desk")
	if err := stage.Write(dir); err != nil {
		t.Fatal(err)
	}
	answers := make(chan struct{})
	stage.Server("okx").
		Break(fake.Fault{Path: "/api/v5/account/config", Do: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			select {
			case <-answers:
			case <-r.Context().Done():
			}
			next.ServeHTTP(w, r)
		}})
	read, write := io.Pipe()
	var stderr lockedText
	app := &App{
		Stdout: write, Stderr: &stderr, Dir: dir, Registry: all.Registry(), Environ: []string{"HOME=" + t.TempDir()},
		Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	code := make(chan int, 1)
	go func() { code <- app.Run(ctx, []string{"ui", "--web"}) }()
	url, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url = strings.TrimSpace(url)
	get := func() (page, refresh string) {
		t.Helper()
		answer, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%d %v", answer.StatusCode, err)
		}
		return string(body), answer.Header.Get("Refresh")
	}
	if page, refresh := get(); refresh != "1" || !strings.Contains(page, "Nothing is") || strings.Contains(page, "<h1>") {
		t.Errorf("before the audit: refresh %q, %s", refresh, page)
	}
	close(answers)
	page, refresh := "", ""
	for range 300 {
		if page, refresh = get(); strings.Contains(page, "<h1>rekey audit</h1>") {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if refresh != "" || !strings.Contains(page, "kucoin-bot") || strings.Contains(page, "<script") {
		t.Errorf("after the audit: refresh %q, %.300s", refresh, page)
	}
	for _, v := range stage.Environ() {
		if name, value, _ := strings.Cut(v, "="); !strings.HasSuffix(name, "_API_KEY") && strings.Contains(page, value) {
			t.Errorf("the page holds %s", name)
		}
	}
	stop()
	if got := <-code; got != exitDone {
		t.Errorf("exit %d: %s", got, stderr.String())
	}
	if _, err := http.Get(url); err == nil {
		t.Error("the page outlives the command")
	}
}

// A later look that fails takes the page away: it would pass for what is so now.
func TestWebLooksAgain(t *testing.T) {
	stage, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	dir := filepath.Join(t.TempDir(), "desk")
	if err := stage.Write(dir); err != nil {
		t.Fatal(err)
	}
	read, write := io.Pipe()
	var stderr lockedText
	again := make(chan struct{})
	app := &App{
		Stdout: write, Stderr: &stderr, Dir: dir, Registry: all.Registry(),
		Environ: []string{"HOME=" + t.TempDir()}, Now: time.Now,
		Sleep: func(ctx context.Context, d time.Duration) error {
			if d != time.Hour { // of an exchange's limits
				return ctx.Err()
			}
			select {
			case <-again:
			case <-ctx.Done():
			}
			return ctx.Err()
		},
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	code := make(chan int, 1)
	go func() { code <- app.Run(ctx, []string{"ui", "--web", "--every", "1h"}) }()
	url, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	waitFor := func(text string) {
		t.Helper()
		page := ""
		for range 300 {
			answer, err := http.Get(strings.TrimSpace(url))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if page = string(body); strings.Contains(page, text) {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("the page does not say %q: %.300s", text, page)
	}
	waitFor("<h1>rekey audit</h1>")
	if err := os.WriteFile(filepath.Join(dir, "rekey.yaml"), []byte("version: 1\nkees: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	again <- struct{}{}
	waitFor("The look failed, so nothing is known: ")
	stop()
	if got := <-code; got != exitFailed {
		t.Errorf("exit %d: %s", got, stderr.String())
	}
}

// Ctrl-C before the first look has ended is an interruption: nothing was shown.
func TestWebCutShort(t *testing.T) {
	stage, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	dir := filepath.Join(t.TempDir(), "desk")
	if err := stage.Write(dir); err != nil {
		t.Fatal(err)
	}
	stage.Server("okx").Break(fake.Fault{Path: "/api/v5/account/config", Do: fake.Late(time.Hour)})
	read, write := io.Pipe()
	var stderr lockedText
	app := &App{
		Stdout: write, Stderr: &stderr, Dir: dir, Registry: all.Registry(), Environ: []string{"HOME=" + t.TempDir()},
		Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	code := make(chan int, 1)
	go func() { code <- app.Run(ctx, []string{"ui", "--web"}) }()
	if _, err := bufio.NewReader(read).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stop()
	if got := <-code; got != exitInterrupted || strings.Contains(stderr.String(), "the look failed") {
		t.Errorf("exit %d: %s", got, stderr.String())
	}
}
