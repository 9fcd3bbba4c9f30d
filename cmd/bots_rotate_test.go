package cmd

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/internal/drill"
	"rekey/internal/fake"
	"rekey/internal/fake/bots"
)

// A botRoom is a room whose keys all can be changed by API.
type botRoom struct {
	*room
	*bots.Desk
}

// newBotRoom stages the desk. change edits its rekey.yaml.
func newBotRoom(t *testing.T, clock *drill.Clock, change func(config string) string) *botRoom {
	t.Helper()
	now := time.Now
	if clock != nil {
		now = clock.Now
	}
	d, err := bots.Start(now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	r := &botRoom{newRoom(t, ""), d}
	r.clock = clock
	if err := d.Write(r.dir); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		r.edit(change)
	}
	return r
}

// edit changes rekey.yaml.
func (r *botRoom) edit(change func(string) string) {
	r.t.Helper()
	file := filepath.Join(r.dir, "rekey.yaml")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(change(string(text))), 0o600)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// adding puts lines into the entry of the key of an account.
func adding(account, lines string) func(string) string {
	return func(config string) string {
		return strings.Replace(config, "    account: \""+account+"\"\n", "    account: \""+account+"\"\n"+lines, 1)
	}
}

// ofAccount are the keys that live in a sub-account.
func (r *botRoom) ofAccount(account string) []fake.LiveKey {
	return slices.DeleteFunc(r.Live(), func(k fake.LiveKey) bool { return k.Account != account })
}

// written counts what was asked of an exchange that may change something.
func (r *botRoom) written(exchange string) int {
	n := 0
	for _, q := range r.Server(exchange).Requests() {
		if q.Method != http.MethodGet {
			n++
		}
	}
	return n
}

// said is all that the last command printed.
func (r *room) said() string { return r.stdout.String() + r.stderr.String() }

// flat is a text with its line breaks as spaces.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

const reloads = "    rotate: {every: 90d, reload: [\"true\"]}\n"

// Nothing dies before it is known that a new key can be made. What no API makes is
// a person's, with the page and the steps, and the old key lives.
func TestCompromisedKeyThatNoAPIMakes(t *testing.T) {
	for _, c := range []struct {
		story, key, exchange string
		change               func(*botRoom)
		says                 string
	}{
		{"KuCoin, a permission of old", "spot-bot", "kucoin", func(r *botRoom) {
			r.KuCoin.Do(func() { r.Spot.Permission = "General,Trade" })
		}, "no key was made"},
		{"Binance, portfolio margin", "grid-bot", "binance", func(r *botRoom) {
			r.Binance.Do(func() { r.Grid.Flags = append(r.Grid.Flags, "enablePortfolioMarginTrading") })
		}, "no key was made"},
		{"Binance, FIX", "grid-bot", "binance", func(r *botRoom) {
			r.Binance.Do(func() { r.Grid.Flags = append(r.Grid.Flags, "enableFixApiTrade") })
		}, "no key was made"},
	} {
		t.Run(c.story, func(t *testing.T) {
			for _, order := range [][]string{{"rotate", "--compromised", c.key}, {"rotate", c.key}} {
				r := newBotRoom(t, nil, func(s string) string {
					return adding("grid@desk.example", reloads)(adding("spotbot", reloads)(s))
				})
				c.change(r)
				code := r.run(t.Context(), nil, append(order, "--yes", "--format", "json")...)
				doc := r.doc()
				if code != exitPerson || len(doc.Runs) != 0 || len(doc.Person) != 1 || len(doc.Person[0].Steps) < 3 {
					t.Fatalf("%v: exit %d\n%s", order, code, r.said())
				}
				if !strings.Contains(doc.Person[0].Why, c.says) || !strings.Contains(r.stdout.String(), `"page": "https://www.`) {
					t.Errorf("%v: a person is not led: %+v", order, doc.Person[0])
				}
				if n := r.written(c.exchange); n != 0 || len(r.Alive()) != 4 {
					t.Errorf("%v: %d writes were sent, alive are %v", order, n, r.Alive())
				}
			}
		})
	}
}

// A KuCoin key with Unified is made anew with Unified, by a client's word.
func TestCompromisedUnifiedKey(t *testing.T) {
	r := newBotRoom(t, nil, adding("spotbot", reloads))
	r.KuCoin.Do(func() { r.Spot.Permission = "General,Unified" })
	if code := r.run(t.Context(), nil, "rotate", "spot-bot", "--compromised", "--yes"); code != exitDone {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	live := r.ofAccount("spotbot")
	if len(live) != 1 || live[0].AccessKey == r.Spot.AccessKey || !slices.Contains(live[0].Permissions, "Unified") {
		t.Errorf("alive in the sub-account: %+v", live)
	}
}

// OKX has one permission to trade: purpose [read, spot] needs it, and the new key
// trades.
func TestPurposeAtAnExchangeWithOnePermission(t *testing.T) {
	r := newBotRoom(t, nil, adding("swapbot", "    purpose: [read, spot]\n"+reloads))
	if code := r.run(t.Context(), nil, "rotate", "--due", "--yes", "--quiet"); code != exitDone {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	live := r.ofAccount("swapbot")
	if len(live) != 1 || live[0].AccessKey == r.Swap.AccessKey ||
		!slices.Equal(live[0].Permissions, []string{"read_only", "trade"}) {
		t.Errorf("alive in the sub-account: %+v", live)
	}
}

// narrowing makes the exchange forget the permission to trade of the key that it
// makes.
func (r *botRoom) narrowing() {
	r.Server("okx").Break(fake.Fault{
		Method: http.MethodPost, Path: "/subaccount/apikey", Times: 1,
		Do: func(w http.ResponseWriter, q *http.Request, exchange http.Handler) {
			exchange.ServeHTTP(w, q)
			r.OKX.Do(func() {
				for _, k := range r.SwapSub.Keys {
					if k != r.Swap {
						k.Perms = []string{"read_only"}
					}
				}
			})
		},
	})
}

// A new key that may do less than asked for is taken back: the old one was not
// touched, and the run failed, for cron too.
func TestNarrowerKeyIsTakenBack(t *testing.T) {
	for _, command := range [][]string{{"rotate", "swap-bot", "--yes"}, {"rotate", "--due", "--yes", "--quiet"}} {
		r := newBotRoom(t, nil, adding("swapbot", reloads))
		r.narrowing()
		code := r.run(t.Context(), nil, append(command, "--format", "json")...)
		doc := r.doc()
		if code != exitFailed || len(doc.Runs) != 1 || doc.Runs[0].ConfirmedDead {
			t.Fatalf("%v: exit %d\n%s", command, code, r.said())
		}
		live := r.ofAccount("swapbot")
		if len(live) != 1 || live[0].AccessKey != r.Swap.AccessKey || r.holds("SWAP_BOT", r.Swap.AccessKey) != "old" {
			t.Errorf("%v: alive in the sub-account: %+v", command, live)
		}
	}
}

// holds says which key stands in .env under a prefix.
func (r *botRoom) holds(prefix, old string) string {
	data, _ := os.ReadFile(filepath.Join(r.dir, ".env"))
	switch text := string(data); {
	case strings.Contains(text, prefix+"_API_KEY="+old+"\n"):
		return "old"
	case strings.Contains(text, prefix+"_API_KEY="):
		return "new"
	default:
		return "neither"
	}
}

// With --compromised the old key is dead when it shows that the new one may do
// less: that one is in no place, its secret stays sealed, and a person is told
// what it lacks.
func TestNarrowerKeyOfACompromisedOne(t *testing.T) {
	r := newBotRoom(t, nil, adding("swapbot", reloads))
	r.narrowing()
	code := r.run(t.Context(), nil, "rotate", "swap-bot", "--compromised", "--yes", "--format", "json")
	doc := r.doc()
	if code != exitPerson || len(doc.Person) != 1 || !strings.Contains(doc.Person[0].Why, "trade") {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	live := r.ofAccount("swapbot")
	if len(live) != 1 || live[0].AccessKey == r.Swap.AccessKey || r.holds("SWAP_BOT", r.Swap.AccessKey) != "old" {
		t.Errorf("alive in the sub-account: %+v, .env holds the %s one", live, r.holds("SWAP_BOT", r.Swap.AccessKey))
	}
	if code := r.run(t.Context(), nil, "store", "list"); code != exitDone || !strings.Contains(r.stdout.String(), "run") {
		t.Errorf("its secret is not in the store: exit %d\n%s", code, r.said())
	}
}

// The answer to making a key is lost, and the exchange's list lags. No second key
// that trades is left: the run is done with one, or unconfirmed with the label to
// look for.
func TestLostAnswerAndAListThatLags(t *testing.T) {
	for _, lag := range []time.Duration{0, 2 * time.Second, 15 * time.Second, 3 * time.Minute} {
		for _, compromised := range []bool{false, true} {
			for _, b := range []struct{ key, exchange, account, path string }{
				{"grid-bot", "binance", "grid@desk.example", "subAccountApi"},
				{"spot-bot", "kucoin", "spotbot", "/api/v1/sub/api-key"},
				{"swap-bot", "okx", "swapbot", "/subaccount/apikey"},
			} {
				name := b.exchange + " " + lag.String()
				args := []string{"rotate", b.key, "--yes", "--format", "json"}
				if compromised {
					name += " compromised"
					args = append(args, "--compromised")
				}
				t.Run(name, func(t *testing.T) {
					r := newBotRoom(t, drill.NewClock(time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)), adding(b.account, reloads))
					r.Binance.Lag.List, r.KuCoin.Lag.List, r.OKX.Lag.List = lag, lag, lag
					r.Server(b.exchange).Break(fake.Fault{Method: http.MethodPost, Path: b.path, Times: 1, Do: fake.LostAnswer()})
					code := r.run(t.Context(), nil, args...)
					doc := r.doc()
					if len(doc.Runs) != 1 {
						t.Fatalf("exit %d\n%s", code, r.said())
					}
					live := r.ofAccount(b.account)
					switch doc.Runs[0].Stage {
					case "done":
						if code != exitDone || len(live) != 1 {
							t.Errorf("done, exit %d, and alive are %+v", code, live)
						}
						if lag > 2*time.Minute {
							t.Errorf("it waited two minutes for a key that is listed after %s, and is sure\n%s", lag, r.said())
						}
					case "unconfirmed":
						env, _ := os.ReadFile(filepath.Join(r.dir, ".env"))
						label := ""
						for _, k := range live {
							if !strings.Contains(string(env), k.AccessKey) {
								label = k.Label
							}
						}
						if code != exitPerson || len(live) != 2 || label == "" || !strings.Contains(flat(r.said()), label) {
							t.Errorf("unconfirmed, exit %d, alive are %+v, and the label %q is not named\n%s", code, live, label, r.said())
						}
						if lag < time.Minute {
							t.Errorf("a key that is listed after %s was not found", lag)
						}
						if strings.Contains(r.stdout.String(), "The access key of the old key") {
							t.Errorf("a person is sent to the old key, which is dead\n%s", r.said())
						}
						r.watchedFor(t, label)
						r.dueDestroys(t, b.account)
					default:
						t.Errorf("it ended as %s, exit %d\n%s", doc.Runs[0].Stage, code, r.said())
					}
				})
			}
		}
	}
}

// dueDestroys holds "rekey rotate --due" to the key that has appeared since: nobody
// has its secret, so it is destroyed, also on a night when nothing is due.
func (r *botRoom) dueDestroys(t *testing.T, account string) {
	t.Helper()
	code := r.run(t.Context(), nil, "rotate", "--due", "--yes")
	if live := r.ofAccount(account); len(live) != 1 {
		t.Errorf("exit %d, alive are %+v\n%s", code, live, r.said())
	}
	if !strings.Contains(flat(r.stderr.String()), "whose making got no answer, had appeared and was deleted") {
		t.Errorf("exit %d, it is not said\n%s", code, r.said())
	}
	if r.run(t.Context(), nil, "runs", "list"); strings.Contains(flat(r.stderr.String()), "may still appear") {
		t.Errorf("it is watched for still\n%s", r.said())
	}
}

// watchedFor holds "rekey runs list" to the label, an hour later.
func (r *botRoom) watchedFor(t *testing.T, label string) {
	t.Helper()
	if err := r.clock.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if r.run(t.Context(), nil, "runs", "list"); !strings.Contains(
		flat(r.stderr.String()),
		"one labelled "+label+" may still appear until",
	) {
		t.Errorf("runs list does not name the label %s\n%s", label, r.said())
	}
}
