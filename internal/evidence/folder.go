// Package evidence writes the folder that a victim hands to an exchange, the
// police and an insurer, and checks one.
//
// A folder appears whole or not at all: it is written under a name of its own
// and renamed at the end. Every file is in SHA256SUMS, whoever handled it in
// custody.jsonl, and no secret in any of them: that is proven by looking for
// all that are known before the sums are written.
package evidence

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"rekey/internal/journal"
	"rekey/internal/leak"
)

// Options are what writing needs of the outside world.
type Options struct {
	Now   func() time.Time
	Actor string // who writes it: the user and the host
	Tool  string // the program and its version
	// Known are the credentials that must not stand in the folder.
	Known []leak.Own
	// Signers sign the sums.
	Signers []Signer
	// Wrap, when set, stands between the folder and the disk: tests put faults
	// there.
	Wrap func(Disk) Disk
}

// A File is one file of a folder.
type File struct {
	Path   string // with slashes
	Source string // where it comes from, as the manifest says it
	// Write writes its content.
	Write func(io.Writer) error
}

// Bytes is a file with this content.
func Bytes(name, source string, content []byte) File {
	return File{name, source, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}}
}

// Copy is a file that is copied byte for byte.
func Copy(name, from string) File {
	return File{name, "imported: " + path.Base(from), func(w io.Writer) error {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		_, err = io.Copy(w, f)
		return err
	}}
}

// The files that every folder has.
const (
	custodyName  = "custody.jsonl"
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
	requestName  = "SHA256SUMS.tsq"
)

// ErrExists says that there is something where the folder is to be.
var ErrExists = errors.New("there is something of that name already")

// A SecretError says which files hold a secret. Nothing was written.
type SecretError struct{ Files []string }

func (e *SecretError) Error() string {
	return "a secret stands in " + strings.Join(e.Files, ", ")
}

// A manifest says of every file where it comes from.
type manifest struct {
	Version int             `json:"manifest_version"`
	Tool    string          `json:"tool"`
	MadeAt  string          `json:"made_at"`
	Custody string          `json:"custody_last"` // the hash of the last line of the custody chain
	Files   []manifestEntry `json:"files"`
}

type manifestEntry struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Source string `json:"source"`
}

// A folder is one that is being written.
type folder struct {
	disk    Disk
	temp    string
	o       Options
	dirs    map[string]bool
	files   []manifestEntry
	custody custody
}

// Write writes a folder and returns the SHA-256 of its sums. The folder is not
// there before, and whole afterwards; after an error it is not there. A folder
// that a killed Write left unfinished beside it is removed.
func Write(ctx context.Context, disk Disk, name string, files []File, o Options) (string, error) {
	if o.Wrap != nil {
		disk = o.Wrap(disk)
	}
	if there, err := disk.Exists(name); err != nil || there {
		return "", errors.Join(err, ErrExists)
	}
	if err := sweep(disk, name); err != nil {
		return "", err
	}
	w := &folder{disk: disk, temp: tempName(name), o: o, dirs: map[string]bool{}}
	sum, err := w.write(ctx, name, files)
	if err != nil {
		return "", errors.Join(err, disk.RemoveAll(w.temp))
	}
	return sum, disk.Sync(".")
}

func (w *folder) write(ctx context.Context, name string, files []File) (string, error) {
	if err := w.disk.Mkdir(w.temp); err != nil {
		return "", err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if err := w.add(f); err != nil {
			return "", fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	if err := w.finish(ctx); err != nil {
		return "", err
	}
	sums := w.sums()
	if err := w.signed(sums); err != nil {
		return "", err
	}
	if err := w.syncDirs(); err != nil {
		return "", err
	}
	if there, err := w.disk.Exists(name); err != nil || there {
		return "", errors.Join(err, ErrExists)
	}
	if err := w.disk.Rename(w.temp, name); err != nil {
		return "", err
	}
	digest := sha256.Sum256(sums)
	return hex.EncodeToString(digest[:]), nil
}

// add writes a file, and notes it in the chain.
func (w *folder) add(f File) error {
	if err := w.put(f); err != nil {
		return err
	}
	last := w.files[len(w.files)-1]
	action := "wrote"
	if strings.HasPrefix(f.Source, "imported: ") {
		action = "copied"
	}
	return w.custody.add(w.o.Now(), w.o.Actor, action, f.Path, last.SHA256)
}

// put writes a file below the folder, with the directories above it.
func (w *folder) put(f File) error {
	if dir := path.Dir(f.Path); dir != "." && !w.dirs[dir] {
		if err := w.disk.Mkdir(path.Join(w.temp, dir)); err != nil {
			return err
		}
		w.dirs[dir] = true
	}
	out, err := w.disk.Create(path.Join(w.temp, f.Path))
	if err != nil {
		return err
	}
	sum := &summed{to: out, hash: sha256.New()}
	if err := errors.Join(f.Write(sum), out.Close()); err != nil {
		return err
	}
	w.files = append(w.files, manifestEntry{f.Path, sum.bytes, hex.EncodeToString(sum.hash.Sum(nil)), f.Source})
	return nil
}

type summed struct {
	to    io.Writer
	hash  hash.Hash
	bytes int64
}

func (s *summed) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.bytes += int64(n)
	_, _ = s.hash.Write(p[:n]) // never fails
	return n, err
}

// finish writes the chain and the manifest, looks for secrets in all of it, and
// then writes the sums.
func (w *folder) finish(ctx context.Context) error {
	if err := w.custody.add(w.o.Now(), w.o.Actor, "closed", ".", ""); err != nil {
		return err
	}
	if err := w.put(Bytes(custodyName, "the chain of custody", w.custody.lines.Bytes())); err != nil {
		return err
	}
	m := manifest{1, w.o.Tool, w.o.Now().UTC().Format(time.RFC3339), w.custody.last(), w.files}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := w.put(Bytes(manifestName, "the manifest", append(text, '\n'))); err != nil {
		return err
	}
	if err := w.search(ctx); err != nil {
		return err
	}
	return w.put(Bytes(sumsName, "the sums", w.sums()))
}

// sums are the lines of SHA256SUMS, as sha256sum reads them.
func (w *folder) sums() []byte {
	var lines []string
	for _, f := range w.files {
		if f.Path != sumsName {
			lines = append(lines, sumLine(f.SHA256, f.Path))
		}
	}
	return sumsOf(lines)
}

func sumLine(sum, name string) string { return sum + "  " + name + "\n" }

func sumsOf(lines []string) []byte {
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return []byte(strings.Join(lines, ""))
}

// signed writes the signatures of the sums, and the request for a timestamp.
func (w *folder) signed(sums []byte) error {
	request, err := timestampRequest(sums)
	if err != nil {
		return err
	}
	if err := w.put(Bytes(requestName, "", request)); err != nil {
		return err
	}
	for _, s := range w.o.Signers {
		files, err := s.Sign(sums)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := w.put(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *folder) syncDirs() error {
	for dir := range w.dirs {
		if err := w.disk.Sync(path.Join(w.temp, dir)); err != nil {
			return err
		}
	}
	return w.disk.Sync(w.temp)
}

// search looks for every known secret in every file, as `rekey leak` does, and
// for secrets and passphrases as they are.
func (w *folder) search(ctx context.Context) error {
	if len(w.o.Known) == 0 {
		return nil
	}
	dumps, unread := leak.Folder(ctx, w.disk.Real(w.temp), ".")
	if len(unread) > 0 {
		return fmt.Errorf("%s could not be searched for secrets", unread[0].Path)
	}
	found := leak.Search(ctx, leak.NewMatcher(w.o.Known, nil), dumps, nil)
	if found.Interrupted {
		return context.Cause(ctx)
	}
	e := &SecretError{}
	for _, h := range found.Hits {
		if h.What == leak.AccessKey || h.What == leak.Secret || h.What == leak.Passphrase {
			e.note(h.Path)
		}
	}
	for _, f := range w.files {
		text, err := os.ReadFile(w.disk.Real(path.Join(w.temp, f.Path)))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(w.o.Known, func(k leak.Own) bool { return k.StandsIn(string(text)) }) {
			e.note(f.Path)
		}
	}
	if len(e.Files) > 0 {
		return e
	}
	return nil
}

func (e *SecretError) note(name string) {
	name = path.Clean(name)
	if !slices.Contains(e.Files, name) {
		e.Files = append(e.Files, name)
	}
}

const tempEnd = ".rekey-unfinished"

// tempName is where a folder is written before it has its name.
func tempName(name string) string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return "." + name + "." + hex.EncodeToString(b[:]) + tempEnd
}

// sweep removes what a killed Write of the same name left.
func sweep(disk Disk, name string) error {
	names, err := disk.Names(".")
	if err != nil {
		return err
	}
	for _, n := range names {
		rest, ours := strings.CutPrefix(n, "."+name+".")
		middle, unfinished := strings.CutSuffix(rest, tempEnd)
		if _, err := hex.DecodeString(middle); ours && unfinished && err == nil && len(middle) == 16 {
			if err := disk.RemoveAll(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// A custody is the chain of who did what to which file. It is chained as the
// journal is, by the same code.
type custody struct {
	lines bytes.Buffer
	seq   int
	prev  string
}

// A custodyLine is one line of the chain.
type custodyLine struct {
	Seq    int    `json:"seq"`
	At     string `json:"at"`
	Actor  string `json:"actor"`
	Action string `json:"action"`
	Object string `json:"object"`
	SHA256 string `json:"sha256"`
	Prev   string `json:"prev"`
}

func (c *custody) last() string {
	if c.prev == "" {
		return journal.FirstHash
	}
	return c.prev
}

func (c *custody) add(at time.Time, actor, action, object, sum string) error {
	c.seq++
	text, err := json.Marshal(custodyLine{
		c.seq, at.UTC().Format("2006-01-02T15:04:05.000Z"), actor, action, object, sum, c.last(),
	})
	if err != nil {
		return err
	}
	line, hash := journal.SealLine(text)
	c.prev = hash
	_, _ = c.lines.Write(append(line, '\n')) // never fails
	return nil
}
