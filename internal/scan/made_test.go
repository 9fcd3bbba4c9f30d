package scan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// A made credential is random in the form of its exchange.
type made struct{ exchange, key, secret, passphrase string }

// maker makes credentials from a seed.
type maker struct{ r *rand.Rand }

func newMaker(seed uint64) *maker { return &maker{rand.New(rand.NewPCG(seed, 5))} }

func (m *maker) pick(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[m.r.IntN(len(alphabet))])
	}
	return b.String()
}

const (
	hexDigits = "0123456789abcdef"
	digits62  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

func (m *maker) uuid() string {
	h := m.pick(hexDigits, 32)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}

func (m *maker) credential(t *testing.T, exchange string) made {
	t.Helper()
	switch exchange {
	case "binance", "binanceus":
		return made{exchange, m.pick(digits62, 64), m.pick(digits62, 64), ""}
	case "bybit":
		return made{exchange, m.pick(digits62, 18), m.pick(digits62, 36), ""}
	case "kucoin":
		return made{exchange, m.pick(hexDigits, 24), m.uuid(), "moonTiger" + m.pick("0123456789", 3) + "!"}
	case "okx":
		return made{exchange, m.uuid(), strings.ToUpper(m.pick(hexDigits, 32)), "gridVega" + m.pick("0123456789", 3) + "#"}
	case "kraken":
		return made{exchange, m.pick(digits62+"+/", 56), m.pick(digits62+"+/", 86) + "==", ""}
	case "coinbase":
		return made{exchange, "organizations/" + m.uuid() + "/apiKeys/" + m.uuid(), m.pick(digits62+"+/", 86) + "==", ""}
	case "coinbase-exchange":
		return made{exchange, m.pick(hexDigits, 32), m.pick(digits62+"+/", 86) + "==", "fakepass" + m.pick("0123456789", 3)}
	case "bitget":
		return made{exchange, "bg_" + m.pick(hexDigits, 32), m.pick(hexDigits, 64), "satsDelta" + m.pick("0123456789", 3)}
	case "gateio":
		return made{exchange, m.pick(hexDigits, 32), m.pick(hexDigits, 64), ""}
	case "ftx":
		return made{exchange, m.pick(digits62+"-_", 40), m.pick(digits62+"-_", 40), ""}
	case "3commas":
		return made{exchange, m.pick(hexDigits, 64), m.pick(hexDigits, 64) + m.pick(hexDigits, 64), ""}
	}
	t.Fatalf("no form for %s", exchange)
	return made{}
}
