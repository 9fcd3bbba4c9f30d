package audit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

func TestDeriveExpiry(t *testing.T) {
	now := examplesDay()
	creation := exchanges.ExpiryRule{
		ID: "thirty-days", After: days(30), Start: exchanges.FromCreation, Source: "announcement",
		Powers: []exchanges.Permission{exchanges.Spot, exchanges.Margin},
	}
	idle := exchanges.ExpiryRule{
		ID: "idle-fourteen", After: days(14), Start: exchanges.FromLastUse, Source: "documentation",
		Powers: []exchanges.Permission{exchanges.Spot, exchanges.Withdraw},
	}
	usedOn := func(day string) func(*Subject) {
		return func(s *Subject) { s.Key.LastUsedAt = exchanges.Known(date(day)) }
	}
	usedUntold := func(s *Subject) { s.Key.LastUsedAt = exchanges.Unknown[time.Time]() }
	young, old := made("2026-11-20"), made("2026-01-01")
	both := []exchanges.ExpiryRule{creation, idle}
	tests := []struct {
		story string
		edits []func(*Subject)
		rules []exchanges.ExpiryRule
		want  *DerivedExpiry
	}{
		{
			"a young key ends thirty days after its creation",
			[]func(*Subject){young},
			[]exchanges.ExpiryRule{creation},
			&DerivedExpiry{At: NewTime(date("2026-12-20")), Rule: "thirty-days", Source: "announcement"},
		},
		{
			"an old key still trades, so the power came later, and nobody tells when",
			[]func(*Subject){old},
			[]exchanges.ExpiryRule{creation},
			nil,
		},
		{"a key of unknown age", []func(*Subject){madeUntold}, []exchanges.ExpiryRule{creation}, nil},
		{
			"the inventory's date serves",
			[]func(*Subject){madeUntold, func(s *Subject) { s.Inventory.Created = exchanges.Known(date("2026-11-19")) }},
			[]exchanges.ExpiryRule{creation},
			&DerivedExpiry{At: NewTime(date("2026-12-19")), Rule: "thirty-days", Source: "announcement"},
		},
		{
			"the question itself was a use",
			[]func(*Subject){usedUntold},
			[]exchanges.ExpiryRule{idle},
			&DerivedExpiry{At: NewTime(now.AddDate(0, 0, 14)), Rule: "idle-fourteen", Source: "documentation", IfIdle: true},
		},
		{
			"a key that only its manager lists was not used by looking",
			[]func(*Subject){usedUntold, func(s *Subject) { s.Asked = false }},
			[]exchanges.ExpiryRule{idle},
			nil,
		},
		{
			"a last use that the exchange tells",
			[]func(*Subject){usedOn("2026-11-15")},
			[]exchanges.ExpiryRule{idle},
			&DerivedExpiry{At: NewTime(date("2026-11-29")), Rule: "idle-fourteen", Source: "documentation", IfIdle: true},
		},
		{
			"a last use so old that the rule is refuted, and the question was a use",
			[]func(*Subject){usedOn("2026-01-15")},
			[]exchanges.ExpiryRule{idle},
			&DerivedExpiry{At: NewTime(now.AddDate(0, 0, 14)), Rule: "idle-fourteen", Source: "documentation", IfIdle: true},
		},
		{"a key seen in a list was not asked", []func(*Subject){orphan, usedUntold}, []exchanges.ExpiryRule{idle}, nil},
		{
			"the earliest rule wins",
			[]func(*Subject){young, usedUntold},
			both,
			&DerivedExpiry{At: NewTime(now.AddDate(0, 0, 14)), Rule: "idle-fourteen", Source: "documentation", IfIdle: true},
		},
		{"a key with a list", []func(*Subject){young, from("192.0.43.8")}, both, nil},
		{"nobody says whether there is a list", []func(*Subject){young, listUntold}, both, nil},
		{"a key without the power", []func(*Subject){young, may(exchanges.Read)}, both, nil},
		{"nobody says what the key may do", []func(*Subject){young, permissionsUntold}, both, nil},
		{"a dead key", []func(*Subject){young, status(exchanges.StatusDead)}, both, nil},
		{"a key that was not seen", []func(*Subject){young, status(exchanges.StatusUndetermined)}, both, nil},
		{
			"the exchange states an end",
			[]func(*Subject){young, func(s *Subject) { s.Key.ExpiresAt = exchanges.Known(date("2027-01-01")) }},
			both, nil,
		},
		{"an exchange without rules", []func(*Subject){young}, nil, nil},
	}
	for _, tt := range tests {
		s := sample("grid", "okx", append([]func(*Subject){fromAnywhere, endUntold}, tt.edits...)...)
		if diff := cmp.Diff(tt.want, DeriveExpiry(s, tt.rules, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.story, diff)
		}
	}
}
