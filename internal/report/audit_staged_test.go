package report

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text/texttest"
)

func stagedDay(day string) time.Time {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return at
}

// stagedLine is where a rekey.yaml could declare the key of that name.
func stagedLine(name string) audit.Place {
	line := 3
	for _, c := range []byte(name) {
		line += int(c) % 32
	}
	return audit.Place{File: "rekey.yaml", Line: line, Column: 3}
}

// stagedKey is a key of the inventory that works, with edits.
func stagedKey(name, exchange string, edits ...func(*audit.Subject)) audit.Subject {
	s := audit.Subject{
		Name: name, Origin: audit.FromInventory, Asked: true, Declared: stagedLine(name),
		Key: exchanges.Key{
			Ref: exchanges.KeyRef{
				Exchange: exchange, AccessKey: fmt.Sprintf("St4ged%s%s", exchange, name),
				Account: exchanges.Account{ID: "77", Name: "desk", Kind: exchanges.AccountSub},
			},
			Label: name, Status: exchanges.StatusAlive, Algorithm: "ed25519",
			Permissions: exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Spot).
				DenyRest(),
			Raw:        []string{"canRead", "canTrade"},
			Whitelist:  exchanges.ParseWhitelist([]string{"203.0.113.7"}),
			CreatedAt:  exchanges.Known(stagedDay("2026-10-01")),
			LastUsedAt: exchanges.Known(stagedDay("2026-11-20")),
		},
		Inventory: audit.Inventory{Owner: "desk-a", Purpose: []exchanges.Permission{exchanges.Read, exchanges.Spot}},
	}
	for _, edit := range edits {
		edit(&s)
	}
	return s
}

// stagedStranger is a key that an exchange lists and the inventory does not
// know.
func stagedStranger(exchange, account, label, accessKey string) audit.Subject {
	return stagedKey("", exchange, func(s *audit.Subject) {
		s.Origin, s.Asked, s.Inventory, s.Declared = audit.FromExchange, false, audit.Inventory{}, audit.Place{}
		s.Key.Ref.AccessKey, s.Key.Ref.Account.Name, s.Key.Label = accessKey, account, label
		s.Key.Whitelist = exchanges.Unrestricted()
	})
}

func withStatus(status exchanges.Status) func(*audit.Subject) {
	return func(s *audit.Subject) {
		s.Asked, s.Key.Status = false, status
		s.Key.Permissions, s.Key.Raw, s.Key.Whitelist = exchanges.Permissions{}, nil, exchanges.IPWhitelist{}
		s.Key.CreatedAt, s.Key.LastUsedAt = exchanges.Unknown[time.Time](), exchanges.Unknown[time.Time]()
		s.Key.Label, s.Key.Algorithm, s.Key.Ref.Account = "", "", exchanges.Account{Kind: exchanges.AccountUnknown}
	}
}

// stagedAudit has a key of every kind that a report shows differently.
func stagedAudit() audit.Input {
	const month = 30 * 24 * time.Hour
	in := audit.Input{
		Now:      stagedDay("2026-11-22").Add(7 * time.Hour),
		Incident: texttest.Incidents(),
		Policy: audit.Policy{FailOn: audit.High, Waivers: []audit.Waiver{
			{
				Rule:   "NET-02",
				Key:    "tax-tool",
				Until:  stagedDay("2027-01-31"),
				Owner:  "desk-b",
				Reason: "the vendor has no fixed address",
			},
			{Rule: "NET-01", Key: "payout", Until: stagedDay("2027-01-31"), Owner: "desk-b", Reason: "not needed any more"},
			{Rule: "LIFE-01", Key: "grid-bot", Until: stagedDay("2026-11-01"), Owner: "desk-a", Reason: "migration"},
		}},
		Expiry: map[string][]exchanges.ExpiryRule{
			"binance": {
				{
					ID:     "binance-unrestricted-trading",
					After:  month,
					Start:  exchanges.FromCreation,
					Powers: []exchanges.Permission{exchanges.Spot},
					Source: "notice of 2024-01-01",
				},
			},
			"okx": {
				{
					ID:     "okx-idle",
					After:  month / 2,
					Start:  exchanges.FromLastUse,
					Powers: []exchanges.Permission{exchanges.Trade},
					Source: "manual",
				},
			},
		},
		Vendors: []audit.VendorReport{{
			Vendor: "botmaker", Exchanges: map[string]string{"binance_spot": "binance"},
			Connections: []audit.VendorConnection{
				{
					Connection: exchanges.Connection{
						ID:       "41",
						Name:     "grid",
						Exchange: "Binance",
						Market:   "binance_spot",
						Working:  exchanges.Known(true),
					},
					Key: "grid-bot",
				},
				{
					Connection: exchanges.Connection{
						ID:       "42",
						Name:     texttest.Wipes,
						Exchange: texttest.Backwards,
						Market:   "odd",
						Working:  exchanges.Known(true),
					},
				},
				{
					Connection: exchanges.Connection{
						ID:       "43",
						Name:     "old",
						Exchange: "Binance",
						Market:   "binance_spot",
						Working:  exchanges.Known(false),
						State:    texttest.Overtypes,
					},
				},
			},
		}},
		VendorRanges: map[string][]netip.Prefix{"botmaker": {netip.MustParsePrefix("198.51.100.0/24")}},
		Gaps: []audit.Gap{
			{
				Key:    "botmaker",
				Kind:   exchanges.KindRateLimited,
				Detail: "botmaker: connections: wants fewer requests (HTTP 429, code \x1b[31m429)",
			},
			{
				Key:    "office",
				Kind:   exchanges.KindForbidden,
				Detail: "okx: key permissions: this address is not on the IP whitelist of the key (code 50110)",
			},
			{
				Key:    "lost",
				Kind:   exchanges.KindCredential,
				Detail: "coinbase: json:keys/lost.json: there is no file (create it, or correct the path)",
			},
			{Key: "main", Kind: exchanges.KindNetwork, Detail: "binance: sub-accounts: no connection"},
		},
	}
	in.Subjects = []audit.Subject{
		stagedKey("grid-bot", "binance", func(s *audit.Subject) {
			s.Key.CreatedAt, s.Key.Whitelist = exchanges.Known(stagedDay("2021-06-16")), exchanges.Unrestricted()
			s.Inventory.SharedWith = []string{"botmaker"}
		}),
		stagedKey("main", "binance", func(s *audit.Subject) {
			s.Key.Ref.Account = exchanges.Account{ID: "1", Kind: exchanges.AccountMaster}
			s.Key.Permissions = exchanges.Permissions{}.Grant(
				exchanges.Read,
				exchanges.Spot,
				exchanges.Withdraw,
				exchanges.ManageKeys,
				exchanges.Unmapped,
			)
			s.Key.Raw, s.Key.Label = []string{"enableReading", "enableNewThing"}, ""
			s.Key.Whitelist = exchanges.RestrictedUnseen()
		}),
		stagedKey("payout", "kucoin", func(s *audit.Subject) {
			s.Key.Permissions = exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Withdraw).DenyRest()
			s.Key.Whitelist = exchanges.ParseWhitelist([]string{"203.0.113.7", "198.51.100.0/24", "2001:db8::1"})
			s.Key.ExpiresAt = exchanges.Known(
				time.Date(2026, 12, 1, 1, 30, 0, 0, time.FixedZone("", 3*3600)),
			) // still November in UTC
		}),
		stagedKey("tax-tool", "kucoin", func(s *audit.Subject) {
			s.Key.Permissions = exchanges.Permissions{}.Grant(exchanges.Read).DenyRest()
			s.Key.Whitelist = exchanges.Unrestricted()
			s.Key.ExpiresAt, s.Key.EndsTrading = exchanges.Known(
				time.Date(2027, 3, 1, 1, 30, 0, 0, time.FixedZone("", 3*3600)),
			), true
			s.Inventory.Purpose = []exchanges.Permission{exchanges.Read}
		}),
		stagedKey("young", "binance", func(s *audit.Subject) {
			s.Key.CreatedAt, s.Key.Whitelist = exchanges.Known(stagedDay("2026-11-20")), exchanges.Unrestricted()
		}),
		stagedKey("idle", "okx", func(s *audit.Subject) {
			s.Key.Permissions = exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).DenyRest()
			s.Key.Whitelist, s.Inventory.Purpose = exchanges.Unrestricted(), []exchanges.Permission{
				exchanges.Read,
				exchanges.Trade,
			}
		}),
		stagedKey("frozen", "binance", func(s *audit.Subject) {
			s.Key.Ref.Account.Frozen, s.Key.SpecialMargin = exchanges.Known(true), true
			s.Inventory.Owner = ""
		}),
		stagedKey("dead", "kucoin", withStatus(exchanges.StatusDead)),
		stagedKey("expired", "kucoin", withStatus(exchanges.StatusExpired)),
		stagedKey("off", "okx", withStatus(exchanges.StatusDisabled)),
		stagedKey("office", "okx", withStatus(exchanges.StatusIPRefused)),
		stagedKey(
			"lost",
			"coinbase",
			withStatus(exchanges.StatusUndetermined),
			func(s *audit.Subject) { s.Key.Ref.AccessKey = "" },
		),
		stagedKey("silent", "coinbase", withStatus(exchanges.StatusUndetermined)),
		stagedKey("gone", "ftx", withStatus(exchanges.StatusDefunct)),
		stagedStranger("binance", texttest.Wipes, texttest.Links, "Str4ngerWipesTheScreen0001"),
		stagedStranger("binance", texttest.Swallows, texttest.Overtypes, "Str4ngerSwallowsHisKey0002"),
		stagedStranger("kucoin", texttest.Backwards, texttest.Invisible, "Str4ngerWritesBackward0003"),
		stagedStranger("okx", texttest.Wide, texttest.Floods, "Str4ngerWithAWideName00004"),
		stagedStranger("okx", texttest.BrokenUTF, "a,b|c`d'e\"f<g>&h", "Str4ngerWithBrokenText0005"),
	}
	return in
}

// stagedFleet is a desk of n keys, half of them without a whitelist.
func stagedFleet(n int) audit.Input {
	in := audit.Input{
		Now:      stagedDay("2026-11-22"),
		Incident: texttest.Incidents(),
		Policy:   audit.Policy{FailOn: audit.High},
	}
	for i := range n {
		in.Subjects = append(in.Subjects, stagedKey(fmt.Sprintf("bot-%04d", i), "kucoin", func(s *audit.Subject) {
			if i%2 == 1 {
				s.Key.Whitelist = exchanges.Unrestricted()
			}
			if i%10 == 7 {
				withStatus(exchanges.StatusUndetermined)(s)
				in.Gaps = append(
					in.Gaps,
					audit.Gap{Key: s.Name, Kind: exchanges.KindTimeout, Detail: fmt.Sprintf("kucoin: key: no answer within %ds", 5+i)},
				)
			}
		}))
	}
	return in
}

// judged is the result of an audit that took a second and a bit.
func judged(tb testing.TB, in audit.Input, o Options) *audit.Result {
	tb.Helper()
	in.Tool, in.Config = Tool{Name: "rekey", Version: "0.1.0"}, "rekey.yaml"
	r, err := audit.Run(in)
	if err != nil {
		tb.Fatal(err)
	}
	r.Finish(in.Now.Add(1234*time.Millisecond), o.Interrupted)
	return &r
}

// audited prints an audit in one format.
func audited(tb testing.TB, in audit.Input, format string, o Options) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := Print(&out, format, judged(tb, in, o), o); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}
