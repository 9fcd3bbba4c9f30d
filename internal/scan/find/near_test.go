package find

import (
	"strings"
	"testing"
)

// TestNear holds the two limits of what stands near: how far before a pair its
// exchange may be named, and which of two access keys a secret belongs to.
func TestNear(t *testing.T) {
	pair := "\napi_key = " + gateKey + "\napi_secret = " + testnetSec + "\n"
	far := "gate_eu\n" + strings.Repeat(strings.Repeat("x ", 40)+"\n", 40)
	pad := func(n int) string { return strings.Repeat(".\n", n/2) }
	for text, want := range map[string]string{
		far + "gate.io" + pad(570) + pair: "credential gateio 5d41402a 7ddf359f -",
		far + "gate.io" + pad(640) + pair: "",
		"[a]\napi_key=" + binanceKey + "\napi_secret=" + binanceSecret + "\napi_key=" + secondKey +
			"\nbinance=1\n": "credential binance lzPy4DWi GuazP0eK -",
	} {
		sets, _ := Sets(Text{Bytes: []byte(text), Path: "x.txt"})
		got := sayAll(sets)
		if got != want {
			t.Errorf("%.60q: found %q, want %q", text, got, want)
		}
	}
}
