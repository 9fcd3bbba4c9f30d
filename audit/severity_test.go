package audit

import (
	"testing"

	"rekey/exchanges"
)

func TestSeverityOf(t *testing.T) {
	// Columns: tight list, wide list, no list, linked, leaked.
	table := map[Capability][5]Severity{
		NoPower:  {Low, Low, Low, Low, Low},
		CanRead:  {Low, Low, Low, Medium, High},
		CanTrade: {Low, Medium, High, Critical, Critical},
		CanDraw:  {High, High, Critical, Critical, Critical},
	}
	for c, row := range table {
		for o, want := range row {
			if got := SeverityOf(c, Openness(o)); got != want {
				t.Errorf("SeverityOf(%d, %d) = %v, want %v", c, o, got, want)
			}
		}
	}
}

func TestCapabilityOf(t *testing.T) {
	tests := []struct {
		story       string
		permissions exchanges.Permissions
		want        Capability
		assumed     bool
	}{
		{"nothing told counts as trading", exchanges.Permissions{}, CanTrade, true},
		{"read granted, the rest not told", exchanges.Permissions{}.Grant(exchanges.Read), CanTrade, true},
		{"read granted, the rest denied", exchanges.Permissions{}.Grant(exchanges.Read).DenyRest(), CanRead, false},
		{"everything denied", exchanges.Permissions{}.DenyRest(), NoPower, false},
		{"a transfer is as bad as a trade", exchanges.Permissions{}.Grant(exchanges.Transfer).DenyRest(), CanTrade, false},
		{
			"a power that rekey does not know",
			exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Unmapped).DenyRest(),
			CanTrade,
			false,
		},
		{"managing keys", exchanges.Permissions{}.Grant(exchanges.Read, exchanges.ManageKeys).DenyRest(), CanTrade, false},
		{"withdraw wins", exchanges.Permissions{}.Grant(exchanges.Withdraw), CanDraw, false},
		{
			"an exchange that never speaks of managing keys",
			exchanges.Permissions{}.Grant(exchanges.Read).Deny(append(tradingPowers(), exchanges.Withdraw)...),
			CanRead, false,
		},
	}
	for _, tt := range tests {
		if got, assumed := capabilityOf(exchanges.Key{Permissions: tt.permissions}); got != tt.want || assumed != tt.assumed {
			t.Errorf("%s: %d, assumed %t, want %d, %t", tt.story, got, assumed, tt.want, tt.assumed)
		}
	}
}

// A rule and an incident each bound what the formula says of a linked key.
func TestSeverityOfIncidents(t *testing.T) {
	trade, read := sample("grid", "okx"), sample("grid", "okx", may(exchanges.Read))
	tests := []struct {
		rule     string
		subject  Subject
		incident Severity
		want     Severity
	}{
		{ruleExposed, trade, Critical, Critical},
		{ruleExposed, trade, High, High}, // skyrex-2022: probable, and not more than high
		{ruleExposed, trade, None, Critical},
		{ruleExposed, read, Critical, Medium},
		{rulePossibly, trade, Critical, High},
		{rulePossibly, read, Critical, Medium},
		{ruleStore, trade, Critical, High},
		{ruleStore, trade, Medium, Medium},
		{ruleSuspected, trade, Critical, Medium},
		{ruleExchange, read, High, High},
		{ruleExchange, trade, Info, Info},
		{ruleExposed, sample("grid", "okx", permissionsUntold), Critical, Critical},
	}
	for _, tt := range tests {
		if got := severityIn(tt.rule, tt.subject, Incident{Severity: tt.incident}); got != tt.want {
			t.Errorf("%s, %s, incident %v: %v, want %v", tt.rule, tt.subject.Name, tt.incident, got, tt.want)
		}
	}
}

func TestOpennessOf(t *testing.T) {
	tests := []struct {
		story string
		edit  func(*Subject)
		want  Openness
	}{
		{"one address", from("192.0.43.8"), TightList},
		{"a /24", from("192.0.43.0/24"), WideList},
		{"a list that is not shown", listUnseen, WideList},
		{"a masked entry", from("192.**.43"), WideList},
		{"everything", from("0.0.0.0/1", "128.0.0.0/1"), NoList},
		{"no list", fromAnywhere, NoList},
		{"nobody says", listUntold, NoList},
	}
	for _, tt := range tests {
		if got := opennessOf(sample("grid", "okx", tt.edit).Key); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.story, got, tt.want)
		}
	}
}
