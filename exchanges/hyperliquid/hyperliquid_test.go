package hyperliquid

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	fakehyperliquid "rekey/internal/fake/hyperliquid"
)

func address(n int) string { return fmt.Sprintf("0x%040x", n) }

var until = time.Date(2027, 3, 4, 5, 6, 7, 0, time.UTC)

const (
	account = iota + 1
	agent
	unnamed
	sub
	removed
	stranger
)

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

func accounts() []*fakehyperliquid.Account {
	return []*fakehyperliquid.Account{
		{Address: address(account), Role: "user", Agents: []*fakehyperliquid.Agent{
			{Name: "grid", Address: address(agent), ValidUntil: until},
			{Address: address(unnamed)},
			{Name: "old", Address: address(removed), ValidUntil: until, Removed: true},
		}},
		{Address: address(sub), Role: "subAccount", Master: address(account)},
	}
}

func wantAccount() exchanges.Key {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{Exchange: Name, AccessKey: address(account), Account: exchanges.Account{
			ID: address(account), Kind: exchanges.AccountMaster,
		}},
		Status: exchanges.StatusAlive, Raw: []string{"user"}, Algorithm: "ecdsa",
	}
	k.Whitelist.Restricted = exchanges.Known(false)
	return k
}

func wantAgent() exchanges.Key {
	k := wantAccount()
	k.Ref.AccessKey, k.Ref.Account.Name = address(agent), address(account)
	k.Label, k.Raw, k.ExpiresAt = "grid", []string{"agent"}, exchanges.Known(until)
	k.Permissions = exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).Deny(exchanges.Withdraw)
	return k
}

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	server, _, err := fakehyperliquid.Start(now, accounts()...)
	if err != nil {
		t.Fatal(err)
	}
	return exchangetest.Stage{
		Server: server, InspectPath: pathInfo, NeverDead: true,
		Alive: exchanges.Credential{AccessKey: address(account)}, Want: wantAccount(),
		Dead:   exchanges.Credential{AccessKey: address(removed)},
		Master: exchanges.Credential{AccessKey: address(account)}, Listed: []exchanges.Key{wantAgent()},
	}
}

// A stub is a Caller that answers every call with one body.
type stub string

func (s stub) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	if _, err := call.Build(until); err != nil {
		return exchanges.Response{}, err
	}
	op, _ := protocol().Operation(call.Op)
	res := exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(s)}
	return res, judge(op, res)
}

func (stub) Endpoint(string) string { return "https://api.hyperliquid.xyz" }

func (stub) Hosts(string) []exchanges.Host { return protocol().Hosts }

func (stub) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func answered(body string) exchanges.Env { return exchanges.Env{Caller: stub(body)} }

// Each role of an address is told; one that nobody knows proves nothing.
func TestRoles(t *testing.T) {
	for role, want := range map[string]struct {
		status exchanges.Status
		kind   exchanges.AccountKind
		trades bool
	}{
		`{"role":"user"}`:  {exchanges.StatusAlive, exchanges.AccountMaster, false},
		`{"role":"vault"}`: {exchanges.StatusAlive, exchanges.AccountUnknown, false},
		`{"role":"subAccount","data":{"master":"` + address(9) + `"}}`: {
			exchanges.StatusAlive, exchanges.AccountSub, false,
		},
		`{"role":"agent","data":{"user":"` + address(9) + `"}}`: {
			exchanges.StatusAlive, exchanges.AccountMaster, true,
		},
		`{"role":"agent"}`:   {exchanges.StatusUndetermined, exchanges.AccountUnknown, false},
		`{"role":"missing"}`: {exchanges.StatusUndetermined, exchanges.AccountUnknown, false},
		`{"role":"emperor"}`: {exchanges.StatusUndetermined, exchanges.AccountUnknown, false},
		`{"status":"err","response":"User or API Wallet ` + address(9) + ` does not exist."}`: {
			exchanges.StatusUndetermined, exchanges.AccountUnknown, false,
		},
	} {
		a, err := open(exchanges.Credential{AccessKey: address(account)}, answered(role))
		if err != nil {
			t.Fatal(err)
		}
		k, err := a.Inspect(t.Context())
		trades, _ := k.Permissions.Has(exchanges.Trade).Get()
		if k.Status != want.status || k.Ref.Account.Kind != want.kind || trades != want.trades ||
			(err == nil) != (want.status == exchanges.StatusAlive) {
			t.Errorf("%s: %+v, %v", role, k, err)
		}
		if err != nil && strings.Contains(err.Error(), address(9)) {
			t.Errorf("%s: the error repeats an address: %v", role, err)
		}
	}
}

// An answer without a list is no empty list, and 10,000 agents are all listed.
func TestLists(t *testing.T) {
	var many []string
	for i := range 10_000 {
		many = append(many, fmt.Sprintf(`{"name":"n","address":"%s","validUntil":0}`, address(1000+i)))
	}
	for body, want := range map[string][2]int{
		`[]`: {0, 0}, `null`: {0, 1}, `{}`: {0, 1}, `{"status":"err","response":"x"}`: {0, 1},
		`[{"name":"n","validUntil":1}]`:     {0, 1},
		"[" + strings.Join(many, ",") + "]": {10_000, 0},
	} {
		a, err := open(exchanges.Credential{AccessKey: address(account)}, answered(body))
		if err != nil {
			t.Fatal(err)
		}
		keys, errs := 0, 0
		for _, err := range a.(exchanges.Lister).ListKeys(t.Context(), exchanges.ListRequest{}) {
			if err != nil {
				errs++
				continue
			}
			keys++
		}
		if keys != want[0] || errs != want[1] {
			t.Errorf("%.40s: %d keys, %d errors", body, keys, errs)
		}
	}
}

// A private key is never taken for an account, and no part of it is shown.
func TestPrivateKeyIsNoAccount(t *testing.T) {
	private := "0x" + strings.Repeat("ca", 32)
	for _, access := range []string{private, private[2:], "", "0x12", "desk@example"} {
		_, err := open(exchanges.Credential{AccessKey: access}, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential || strings.Contains(err.Error(), "caca") {
			t.Errorf("%q: %v", access, err)
		}
	}
	fit := recognise(exchanges.Credential{AccessKey: private, Secret: exchanges.NewSecret(address(1))})
	if !fit.KeyIsSecret || !fit.Swapped {
		t.Errorf("%+v", fit)
	}
}

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "hyperliquid", Exchange: Exchange(),
		Path: func(op exchanges.Operation) string {
			return map[string]string{opAgents: "/info/extraAgents", opRole: "/info/userRole"}[op.Name]
		},
		Wire: func(op string) any {
			return map[string]any{opAgents: new([]wireAgent)}[op]
		},
		Check: func(t *testing.T, _ string, value any) {
			t.Helper()
			rows, ok := value.(*[]wireAgent)
			if !ok || len(*rows) == 0 || (*rows)[0].Name == "" || (*rows)[0].ValidUntil == 0 {
				t.Errorf("%+v", value)
			}
		},
		Without:   map[string]string{opRole: "its type file alone was found"},
		RefusalOf: opAgents,
		Refusals:  map[string]exchanges.Kind{"ERROR_agent_unknown.json": exchanges.KindOther},
	})
}
