package threecommas

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rekey/exchanges"
)

func prefixes(words ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, w := range words {
		out = append(out, netip.MustParsePrefix(w))
	}
	return out
}

func TestTrustedAddresses(t *testing.T) {
	b := newBench(t)
	got, err := b.open(t, credential("alive")).TrustedAddresses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]netip.Prefix{
		"okex":    prefixes("198.51.100.0/24"),
		"binance": prefixes("203.0.113.8/32", "203.0.113.16/32"),
	}
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); d != "" {
		t.Errorf("addresses (-want +got):\n%s", d)
	}
}

// Half a list would make strangers of the other half, so a market with an
// entry that cannot be read is left out and named as missing.
func TestAddressesThatCannotBeRead(t *testing.T) {
	a := scripted(t, func(map[string]string) string {
		return `[
			{"market_code":"okex","trusted_ips":["198.51.100.7",""]},
			{"market_code":"kucoin","trusted_ips":["198.51.100.8"]},
			{"market_code":"kucoin","trusted_ips":["198.51.100.9","203.**.7\u001b[2J"]},
			{"market_code":"bybit","trusted_ips":null},
			{"trusted_ips":["198.51.100.10"]}]`
	})
	got, err := a.TrustedAddresses(t.Context())
	want := map[string][]netip.Prefix{"okex": prefixes("198.51.100.7/32")}
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); d != "" {
		t.Errorf("addresses (-want +got):\n%s", d)
	}
	if err == nil || !strings.Contains(err.Error(), "left out") || strings.Contains(err.Error(), "203") {
		t.Errorf("error %v, want one that says so without foreign text", err)
	}
}

func TestNoMarketsIsNoAnswer(t *testing.T) {
	got, err := scripted(t, func(map[string]string) string { return `[]` }).TrustedAddresses(t.Context())
	if got != nil || exchanges.KindOf(err) != exchanges.KindOther {
		t.Errorf("%v, %v, want an error", got, err)
	}
}

func TestMarketsOfOtherCompaniesStayUnknown(t *testing.T) {
	var v exchanges.Vendor = &adapter{}
	markets := v.(marketNamer).Markets()
	for code, want := range map[string]string{
		"binance": "binance", "binance_futures_eea": "binance", "okex": "okx", "kucoin": "kucoin",
		"ftx": "ftx", "gdax": "coinbase",
		"bitget": "bitget", "bitget_usdt_futures": "bitget", "bitget_copy": "", "gate_io": "gateio", "huobi": "htx",
		"binance_us": "", "binance_dex": "", "deribit_testnet": "", "paper_trading": "", "": "",
	} {
		if markets[code] != want {
			t.Errorf("market %q is %q, want %q", code, markets[code], want)
		}
	}
	markets["binance_us"] = "binance"
	if v.(marketNamer).Markets()["binance_us"] != "" {
		t.Error("a caller can change the table for everybody")
	}
}
