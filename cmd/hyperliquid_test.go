package cmd_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake/hyperliquid"
)

// stageHyperliquid starts a fake of Hyperliquid and writes a rekey.yaml for an
// account that has a named agent, and for an address that nobody knows there.
func stageHyperliquid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: hyperliquid")
	}
	address := func(digit string) string { return "0x" + strings.Repeat(digit, 40) }
	server, _, err := hyperliquid.Start(time.Now, &hyperliquid.Account{
		Address: address("a"), Role: "user", Agents: []*hyperliquid.Agent{
			{Name: "grid", Address: address("b"), ValidUntil: time.Now().Add(90 * 24 * time.Hour)},
		},
	})
	ts.Check(err)
	ts.Defer(server.Close)
	yaml := fmt.Sprintf("version: 1\nkeys:\n  desk: {exchange: hyperliquid, account: %q}\n"+
		"  nobody: {exchange: hyperliquid, account: %q}\nexchanges:\n  hyperliquid: {endpoint: %q}\n",
		address("a"), address("c"), server.URL)
	ts.Check(os.WriteFile(ts.MkAbs("rekey.yaml"), []byte(yaml), 0o600))
}
