package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"rekey/internal/text"
)

func staged() Play {
	at := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	after := func(seconds int) time.Time { return at.Add(time.Duration(seconds) * time.Second) }
	num := decimal.RequireFromString
	return Play{
		Tool: Tool{Name: "rekey", Version: "dev"}, StartedAt: at, FinishedAt: after(300),
		Keys: []PlayKey{
			{
				Name:      "main-binance",
				Exchange:  "binance",
				AccessKey: "abcdefghijklmnop",
				Since:     at,
				First:     after(20),
				Last:      after(155),
				Shut:      after(160),
				Word:      "-2015",
				Dead:      after(158),
				ByHand:    true,
				Orders:    28,
				LastLoss:  after(155),
				Lost:      num("9120.335"),
				Left:      num("38879.665"),
			},
			{
				Name:      "grid-bot",
				Exchange:  "binance",
				AccessKey: "bbbbefghijklmnop",
				Since:     at,
				Shut:      after(20),
				Word:      "-2015",
				Dead:      after(95),
				Left:      num("12000"),
			},
			{
				Name:      "okx-main",
				Exchange:  "okx",
				AccessKey: "ccccefghijklmnop",
				Since:     at,
				First:     after(20),
				Last:      after(300),
				Orders:    57,
				LastLoss:  after(300),
				Lost:      num("21000.5"),
				Left:      num("8999.5"),
			},
			{
				Name:      "kucoin-bot",
				Exchange:  "kucoin",
				AccessKey: "ddddefghijklmnop",
				Since:     at,
				Shut:      after(20),
				Word:      "400006",
				Left:      num("20000"),
			},
			{
				Name:      "binance/grid@desk.example/\x1b[2Jx…bMBv",
				Exchange:  "binance",
				AccessKey: "eeeeefghijklmnop",
				Planted:   true,
				Since:     after(25),
				Left:      num("12000"),
			},
		},
	}
}

func TestPlayAsText(t *testing.T) {
	var out bytes.Buffer
	if err := staged().Write(&out, "text", Options{Width: 100}); err != nil {
		t.Fatal(err)
	}
	want := `# KEY                              STATE                 ALIVE FOR ORDERS     LOST     LEFT
1 main-binance                     dead, by hand             2m38s     28  9120.34 38879.67
2 grid-bot                         dead, by api              1m35s      0     0.00 12000.00
3 okx-main                         ALIVE, THIEF AT WORK       5m0s     57 21000.50  8999.50
4 kucoin-bot                       ALIVE, thief shut out      5m0s      0     0.00 20000.00
5 ` + text.CleanName(staged().Keys[4].Name) + ` ALIVE                     4m35s      0     0.00 12000.00

` + text.CleanName(staged().Keys[4].Name) + ` was made by the thief 25s after the leak.
2 of 5 keys dead, 30120.84 USDT lost. STAGED: nothing of it is real.
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// No line is wider than the screen, on any screen, and the state of a key and
// its loss can always be read.
func TestScoreFits(t *testing.T) {
	p := staged()
	for columns := 20; columns <= 140; columns++ {
		lines := p.Score(p.FinishedAt, Options{Width: columns, Color: columns%2 == 0})
		if len(lines) != 1+len(p.Keys) {
			t.Fatalf("%d columns: %d lines", columns, len(lines))
		}
		for i, l := range lines {
			if text.Width(l) > max(columns, 40) || strings.Contains(l, "\x1b[2J") {
				t.Errorf("%d columns: a line of %d: %q", columns, text.Width(l), l)
			}
			if word := []string{"STATE", "dead", "dead", "ALIV", "ALIV", "ALIV"}[i]; !strings.Contains(l, word) ||
				i == 3 && !strings.Contains(l, "21000.50") {
				t.Errorf("%d columns: %q does not say %s", columns, l, word)
			}
		}
	}
}

func TestPlayAsJSON(t *testing.T) {
	var out bytes.Buffer
	if err := staged().Write(&out, "json", Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"staged": true`, `"killed_by": "hand"`, `"killed_by": "api"`, `"killed_by": null`, `"alive_seconds": 158`,
		`"lost": "30120.84"`, `"thief_refused_with": "400006"`,
		`"access_key": "abcd…mnop"`, `"dead_at": "2026-11-22T02:02:38.000Z"`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	if err := staged().Write(&out, "csv", Options{}); err == nil {
		t.Error("there is a format csv")
	}
}
