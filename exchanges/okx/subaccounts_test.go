package okx

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakeokx "rekey/internal/fake/okx"
	"rekey/internal/httpx"
)

// desk stages an account with n sub-accounts of one key each, every third one
// frozen. made says when each was made.
func desk(n int, made func(i int) time.Time) *fakeokx.Account {
	a := &fakeokx.Account{ID: "1", Keys: []*fakeokx.Key{key("master", nil, "read_only")}}
	for i := range n {
		name := fmt.Sprintf("sub%d", i)
		a.Subs = append(a.Subs, &fakeokx.Sub{
			ID: strconv.Itoa(
				1000 + i,
			), Name: name, Frozen: i%3 == 0, Created: made(i), Keys: []*fakeokx.Key{key(name, nil, "read_only")},
		})
	}
	return a
}

// lister opens the master key against a fake of that account. limited counts
// the answers that said that it asked too often.
func lister(t *testing.T, account *fakeokx.Account) (l exchanges.Lister, server *fake.Server, limited *atomic.Int64) {
	t.Helper()
	clock := exchangetest.NewClock()
	server, _, err := fakeokx.Start(clock.Now, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	limited = new(atomic.Int64)
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Endpoint: server.URL, Now: clock.Now, Sleep: clock.Sleep,
		Log: func(e httpx.Event) {
			if e.Refusal == exchanges.KindRateLimited {
				limited.Add(1)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential("master"), exchanges.Env{Caller: client})
	if err != nil {
		t.Fatal(err)
	}
	return a.(exchanges.Lister), server, limited //nolint:forcetypeassert // asserted in okx.go
}

func TestListWholeDesk(t *testing.T) {
	for _, c := range []struct {
		story string
		n     int
		made  func(i int) time.Time
	}{
		{"no sub-account", 0, nil},
		{"one page, nearly", 99, func(i int) time.Time { return created.Add(time.Duration(i) * time.Hour) }},
		{"one page", 100, func(i int) time.Time { return created.Add(time.Duration(i) * time.Hour) }},
		{"many pages", 450, func(i int) time.Time { return created.Add(time.Duration(i) * time.Second) }},
		{
			"seven made in the same moment, on the edge of every page", 450,
			func(i int) time.Time { return created.Add(time.Duration(i/7) * time.Second) },
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			l, _, limited := lister(t, desk(c.n, c.made))
			keys, errs := list(t, l)
			if len(errs) > 0 {
				t.Fatalf("errors: %v", errs)
			}
			seen := map[string]bool{}
			for _, k := range keys {
				i, err := strconv.Atoi(strings.TrimPrefix(k.Ref.Account.Name, "sub"))
				if iced, told := k.Ref.Account.Frozen.Get(); err != nil || !told || iced != (i%3 == 0) {
					t.Errorf("account %+v", k.Ref.Account)
				}
				if seen[k.Ref.AccessKey] {
					t.Errorf("%s came twice", k.Ref.Account.Name)
				}
				seen[k.Ref.AccessKey] = true
			}
			if len(seen) != c.n {
				t.Errorf("%d keys, want %d", len(seen), c.n)
			}
			if n := limited.Load(); n > 0 {
				t.Errorf("%d calls were over the limits", n)
			}
		})
	}
}

// Sub-accounts that cannot be read are told by name; the others are listed.
func TestListTellsWhatItCouldNotRead(t *testing.T) {
	l, server, _ := lister(t, desk(5, func(i int) time.Time { return created.Add(time.Duration(i) * time.Second) }))
	server.Break(
		fake.Fault{
			Path:  pathSubKeys,
			Query: "subAcct=sub2",
			Do:    fake.Answer(200, "application/json", `{"msg":"","code":"59510"}`),
		},
	)
	server.Break(fake.Fault{Path: pathSubKeys, Query: "subAcct=sub4", Do: fake.Answer(200, "text/html", "<html></html>")})
	keys, errs := list(t, l)
	if len(keys) != 3 || len(errs) != 2 {
		t.Fatalf("%d keys, errors %v", len(keys), errs)
	}
	for _, err := range errs {
		var e *exchanges.Error
		if !errors.As(err, &e) || e.Account != "sub2" && e.Account != "sub4" {
			t.Errorf("error %+v names no sub-account", err)
		}
	}
}

// A first page that is refused for good means that there is nothing to list,
// whatever the code; trouble that may pass does not.
func TestListRefusedAtOnce(t *testing.T) {
	for _, c := range []struct {
		story  string
		status int
		body   string
		want   exchanges.Kind
	}{
		{"a code that nobody knows", 400, `{"msg":"","code":"59999"}`, exchanges.KindOther},
		{"a missing permission", 200, `{"msg":"","code":"50120"}`, exchanges.KindForbidden},
		{"an outage", 503, `{"msg":"","code":"50001"}`, exchanges.KindMaintenance},
	} {
		l, server, _ := lister(t, desk(2, func(i int) time.Time { return created.Add(time.Duration(i) * time.Second) }))
		server.Break(fake.Fault{Path: pathSubAccounts, Do: fake.Answer(c.status, "application/json", c.body)})
		keys, errs := list(t, l)
		if len(keys) != 0 || len(errs) != 1 || exchanges.KindOf(errs[0]) != c.want {
			t.Errorf("%s: %d keys, errors %v, want one of kind %q", c.story, len(keys), errs, c.want)
		}
	}
}

// A failing second page leaves the first one true, and says that the list is
// not whole.
func TestListKeepsWhatItHas(t *testing.T) {
	l, server, _ := lister(t, desk(150, func(i int) time.Time { return created.Add(time.Duration(i) * time.Second) }))
	server.Break(
		fake.Fault{
			Path:  pathSubAccounts,
			Query: "after=",
			Do:    fake.Answer(400, "application/json", `{"msg":"","code":"51000"}`),
		},
	)
	keys, errs := list(t, l)
	if len(keys) != 100 || len(errs) != 1 || exchanges.KindOf(errs[0]) == exchanges.KindNotMaster {
		t.Errorf("%d keys, errors %v", len(keys), errs)
	}
}

// Frozen sub-accounts hold keys too. A server that shows them only when asked
// for them is asked for them.
func TestListAsksForFrozenAccounts(t *testing.T) {
	a, _ := openStub(t, map[string]func(url.Values) string{
		opSubAccounts: func(q url.Values) string {
			if q.Get("enable") == "false" {
				return rows(`{"subAcct":"iced","enable":false}`)
			}
			return rows(account("grid1", 1_659_334_756_000))
		},
		opSubKeys: func(q url.Values) string { return rows(`{"apiKey":"key-of-` + q.Get("subAcct") + `"}`) },
	})
	keys, errs := list(t, a)
	if len(keys) != 2 || len(errs) != 0 {
		t.Fatalf("%d keys, errors %v", len(keys), errs)
	}
	for _, k := range keys {
		if iced, told := k.Ref.Account.Frozen.Get(); !told || iced != (k.Ref.AccessKey == "key-of-iced") {
			t.Errorf("key %+v", k.Ref)
		}
	}
}

// account is a row of subaccount/list.
func account(name string, ts any) string {
	return fmt.Sprintf(`{"subAcct":%q,"uid":"9","enable":true,"ts":"%v"}`, name, ts)
}

// page makes a full page of rows, each made a millisecond before the last.
func page(from int, ts func(i int) int) string {
	var out []string
	for i := range accountsPage {
		out = append(out, account(fmt.Sprintf("sub%d", from+i), ts(from+i)))
	}
	return rows(out...)
}

// Pages that do not run as documented end, and the list says that it is not
// whole.
func TestListEndsOnStrangePages(t *testing.T) {
	falling := func(i int) int { return 1_700_000_000_000 - i }
	n := 0
	for _, c := range []struct {
		story  string
		answer func(q url.Values) string
		most   int64 // calls
	}{
		{"the same page for ever", always(page(0, falling)), 2},
		{"new pages for ever", func(url.Values) string { n += accountsPage; return page(n, falling) }, maxPages},
		{"the oldest come first", always(page(0, func(i int) int { return 1_700_000_000_000 + i })), 1},
		{"no times", always(page(0, func(int) int { return 0 })), 1},
		{"more in one moment than a page holds", always(page(0, func(int) int { return 1_700_000_000_000 })), 2},
	} {
		t.Run(c.story, func(t *testing.T) {
			a, s := openStub(t, map[string]func(url.Values) string{opSubAccounts: c.answer, opSubKeys: always(rows())})
			var accounts []wireAccount
			var err error
			a.find(t.Context(), func(page []wireAccount, trouble error) bool {
				accounts, err = append(accounts, page...), trouble
				return true
			})
			if exchanges.KindOf(err) != exchanges.KindOther || !strings.Contains(err.Error(), "incomplete") {
				t.Errorf("error %v", err)
			}
			if n := s.calls.Load(); n > c.most || len(accounts) == 0 {
				t.Errorf("%d calls, %d accounts", n, len(accounts))
			}
		})
	}
}

// Rows in forms that the documents do not have.
func TestListOddRows(t *testing.T) {
	answers := func(sub string, keys ...string) map[string]func(url.Values) string {
		return map[string]func(url.Values) string{opSubAccounts: always(rows(sub)), opSubKeys: always(rows(keys...))}
	}
	one := account("grid1", 1_659_334_756_000)
	for _, c := range []struct {
		story      string
		answers    map[string]func(url.Values) string
		keys, errs int
		look       func(exchanges.Key) bool
	}{
		{"an account without a name", answers(account("", 1)), 0, 1, nil},
		{"a key without an access key beside another", answers(one, `{"label":"x"}`, `{"apiKey":"k"}`), 1, 1, nil},
		{"a key that comes twice", answers(one, `{"apiKey":"k"}`, `{"apiKey":"k"}`), 1, 0, nil},
		{
			"enable is not told", answers(`{"subAcct":"grid1"}`, `{"apiKey":"k"}`), 1, 0,
			func(k exchanges.Key) bool { return !k.Ref.Account.Frozen.IsKnown() },
		},
		{
			"enable is text", answers(`{"subAcct":"grid1","enable":"false"}`, `{"apiKey":"k"}`), 1, 0,
			func(k exchanges.Key) bool { iced, _ := k.Ref.Account.Frozen.Get(); return iced },
		},
		{"neither perm nor ip", answers(one, `{"apiKey":"k"}`), 1, 0, func(k exchanges.Key) bool {
			return !k.Permissions.IsKnown() && !k.Whitelist.Restricted.IsKnown() && !k.CreatedAt.IsKnown()
		}},
		{
			"ts is a number", answers(one, `{"apiKey":"k","ts":1597026383085}`), 1, 0,
			func(k exchanges.Key) bool { return k.CreatedAt.IsKnown() },
		},
		{
			"ts is zero", answers(one, `{"apiKey":"k","ts":"0"}`), 1, 0,
			func(k exchanges.Key) bool { return !k.CreatedAt.IsKnown() },
		},
		{
			"ts is negative", answers(one, `{"apiKey":"k","ts":"-5"}`), 1, 0,
			func(k exchanges.Key) bool { return !k.CreatedAt.IsKnown() },
		},
		{
			"ts is far away", answers(one, `{"apiKey":"k","ts":"9223372036854775807"}`), 1, 0,
			func(k exchanges.Key) bool { return !k.CreatedAt.IsKnown() },
		},
		{"ts is no number", answers(one, `{"apiKey":"k","ts":"yesterday"}`), 0, 1, nil},
		{
			"a word that rekey does not know", answers(one, `{"apiKey":"k","perm":"read_only,moonshot"}`), 1, 0,
			func(k exchanges.Key) bool {
				on, _ := k.Permissions.Has(exchanges.Unmapped).Get()
				return on && len(k.Raw) == 2
			},
		},
		{
			"withdraw, which no sub-account can have, is believed", answers(one, `{"apiKey":"k","perm":"withdraw"}`), 1, 0,
			func(k exchanges.Key) bool {
				on, _ := k.Permissions.Has(exchanges.Withdraw).Get()
				return on
			},
		},
		{
			"a label with escapes is data", answers(one, `{"apiKey":"k","label":"a\u001b[2J\nb"}`), 1, 0,
			func(k exchanges.Key) bool { return k.Label == "a\x1b[2J\nb" },
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			a, _ := openStub(t, c.answers)
			keys, errs := list(t, a)
			if len(keys) != c.keys || len(errs) != c.errs {
				t.Fatalf("%d keys, errors %v", len(keys), errs)
			}
			if c.look != nil && !c.look(keys[0]) {
				t.Errorf("key %+v", keys[0])
			}
		})
	}
}
