package scan

import "testing"

func TestSynced(t *testing.T) {
	for file, want := range map[string]bool{
		"/home/u/Nextcloud/bot/.env": true, "/home/u/Dropbox/x": true, "/home/u/OneDrive - Firm/x": true,
		"/home/u/nextcloud-notes/x": false, "/home/u/bot/.env": false,
		"/Users/u/Library/Mobile Documents/com~apple~CloudDocs/x": true, "/home/u/Google Drive/x": true,
		"/home/u/pcloud/x": true, "/home/u/mega/x": true, "/home/u/syncthing/x": true,
	} {
		if got := synced(file); got != want {
			t.Errorf("%s: %v", file, got)
		}
	}
}

func TestKindOfFile(t *testing.T) {
	for file, want := range map[string]string{
		"/home/u/.claude/projects/-home-p/0b.jsonl": "STO-07", "/home/u/p/.claude/settings.local.json": "STO-07",
		"/home/u/.codex/sessions/a.jsonl": "STO-07",
		"/home/u/.claude.json":            "", "/home/u/.cursor/mcp.json": "", "/home/u/p/.mcp.json": "",
		"/home/u/.codex/config.toml": "", "/home/u/p/.aider.chat.history.md": "STO-07",
		"/home/u/.bash_history": "STO-06", "/home/u/bot.log": "STO-07", "/home/u/n.ipynb": "STO-07",
		"/home/u/docker-compose.yml": "STO-08",
	} {
		if got := kindOfFile(file, file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}
