package kucoin

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/Kucoin/kucoin-go-sdk"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

// Every trap of the SDK that concerns rekey, and what holds it shut.

// The SDK sends the passphrase in plain text unless told otherwise, and names
// itself in a header. Neither leaves here.
func TestNoSecretLeaves(t *testing.T) {
	b := newBench(t, desk(subs(3)...))
	for _, name := range []string{"master", "nobody"} { // nobody's is dead, which takes a control call
		if _, err := b.inspect(t, name); err != nil {
			t.Fatal(err)
		}
	}
	if keys, errs := b.list(t); len(keys) != 3 || len(errs) > 0 {
		t.Fatalf("%d keys, errors %v", len(keys), errs)
	}
	for _, r := range b.server.Requests() {
		text := fmt.Sprint(r)
		if strings.Contains(text, exchangetest.Canary) || strings.Contains(text, "KuCoin-Go-SDK") {
			t.Errorf("%s %s: %s", r.Method, r.Path, text)
		}
		signed := r.Path != "/api/v1/timestamp"
		for _, name := range []string{
			"KC-API-KEY", "KC-API-KEY-VERSION", "KC-API-SIGN",
			"KC-API-PASSPHRASE", "Content-Type",
		} {
			if (r.Header.Get(name) != "") != signed {
				t.Errorf("%s %s: header %s is %q", r.Method, r.Path, name, r.Header.Get(name))
			}
		}
	}
}

// The SDK's own requester works on the process's default transport, and panics
// when that is not the usual one. Ours does not look at it.
func TestDefaultTransportIsNotTouched(t *testing.T) {
	b := newBench(t, desk())
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	http.DefaultTransport = roundTrip(func(*http.Request) (*http.Response, error) {
		t.Error("the default transport was used")
		return nil, http.ErrHandlerTimeout
	})
	if k, err := b.inspect(t, "master"); err != nil || k.Status != exchanges.StatusAlive {
		t.Errorf("status %q, %v", k.Status, err)
	}
}

// The SDK swallows panics, prints them, and returns neither answer nor error.
// Here a panic is an error that says nothing, and nothing is printed.
func TestPanicIsAnError(t *testing.T) {
	var printed bytes.Buffer
	log.SetOutput(&printed)
	defer log.SetOutput(os.Stderr)
	b := newBench(t, desk())
	b.client = b.newClient(t, httpx.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == pathInspect {
			panic("CANARY " + r.Header.Get("KC-API-PASSPHRASE"))
		}
		return to(b.server).RoundTrip(r)
	})})
	k, err := b.inspect(t, "master")
	wantKind(t, err, exchanges.KindOther)
	if k.Status != exchanges.StatusUndetermined || printed.Len() > 0 {
		t.Errorf("status %q, printed %q", k.Status, printed.String())
	}
	// So that the trap is seen to be there:
	answer, err := sdk.NewApiService(sdk.ApiRequesterOption(panicking{})).
		Call(t.Context(), sdk.NewRequest(http.MethodGet, "/", nil))
	if answer != nil || err != nil || printed.Len() == 0 {
		t.Errorf(
			"the SDK returned %v, %v and printed %q: the wrapping may no longer be needed",
			answer,
			err,
			printed.String(),
		)
	}
	wantKind(t, answered(answer), exchanges.KindOther)
}

// After a panic under a change nobody knows what happened.
func TestPanicInAChangeIsUnclear(t *testing.T) {
	b := newBench(t, desk(subs(1)...))
	b.client = b.newClient(
		t,
		httpx.Options{AllowWrites: true, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			res, err := to(b.server).RoundTrip(r)
			if r.Method == http.MethodPost {
				panic("CANARY " + r.Header.Get("KC-API-PASSPHRASE"))
			}
			return res, err
		})},
	)
	a, _ := b.open(t, credential("master")).(*adapter)
	req := newKey()
	req.Account.Name = "s000000"
	_, err := a.IssueKey(t.Context(), req)
	wantKind(t, err, exchanges.KindUncertain)
	clean(t, fmt.Sprint(err))
	if n := len(b.x.Live()); n != 3 {
		t.Errorf("%d keys live, want the new one too", n)
	}
}

type panicking struct{}

func (panicking) Request(context.Context, *sdk.Request, time.Duration) (*sdk.Response, error) {
	panic("a panic in the requester")
}

// The SDK's errors hold the request and the answer. Ours hold neither, also
// when the answer echoes the request.
func TestErrorsHoldNoAnswer(t *testing.T) {
	for _, status := range []int{200, 400, 401, 403, 500, 502} {
		for _, body := range []string{
			`<html>CANARY at 198.51.100.99</html>`, `CANARY at 198.51.100.99`,
			`{"code":"400006","msg":"CANARY, the current clientIp is:198.51.100.99"}`,
			`{"code":"200000","data":"CANARY at 198.51.100.99"}`, `{"code":"CANARY","msg":"198.51.100.99"}`,
		} {
			b := newBench(t, desk(subs(1)...))
			b.answers(pathInspect, status, body)
			b.answers(pathSubKeys, status, body)
			_, err := b.inspect(t, "master") // which looks for the canary
			if err == nil {
				t.Errorf("HTTP %d %s was accepted", status, body)
			}
			if strings.Contains(fmt.Sprint(err), "127.0.0.1") {
				t.Errorf("an address shows: %v", err)
			}
			_, _ = b.list(t)
		}
	}
}

// A refusal of the limit has to tell how long to wait: the SDK loses headers.
func TestResetIsWaitedFor(t *testing.T) {
	b := newBench(t, desk())
	b.server.Break(fake.Fault{
		Path: pathInspect, Times: 1, Do: fake.Answer(429, "application/json",
			`{"code":"429000","msg":"Too Many Requests"}`, "gw-ratelimit-reset", "17500"),
	})
	if _, err := b.inspect(t, "master"); err != nil {
		t.Fatal(err)
	}
	if waited := b.clock.Waited(); waited < 17500*time.Millisecond || waited > 20*time.Second {
		t.Errorf("waited %v, the pool said 17.5s", waited)
	}
}

func TestDebugModeSet(t *testing.T) {
	for value, want := range map[string]bool{"1": true, "0": false, "": false, "true": false} {
		got := DebugModeSet(func(name string) (string, bool) { return value, name == debugVariable })
		if got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

// childMode is set in the environment of a copy of this test.
const childMode, childFolder = "REKEY_TEST_KUCOIN_MODE", "REKEY_TEST_KUCOIN_FOLDER"

// With API_DEBUG_MODE the SDK writes secrets to a file. The adapter's calls do
// not get there, even in a program that forgot to ask DebugModeSet. The SDK
// reads the variable when it is loaded, so this takes a process of its own.
func TestDebugModeDumpsNothing(t *testing.T) {
	if mode := os.Getenv(childMode); mode != "" {
		debugChild(t, mode, os.Getenv(childFolder))
		return
	}
	leaveNoLog(t)
	if dump := dumpOf(t, "adapter"); dump != "" {
		t.Errorf("the adapter's calls were written to a file: %q", dump)
	}
	// So that the trap is seen to be there:
	if dump := dumpOf(t, "sdk"); !strings.Contains(dump, passphrase("master")) {
		t.Errorf("the SDK wrote %q: the wrapping may no longer be needed", dump)
	}
}

// debugChild makes calls as the adapter, or as the SDK by itself would.
func debugChild(t *testing.T, mode, folder string) {
	t.Helper()
	sdk.SetLoggerDirectory(folder)
	if !sdk.DebugMode {
		t.Fatal("the debug mode is not on")
	}
	b := newBench(t, desk(subs(2)...))
	if mode == "adapter" {
		changesOf(t, b)
		if k, err := b.inspect(t, "master"); err != nil || k.Status != exchanges.StatusAlive {
			t.Errorf("status %q, %v", k.Status, err)
		}
		if keys, errs := b.list(t); len(keys) != 2 || len(errs) > 0 {
			t.Errorf("%d keys, errors %v", len(keys), errs)
		}
		return
	}
	service := sdk.NewApiService(sdk.ApiBaseURIOption(b.server.URL), sdk.ApiKeyOption(accessKey("master")),
		sdk.ApiSecretOption(secret("master")), sdk.ApiPassPhraseOption(passphrase("master")))
	_, _ = service.Call(t.Context(), sdk.NewRequest(http.MethodGet, pathInspect, nil))
}

// changesOf makes and deletes a key, which takes secrets in both directions.
func changesOf(t *testing.T, b *bench) {
	t.Helper()
	b.client = b.newClient(t, httpx.Options{Endpoint: b.server.URL, AllowWrites: true})
	a, _ := b.open(t, credential("master")).(*adapter)
	req := newKey()
	req.Account.Name = "s000001"
	issued, err := a.IssueKey(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{
		Ref:        issued.Key.Ref,
		Passphrase: req.Passphrase,
	}); err != nil {
		t.Fatal(err)
	}
}

// dumpOf runs this test again with the debug mode on, and returns what was
// written.
func dumpOf(t *testing.T, mode string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestDebugModeDumpsNothing$", "-test.count=1")
	cmd.Env = append(os.Environ(), debugVariable+"=1", childMode+"="+mode, childFolder+"="+folder)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v: where does the SDK write to?", files, err)
	}
	dump, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(dump)
}

// leaveNoLog removes the empty file that the SDK makes when it is loaded.
func leaveNoLog(t *testing.T) {
	t.Helper()
	logs := func() []string {
		files, _ := filepath.Glob(filepath.Join(os.TempDir(), "kucoin-sdk-*.log"))
		return files
	}
	before := logs()
	t.Cleanup(func() {
		for _, file := range logs() {
			if info, err := os.Stat(file); err == nil && info.Size() == 0 && !slices.Contains(before, file) {
				_ = os.Remove(file)
			}
		}
	})
}
