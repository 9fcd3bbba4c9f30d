package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A planted credential is one that a scan of the corpus must find.
type planted struct {
	Path, Exchange, Key, Secret, Passphrase string
}

// A corpus writes a tree of files from a seed: logs full of ids, sources, and
// credentials in the formats of bots.
type corpus struct {
	r    *rand.Rand
	root string
}

const (
	alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	hexa  = "0123456789abcdef"
)

func (c *corpus) pick(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[c.r.IntN(len(alphabet))])
	}
	return b.String()
}

func (c *corpus) uuid() string {
	h := c.pick(hexa, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

func (c *corpus) credential(exchange string) planted {
	p := planted{Exchange: exchange}
	switch exchange {
	case "binance":
		p.Key, p.Secret = c.pick(alnum, 64), c.pick(alnum, 64)
	case "bybit":
		p.Key, p.Secret = c.pick(alnum, 18), c.pick(alnum, 36)
	case "kucoin":
		p.Key, p.Secret, p.Passphrase = c.pick(hexa, 24), c.uuid(), "moonTiger"+c.pick("0123456789", 3)
	case "okx":
		p.Key, p.Secret, p.Passphrase = c.uuid(), strings.ToUpper(c.pick(hexa, 32)), "gridVega"+c.pick("0123456789", 3)+"!"
	case "kraken":
		p.Key, p.Secret = c.pick(alnum+"+/", 56), c.pick(alnum+"+/", 86)+"=="
	}
	return p
}

// formats write a credential as some program keeps it.
var formats = []struct {
	path  string
	write func(p planted) string
}{
	{".env", func(p planted) string {
		x := strings.ToUpper(p.Exchange)
		return fmt.Sprintf(
			"LOG=info\n%s_API_KEY=%s\n%s_API_SECRET=%s\n%s_API_PASSPHRASE=%s\n",
			x,
			p.Key,
			x,
			p.Secret,
			x,
			p.Passphrase,
		)
	}},
	{"user_data/config.json", func(p planted) string {
		return fmt.Sprintf(
			"{\n  // live\n  \"exchange\": {\n    \"name\": %q,\n    \"key\": %q,\n    \"secret\": %q,\n"+
				"    \"password\": %q,\n  },\n}\n",
			p.Exchange,
			p.Key,
			p.Secret,
			p.Passphrase,
		)
	}},
	{"run.py", func(p planted) string {
		return fmt.Sprintf(
			"import ccxt\nex = ccxt.%s({\n    'apiKey': '%s',\n    'secret': '%s',\n    'password': '%s',\n})\n",
			p.Exchange,
			p.Key,
			p.Secret,
			p.Passphrase,
		)
	}},
	{"docker-compose.yml", func(p planted) string {
		x := strings.ToUpper(p.Exchange)
		return fmt.Sprintf(
			"services:\n  bot:\n    environment:\n      - %s_API_KEY=%s\n      - %s_SECRET_KEY=%s\n"+
				"      - \"%s_PASSPHRASE=%s\"\n",
			x,
			p.Key,
			x,
			p.Secret,
			x,
			p.Passphrase,
		)
	}},
	{"secret.yaml", func(p planted) string {
		enc := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
		x := strings.ToUpper(p.Exchange)
		return fmt.Sprintf(
			"kind: Secret\ndata:\n  %s_API_KEY: %s\n  %s_API_SECRET: %s\n  %s_PASSPHRASE: %s\n",
			x,
			enc(p.Key),
			x,
			enc(p.Secret),
			x,
			enc(p.Passphrase),
		)
	}},
	{"settings.toml", func(p planted) string {
		return fmt.Sprintf(
			"[exchanges.%s]\napi_key = %q\napi_secret = %q\npassphrase = %q\n",
			p.Exchange,
			p.Key,
			p.Secret,
			p.Passphrase,
		)
	}},
	{".bash_history", func(p planted) string {
		x := strings.ToUpper(p.Exchange)
		return fmt.Sprintf(
			"cd bot\nexport %s_API_KEY=%s\nexport %s_API_SECRET='%s'\nexport %s_PASSPHRASE='%s'\nhtop\n",
			x,
			p.Key,
			x,
			p.Secret,
			x,
			p.Passphrase,
		)
	}},
}

// write fills the folder: n credentials, as many decoys, and so many
// megabytes of logs and of sources.
func (c *corpus) write(n, megabytes int) ([]planted, error) {
	var truth []planted
	names := []string{"binance", "bybit", "kucoin", "okx", "kraken"}
	for i := range n {
		p := c.credential(names[i%len(names)])
		f := formats[c.r.IntN(len(formats))]
		p.Path = fmt.Sprintf("teams/%02d/repo-%03d/%s", i%8, i, f.path)
		if err := c.file(p.Path, func(w io.Writer) { _, _ = io.WriteString(w, f.write(p)) }); err != nil {
			return nil, err
		}
		truth = append(truth, p)
		if err := c.decoy(i, p.Exchange); err != nil {
			return nil, err
		}
	}
	for i := range megabytes / 2 / 8 {
		if err := c.file(fmt.Sprintf("logs/%03d.jsonl", i), c.log); err != nil {
			return nil, err
		}
	}
	for i := range megabytes / 2 * 70 { // sources of 14 kB on the average
		if err := c.file(fmt.Sprintf("src/%03d/file%05d.go", i%200, i), c.source); err != nil {
			return nil, err
		}
	}
	return truth, nil
}

func (c *corpus) file(name string, fill func(io.Writer)) error {
	full := filepath.Join(c.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	f, err := os.Create(full)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fill(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func (c *corpus) decoy(i int, exchange string) error {
	return c.file(fmt.Sprintf("decoys/%03d/%s.json", i, exchange), func(w io.Writer) {
		rows := []map[string]string{}
		for range 20 {
			rows = append(
				rows,
				map[string]string{
					"exchange":  exchange,
					"orderId":   c.pick(hexa, 24),
					"clientOid": c.uuid(),
					"txid":      c.pick(hexa, 64),
					"sign":      c.pick(alnum, 64),
				},
			)
		}
		_ = json.NewEncoder(w).Encode(rows)
	})
}

func (c *corpus) log(w io.Writer) {
	for n := 0; n < 8_000_000; {
		m, _ := fmt.Fprintf(
			w,
			`{"ts":%d,"level":"info","exchange":"kucoin","msg":"order update","orderId":"%s","clientOid":"%s","txid":"0x%s",`+
				`"req":"GET /api?signature=%s"}`+"\n",
			1672000000+c.r.IntN(1e7),
			c.pick(hexa, 24),
			c.uuid(),
			c.pick(hexa, 64),
			c.pick(hexa, 64),
		)
		n += m
	}
}

var sourceWords = strings.Fields(
	"func return if err != nil { } := context.Context range request response client apiKey secretName token " +
		"value map[string]string " +
		"// the key of the cache \"access\" GetBucketAnalyticsConfigurationInput struct interface package import " +
		"fmt.Errorf switch case default 0x1f 4096",
)

func (c *corpus) source(w io.Writer) {
	for n, goal := 0, 2000+c.r.IntN(24000); n < goal; {
		var b strings.Builder
		b.WriteByte('\t')
		for range 4 + c.r.IntN(8) {
			b.WriteString(sourceWords[c.r.IntN(len(sourceWords))] + " ")
		}
		m, _ := fmt.Fprintln(w, b.String())
		n += m
	}
}
