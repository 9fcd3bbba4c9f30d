package scan

import (
	"context"
	"errors"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"rekey/internal/scan/gitdb"
)

// judgeStorage says of every finding in a file what is wrong with where it
// lies. What git could not say is a gap.
func (r *Result) judgeStorage(ctx context.Context, getenv func(string) string) {
	var files []string
	for _, f := range r.Findings {
		if f.File != "" && !slices.Contains(files, f.File) {
			files = append(files, f.File)
		}
	}
	states, gaps := GitStates(ctx, files, getenv)
	r.Gaps = append(r.Gaps, gaps...)
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.File == "" {
			continue
		}
		add := func(rule string, yes bool) {
			if yes {
				f.Storage = append(f.Storage, rule)
			}
		}
		add("STO-01", states[f.File] == gitdb.Tracked)
		add("STO-03", states[f.File] == gitdb.Untracked)
		info, err := os.Lstat(f.File)
		add("STO-04", err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0)
		kind := kindOfFile(f.Place().Path, f.File)
		add(kind, kind != "")
		add("STO-09", synced(f.File))
	}
}

// topOf returns the folder at or above dir that holds a .git, "" when none
// does.
func topOf(dir string, known map[string]string) string {
	if top, ok := known[dir]; ok {
		return top
	}
	top := ""
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		top = dir
	} else if up := filepath.Dir(dir); up != dir {
		top = topOf(up, known)
	}
	known[dir] = top
	return top
}

// GitStates says what git thinks of files. A file that it could not be asked
// about is not in the map; where git is there and fails, that is a gap too.
func GitStates(ctx context.Context, files []string, getenv func(string) string) (map[string]gitdb.State, []Gap) {
	states := map[string]gitdb.State{}
	byTop, tops := map[string][]string{}, map[string]string{}
	for _, f := range files {
		if top := topOf(filepath.Dir(f), tops); top == "" {
			states[f] = gitdb.Outside
		} else {
			byTop[top] = append(byTop[top], f)
		}
	}
	var gaps []Gap
	for _, top := range slices.Sorted(maps.Keys(byTop)) {
		if err := gitStatus(ctx, top, byTop[top], getenv, states); err != nil && ctx.Err() == nil &&
			!errors.Is(err, gitdb.ErrNoGit) {
			gaps = append(gaps, Gap{top, GapUnreadable, "whether files are tracked is not known: " + err.Error()})
		}
	}
	return states, gaps
}

func gitStatus(
	ctx context.Context,
	top string,
	files []string,
	getenv func(string) string,
	states map[string]gitdb.State,
) error {
	repo, err := gitdb.Open(ctx, top, getenv)
	if err != nil {
		return err
	}
	var names []string
	for _, f := range files {
		rel, err := filepath.Rel(top, f)
		if err != nil {
			return err
		}
		names = append(names, filepath.ToSlash(rel))
	}
	tracked, err := repo.Tracked(ctx, names)
	if err != nil {
		return err
	}
	ignored, err := repo.Ignored(ctx, names)
	if err != nil {
		return err
	}
	for i, n := range names {
		switch {
		case tracked[n]:
			states[files[i]] = gitdb.Tracked
		case ignored[n], strings.HasPrefix(n, ".git/"):
			states[files[i]] = gitdb.Ignored
		default:
			states[files[i]] = gitdb.Untracked
		}
	}
	return nil
}

// kindOfFile is the rule that a file breaks by what it is: a shell's history,
// a log or a notebook, a compose file or the configuration of CI.
func kindOfFile(name, file string) string {
	name = strings.ToLower(filepath.ToSlash(name))
	full := strings.ToLower(filepath.ToSlash(file))
	base := path.Base(name)
	switch {
	case strings.HasSuffix(base, "_history") || base == "consolehost_history.txt" || base == "fish_history" ||
		strings.HasSuffix(full, "_history"):
		return "STO-06"
	case strings.HasSuffix(base, ".log") || strings.Contains(base, ".log.") ||
		strings.HasSuffix(base, ".ipynb") || strings.Contains("/"+path.Dir(name)+"/", "/logs/"),
		isTranscript(full):
		return "STO-07"
	case strings.HasPrefix(base, "docker-compose") || strings.HasPrefix(base, "compose.y") ||
		strings.HasPrefix(base, "dockerfile") || base == ".gitlab-ci.yml" ||
		strings.Contains(
			"/"+name,
			"/.github/workflows/",
		) || strings.Contains("/"+name, "/.circleci/") || base == "jenkinsfile" || base == ".travis.yml":
		return "STO-08"
	}
	return ""
}

// isTranscript reports whether a file is what an AI agent keeps of its sessions,
// or of the commands that it was once allowed to run: Claude Code's, Codex',
// Gemini's, Cursor's and OpenClaw's (their folders, read 2026-11-30).
func isTranscript(full string) bool {
	base := path.Base(full)
	for _, folder := range []string{
		"/.claude/", "/.codex/", "/.gemini/", "/.cursor/", "/.openclaw/", "/.continue/",
		"/.aider", "/.goose/", "/goose/",
	} {
		if !strings.Contains(full, folder) {
			continue
		}
		switch {
		case strings.HasSuffix(base, ".jsonl"),
			strings.Contains(full, "/sessions/"),
			strings.Contains(full, "/projects/"),
			strings.Contains(full, "/todos/"),
			strings.Contains(base, "history"),
			folder == "/.claude/" && strings.HasPrefix(base, "settings"):
			return true
		}
	}
	return strings.HasSuffix(base, ".aider.chat.history.md")
}

// synced reports whether a file lies in a folder that programs copy to a
// cloud.
func synced(file string) bool {
	for part := range strings.SplitSeq(filepath.ToSlash(file), "/") {
		switch p := strings.ToLower(part); {
		case p == "dropbox",
			p == "onedrive",
			strings.HasPrefix(p, "onedrive -"),
			p == "google drive",
			p == "googledrive",
			p == "icloud drive",
			p == "com~apple~clouddocs",
			p == "nextcloud",
			p == "pcloud",
			p == "mega",
			p == "syncthing":
			return true
		}
	}
	return false
}
