//go:build outside

package outside

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

// A stage is a fake with a key that ccxt holds, and what should come of it.
type stage struct {
	exchange string // as ccxt calls it
	server   *fake.Server
	key      credential
	// otherSecret is one of the right form that is not the key's.
	otherSecret string
	// edit changes the key at the exchange.
	edit func(deleted bool, whitelist ...string)

	clock    call
	accepted []acceptedCall
	refused  refusals
	others   []otherCall
}

// An acceptedCall is answered, with a word that only a good answer holds.
type acceptedCall struct {
	call
	word   string
	public bool // is not signed
}

// A refusal is the class of the error that ccxt raises, and a word of its text.
type refusal struct{ class, word string }

// refusals are told apart as far as the exchange does.
type refusals struct{ signature, passphrase, address, clock, deleted refusal }

// An otherCall is one more call that is refused, for a reason of its own.
type otherCall struct {
	story string
	key   credential
	call
	refusal
}

func TestCCXT(t *testing.T) {
	c := startCCXT(t)
	for _, exchange := range []struct {
		name  string
		stage func(*testing.T) *stage
	}{
		{"binance with an HMAC key", binanceHMAC},
		{"binance with an Ed25519 key", binanceEd25519},
		{"binance with an RSA key", binanceRSA},
		{"kucoin", stageKuCoin},
		{"okx", stageOKX},
		{"bybit", stageBybit},
		{"kraken", stageKraken},
		{"bitget, unified", stageBitget},
		{"bitget, classic", stageBitgetClassic},
		{"gate", stageGateio},
		{"htx", stageHTX},
		{"coinbase with an ECDSA key", coinbaseECDSA},
		{"coinbase with an Ed25519 key", coinbaseEd25519},
		{"coinbase exchange", stageCoinbaseExchange},
	} {
		t.Run(exchange.name, func(t *testing.T) {
			s := exchange.stage(t)
			t.Cleanup(s.server.Close)
			s.server.Limits.TurnOff() // ccxt's own pace is not the subject
			s.tell(t, c)
		})
	}
}

// tell goes from a key that works to a key that is deleted.
func (s *stage) tell(t *testing.T, c *client) {
	t.Helper()
	with := func(key credential, cl call, tamper string) question {
		return question{Exchange: s.exchange, URL: s.server.URL, Credential: key, Tamper: tamper, call: cl}
	}
	mustAccept := func(story string, cl acceptedCall) {
		t.Helper()
		v := c.ask(t, with(s.key, cl.call, ""))
		if v.Error != "" || !strings.Contains(v.Text, cl.word) {
			t.Errorf("%s: %s: got %s %s, want an answer with %q", story, cl, v.Error, v.Text, cl.word)
			return
		}
		t.Logf("%-28s %-48s accepted, with %s", story, cl, cl.word)
	}
	mustRefuse := func(story string, q question, want refusal) {
		t.Helper()
		v := c.ask(t, q)
		if v.Error != want.class || !strings.Contains(v.Text, want.word) {
			t.Errorf("%s: %s: got %s %s, want %s with %q", story, q.call, v.Error, v.Text, want.class, want.word)
			return
		}
		t.Logf("%-28s %-48s refused, %s: %s", story, q.call, v.Error, want.word)
	}

	s.readsTheClock(t, c.ask(t, with(credential{}, s.clock, "")))
	var probe acceptedCall // the first that is signed
	for _, cl := range s.accepted {
		mustAccept("as ccxt sends it", cl)
		if cl.public {
			continue
		}
		if probe.word == "" {
			probe = cl
		}
		mustRefuse("another signature", with(s.key, cl.call, "signature"), s.refused.signature)
		mustRefuse("another time than was signed", with(s.key, cl.call, "time"), s.refused.signature)
	}
	for _, o := range s.others {
		mustRefuse(o.story, with(o.key, o.call, ""), o.refusal)
	}

	wrong := s.key
	wrong.Secret = s.otherSecret
	mustRefuse("another secret", with(wrong, probe.call, ""), s.refused.signature)
	if s.key.Password != "" { // the exchange has passphrases
		wrong = s.key
		wrong.Password = otherPassphrase
		mustRefuse("another passphrase", with(wrong, probe.call, ""), s.refused.passphrase)
	}
	s.edit(false, "198.51.100.20")
	mustRefuse("from an address not listed", with(s.key, probe.call, ""), s.refused.address)
	s.edit(false)
	for _, clock := range []struct {
		story string
		ahead time.Duration // the fake's, of ccxt's
	}{{"ten minutes late", 10 * time.Minute}, {"ten minutes early", -10 * time.Minute}} {
		if s.refused.clock.class == "" { // the exchange takes a rising number in place of the time
			break
		}
		s.server.SetSkew(clock.ahead)
		mustRefuse(clock.story, with(s.key, probe.call, ""), s.refused.clock)
	}
	s.server.SetSkew(0)
	mustAccept("all is well again", probe)
	s.edit(true)
	mustRefuse("a deleted key", with(s.key, probe.call, ""), s.refused.deleted)
}

// readsTheClock checks that ccxt reads the fake's time, in milliseconds.
func (s *stage) readsTheClock(t *testing.T, v verdict) {
	t.Helper()
	stamp, err := strconv.ParseInt(v.Text, 10, 64)
	if v.Error != "" || err != nil {
		t.Errorf("%s: got %s %s, want a time", s.clock, v.Error, v.Text)
		return
	}
	if off := time.Since(time.UnixMilli(stamp)).Abs(); off > time.Minute {
		t.Errorf("%s: the time is %v off", s.clock, off)
	}
}
