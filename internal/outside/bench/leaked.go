package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

// benchLeak measures a search in a dump against wc, and against rg and grep
// with the same keys.
func benchLeak(args []string) error {
	flags := flag.NewFlagSet("leak", flag.ContinueOnError)
	rows := flags.Int("rows", 5_000_000, "records of the dump")
	rounds := flags.Int("n", 5, "runs of each command")
	keep := flags.String("keep", "", "write the dump and the keys into this `DIR` and leave them there")
	withGrep := flags.Bool("grep", false, "run grep -F -f too (half a minute each time)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rekey-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary, err := built(folder)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "writing the dump")
	if *keep == "" {
		*keep = folder
	}
	path := func(name string) string { return filepath.Join(*keep, name) }
	c := &corpus{r: rand.New(rand.NewPCG(20221228, 2))}
	if err := c.dump(path("dump.jsonl"), path("own"), path("many"), *rows); err != nil {
		return err
	}
	info, err := os.Stat(path("dump.jsonl"))
	if err != nil {
		return err
	}
	ours := func(keys, dump string) []string {
		return []string{binary, "leak", "--state", path("state"), "--keys", path(keys), "--output", path("out"), path(dump)}
	}
	contenders := []contender{
		{name: "wc -l", command: []string{"wc", "-l", path("dump.jsonl")}},
		{name: "rekey leak, 1,000 own keys", command: ours("own", "dump.jsonl"), ours: true},
		{name: "rekey leak, 100,000 own keys", command: ours("many", "dump.jsonl"), ours: true},
		{
			name:    "rg -F -f, 1,000 own keys",
			command: []string{"rg", "-c", "-F", "-f", path("own"), path("dump.jsonl")},
			missing: absent("rg"),
		},
	}
	if *withGrep {
		contenders = append(
			contenders,
			contender{
				name:    "grep -F -f, 1,000 own keys",
				command: []string{"grep", "-c", "-F", "-f", path("own"), path("dump.jsonl")},
			},
		)
	}
	for _, tool := range []struct{ name, ending, pack string }{
		{"gzip", "gz", "gzip -1 -c"},
		{"zstd", "zst", "zstd -q -1 -c"},
	} {
		if gone := absent(tool.name); gone != "" {
			contenders = append(contenders, contender{name: tool.name + " -dc", missing: gone})
			continue
		}
		packed := "dump.jsonl." + tool.ending
		if err := exec.Command("sh", "-c", tool.pack+` "$0" > "$1"`, path("dump.jsonl"), path(packed)).Run(); err != nil {
			return err
		}
		contenders = append(
			contenders,
			contender{
				name:    tool.name + " -dc > /dev/null",
				command: []string{"sh", "-c", tool.name + ` -dc "$0" > /dev/null`, path(packed)},
			},
			contender{name: "rekey leak dump.jsonl." + tool.ending, command: ours("own", packed), ours: true},
		)
	}
	printMachine()
	fmt.Printf(
		"method    all commands by turns, %d times after a warm-up; page cache warm; median of wall times\n",
		*rounds,
	)
	fmt.Printf("dump      %d records, %d bytes; 20 of the own keys are in it\n\n", *rows, info.Size())
	all, err := alternate(*rounds, contenders)
	if err != nil {
		return err
	}
	table(all)
	out, err := os.ReadFile(path("out"))
	if err != nil {
		return err
	}
	fmt.Printf("\nlast report of rekey:%s", out[max(0, len(out)-120):])
	return nil
}

// dump writes a dump, 1,000 own keys of which 20 are in it, and 100,000.
func (c *corpus) dump(dump, own, many string, rows int) error {
	names := []string{"binance", "binance", "binance", "kucoin", "bybit", "okx"}
	var mine []planted
	for i := range 1000 {
		mine = append(mine, c.credential(names[i%len(names)]))
	}
	lines := func(file string, n int, line func(i int) string) error {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, 1<<20)
		for i := range n {
			_, _ = w.WriteString(line(i)) // Flush says what went wrong
		}
		if err := w.Flush(); err != nil {
			return err
		}
		return f.Close()
	}
	err := lines(dump, rows, func(i int) string {
		p := planted{}
		if step := max(1, rows/20); i%step == step/2 {
			p = mine[i/step%len(mine)]
		} else {
			p = c.credential(names[c.r.IntN(len(names))])
		}
		return fmt.Sprintf(
			`{"id":%d,"exchange":%q,"api_key":%q,"api_secret":%q,"passphrase":%q,"created_at":"2022-11-01T00:00:00Z"}`+"\n",
			i,
			p.Exchange,
			p.Key,
			p.Secret,
			p.Passphrase,
		)
	})
	if err != nil {
		return err
	}
	if err := lines(own, len(mine), func(i int) string { return mine[i].Key + "\n" }); err != nil {
		return err
	}
	return lines(many, 100_000, func(i int) string {
		if i < len(mine) {
			return mine[i].Key + "\n"
		}
		return c.credential(names[i%len(names)]).Key + "\n"
	})
}
