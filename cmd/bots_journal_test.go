package cmd

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

// journalFile is the journal of the desk.
func (r *botRoom) journalFile() string {
	return filepath.Join(r.dir, ".local", "state", "rekey", "journal.jsonl")
}

// sealed adds the checksum to an object of the journal, as docs/rotation.md does
// not tell: the first 8 bytes of the SHA-256 of the object without it.
func sealed(object string) string {
	sum := sha256.Sum256([]byte(object))
	return strings.TrimSuffix(object, "}") + `,"sum":"` + hex.EncodeToString(sum[:8]) + `"}`
}

// A journal that a later rekey wrote to is not gone on with, and neither is one
// that is damaged: exit 5, and nothing is sent. Killing a leaked key does not wait
// for it, when that is accepted, also one with an unfinished run.
func TestJournalThatCannotBeGoneOnWith(t *testing.T) {
	for _, c := range []struct{ story, says string }{
		{"of a later version", "was written by a later version of rekey"},
		{"damaged", "not as it was written"},
	} {
		t.Run(c.story, func(t *testing.T) {
			r := newBotRoom(t, nil, nil)
			r.cut()
			// As the cut response may have left it: KuCoin masks the addresses, so a
			// person would have to rotate this key.
			r.KuCoin.Do(func() { r.Spot.Whitelist = []string{"127.0.0.1"} })
			text, err := os.ReadFile(r.journalFile())
			if err != nil {
				t.Fatal(err)
			}
			damaged := bytes.Replace(text, []byte("planned"), []byte("plunder"), 1)
			if c.story != "damaged" {
				last := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n') + 1
				prev := sha256.Sum256(bytes.TrimSuffix(text[last:], []byte("\n")))
				damaged = fmt.Appendf(
					text,
					"%s\n",
					sealed(fmt.Sprintf(`{"v":3,"seq":999,"at":"2027-01-01T00:00:00.000Z","prev":"%x"}`, prev)),
				)
			}
			if err := os.WriteFile(r.journalFile(), damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			before := r.written("binance") + r.written("okx") + r.written("kucoin")
			for _, args := range [][]string{
				{"respond", "--resume", "--yes"},
				{"respond", "spot-bot", "--yes"},
				{"revoke", "spot-bot", "--yes"},
				{"rotate", "spot-bot", "--yes", "--accept-risk", "bot-still-running"},
				{"runs", "resume", "--yes"},
			} {
				if code := r.run(t.Context(), nil, args...); code != exitUnfinished ||
					!strings.Contains(r.stderr.String(), c.says) {
					t.Errorf("%v: exit %d\n%s", args, code, r.said())
				}
			}
			if after := r.written("binance") + r.written("okx") + r.written("kucoin"); after != before || len(r.Alive()) != 4 {
				t.Errorf("%d calls may have changed something, alive are %v", after-before, r.Alive())
			}
			code := r.run(t.Context(), nil, "revoke", "grid-bot", "swap-bot", "--yes", "--accept-risk", "no-journal")
			if code != exitDone || !slices.Equal(r.Alive(), []string{"hedge-bot", "spot-bot"}) {
				t.Errorf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
			}
			code = r.run(t.Context(), nil, "respond", "hedge-bot", "spot-bot", "--yes", "--accept-risk", "no-journal")
			if code == exitDone && len(r.Alive()) > 0 || len(r.Alive()) != 0 {
				t.Errorf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
			}
		})
	}
}

// asVersion1 writes the records of a journal as the first version did: one a line,
// and without what it did not know.
func (r *botRoom) asVersion1() {
	r.t.Helper()
	text, err := os.ReadFile(r.journalFile())
	if err != nil {
		r.t.Fatal(err)
	}
	type record struct {
		At    string          `json:"at,omitempty"`
		Run   string          `json:"run"`
		Kind  string          `json:"kind"`
		Key   string          `json:"key"`
		Stage string          `json:"stage"`
		Phase string          `json:"phase"`
		Data  json.RawMessage `json:"data"`
	}
	var lines []string
	prev := strings.Repeat("0", 64)
	for line := range strings.Lines(string(text)) {
		var of struct {
			record
			Then []record `json:"then"`
		}
		if err := json.Unmarshal([]byte(line), &of); err != nil {
			r.t.Fatal(err)
		}
		for _, rec := range append([]record{of.record}, of.Then...) {
			data := regexp.MustCompile(`,?"address":"[^"]*"`).ReplaceAllString(string(rec.Data), "")
			old := sealed(
				fmt.Sprintf(`{"v":1,"seq":%d,"at":%q,"run":%q,"kind":%q,"key":%q,"stage":%q,"phase":%q,"data":%s,"prev":%q}`,
					len(lines)+1, of.At, rec.Run, rec.Kind, rec.Key, rec.Stage, rec.Phase, data, prev),
			)
			sum := sha256.Sum256([]byte(old))
			lines, prev = append(lines, old), hex.EncodeToString(sum[:])
		}
	}
	last, err := json.Marshal(lines[len(lines)-1])
	if err != nil {
		r.t.Fatal(err)
	}
	head := sealed(fmt.Sprintf(`{"v":1,"seq":%d,"hash":%q,"line":%s}`, len(lines), prev, last)) + "\n"
	for name, text := range map[string]string{"journal.jsonl": strings.Join(lines, "\n") + "\n", "journal.head": head} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(r.journalFile()), name), []byte(text), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
}

// A journal of the first version holds no response, and a run that was cut short:
// --resume goes on with that.
func TestJournalOfAnOlderVersion(t *testing.T) {
	r := newBotRoom(t, nil, nil)
	ctx, stop := context.WithCancel(t.Context())
	r.Server("binance").Break(fake.Fault{
		Method: http.MethodDelete, Times: 1, Do: func(http.ResponseWriter, *http.Request, http.Handler) {
			stop()
			time.Sleep(50 * time.Millisecond)
		},
	})
	if code := r.run(ctx, nil, "revoke", "grid-bot", "--yes"); code != exitInterrupted || len(r.Alive()) != 4 {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	r.asVersion1()
	if code := r.run(t.Context(), nil, "runs", "list"); code != exitUnfinished ||
		!strings.Contains(r.stdout.String(), "grid-bot: STILL ACTIVE") {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	if code := r.run(t.Context(), nil, "respond", "--resume", "--yes"); code != exitDone ||
		slices.Contains(r.Alive(), "grid-bot") {
		t.Errorf("exit %d, alive are %v\n%s", code, r.Alive(), r.said())
	}
	if !strings.Contains(r.stdout.String(), "the old key is proven dead") {
		t.Error(r.said())
	}
}

// Two keys carry the marker of a create whose answer was lost: one is an
// intruder's, who copied it. Neither is put to use, and none is left.
func TestMarkerThatTwoKeysCarry(t *testing.T) {
	r := newBotRoom(t, nil, adding("grid@desk.example", reloads))
	copied := intruder("COPY")
	r.Server("binance").Break(fake.Fault{
		Method: http.MethodPost, Path: "subAccountApi", Times: 1,
		Do: func(w http.ResponseWriter, q *http.Request, exchange http.Handler) {
			fake.Behind(func(w http.ResponseWriter, q *http.Request, h http.Handler) {
				r.Binance.Do(func() {
					copied.Label = r.GridSub.Keys[len(r.GridSub.Keys)-1].Label
					r.GridSub.Keys = append(r.GridSub.Keys, copied)
				})
				fake.Reset()(w, q, h)
			})(w, q, exchange)
		},
	})
	code := r.run(t.Context(), nil, "rotate", "grid-bot", "--yes", "--format", "json")
	live := r.ofAccount("grid@desk.example")
	if doc := r.doc(); code != exitDone || doc.Runs[0].Stage != "done" || !copied.Deleted || len(live) != 1 ||
		live[0].Label == copied.Label {
		t.Errorf("exit %d, alive in the sub-account: %+v\n%s", code, live, r.said())
	}
}
