package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

// benchScan measures a scan against reading the same files with cat, and holds
// what it finds against the truth.
func benchScan(args []string) error {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	tree := flags.String("corpus", "", "scan this `DIR` instead of a corpus of our own")
	keep := flags.String("keep", "", "write the corpus into this `DIR` and leave it there")
	seed := flags.Uint64("seed", 20221228, "of the corpus")
	megabytes := flags.Int("mb", 640, "size of the corpus")
	rounds := flags.Int("n", 5, "runs of each command")
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
	var truth []planted
	if *tree == "" {
		if *tree = filepath.Join(folder, "corpus"); *keep != "" {
			*tree = *keep
		}
		fmt.Fprintln(os.Stderr, "writing the corpus")
		c := &corpus{r: rand.New(rand.NewPCG(*seed, 1)), root: *tree}
		if truth, err = c.write(200, *megabytes); err != nil {
			return err
		}
	}
	printMachine()
	fmt.Printf(
		"method    all commands by turns, %d times after a warm-up; page cache warm; median of wall times\n",
		*rounds,
	)
	fmt.Printf("corpus    %s, seed %d\n\n", *tree, *seed)
	all, err := alternate(*rounds, []contender{
		{
			name:    "find | xargs cat | wc -c",
			command: []string{"sh", "-c", `find "$0" -type f -print0 | xargs -0 cat | wc -c`, *tree},
		},
		{
			name:    "rekey scan",
			command: []string{binary, "scan", "--format", "json", "--output", filepath.Join(folder, "out.json"), *tree},
			ours:    true,
		},
		{
			name:    "rg -c -i, names of exchanges",
			command: []string{"rg", "-uuu", "-c", "-i", "binance|bybit|kucoin|okx|kraken|coinbase", *tree},
			missing: absent("rg"),
		},
		{
			name:    "betterleaks dir",
			command: []string{"betterleaks", "dir", *tree, "--no-banner", "--exit-code", "0"},
			missing: absent("betterleaks"),
		},
		{
			name:    "gitleaks dir",
			command: []string{"gitleaks", "dir", *tree, "--no-banner", "--exit-code", "0"},
			missing: absent("gitleaks"),
		},
	})
	if err != nil {
		return err
	}
	table(all)
	if truth != nil {
		if err := recall(filepath.Join(folder, "out.json"), truth); err != nil {
			return err
		}
	}
	tiny := filepath.Join(folder, "tiny")
	if err := os.WriteFile(tiny, []byte("hi\n"), 0o600); err != nil {
		return err
	}
	ours, _, err := byTurns([]string{binary, "scan", tiny}, []string{"true"})
	if err != nil {
		return err
	}
	fmt.Printf("\nstart     rekey scan on a file of 3 bytes: median %s (goal: under 30ms)\n", millis(median(ours)))
	return nil
}

// recall prints how much of the truth a report has, each as one finding with
// the right exchange and all parts, and what else it has.
func recall(file string, truth []planted) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var doc struct {
		Findings []struct {
			Exchange, Kind string
			Parts          map[string]struct{ Path string }
		}
		Summary struct{ Files, Bytes int64 }
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return err
	}
	byPath := map[string][]int{}
	for i, f := range doc.Findings {
		if f.Kind == "credential" || f.Kind == "partial" {
			byPath[f.Parts["access_key"].Path] = append(byPath[f.Parts["access_key"].Path], i)
		}
	}
	right := 0
	for _, p := range truth {
		found := byPath[p.Path]
		delete(byPath, p.Path)
		parts := 2
		if p.Passphrase != "" {
			parts = 3
		}
		if len(found) == 1 && doc.Findings[found[0]].Exchange == p.Exchange && len(doc.Findings[found[0]].Parts) == parts {
			right++
		}
	}
	fmt.Printf("\nread      %d files, %d bytes\n", doc.Summary.Files, doc.Summary.Bytes)
	fmt.Printf(
		"recall    %d of %d planted, each one finding with its exchange and all parts; alarms elsewhere in %d files\n",
		right,
		len(truth),
		len(byPath),
	)
	return nil
}

// benchGit measures a scan of a repository's objects against git handing them
// out.
func benchGit(args []string) error {
	flags := flag.NewFlagSet("git", flag.ContinueOnError)
	repo := flags.String("repo", ".", "the repository")
	rounds := flags.Int("n", 5, "runs of each command")
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
	out, err := exec.Command("git", "-C", *repo, "count-objects", "-v").Output()
	if err != nil {
		return fmt.Errorf("%s is no repository: %w", *repo, err)
	}
	printMachine()
	fmt.Printf(
		"method    both commands by turns, %d times after a warm-up; median of wall times; the peak is the "+
			"largest of rekey and of git\n",
		*rounds,
	)
	fmt.Printf("repo      %s: %s\n\n", *repo, bytes.ReplaceAll(bytes.TrimSpace(out), []byte("\n"), []byte(", ")))
	all, err := alternate(*rounds, []contender{
		{
			name:    "git cat-file --batch-all-objects",
			command: []string{"sh", "-c", `git -C "$0" cat-file --batch-all-objects --batch --unordered > /dev/null`, *repo},
		},
		{
			name:    "rekey scan --git",
			command: []string{binary, "scan", "--git", "--format", "json", "--output", filepath.Join(folder, "out.json"), *repo},
			ours:    true,
		},
	})
	if err != nil {
		return err
	}
	table(all)
	return nil
}
