package adopt

import "testing"

func TestFreeName(t *testing.T) {
	for _, c := range []struct{ location, file, exchange, want string }{
		{"dotenv:grid-bot/.env#BINANCE", "/srv/grid-bot/.env", "binance", "grid-bot"},
		{"dotenv:grid-bot/.env#OKX", "/srv/grid-bot/.env", "okx", "grid-bot-okx"},
		{"freqtrade:server1/user_data/config.json", "/srv/server1/user_data/config.json", "kucoin", "server1"},
		{"mcp:.mcp.json#My Trader", "/srv/x/.mcp.json", "okx", "my-trader"},
		{"mcp:.cursor/mcp.json#okx", "/home/u/.cursor/mcp.json", "okx", "cursor-okx"},
		{"toml:.okx/config.toml#/profiles/live-sub", "/home/u/.okx/config.toml", "okx", "live-sub"},
		{"json:.openclaw/openclaw.json#/env", "/home/u/.openclaw/openclaw.json", "okx", "openclaw-okx"},
		{"json:.openclaw/openclaw.json#/env", "/home/u/.openclaw/openclaw.json", "okx", "openclaw-okx-2"},
		{"dotenv:.env#X", "/.env", "kraken", "kraken"},
	} {
		taken := map[string]bool{"grid-bot": c.exchange == "okx", "openclaw-okx": c.want == "openclaw-okx-2"}
		if got := FreeName(c.location, c.file, c.exchange, taken); got != c.want {
			t.Errorf("%s is called %s, want %s", c.location, got, c.want)
		}
	}
}
