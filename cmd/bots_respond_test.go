package cmd

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/bots"
)

// A responseDoc is what a response says of keys.
type responseDoc struct {
	Keys []struct {
		Key, State, Why, Next string
		SinceBegin            bool `json:"since_begin"`
	}
	Unread  []string `json:"unread_lists"`
	Summary map[string]int
}

func (r *room) response() (doc responseDoc) {
	r.t.Helper()
	if err := json.Unmarshal(r.stdout.Bytes(), &doc); err != nil {
		r.t.Fatalf("%v\n%s", err, r.said())
	}
	return doc
}

// state is how a key stands, "" for one that is not named.
func (d responseDoc) state(key string) string {
	for _, k := range d.Keys {
		if k.Key == key {
			return k.State
		}
	}
	return ""
}

// ends holds the last lines on the screen against what they shall be.
func (r *room) ends(want ...string) {
	r.t.Helper()
	lines := strings.Split(strings.TrimSpace(r.stderr.String()), "\n")
	at := len(lines) - len(want)
	for i, w := range want {
		if at < 0 || !strings.HasPrefix(lines[at+i], "rekey: "+w) {
			r.t.Errorf("the last lines are\n%s\nwant\n%s", strings.Join(lines[max(0, at):], "\n"), strings.Join(want, "\n"))
			return
		}
	}
}

// intruder is a key of an intruder in the sub-account of the grid.
func intruder(name string) *binance.Key {
	k := binanceKey(name, "enableSpotAndMarginTrading", "enableFutures")
	k.Label, k.Whitelist = "bot 2", nil
	return k
}

// plant has an intruder make a key while a request is under way.
func (r *botRoom) plant(f fake.Fault, k *binance.Key) {
	f.Times = 1
	f.Do = func(w http.ResponseWriter, q *http.Request, exchange http.Handler) {
		r.Binance.Do(func() { r.GridSub.Keys = append(r.GridSub.Keys, k) })
		exchange.ServeHTTP(w, q)
	}
	r.Server("binance").Break(f)
}

// A key that an intruder makes after the list was taken dies in the same response.
func TestIntruderDuringAResponse(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	k := intruder("EVIL")
	r.plant(fake.Fault{Method: http.MethodDelete, Path: "subAccountApi"}, k)
	code := r.run(t.Context(), nil, "respond", "grid-bot", "--yes", "--format", "json")
	doc := r.response()
	name := "binance/grid@desk.example/EVIL…kkkk"
	if code != exitPerson || !k.Deleted || doc.state(name) != "gone" || doc.state("grid-bot") != "dead" {
		t.Fatalf("exit %d, deleted %v\n%s", code, k.Deleted, r.said())
	}
	for _, end := range doc.Keys {
		if end.SinceBegin != (end.Key == name) {
			t.Errorf("%+v", end)
		}
	}
	if !strings.Contains(r.stderr.String(), "rekey: new since the response began: "+name) {
		t.Errorf("it is not said:\n%s", r.stderr.String())
	}
	r.ends("1 of 2 keys dead, looked at again at ", "not listed any more, no proof is possible: "+name)
}

// The same on a terminal: a person is asked about the new key, and one that they
// leave alone is named as alive, with its own command.
func TestIntruderThatAPersonLeaves(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	k := intruder("EVIL")
	r.plant(fake.Fault{Method: http.MethodDelete, Path: "subAccountApi"}, k)
	name := "binance/grid@desk.example/EVIL…kkkk"
	p := newPerson(
		rule{asked: askPlan, answer: "y"},
		rule{asked: name + " is new since the response began. Delete it too?", answer: "n"},
	)
	code := r.run(t.Context(), p, "respond", "grid-bot", "--format", "json")
	doc := r.response()
	if code != exitPerson || k.Deleted || doc.state(name) != "alive" {
		t.Fatalf("exit %d, deleted %v\n%s\n%s", code, k.Deleted, r.said(), p.seen.String())
	}
	r.ends("1 of 2 keys still active, 1 dead, looked at again at ", "STILL ACTIVE: "+name, "go on with: ")
}

// A key that only one manager lists dies before that manager: the list is read
// once more when its turn comes.
func TestIntruderBeforeTheManagerDies(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	k := intruder("EVIL")
	r.plant(fake.Fault{Method: http.MethodDelete, Path: "subAccountApi"}, k)
	p := newPerson(
		rule{asked: askPlan, answer: "y"},
		rule{asked: "is new since the response began. Delete it too?", answer: "y"},
		rule{asked: askDelete, act: func() {
			r.Binance.Do(func() {
				if !k.Deleted {
					t.Error("the manager's turn came while the intruder's key lived")
				}
				r.BinanceMain.Deleted = true
			})
		}},
	)
	code := r.run(t.Context(), p, "respond", "binance-main", "grid-bot", "hedge-bot", "--format", "json")
	doc := r.response()
	if code != exitDone || !k.Deleted || doc.state("binance-main") != "dead" {
		t.Fatalf("exit %d, deleted %v\n%s\n%s", code, k.Deleted, r.said(), p.seen.String())
	}
	if !slices.Equal(doc.Unread, []string{"binance-main"}) {
		t.Errorf("unread are %v", doc.Unread)
	}
	r.ends(
		"3 of 4 keys dead, looked at again at ",
		"not listed any more, no proof is possible: binance/grid@desk.example/EVIL…kkkk",
		"lists that could not be read again: binance-main; look on the exchange's page whether they name "+
			"keys that you do not know",
	)
}

// A list that its exchange refuses after the kill may name a key that an intruder
// made meanwhile: the response does not end well, and goes on when it can be read.
func TestListThatCannotBeReadAgain(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	k := intruder("EVIL")
	refused := fake.Fault{Method: http.MethodGet, Path: "subAccountApi", Do: fake.Answer(500, "application/json", "{}")}
	r.Server("binance").Break(fake.Fault{
		Method: http.MethodDelete, Path: "subAccountApi", Times: 1,
		Do: func(w http.ResponseWriter, q *http.Request, exchange http.Handler) {
			r.Binance.Do(func() { r.GridSub.Keys = append(r.GridSub.Keys, k) })
			exchange.ServeHTTP(w, q)
			r.Server("binance").Break(refused)
		},
	})
	code := r.run(t.Context(), nil, "respond", "grid-bot", "--yes", "--format", "json")
	doc := r.response()
	if code != exitPerson || doc.state("grid-bot") != "dead" || !slices.Equal(doc.Unread, []string{"binance-main"}) {
		t.Fatalf("exit %d, unread %v\n%s", code, doc.Unread, r.said())
	}
	if !strings.Contains(r.stdout.String(), "whether a key was made meanwhile is not known") {
		t.Errorf("no step for a person\n%s", r.said())
	}
	r.ends(
		"the key is dead, looked at again at ",
		"lists that could not be read again: binance-main",
		"go on with: rekey respond --resume",
	)

	r.Server("binance").Mend()
	if doc = r.resume(exitPerson); !k.Deleted || doc.state("binance/grid@desk.example/EVIL…kkkk") != "gone" {
		t.Errorf("the intruder's key lives: %v\n%s", doc.Keys, r.said())
	}
}

// cut begins a response to the four bots' keys and has it cut short by a context
// that ends while OKX is asked to narrow.
func (r *botRoom) cut() {
	r.t.Helper()
	ctx, stop := context.WithCancel(r.t.Context())
	r.Server("okx").
		Break(fake.Fault{Path: "modify-apikey", Times: 1, Do: func(http.ResponseWriter, *http.Request, http.Handler) {
			stop()
			time.Sleep(50 * time.Millisecond)
		}})
	code := r.run(ctx, nil, append(append([]string{"respond"}, bots.Names()...), "--yes", "--format", "json")...)
	if code != exitInterrupted || len(r.Alive()) != 4 {
		r.t.Fatalf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
	}
	r.Server("okx").Mend()
}

func (r *botRoom) resume(want int) responseDoc {
	r.t.Helper()
	if code := r.run(r.t.Context(), nil, "respond", "--resume", "--yes", "--format", "json"); code != want {
		r.t.Fatalf("exit %d, want %d; alive are %v\n%s", code, want, r.Alive(), r.said())
	}
	return r.response()
}

// A response is resumed on an inventory that was changed meanwhile. Every key of
// its plan is dealt with, or named as one that was not asked about.
func TestResponseOnAChangedInventory(t *testing.T) {
	t.Run("a key was renamed", func(t *testing.T) {
		r := newBotRoom(t, nil, nil)
		r.cut()
		r.edit(func(s string) string { return strings.Replace(s, "  hedge-bot:\n", "  ladder-bot:\n", 1) })
		doc := r.resume(exitPerson)
		if doc.Summary["dead"] != 4 || len(r.Alive()) != 0 {
			t.Errorf("alive are %v\n%s", r.Alive(), r.said())
		}
		r.ends("all 4 keys dead, looked at again at ")
	})
	t.Run("a key was removed", func(t *testing.T) {
		r := newBotRoom(t, nil, nil)
		r.cut()
		r.edit(func(s string) string {
			from := strings.Index(s, "  swap-bot:\n")
			return s[:from] + s[strings.Index(s, "  grid-bot:\n"):]
		})
		code := r.run(t.Context(), nil, "respond", "--resume", "--yes", "--format", "json")
		doc := r.response()
		alive := slices.Contains(r.Alive(), "swap-bot")
		if len(doc.Keys) != 4 || code == exitDone && alive {
			t.Errorf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
		}
		for _, k := range doc.Keys {
			if (k.State == "dead" || k.State == "gone") && slices.Contains(r.Alive(), k.Key) {
				t.Errorf("%s is called %s, and lives", k.Key, k.State)
			}
		}
	})
	t.Run("a key and its manager were removed", func(t *testing.T) {
		r := newBotRoom(t, nil, nil)
		r.cut()
		r.edit(func(s string) string {
			from, main := strings.Index(s, "  swap-bot:\n"), strings.Index(s, "  okx-main:\n")
			return s[:main] + s[strings.Index(s, "  hedge-bot:\n"):from] + s[strings.Index(s, "  grid-bot:\n"):]
		})
		doc := r.resume(exitPerson)
		if got := doc.state("swap-bot"); !slices.Equal(r.Alive(), []string{"swap-bot"}) ||
			got != "alive" && got != "unproven" && got != "narrowed" {
			t.Errorf("alive are %v, and swap-bot is called %q\n%s", r.Alive(), got, r.said())
		}
		if !strings.Contains(r.stderr.String(), "go on with: rekey respond --resume") {
			t.Error(r.said())
		}
	})
	t.Run("the manager was changed", func(t *testing.T) {
		r := newBotRoom(t, nil, nil)
		r.cut()
		r.edit(func(s string) string {
			return strings.ReplaceAll(
				strings.Replace(s, "  binance-main:\n", "  main-2:\n", 1),
				"manager: binance-main",
				"manager: main-2",
			)
		})
		doc := r.resume(exitPerson)
		if doc.Summary["dead"] != 4 || len(r.Alive()) != 0 {
			t.Errorf("alive are %v\n%s", r.Alive(), r.said())
		}
	})
}

// All keys of a response were deleted by hand meanwhile: it finds so, and is over.
func TestResponseWhoseKeysWereDeletedByHand(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	r.cut()
	if !r.Binance.DeleteByHand(r.Grid.AccessKey) || !r.Binance.DeleteByHand(r.Hedge.AccessKey) ||
		!r.KuCoin.DeleteByHand(r.Spot.AccessKey) || !r.OKX.DeleteByHand(r.Swap.AccessKey) {
		t.Fatal("they are not there")
	}
	if doc := r.resume(exitPerson); doc.Summary["dead"] != 4 {
		t.Fatal(r.said())
	}
	r.ends("all 4 keys dead, looked at again at ")
	r.resume(exitDone)
	r.ends("all 4 keys dead, looked at again at ")
	if code := r.run(t.Context(), nil, "runs", "list"); code != exitDone {
		t.Errorf("a run is left: exit %d\n%s", code, r.said())
	}
}

// A second response finds the first at work, says so, and changes nothing.
func TestTwoResponsesAtOnce(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	second := &room{t: t, dir: r.dir}
	asked := false
	r.Server("okx").
		Break(fake.Fault{Path: "modify-apikey", Times: 1, Do: func(w http.ResponseWriter,
			q *http.Request, exchange http.Handler,
		) {
			asked = true
			for _, args := range [][]string{
				{"respond", "swap-bot", "--yes"},
				{"respond", "--resume", "--yes"},
				{"revoke", "swap-bot", "--yes"},
				{"runs", "resume", "--yes"},
			} {
				before := r.written("kucoin") + r.written("okx")
				if code := second.run(t.Context(), nil, args...); code != exitUnfinished {
					t.Errorf("%v: exit %d\n%s", args, code, second.said())
				}
				if after := r.written("kucoin") + r.written("okx"); after > before+1 { // the first goes on
					t.Errorf("%v: it wrote %d times", args, after-before)
				}
			}
			exchange.ServeHTTP(w, q)
		}})
	code := r.run(t.Context(), nil, append(append([]string{"respond"}, bots.Names()...), "--yes", "--format", "json")...)
	if !asked || code != exitPerson || len(r.Alive()) != 0 {
		t.Errorf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
	}
}

// A name that is a part of another one names its own key, and a part that two
// names have names none.
func TestNameThatIsAPartOfAnother(t *testing.T) {
	r := newBotRoom(t, nil, func(s string) string {
		return strings.Replace(
			strings.Replace(s, "  hedge-bot:\n", "  grid-bot-2:\n", 1),
			"  spot-bot:\n",
			"  spot-bot-live:\n",
			1,
		)
	})
	if code := r.run(t.Context(), nil, "respond", "grid", "--yes"); code != exitUsage ||
		!strings.Contains(r.stderr.String(), `"grid" names 2 keys: grid-bot-2, grid-bot; nothing was changed`) {
		t.Errorf("exit %d\n%s", code, r.said())
	}
	if code := r.run(t.Context(), nil, "respond", "bot-live", "--yes"); code != exitUsage ||
		!strings.Contains(r.stderr.String(), "name it whole: spot-bot-live") {
		t.Errorf("exit %d\n%s", code, r.said())
	}
	if len(r.Alive()) != 4 {
		t.Fatalf("alive are %v", r.Alive())
	}
	r.run(t.Context(), nil, "respond", "grid-bot", "--yes", "--format", "json")
	if doc := r.response(); len(doc.Keys) != 1 || doc.state("grid-bot") != "dead" ||
		!slices.Equal(r.Alive(), []string{"hedge-bot", "spot-bot", "swap-bot"}) {
		t.Errorf("alive are %v\n%s", r.Alive(), r.said())
	}
}

// A response is cut short when one of its keys is dead already, and an intruder
// makes a key in that key's account: --resume finds it.
func TestIntruderInTheAccountOfADeadKey(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	ctx, stop := context.WithCancel(t.Context())
	r.Server("okx").
		Break(fake.Fault{
			Method: http.MethodPost, Path: "/subaccount/delete-apikey",
			Do: func(http.ResponseWriter, *http.Request, http.Handler) {
				for range 200 { // until Binance has destroyed its own
					if !slices.Contains(r.Alive(), "grid-bot") {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
				stop()
				time.Sleep(50 * time.Millisecond)
			},
		})
	if code := r.run(ctx, nil, "respond", "grid-bot", "swap-bot", "--yes"); code != exitInterrupted {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	if alive := r.Alive(); slices.Contains(alive, "grid-bot") || !slices.Contains(alive, "swap-bot") {
		t.Fatalf("alive are %v\n%s", alive, r.said())
	}
	r.Server("okx").Mend()
	k := intruder("EVIL")
	r.Binance.Do(func() { r.GridSub.Keys = append(r.GridSub.Keys, k) })
	doc := r.resume(exitPerson)
	if name := "binance/grid@desk.example/EVIL…kkkk"; !k.Deleted || doc.state(name) != "gone" ||
		slices.Contains(r.Alive(), "swap-bot") {
		t.Errorf("deleted %v, alive are %v\n%s", k.Deleted, r.Alive(), r.said())
	}
	// Another one, after all is over: --resume begins nothing new in its name, and
	// an audit finds it.
	late := intruder("LATE")
	r.Binance.Do(func() { r.GridSub.Keys = append(r.GridSub.Keys, late) })
	name := "binance/grid@desk.example/LATE…kkkk"
	code := r.run(t.Context(), nil, "respond", "--resume", "--yes", "--format", "json")
	if code != exitPerson || late.Deleted ||
		!strings.Contains(r.stderr.String(), "new since the response was over: "+name) ||
		!strings.Contains(r.stdout.String(), "If it is not yours: rekey respond "+name) {
		t.Errorf("exit %d\n%s", code, r.said())
	}
	if code := r.run(t.Context(), nil, "respond", name, "--yes"); code != exitPerson || !late.Deleted {
		t.Errorf("exit %d\n%s", code, r.said())
	}
}

// A manager dies in the middle, by another hand: the key that it alone could
// destroy is named as alive, and a person is led to it.
func TestManagerThatDiesInTheMiddle(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	r.Server("okx").
		Break(fake.Fault{Path: "modify-apikey", Times: 1, Do: func(w http.ResponseWriter,
			q *http.Request, exchange http.Handler,
		) {
			r.OKX.Do(func() { r.OKXMain.Deleted = true })
			exchange.ServeHTTP(w, q)
		}})
	code := r.run(t.Context(), nil, append(append([]string{"respond"}, bots.Names()...), "--yes", "--format", "json")...)
	doc := r.response()
	if code != exitUnfinished && code != exitPerson || !slices.Equal(r.Alive(), []string{"swap-bot"}) ||
		doc.Summary["dead"] != 3 {
		t.Fatalf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
	}
	if got := doc.state("swap-bot"); got != "alive" && got != "narrowed" {
		t.Errorf("swap-bot is called %q", got)
	}
	if !strings.Contains(r.stderr.String(), "rekey: go on with: rekey respond --resume") {
		t.Error(r.said())
	}
	for range 2 { // it stays so, for as long as the key lives
		code = r.run(t.Context(), nil, "respond", "--resume", "--yes", "--format", "json")
		doc = r.response()
		if got := doc.state("swap-bot"); code != exitUnfinished && code != exitPerson || got != "alive" && got != "narrowed" {
			t.Fatalf("exit %d, swap-bot is called %q\n%s", code, got, r.said())
		}
	}
	// A person deletes it on the page: it is over.
	r.OKX.DeleteByHand(r.Swap.AccessKey)
	code = r.run(t.Context(), nil, "respond", "--resume", "--yes", "--format", "json")
	if doc = r.response(); doc.Summary["dead"] != 4 || code == exitUnfinished {
		t.Errorf("exit %d\n%s", code, r.said())
	}
	r.ends("all 4 keys dead, looked at again at ")
}
