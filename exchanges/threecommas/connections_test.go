package threecommas

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	fakethreecommas "rekey/internal/fake/threecommas"
)

// A script is a caller that answers from a function of the query.
type script func(query map[string]string) string

func (s script) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	req, err := call.Build(time.Time{})
	if err != nil {
		return exchanges.Response{}, err
	}
	query := map[string]string{}
	for name := range req.URL.Query() {
		query[name] = req.URL.Query().Get(name)
	}
	return exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(s(query))}, nil
}

func (script) Endpoint(string) string                           { return "http://127.0.0.1:1" }
func (script) Hosts(string) []exchanges.Host                    { return nil }
func (script) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func scripted(tb testing.TB, s script) *adapter {
	tb.Helper()
	v, err := open(credential("alive"), exchanges.Env{Caller: s})
	if err != nil {
		tb.Fatal(err)
	}
	return v.(*adapter)
}

// rows writes n connections, the first with the given ID.
func rows(from, n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(`{"id":%d,"market_code":"binance"}`, from+i))
	}
	return "[" + strings.Join(out, ",") + "]"
}

func TestAllPagesAreRead(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 250, 1000} {
		b := newBench(t)
		b.service.Do(func() {
			b.state.Users[0].Connections = nil
			for i := range n {
				b.state.Users[0].Connections = append(
					b.state.Users[0].Connections,
					&fakethreecommas.Connection{ID: int64(i + 1), AccessKey: held},
				)
			}
		})
		a := b.open(t, credential("alive"))
		got, errs := collect(t.Context(), a)
		if len(got) != n || len(errs) > 0 {
			t.Errorf("%d connections of %d, errors %v", len(got), n, errs)
		}
		if requests := len(b.server.Requests()); requests != n/pageSize+1 {
			t.Errorf("%d requests for %d connections", requests, n)
		}
		if got, err := a.Holds(t.Context(), held); err != nil || len(got) != n {
			t.Errorf("%d of %d connections hold the key, error %v", len(got), n, err)
		}
	}
}

func TestConsumerMayStop(t *testing.T) {
	asked := 0
	a := scripted(t, func(map[string]string) string { asked++; return rows(1, pageSize) })
	for range a.Connections(t.Context()) {
		break
	}
	if asked != 1 {
		t.Errorf("%d pages were asked for by a consumer that wanted one connection", asked)
	}
}

func TestPagesThatRepeatOrNeverEnd(t *testing.T) {
	for _, endless := range []struct {
		story       string
		answer      func(page int) string
		connections int
		pages       int
	}{
		{"the same page for ever", func(int) string { return rows(1, pageSize) }, pageSize, 2},
		{"two pages in turn", func(page int) string { return rows(1+page%2*pageSize, pageSize) }, 2 * pageSize, 3},
		{"new rows for ever", func(page int) string { return rows(page*pageSize, pageSize) }, maxPages * pageSize, maxPages},
	} {
		asked := 0
		a := scripted(t, func(q map[string]string) string {
			asked++
			page, err := strconv.Atoi(q["page"])
			if err != nil || page != asked || q["per_page"] != "100" {
				t.Errorf("%s: request %d asks for %v", endless.story, asked, q)
			}
			return endless.answer(page)
		})
		got, errs := collect(t.Context(), a)
		if len(got) != endless.connections || len(errs) != 1 || asked != endless.pages ||
			!strings.Contains(errs[0].Error(), "incomplete") {
			t.Errorf("%s: %d connections in %d pages, errors %v", endless.story, len(got), asked, errs)
		}
	}
}

// An API that ignores the filter would make every key look held.
func TestFilterThatDoesNotFilter(t *testing.T) {
	a := scripted(t, func(map[string]string) string { return rows(1, 3) })
	got, err := a.Holds(t.Context(), elsewhere)
	if got != nil || exchanges.KindOf(err) != exchanges.KindUndetermined {
		t.Errorf("%v, %v, want undetermined", got, err)
	}
	asked := 0
	a = scripted(t, func(q map[string]string) string {
		asked++
		if q["api_key"] == held {
			return rows(1, 1)
		}
		return "[]"
	})
	for range 3 {
		if got, err := a.Holds(t.Context(), held); err != nil || len(got) != 1 {
			t.Fatalf("%v, %v", got, err)
		}
	}
	if asked != 4 {
		t.Errorf("%d requests for three questions, want the proof once", asked)
	}
}

// A row without ID cannot be told from others. The rest of its page is true,
// and the list is incomplete.
func TestRowWithoutID(t *testing.T) {
	a := scripted(t, func(map[string]string) string { return `[{"id":"7","name":"a"},{"name":"b"},{"id":-1}]` })
	got, errs := collect(t.Context(), a)
	if len(got) != 1 || got[0].ID != "7" || len(errs) != 1 {
		t.Errorf("%v, %v, want connection 7 and an error", got, errs)
	}
}

func TestStateOfTheStoredKey(t *testing.T) {
	yes, no, silent := exchanges.Known(true), exchanges.Known(false), exchanges.Unknown[bool]()
	for _, c := range []struct {
		row     string
		working exchanges.Fact[bool]
		state   string
	}{
		{`{"api_key_invalid":false,"api_keys_state":"ok"}`, yes, "ok"},
		{`{"api_key_invalid":"false","api_keys_state":"expire_soon"}`, yes, "expire_soon"},
		{`{"api_key_invalid":false}`, yes, ""},
		{`{"api_key_invalid":true,"api_keys_state":"ok"}`, no, "ok"},
		{`{"api_key_invalid":true}`, no, ""},
		{`{"api_key_invalid":false,"api_keys_state":"expired"}`, no, "expired"},
		{`{"api_key_invalid":false,"api_keys_state":"ok","lock_reason":"invalid_api_key"}`, no, "invalid_api_key"},
		{`{"api_key_invalid":false,"api_keys_state":"ok","lock_reason":"unpaid"}`, yes, "ok"},
		{`{"api_key_invalid":false,"api_keys_state":"moonshot"}`, silent, "moonshot"},
		{`{"api_key_invalid":null,"api_keys_state":"ok"}`, silent, "ok"},
		{`{}`, silent, ""},
	} {
		var w wireConnection
		if err := json.Unmarshal([]byte(c.row), &w); err != nil {
			t.Fatal(err)
		}
		if d := diff(exchanges.Connection{ID: "0", Working: c.working, State: c.state}, w.connection()); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.row, d)
		}
	}
}

func TestDayOfTheConnection(t *testing.T) {
	for text, want := range map[string]exchanges.Fact[string]{
		"2023-06-19T16:50:57.303Z":  exchanges.Known("2023-06-19T16:50:57.303Z"),
		"2023-06-19T18:50:57+02:00": exchanges.Known("2023-06-19T16:50:57.000Z"),
		"":                          exchanges.Unknown[string](),
		"0":                         exchanges.Unknown[string](),
		"-1":                        exchanges.Unknown[string](),
		"yesterday\x1b[2J":          exchanges.Unknown[string](),
		"0000-00-00T00:00:00Z":      exchanges.Unknown[string](),
		"1970-01-01T00:00:00Z":      exchanges.Unknown[string](),
		"9999-12-31T23:59:59Z":      exchanges.Unknown[string](),
	} {
		if d := diff(want, wireConnection{CreatedAt: text}.created()); d != "" {
			t.Errorf("%q (-want +got):\n%s", text, d)
		}
	}
}
