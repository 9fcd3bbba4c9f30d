package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/httpx"
	"rekey/internal/text"
)

// pictureFolder is where the pictures of the README are.
const pictureFolder = "docs/pictures"

// pictureDay is the day on which pictures are taken: ages do not change then.
func pictureDay() time.Time { return time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC) }

// writePictures writes the pictures of the README below root, from what the
// commands print.
func writePictures(ctx context.Context, root string) error {
	made, err := pictures(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(root, filepath.FromSlash(pictureFolder)), 0o755); err != nil {
		return err
	}
	for name, picture := range made {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(pictureFolder), name), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pictures returns every picture by its name: each command on a light and on a
// dark background.
func pictures(ctx context.Context) (map[string][]byte, error) {
	made := map[string][]byte{}
	for name, args := range map[string][]string{
		"audit": {"drill"},
		"game":  {"drill", "--play", "--auto", "--quiet"},
	} {
		printed, err := screenOf(ctx, args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		command := "rekey " + strings.Join(args, " ")
		made[name+"-light.svg"], made[name+"-dark.svg"] = drawn(command, printed, light()), drawn(command, printed, dark())
	}
	return made, nil
}

// screenOf is what a command prints on a terminal of 80 columns with colours.
func screenOf(ctx context.Context, args []string) (string, error) {
	dir, err := os.MkdirTemp("", "rekey-picture-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it holds nothing
	started := time.Now()
	var stdout bytes.Buffer
	app := &cmd.App{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: io.Discard, Dir: dir,
		Environ: []string{"COLUMNS=80", "CLICOLOR_FORCE=1"},
		Now:     func() time.Time { return pictureDay().Add(time.Since(started)) },
		Sleep:   httpx.Sleep, Registry: all.Registry(),
	}
	if code := app.Run(ctx, args); code != 0 {
		return "", errors.New("exit code " + strconv.Itoa(code))
	}
	return stdout.String(), nil
}

// A palette are the colours of one background.
type palette struct{ back, text, faint, red, purple, blue, border string }

func light() palette {
	return palette{"#ffffff", "#1f2328", "#59636e", "#cf222e", "#8250df", "#0969da", "#d1d9e0"}
}

func dark() palette {
	return palette{"#0d1117", "#f0f6fc", "#9198a1", "#ff7b72", "#d2a8ff", "#79c0ff", "#3d444d"}
}

// The size of a character, in units of the picture.
const (
	charWidth, lineHeight = 8.4, 19.0
	margin                = 16.0
)

// A mark is how a part of a line looks.
type mark struct {
	bold, faint, reverse bool
	colour               string // "31", "35", "36", "" for none
}

func (m mark) of(p palette) (fill string) {
	fill = p.text
	switch m.colour {
	case "31":
		fill = p.red
	case "35":
		fill = p.purple
	case "36":
		fill = p.blue
	}
	if m.faint {
		fill = p.faint
	}
	return fill
}

// drawn is a picture of a terminal.
func drawn(command, printed string, p palette) []byte {
	lines := strings.Split(strings.TrimRight(printed, "\n"), "\n")
	width, height := 2*margin+80*charWidth, 2*margin+float64(len(lines)+1)*lineHeight
	var b bytes.Buffer
	const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" ` +
		`role="img" aria-label="%s">` + "\n"
	fmt.Fprintf(&b, head, width, height, width, height, html.EscapeString("The output of "+command))
	b.WriteString("<!-- Made by \"make pictures\" from what the command prints. Do not edit. -->\n")
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%.0f" height="%.0f" rx="8" fill="%s" stroke="%s"/>`+"\n",
		width-1, height-1, p.back, p.border)
	b.WriteString(`<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" ` +
		`font-size="14" xml:space="preserve">` + "\n")
	b.WriteString(drawnLine("\x1b[2m$ \x1b[0m\x1b[1m"+command+"\x1b[0m", 0, p))
	for i, l := range lines {
		b.WriteString(drawnLine(l, i+1, p))
	}
	b.WriteString("</g>\n</svg>\n")
	return b.Bytes()
}

// sgr are the escape sequences that set how what follows looks.
func sgr() *regexp.Regexp { return regexp.MustCompile("\x1b\\[([0-9;]*)m") }

// pieces are what stands between two blanks or more.
func pieces() *regexp.Regexp { return regexp.MustCompile(`[^ ]+(?: [^ ]+)*`) }

// drawnLine is one line, each part of it at its own column: no font moves them.
func drawnLine(line string, row int, p palette) string {
	y := margin + float64(row+1)*lineHeight - 5
	var b strings.Builder
	column, look := 0, mark{}
	part := func(words string) {
		if words == "" {
			return
		}
		x, w := margin+float64(column)*charWidth, text.Width(words)
		column += w
		if strings.TrimSpace(words) == "" && !look.reverse {
			return
		}
		fill, weight := look.of(p), ""
		if look.reverse {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" fill="%s"/>`,
				x, y-14, float64(w)*charWidth, lineHeight, fill)
			fill = p.back
		}
		if look.bold {
			weight = ` font-weight="bold"`
		}
		for _, at := range pieces().FindAllStringIndex(words, -1) {
			piece := words[at[0]:at[1]]
			left := x + float64(text.Width(words[:at[0]]))*charWidth
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"%s>%s</text>`,
				left, y, float64(text.Width(piece))*charWidth, fill, weight, html.EscapeString(piece))
		}
	}
	at := 0
	for _, m := range sgr().FindAllStringSubmatchIndex(line, -1) {
		part(line[at:m[0]])
		look, at = look.with(line[m[2]:m[3]]), m[1]
	}
	part(line[at:])
	return strings.TrimRight(b.String(), " ") + "\n"
}

// with is a mark after an escape sequence.
func (m mark) with(codes string) mark {
	for _, code := range strings.Split(codes, ";") {
		switch code {
		case "", "0":
			m = mark{}
		case "1":
			m.bold = true
		case "2":
			m.faint = true
		case "7":
			m.reverse = true
		case "31", "35", "36":
			m.colour = code
		}
	}
	return m
}
