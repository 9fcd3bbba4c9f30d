package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"rekey/cmd"
)

const fromCommands = "the commands in cmd"

// manDate is the date in the man pages. It is fixed, so that the same commands
// give the same pages on every day; a release may move it.
func manDate() time.Time { return time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC) }

// commandPages returns docs/cli.md and a man page for each command.
func commandPages() (map[string][]byte, error) {
	commands := commandTree()
	var cli bytes.Buffer
	cli.WriteString(markdownNotice(fromCommands))
	cli.WriteString("# Commands\n\n")
	pages := map[string][]byte{}
	for _, c := range commands {
		if err := doc.GenMarkdownCustom(c, &cli, anchor); err != nil {
			return nil, fmt.Errorf("docs/cli.md, %s: %w", c.CommandPath(), err)
		}
		page, err := manPage(c)
		if err != nil {
			return nil, err
		}
		pages[manFolder+"/"+strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"] = page
	}
	pages["docs/cli.md"] = tidy(cli.Bytes())
	return pages, nil
}

// commandTree returns the commands that a user sees, parents before children.
func commandTree() []*cobra.Command {
	root := cmd.Root(io.Discard)
	root.InitDefaultCompletionCmd() // cobra adds it when the program runs
	root.DisableAutoGenTag = true   // it holds the date
	var out []*cobra.Command
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Long = fenced(c.Long)
		c.DisableAutoGenTag = true
		out = append(out, c)
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
				walk(sub)
			}
		}
	}
	walk(root)
	return out
}

// manPage is what [doc.GenManTree] writes for one command, below the notice.
func manPage(c *cobra.Command) ([]byte, error) {
	var page bytes.Buffer
	page.WriteString(`.\" ` + notice(fromCommands) + "\n")
	date := manDate()
	if err := doc.GenMan(c, &doc.GenManHeader{
		Section: "1", Date: &date, Source: "rekey",
		Manual: "rekey manual",
	}, &page); err != nil {
		return nil, fmt.Errorf("man page of %s: %w", c.CommandPath(), err)
	}
	return tidy(page.Bytes()), nil
}

// anchor turns the file that cobra would write for a command into the place of
// that command on the one page.
func anchor(file string) string {
	return "#" + strings.ReplaceAll(strings.TrimSuffix(file, ".md"), "_", "-")
}

// fenced marks the tables of a help text as code, since markdown would join
// their lines. A table is a paragraph with lines that are indented or hold
// columns; a line above it that ends in a colon stays text.
func fenced(help string) string {
	paragraphs := strings.Split(strings.TrimSpace(help), "\n\n")
	for i, p := range paragraphs {
		lines := strings.Split(strings.Trim(p, "\n"), "\n")
		if !slices.ContainsFunc(lines, isColumns) {
			continue
		}
		head := ""
		if !isColumns(lines[0]) && strings.HasSuffix(lines[0], ":") {
			head, lines = lines[0]+"\n\n", lines[1:]
		}
		paragraphs[i] = head + "```\n" + strings.Join(lines, "\n") + "\n```"
	}
	return strings.Join(paragraphs, "\n\n")
}

func isColumns(line string) bool {
	return strings.HasPrefix(line, "\t") || strings.Contains(line, "  ")
}

// tidy removes blanks at the ends of lines and empty lines at the end.
func tidy(page []byte) []byte {
	lines := strings.Split(string(page), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return []byte(strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n")
}
