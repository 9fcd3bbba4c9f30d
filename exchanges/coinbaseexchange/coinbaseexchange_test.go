package coinbaseexchange

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakeexchange "rekey/internal/fake/coinbaseexchange"
	"rekey/internal/httpx"
)

// accessKey makes a key of the form seen; secret and passphrase hold the
// canary.
func accessKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

func secret(name string) string {
	text := (exchangetest.Canary + name + strings.Repeat("A", 88))[:86] + "=="
	if raw, err := base64.StdEncoding.DecodeString(text); err != nil || len(raw) != secretLength {
		panic("the secret of a test has another form")
	}
	return text
}

func passphrase(name string) string { return "pass-" + exchangetest.Canary + "-" + name }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{
		AccessKey: accessKey(
			name,
		), Secret: exchanges.NewSecret(secret(name)), Passphrase: exchanges.NewSecret(passphrase(name)),
	}
}

func key(name string, permissions ...string) *fakeexchange.Key {
	return &fakeexchange.Key{
		AccessKey:   accessKey(name),
		Secret:      secret(name),
		Passphrase:  passphrase(name),
		Permissions: permissions,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

const profileID = "4b1d2c3e-5f60-4718-92a3-b4c5d6e7f809"

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", "view")
	dead.Deleted = true
	server, _, err := fakeexchange.Start(now, &fakeexchange.Profile{
		ID: profileID, Name: "default", Default: true, Created: now().AddDate(-3, 0, 0),
		Keys: []*fakeexchange.Key{key("alive", "view", "trade"), dead},
	})
	if err != nil {
		t.Fatal(err)
	}
	wrongSecret, wrongPassphrase := credential("alive"), credential("alive")
	wrongSecret.Secret = exchanges.NewSecret(secret("other"))
	wrongPassphrase.Passphrase = exchanges.NewSecret(passphrase("other"))
	return exchangetest.Stage{
		Server: server, InspectPath: pathProfiles, Environment: "live",
		Alive: credential("alive"),
		Want:  want("alive", exchanges.Account{ID: profileID, Name: "default", Kind: exchanges.AccountUnknown}),
		Dead:  credential("dead"), NeverDead: true,
		WrongSecret: wrongSecret, WrongPassphrase: wrongPassphrase, WrongSecretStatus: exchanges.StatusUndetermined,
	}
}

// want is a key that reads, and of which nothing else is told.
func want(name string, account exchanges.Account) exchanges.Key {
	return exchanges.Key{
		Ref:    exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: account},
		Status: exchanges.StatusAlive, Algorithm: "hmac", Permissions: exchanges.Permissions{}.Grant(exchanges.Read),
	}
}

// A bench is a fake with profiles, and an adapter that holds the key of one.
type bench struct {
	server   *fake.Server
	exchange *fakeexchange.Exchange
	adapter  exchanges.Adapter
}

func newBench(t *testing.T, name string, profiles ...*fakeexchange.Profile) *bench {
	t.Helper()
	clock := exchangetest.NewClock()
	server, x, err := fakeexchange.Start(clock.Now, profiles...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(
		httpx.Options{Exchange: Name, Protocol: protocol(), Endpoint: server.URL, Now: clock.Now, Sleep: clock.Sleep},
	)
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential(name), exchanges.Env{Caller: client})
	if err != nil {
		t.Fatal(err)
	}
	return &bench{server: server, exchange: x, adapter: a}
}
