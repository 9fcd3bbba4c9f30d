package kucoin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakekucoin "rekey/internal/fake/kucoin"
)

// subs makes n sub-accounts with one key each.
func subs(n int) []*fakekucoin.Sub {
	out := make([]*fakekucoin.Sub, n)
	for i := range out {
		name := fmt.Sprintf("s%06d", i)
		out[i] = &fakekucoin.Sub{
			UID:     int64(1000 + i),
			Name:    name,
			Frozen:  i%7 == 0,
			Created: created,
			Keys:    []*fakekucoin.Key{key(name, "General,Spot")},
		}
	}
	return out
}

func TestEveryPageIsRead(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 250} {
		b := newBench(t, desk(subs(n)...))
		b.inBubble(t, func(t *testing.T) {
			keys, errs := b.list(t)
			if len(errs) > 0 || len(keys) != n {
				t.Errorf("%d sub-accounts: %d keys, errors %v", n, len(keys), errs)
			}
			frozen := 0
			for _, k := range keys {
				if is, told := k.Ref.Account.Frozen.Get(); told && is {
					frozen++
				}
			}
			if want := (n + 6) / 7; frozen != want {
				t.Errorf("%d sub-accounts: %d frozen, want %d", n, frozen, want)
			}
			if want := max(1, (n+99)/100); b.asked(pathSubAccounts) != want || b.asked(pathSubKeys) != n {
				t.Errorf("%d sub-accounts: %d pages and %d key lists", n, b.asked(pathSubAccounts), b.asked(pathSubKeys))
			}
		})
	}
}

// A desk of 500 costs 10,100 of a pool of 2,000 in 30 s. It takes that time
// and no request too many.
func TestThePoolIsNeverOverdrawn(t *testing.T) {
	for _, c := range []struct {
		story       string
		subs, quota int
		least, most time.Duration
		refused     int // at most
	}{
		{"the documented pool", 500, 0, 150 * time.Second, 155 * time.Second, 0},
		{"the pool of VIP level 2, of which half is used", 500, 4000, 150 * time.Second, 155 * time.Second, 0},
		{"a smaller pool than documented", 60, 400, 90 * time.Second, 5 * time.Minute, 3 * listWorkers},
	} {
		account := desk(subs(c.subs)...)
		account.Quota = c.quota
		b := newBench(t, account)
		b.inBubble(t, func(t *testing.T) {
			start := time.Now()
			keys, errs := b.list(t)
			if len(errs) > 0 || len(keys) != c.subs {
				t.Errorf("%s: %d keys, errors %v", c.story, len(keys), errs)
			}
			if took := time.Since(start); took < c.least || took > c.most {
				t.Errorf("%s: took %v, want %v to %v", c.story, took, c.least, c.most)
			}
			if refused := b.asked(pathSubKeys) - c.subs; refused > c.refused {
				t.Errorf("%s: %d requests too many", c.story, refused)
			}
		})
	}
}

// pages answers the list of sub-accounts in place of the exchange.
func (b *bench) pages(answer func(page int) any) {
	b.server.Break(fake.Fault{Path: pathSubAccounts, Do: func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		page, _ := strconv.Atoi(r.URL.Query().Get("currentPage"))
		fake.JSON(w, http.StatusOK, map[string]any{"code": "200000", "data": answer(page)})
	}})
}

func rows(names ...string) []map[string]any {
	out := []map[string]any{}
	for _, name := range names {
		out = append(out, map[string]any{"subName": name, "uid": 1, "status": 2})
	}
	return out
}

func TestLyingPages(t *testing.T) {
	hundred := func(page int) []map[string]any {
		var names []string
		for i := range 100 {
			names = append(names, fmt.Sprintf("p%d-%d", page, i))
		}
		return rows(names...)
	}
	for _, c := range []struct {
		story string
		page  func(page int) any
		asked int // at most
		found int // sub-accounts, all of which are asked for their keys
		whole bool
	}{
		{"a list that ends", func(int) any {
			return map[string]any{
				"totalNum": 2, "totalPage": 1,
				"items": rows("a", "b"),
			}
		}, 1, 2, true},
		{"totals as text", func(int) any {
			return map[string]any{
				"totalNum": "2", "totalPage": "1",
				"items": rows("a", "b"),
			}
		}, 1, 2, true},
		{"without totals", func(int) any { return map[string]any{"items": rows("a", "b")} }, 1, 2, true},
		{"ten a page, whatever was asked", func(page int) any {
			return map[string]any{"totalNum": 2, "totalPage": 2, "items": rows(fmt.Sprint("s", page))}
		}, 2, 2, true},
		{
			"no items, as null", func(int) any { return map[string]any{"totalNum": 0, "totalPage": 0, "items": nil} }, 1, 0,
			false,
		},
		{"no items at all", func(int) any { return map[string]any{"totalNum": 0, "totalPage": 0} }, 1, 0, false},
		{"an object of nothing", func(int) any { return map[string]any{} }, 1, 0, false},
		{
			"an empty list", func(int) any { return map[string]any{"totalNum": 0, "totalPage": 0, "items": rows()} }, 1, 0,
			true,
		},
		{"fewer than announced", func(int) any {
			return map[string]any{
				"totalNum": 3, "totalPage": 1,
				"items": rows("a", "b"),
			}
		}, 1, 2, false},
		{"the same page for ever", func(int) any {
			return map[string]any{"totalNum": 100_000, "totalPage": 100_000, "items": rows("a", "b")}
		}, 2, 2, false},
		{"empty pages for ever", func(int) any {
			return map[string]any{
				"totalNum": 9, "totalPage": 100_000,
				"items": rows(),
			}
		}, 1, 0, false},
		{"new pages for ever", func(page int) any {
			return map[string]any{"totalNum": 1 << 40, "totalPage": 1 << 40, "items": hundred(page)}
		}, maxPages, maxPages * 100, false},
		{"no list at all", func(int) any { return "sorry" }, 1, 0, false},
		{"data that is null", func(int) any { return nil }, 1, 0, false},
	} {
		t.Run(c.story, func(t *testing.T) {
			b := newBench(t, desk())
			b.server.Limits.TurnOff()
			b.pages(c.page)
			a, _ := b.open(t, credential("master")).(*adapter)
			found, err := a.accounts(t.Context())
			if len(found) != c.found || (err == nil) != c.whole {
				t.Errorf("%d sub-accounts and %v, want %d, whole %v", len(found), err, c.found, c.whole)
			}
			if n := b.asked(pathSubAccounts); n > c.asked {
				t.Errorf("%d pages were asked for", n)
			}
		})
	}
}

// What goes wrong with one sub-account is said of that one, and the others are
// listed.
func TestOneSubAccountFails(t *testing.T) {
	for _, c := range []struct {
		story, body string
		status      int
		kind        exchanges.Kind
		keys        int
	}{
		{"refused", `{"code":"400100","msg":"CANARY"}`, 400, exchanges.KindOther, 2},
		{"an outage", ``, 503, exchanges.KindMaintenance, 2},
		{"not in form", `{"code":"200000","data":{"apiKey":"x"}}`, 200, exchanges.KindOther, 2},
		{"no data", `{"code":"200000"}`, 200, exchanges.KindOther, 2},
		{"another sub-account's key", `{"code":"200000","data":[{"apiKey":"` + accessKey("x") +
			`","subName":"s000000","permission":"General"}]}`, 200, exchanges.KindOther, 2},
		{"no keys, as null", `{"code":"200000","data":null}`, 200, exchanges.KindOther, 2},
		{"no keys", `{"code":"200000","data":[]}`, 200, "", 2},
		{"a failure under the code of success", `{"code":"200000","success":false,"data":[]}`, 200, exchanges.KindOther, 2},
		{"two keys, one listed twice, one without its access key", `{"code":"200000","data":[{"apiKey":"k1"},` +
			`{"apiKey":"k1"},{"apiKey":"k2"},{"remark":"?"}]}`, 200, exchanges.KindOther, 4},
	} {
		b := newBench(t, desk(subs(3)...))
		b.server.Break(fake.Fault{Path: pathSubKeys, Query: "s000001", Do: fake.Answer(c.status, "application/json", c.body)})
		keys, errs := b.list(t)
		if len(keys) != c.keys {
			t.Errorf("%s: %d keys, want %d", c.story, len(keys), c.keys)
		}
		if c.kind == "" {
			if len(errs) > 0 {
				t.Errorf("%s: %v", c.story, errs)
			}
			continue
		}
		var e *exchanges.Error
		if len(errs) != 1 || !errors.As(errs[0], &e) || e.Kind != c.kind || e.Account != "s000001" {
			t.Errorf("%s: %v, want one error of kind %q about s000001", c.story, errs, c.kind)
		}
	}
}

// A row of the documents that lacks what only newer answers have: the account
// is known from the list of accounts.
func TestSparseRow(t *testing.T) {
	b := newBench(t, desk(subs(1)...))
	b.answers(pathSubKeys, 200, `{"code":"200000","data":[{"apiKey":"`+accessKey("old")+`","permission":"General"}]}`)
	keys, errs := b.list(t)
	if len(errs) > 0 || len(keys) != 1 {
		t.Fatalf("%d keys, errors %v", len(keys), errs)
	}
	want := exchanges.Account{ID: "1000", Name: "s000000", Kind: exchanges.AccountSub, Frozen: exchanges.Known(true)}
	if got := keys[0].Ref.Account; got != want {
		t.Errorf("account %+v, want %+v", got, want)
	}
	if manage, told := keys[0].Permissions.Has(exchanges.ManageKeys).Get(); manage || !told {
		t.Error("a sub-account's key manages no keys")
	}
}

func TestNamelessSubAccount(t *testing.T) {
	b := newBench(t, desk())
	b.pages(func(int) any {
		return map[string]any{"totalNum": 1, "items": []any{map[string]any{"uid": 77, "status": 9}}}
	})
	keys, errs := b.list(t)
	var e *exchanges.Error
	if len(keys) != 0 || len(errs) != 1 || !errors.As(errs[0], &e) || e.Account != "77" {
		t.Errorf("%d keys, errors %v, want one about account 77", len(keys), errs)
	}
}

// "Has no sub-accounts" must not be read into a refusal that means something
// else: the keys below would go unseen.
func TestWhoIsNoMaster(t *testing.T) {
	for _, c := range []struct {
		story, body, contentType string
		status                   int
		want                     exchanges.Kind
	}{
		{"a missing permission", `{"code":"400007"}`, "", 403, exchanges.KindForbidden},
		{"refused to this user", `{"code":"400010"}`, "", 200, exchanges.KindForbidden},
		{"a code that nobody knows", `{"code":"130299"}`, "", 400, exchanges.KindOther},
		{"no such call here", `404 page not found`, "text/plain", 404, exchanges.KindNotFound},
		{"a firewall", `<html>`, "text/html", 403, exchanges.KindForbidden},
		{"a frozen account", `{"code":"411100"}`, "", 403, exchanges.KindForbidden},
		{"a restricted account", `{"code":"411200"}`, "", 403, exchanges.KindForbidden},
		{"a version", `{"code":"400008"}`, "", 400, exchanges.KindForbidden},
		{"missing headers", `{"code":"400001"}`, "", 400, exchanges.KindOther},
		{"parameters", `{"code":"400100"}`, "", 400, exchanges.KindOther},
		{"the region", `{"code":"400301"}`, "", 403, exchanges.KindGeoBlocked},
		{"the address", `{"code":"400006"}`, "", 403, exchanges.KindIPRefused},
		{"a dead key", `{"code":"400003","msg":"KC-API-KEY not exists"}`, "", 401, exchanges.KindNoSuchKey},
		{"an unknown code under HTTP 200", `{"code":"130299"}`, "", 200, exchanges.KindOther},
	} {
		b := newBench(t, desk(subs(2)...))
		if c.contentType == "" {
			c.contentType = "application/json"
		}
		b.server.Break(fake.Fault{Path: pathSubAccounts, Do: fake.Answer(c.status, c.contentType, c.body)})
		keys, errs := b.list(t)
		if len(keys) > 0 || len(errs) != 1 {
			t.Errorf("%s: %d keys, errors %v", c.story, len(keys), errs)
			continue
		}
		wantKind(t, errs[0], c.want)
	}
}

// A refusal in the middle is a gap, and what came before it is true.
func TestSecondPageRefused(t *testing.T) {
	b := newBench(t, desk(subs(150)...))
	b.server.Limits.TurnOff()
	b.server.Break(
		fake.Fault{
			Path:  pathSubAccounts,
			Query: "currentPage=2",
			Do:    fake.Answer(403, "application/json", `{"code":"400007"}`),
		},
	)
	a, _ := b.open(t, credential("master")).(*adapter)
	found, err := a.accounts(t.Context())
	if len(found) != 100 {
		t.Errorf("%d sub-accounts, want the 100 of the first page", len(found))
	}
	wantKind(t, err, exchanges.KindForbidden)
}

// The caller may stop at any time.
func TestListingStops(t *testing.T) {
	b := newBench(t, desk(subs(50)...))
	lister, _ := b.open(t, credential("master")).(exchanges.Lister)
	n := 0
	for _, err := range lister.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 3 {
			break
		}
	}
	if asked := b.asked(pathSubKeys); asked > 3+2*listWorkers {
		t.Errorf("%d key lists were asked for after the third", asked)
	}
}

// A list with foreign bytes never panics, and every key it yields has an
// access key and belongs to the sub-account that was asked for.
func FuzzSubKeys(f *testing.F) {
	for _, body := range []string{
		`{"code":"200000","data":[{"subName":"s","apiKey":"k","permission":"General","ipWhitelist":"10.**.1",` +
			`"createdAt":1,"uid":2,"isMaster":false}]}`,
		`{"code":"200000","data":[null,{},{"apiKey":"k"},{"apiKey":"k","subName":"other"}]}`,
		`{"code":"200000","data":{}}`, `[]`, ``,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a := &adapter{credential: credential("a"), env: exchanges.Env{Caller: fixed(body)}}
		seen := map[string]bool{}
		a.accountKeys(t.Context(), wireAccount{SubName: "s"}, func(k exchanges.Key, err error) bool {
			if err == nil &&
				(k.Ref.AccessKey == "" || seen[k.Ref.AccessKey] || k.Ref.Account.Name != "s" || k.Status != exchanges.StatusAlive) {
				t.Errorf("yielded %+v", k.Ref)
			}
			seen[k.Ref.AccessKey] = true
			return true
		})
	})
}

// Pages with foreign bytes end.
func FuzzSubAccounts(f *testing.F) {
	for _, data := range []string{
		`{"currentPage":1,"totalNum":1,"totalPage":1,"items":[{"subName":"s","uid":1,"status":3}]}`,
		`{"totalPage":-1,"totalNum":-1,"items":[{},{}]}`,
		`{"totalPage":99999,"items":[{"status":"2"}]}`, `{"items":{}}`, `[]`, `null`,
	} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		a := &adapter{credential: credential("a"), env: exchanges.Env{Caller: fixed(`{"code":"200000","data":` + data + `}`)}}
		found, err := a.accounts(t.Context())
		var w wireAccounts
		if json.Unmarshal([]byte(data), &w) == nil && err == nil && int64(len(found)) < int64(w.TotalNum) {
			t.Errorf("%d of %d announced sub-accounts, and no error", len(found), w.TotalNum)
		}
	})
}
