package location

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
)

// The files of agents, as their documentation shows them, with made-up values.
var agentFiles = []struct{ name, location, text string }{
	{"Claude Desktop", "mcp:claude_desktop_config.json#bot", `{
  "mcpServers": {
    "other": {"command": "npx", "env": {"OPENAI_API_KEY": "CANARYother"}},
    "bot": {
      "command": "npx", "args": ["-y", "some-mcp"],
      "env": {"KUCOIN_API_KEY": "K", "KUCOIN_API_SECRET": "S", "KUCOIN_API_PASSPHRASE": "P", "LOG_LEVEL": "info"}
    }
  }
}
`},
	{
		"Claude Code",
		"mcp:.claude.json#bot",
		`{"numStartups":3,"projects":{"/home/p":{"allowedTools":[],
			"mcpServers":{"bot":{"type":"stdio","env":{"OKX_API_KEY":"K","OKX_SECRET_KEY":"S","OKX_PASSPHRASE":"P"}}}},
"/home/q":{"mcpServers":{"bot":{"env":{"OKX_API_KEY":"K","OKX_SECRET_KEY":"S","OKX_PASSPHRASE":"P"}}}}}}`,
	},
	{
		"VS Code",
		"mcp:.vscode/mcp.json#bot",
		"{\n\t// mine\n\t\"servers\": {\n\t\t\"bot\": { \"type\": \"stdio\", \"env\": { \"apiKey\": \"K\", \"secret\": " +
			"\"S\", \"password\": \"P\", }, },\n\t},\n}\n",
	},
	{
		"Codex",
		"mcp:config.toml#bot",
		"model = \"x\"\n\n[mcp_servers.bot]\ncommand = \"npx\"\n\n[mcp_servers.bot.env]\nKUCOIN_KEY = \"K\" # mine\n" +
			"KUCOIN_SECRET = 'S'\nKUCOIN_PASSPHRASE = \"P\"\n",
	},
	{
		"Codex in one line",
		"mcp:config.toml#bot",
		"[mcp_servers.bot]\nenv = { \"KUCOIN_API_KEY\" = \"K\", \"KUCOIN_API_SECRET\" = \"S\", KUCOIN_PASSPHRASE = \"P\" }\n",
	},
	{
		"Goose",
		"mcp:config.yaml#bot",
		"extensions:\n  bot:\n    cmd: npx\n    envs:\n      OKX_API_KEY: K\n      OKX_API_SECRET: 'S'\n" +
			"      OKX_PASSPHRASE: \"P\" # mine\n    type: stdio\n",
	},
	{
		"Continue",
		"mcp:config.yaml#bot",
		"mcpServers:\n  - name: other\n    env: {A: b}\n  - name: bot\n    env:\n      OKX_API_KEY: \"K\"\n" +
			"      OKX_API_SECRET: \"S\"\n      OKX_PASSPHRASE: \"P\"\n",
	},
	{
		"two in one server",
		"mcp:mcp.json#bot#OKX",
		`{"mcpServers":{"bot":{"env":{"OKX_API_KEY":"K","OKX_API_SECRET":"S","OKX_PASSPHRASE":"P",` +
			`"BINANCE_API_KEY":"CANARYk","BINANCE_API_SECRET":"CANARYs"}}}}`,
	},
	{
		"OKX's kit",
		"toml:config.toml#/profiles/live",
		"default_profile = \"live\"\n\n[profiles.live]\napi_key = \"K\"\nsecret_key = \"S\"\npassphrase = \"P\"\n",
	},
	{
		"OpenClaw",
		"json:openclaw.json#/env",
		`{"env":{"OKX_API_KEY":"K","OKX_API_SECRET":"S","OKX_PASSPHRASE":"P"},"skills":{"entries":{}}}`,
	},
}

// TestAgentFiles reads every agent's file, and writes a new credential into it:
// all other bytes stay.
func TestAgentFiles(t *testing.T) {
	next := exchanges.Credential{
		AccessKey:  "CANARYnewkey0",
		Secret:     exchanges.NewSecret("CANARYnewsecret0"),
		Passphrase: exchanges.NewSecret("CANARYnewphrase0"),
	}
	fill := func(text, k, s, p string) string {
		for _, q := range []string{`"`, `'`} {
			text = strings.NewReplacer(q+"K"+q, q+k+q, q+"S"+q, q+s+q, q+"P"+q, q+p+q).Replace(text)
		}
		return strings.ReplaceAll(text, ": K\n", ": "+k+"\n")
	}
	for _, c := range agentFiles {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			l := mustParse(t, c.location)
			file := filepath.Join(dir, filepath.FromSlash(l.path))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(fill(c.text, testKey, testSecret, testPassphrase)), 0o600); err != nil {
				t.Fatal(err)
			}
			env := Env{Dir: dir}
			r, err := l.Read(t.Context(), env)
			if err != nil || r.Credential.AccessKey != testKey || r.Credential.Secret.Reveal() != testSecret ||
				r.Credential.Passphrase.Reveal() != testPassphrase {
				t.Fatalf("read %v: %v", r.Credential.AccessKey, err)
			}
			change, err := l.Prepare(t.Context(), env, next)
			if err == nil {
				err = change.Apply(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			after, _ := os.ReadFile(file)
			if want := fill(c.text, next.AccessKey, next.Secret.Reveal(), next.Passphrase.Reveal()); string(after) != want {
				t.Errorf("wrote\n%s\nwant\n%s", after, want)
			}
		})
	}
}

func TestMCPRefuses(t *testing.T) {
	dir := t.TempDir()
	text := `{"mcpServers":{"a":{"env":{"X_API_KEY":"CANARY1","X_API_SECRET":"CANARY2"}},"b":{"command":"x"}},
"projects":{"p":{"mcpServers":{"a":{"env":{"X_API_KEY":"CANARY3","X_API_SECRET":"CANARY4"}}}}}}`
	if err := os.WriteFile(filepath.Join(dir, "f.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for location, want := range map[string]string{
		"mcp:f.json#a": `mcp:f.json#a: the file has the server "a" several times, with different credentials (name one ` +
			`of them with json:PATH#/POINTER)`,
		"mcp:f.json#b":    `mcp:f.json#b: the file has no server "b" with variables (it has "a")`,
		"mcp:none.json#a": "",
	} {
		_, err := mustParse(t, location).Read(t.Context(), Env{Dir: dir})
		if err == nil || want != "" && err.Error() != want || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v", location, err)
		}
	}
	for _, text := range []string{"mcp:f.json", "mcp:f.json#", "mcp:#a"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
}
