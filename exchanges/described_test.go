package exchanges_test

import (
	"testing"

	"rekey/exchanges"
)

// Beside a word that nobody here knows, a list of words denies nothing that it
// does not name, and what it grants stays.
func TestDoubt(t *testing.T) {
	p := exchanges.Permissions{}.Grant(exchanges.Read).Deny(exchanges.Withdraw, exchanges.Spot).Doubt()
	if p.Has(exchanges.Withdraw).IsKnown() || p.Has(exchanges.Spot).IsKnown() {
		t.Errorf("withdraw %v, spot %v are still denied", p.Has(exchanges.Withdraw), p.Has(exchanges.Spot))
	}
	if on, told := p.Has(exchanges.Read).Get(); !on || !told {
		t.Error("read is not granted any more")
	}
}
