package drill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// dumpRecords is how many strangers share the staged dump with the trader.
const dumpRecords = 2000

// writeDump writes a leaked database as it may go round: strangers' records,
// invented, and two of the trader's own keys, one with its secret.
func (d *Desk) writeDump(file string) error {
	type record struct {
		ID       int    `json:"id"`
		Exchange string `json:"exchange"`
		Key      string `json:"api_key"`
		Secret   string `json:"api_secret,omitempty"`
	}
	own := map[int]record{
		731:  {731, "binance", d.of("MAIN_BINANCE").accessKey, d.of("MAIN_BINANCE").secret},
		1502: {1502, "binance", d.of("GRID_BOT").accessKey, ""},
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	for i := range dumpRecords {
		r, mine := own[i]
		if !mine {
			r = record{i, "binance", alphanumeric(fmt.Sprint("stranger ", i), 64), randomText(64)}
		}
		if err := out.Encode(r); err != nil { //nolint:gosec // G117: the staged dump is to hold invented secrets
			return err
		}
	}
	return os.WriteFile(file, b.Bytes(), 0o600)
}

// writeHome writes a folder as people have one: copies of keys that a rotation
// would miss.
func (d *Desk) writeHome(folder string) error {
	grid, okx, tax := d.of("GRID_BOT"), d.of("OKX_MAIN"), d.of("KUCOIN_TAX")
	freqtrade, err := json.MarshalIndent(
		map[string]any{"exchange": map[string]any{"name": "binance", "key": grid.accessKey, "secret": grid.secret}},
		"",
		"  ",
	)
	if err != nil {
		return err
	}
	cell := fmt.Sprintf(
		"ex = ccxt.okx({'apiKey': '%s', 'secret': '%s', 'password': '%s'})",
		okx.accessKey,
		okx.secret,
		okx.passphrase,
	)
	notebook, err := json.Marshal(
		map[string]any{
			"cells":    []any{map[string]any{"cell_type": "code", "source": []string{"import ccxt\n", cell}}},
			"nbformat": 4,
		},
	)
	if err != nil {
		return err
	}
	history := fmt.Sprintf(
		"cd bots\nexport KUCOIN_API_KEY=%s\nexport KUCOIN_API_SECRET=%s\nexport KUCOIN_API_PASSPHRASE='%s'\npython tax.py\n",
		tax.accessKey,
		tax.secret,
		tax.passphrase,
	)
	for name, text := range map[string]string{
		"old-bot/user_data/config.json": string(freqtrade),
		"notebooks/pnl.ipynb":           string(notebook),
		".bash_history":                 history,
		"tutorial/.env.example":         "BINANCE_API_KEY=your_api_key\nBINANCE_API_SECRET=your_api_secret\n",
		"notes/todo.md": "- renew the bot's key\n- " + strings.Repeat("0123456789abcdef", 4) +
			" is the hash of the last release\n",
	} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// of is what the trader holds under a prefix.
func (d *Desk) of(prefix string) credential {
	for _, c := range d.credentials {
		if c.prefix == prefix {
			return c
		}
	}
	return credential{}
}
