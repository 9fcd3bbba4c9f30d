package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// FileName is the name of the configuration in the working directory.
const FileName = "rekey.yaml"

// Find returns the path of the configuration: explicit (the flag --config),
// else $REKEY_CONFIG, else rekey.yaml in workdir, else
// $XDG_CONFIG_HOME/rekey/rekey.yaml, where $HOME/.config stands in for an
// unset XDG_CONFIG_HOME. Relative paths are relative to workdir, which may be
// "". A file that the flag or the variable names and that is not there is an
// *Error; otherwise ok says whether there is any. What is there may still be
// unreadable, or a directory: that is for Load to say.
func Find(explicit string, getenv func(string) string, workdir string) (path string, ok bool, err error) {
	for _, named := range []struct{ path, by string }{
		{explicit, "--config"},
		{getenv("REKEY_CONFIG"), "$REKEY_CONFIG"},
	} {
		if named.path == "" {
			continue
		}
		path := under(workdir, named.path)
		if !exists(path) {
			return "", false, wholeFile(path, fmt.Sprintf("does not exist; %s names it", named.by))
		}
		return path, true, nil
	}
	if path := under(workdir, FileName); exists(path) {
		return path, true, nil
	}
	// The XDG specification wants absolute paths and others ignored.
	dir := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home := getenv("HOME")
		if !filepath.IsAbs(home) {
			return "", false, nil
		}
		dir = filepath.Join(home, ".config")
	}
	if path := filepath.Join(dir, "rekey", FileName); exists(path) {
		return path, true, nil
	}
	return "", false, nil
}

func under(workdir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(workdir, path)
}

// exists reports whether something is at path, or may be: a folder that may
// not be searched does not say no.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}
