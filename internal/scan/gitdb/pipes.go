package gitdb

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// noPipes returns an error where the repository that a folder is, or lies in,
// holds something that git would wait for, or a file that cannot be one of a
// repository.
func noPipes(dir string) error {
	git := gitDir(dir)
	if git == "" {
		return nil // git says what is wrong
	}
	var special error
	err := filepath.WalkDir(git, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what cannot be listed, git says
		case d.IsDir(), d.Type().IsRegular(), d.Type()&fs.ModeSymlink != 0 && leadsToFile(path):
			return nil
		}
		rel, err := filepath.Rel(git, path)
		if err != nil {
			rel = d.Name()
		}
		special = fmt.Errorf("the repository was not read: %s is a pipe or a device, and git would wait for it", rel)
		return fs.SkipAll
	})
	if special != nil {
		return special
	}
	return err
}

// leadsToFile reports whether a symbolic link leads to a file or a folder, or
// to nothing.
func leadsToFile(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.IsDir() || info.Mode().IsRegular()
}

// gitDir returns the folder of the repository that dir is, or lies in, as git
// looks for it, or "".
func gitDir(dir string) string {
	full, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		at := filepath.Join(full, ".git")
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
			return at
		case err == nil && info.Mode().IsRegular() && info.Size() < 4096:
			return linked(full, at)
		case err == nil:
			return at // a pipe in its place
		}
		if isBare(full) {
			return full
		}
		if full == filepath.Dir(full) {
			return ""
		}
		full = filepath.Dir(full)
	}
}

// linked follows the file that stands for the repository in a linked work tree
// or a submodule.
func linked(dir, file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	to := strings.TrimSpace(strings.TrimPrefix(string(text), "gitdir:"))
	if !filepath.IsAbs(to) {
		to = filepath.Join(dir, to)
	}
	return to
}

func isBare(dir string) bool {
	for _, name := range []string{"objects", "refs", "HEAD"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}
