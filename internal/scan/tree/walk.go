// Package tree walks folders for a scan: it says which files are there and
// which are not read, and why. It never follows a symbolic link and never
// opens what is no regular file.
package tree

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A File is a regular file to be read.
type File struct {
	Path string // as it can be opened
	Name string // relative to the argument, with slashes, as reports show it
}

// A Gap is something that was not read, and why.
type Gap struct{ Name, Kind, Detail string }

// Options say what a walk leaves out.
type Options struct {
	// All walks what .gitignore leaves out too.
	All bool
	// Everything walks what .rekeyignore leaves out too, and git's objects.
	Everything bool
	// Gap is called for what cannot be looked at, from one goroutine.
	Gap func(Gap)
}

// Counts are what a walk left out on purpose.
type Counts struct {
	Ignored int // files and folders left out by .gitignore
	Own     int // by .rekeyignore
	Special int // symbolic links, pipes, devices, sockets
}

// batch is how many files are handed on together.
const batch = 64

type walk struct {
	Options
	Counts
	ctx   context.Context
	out   chan<- []File
	batch []File
}

// Walk sends every file below root, or root itself when it is a file, in
// batches. A root that is named is read even where an ignore file or a
// symbolic link would leave it out. It returns when all was sent or ctx ends,
// and does not close out.
func Walk(ctx context.Context, root string, o Options, out chan<- []File) Counts {
	w := &walk{Options: o, ctx: ctx, out: out}
	info, err := os.Stat(root)
	switch {
	case err != nil:
		w.Gap(gapOf(root, err))
	case info.IsDir():
		w.folder(root, "", w.above(root))
	case info.Mode().IsRegular():
		w.add(File{root, filepath.Base(root)})
	default:
		w.Gap(Gap{filepath.Base(root), "special", "is neither a file nor a folder"})
	}
	w.flush()
	return w.Counts
}

// rulesOf are the ignore rules that hold in a folder.
type rulesOf struct {
	git, own []rule
	inRepo   bool
}

// above reads the ignore files between the root of the work tree that root
// lies in and root.
func (w *walk) above(root string) rulesOf {
	full, err := filepath.Abs(root)
	if err != nil {
		return rulesOf{}
	}
	for dir := full; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil && dir != full {
			return rulesOf{inRepo: true, git: w.foreign(dir, full)}
		}
		if dir == filepath.Dir(dir) {
			return rulesOf{}
		}
	}
}

// foreign reads the rules of the folders from top down to, and without, root.
// They keep only what can match below root.
func (w *walk) foreign(top, root string) []rule {
	var all []rule
	rel, err := filepath.Rel(top, root)
	if err != nil {
		return nil
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for i := range parts {
		dir := filepath.Join(append([]string{top}, parts[:i]...)...)
		text, err := ReadRegular(filepath.Join(dir, ".gitignore"))
		if err != nil {
			continue
		}
		for _, r := range parseIgnore(text, "") {
			if !r.rooted {
				all = append(all, r)
				continue
			}
			below := parts[i:]
			if len(r.parts) > len(below) && globParts(r.parts[:len(below)], below) {
				r.parts = r.parts[len(below):]
				all = append(all, r)
			}
		}
	}
	return all
}

func (w *walk) folder(dir, name string, rules rulesOf) {
	if w.ctx.Err() != nil {
		return
	}
	entries, err := readDir(dir)
	if err != nil {
		w.Gap(gapOf(name+"/", err))
	}
	rules = w.read(dir, name, entries, rules)
	prefix := name
	if prefix != "" {
		prefix += "/"
	}
	for _, e := range entries {
		child := prefix + e.Name()
		isFolder := e.IsDir()
		switch {
		case !w.Everything && len(rules.own) > 0 && ignored(rules.own, child, isFolder):
			w.Own++
		case rules.inRepo && !w.All && ignored(rules.git, child, isFolder):
			w.Ignored++
		case isFolder && (leftOut(dir, child) && !w.Everything || kernels(dir, child)):
		case isFolder:
			w.folder(filepath.Join(dir, e.Name()), child, rules)
		case e.Type().IsRegular():
			w.add(File{dir + string(filepath.Separator) + e.Name(), child})
		default:
			w.Special++
		}
	}
}

// leftOut reports folders that hold no text: git's objects (see --git) and the
// kernel's views.
func leftOut(dir, child string) bool {
	if strings.HasSuffix(child, ".git/objects") || child == ".git/lfs" || strings.HasSuffix(child, "/.git/lfs") {
		return true
	}
	return kernels(dir, child)
}

// kernels reports the folders in which the kernel shows itself: they have no end.
func kernels(dir, child string) bool {
	full := filepath.Join(dir, child[strings.LastIndexByte(child, '/')+1:])
	return full == "/proc" || full == "/sys" || full == "/dev"
}

// read adds the rules of a folder's own ignore files.
func (w *walk) read(dir, name string, entries []fs.DirEntry, rules rulesOf) rulesOf {
	for _, e := range entries {
		switch e.Name() {
		case ".git":
			rules.inRepo, rules.git = true, nil
			if text, err := ReadRegular(filepath.Join(dir, ".git", "info", "exclude")); err == nil {
				rules.git = parseIgnore(text, name)
			}
		}
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || e.Name() != ".gitignore" && e.Name() != ".rekeyignore" {
			continue
		}
		text, err := ReadRegular(filepath.Join(dir, e.Name()))
		if err != nil {
			w.Gap(gapOf(e.Name(), err))
			continue
		}
		if e.Name() == ".gitignore" {
			rules.git = append(slices.Clip(rules.git), parseIgnore(text, name)...)
		} else {
			rules.own = append(slices.Clip(rules.own), parseIgnore(text, name)...)
		}
	}
	return rules
}

func (w *walk) add(f File) {
	w.batch = append(w.batch, f)
	if len(w.batch) == batch {
		w.flush()
	}
}

func (w *walk) flush() {
	if len(w.batch) == 0 {
		return
	}
	select {
	case w.out <- w.batch:
	case <-w.ctx.Done():
	}
	w.batch = make([]File, 0, batch)
}

// readDir lists a folder in the order of the file system.
func readDir(dir string) ([]fs.DirEntry, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	entries, err := f.ReadDir(-1)
	return entries, errors.Join(err, f.Close())
}

// gapOf puts an error of the file system into words.
func gapOf(name string, err error) Gap {
	kind := "unreadable"
	if errors.Is(err, fs.ErrNotExist) {
		kind = "vanished"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return Gap{name, kind, err.Error()}
}

// GapOf is the gap of a file that could not be opened or read.
func GapOf(name string, err error) Gap { return gapOf(name, err) }
