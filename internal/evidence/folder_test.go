//go:build unix

package evidence

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aead.dev/minisign"
	"golang.org/x/crypto/ssh"

	"rekey/exchanges"
	"rekey/internal/leak"
)

const childEnv = "REKEY_EVIDENCE_CHILD"

// TestMain is also the child that is killed at a given step.
func TestMain(m *testing.M) {
	if at, dir, ok := strings.Cut(os.Getenv(childEnv), ":"); ok {
		n, _ := strconv.Atoi(at)
		o := options()
		o.Wrap = func(d Disk) Disk {
			return &faulty{Disk: d, at: n, do: func() error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) }}
		}
		disk, err := OpenDisk(dir)
		if err == nil {
			_, err = Write(context.Background(), disk, "case", someFiles(), o)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func options() Options {
	return Options{
		Now: func() time.Time { return time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC) }, Actor: "me@here", Tool: "rekey test",
	}
}

func someFiles() []File {
	return []File{
		Bytes("README.txt", "made by rekey", []byte("read me\n")),
		Bytes("data/fills.csv", "made by rekey", []byte("a,b\n1,2\n")),
		Bytes("data/clusters.csv", "made by rekey", []byte("a\n")),
		Bytes("imported/01-x.csv", "imported: x.csv", []byte("raw\n")),
	}
}

// A faulty disk does something at its nth step: a step is all that changes the
// disk, a part of a file too.
type faulty struct {
	Disk
	at, n int
	do    func() error
}

func (f *faulty) step() error {
	if f.n++; f.n == f.at {
		return f.do()
	}
	return nil
}

func (f *faulty) Mkdir(name string) error { return errors.Join(f.step(), f.Disk.Mkdir(name)) }
func (f *faulty) Sync(name string) error  { return errors.Join(f.step(), f.Disk.Sync(name)) }
func (f *faulty) Rename(from, to string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.Disk.Rename(from, to)
}

func (f *faulty) Create(name string) (io.WriteCloser, error) {
	if err := f.step(); err != nil {
		return nil, err
	}
	w, err := f.Disk.Create(name)
	return &faultyFile{w, f}, err
}

type faultyFile struct {
	io.WriteCloser
	disk *faulty
}

func (f *faultyFile) Write(p []byte) (int, error) {
	half := len(p) / 2
	n, err := f.WriteCloser.Write(p[:half])
	if err := errors.Join(err, f.disk.step()); err != nil {
		return n, err
	}
	m, err := f.WriteCloser.Write(p[half:])
	return n + m, err
}

func (f *faultyFile) Close() error { return errors.Join(f.disk.step(), f.WriteCloser.Close()) }

func written(t *testing.T, dir string, files []File, o Options) (string, error) {
	t.Helper()
	disk, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	return Write(t.Context(), disk, "case", files, o)
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// Whatever step fails, there is no folder and nothing beside it; after the last
// one there is a whole one.
func TestFaultAtEveryStep(t *testing.T) {
	for n := 1; ; n++ {
		dir, o := t.TempDir(), options()
		f := &faulty{at: n, do: func() error { return errors.New("the disk is gone") }}
		o.Wrap = func(d Disk) Disk { f.Disk = d; return f }
		_, err := written(t, dir, someFiles(), o)
		if f.n < n {
			if err != nil || n < 20 {
				t.Errorf("%d steps, and %v", f.n, err)
			}
			return
		}
		switch left := entries(t, dir); {
		case err == nil:
			t.Errorf("step %d failed, and nobody said it", n)
		case len(left) == 0:
		case len(left) == 1 && left[0] == "case": // the last sync: the folder is whole
			if v, err := Verify(filepath.Join(dir, "case")); err != nil || len(v.Problems) > 0 || f.n != n {
				t.Errorf("step %d: %v, %v", n, v.Problems, err)
			}
		default:
			t.Errorf("step %d leaves %v", n, left)
		}
	}
}

// Whoever is killed at any step leaves no folder of that name; the next one
// removes what is left beside it.
func TestKilledAtEveryStep(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a program for every step")
	}
	dir, killed := t.TempDir(), 0
	for n := 1; ; n++ {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), childEnv+"="+strconv.Itoa(n)+":"+dir)
		err := c.Run()
		_, there := os.Lstat(filepath.Join(dir, "case"))
		if err == nil {
			if there != nil || len(entries(t, dir)) != 1 || killed < 20 {
				t.Errorf("after %d that were killed: %v", killed, entries(t, dir))
			}
			break
		}
		killed++
		if there == nil {
			v, err := Verify(filepath.Join(dir, "case"))
			if err != nil || len(v.Problems) > 0 {
				t.Errorf("killed at step %d, half a folder is there: %v", n, v.Problems)
			}
			os.RemoveAll(filepath.Join(dir, "case"))
		} else if left := entries(t, dir); len(left) > 1 {
			t.Errorf("killed at step %d: %v", n, left)
		}
	}
}

// Nothing is written over what is there.
func TestNeverOverwritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "case"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := written(t, dir, someFiles(), options()); !errors.Is(err, ErrExists) || len(entries(t, dir)) != 1 {
		t.Errorf("%v, %v", err, entries(t, dir))
	}
}

// signed is a folder with both signatures, writable for what the tests do to
// it.
func signed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	_, private, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := private.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, "mini"), text, 0o600)
	o := options()
	for _, word := range []string{"minisign:mini", "ssh:" + sshKey(t, dir)} {
		s, err := NewSigner(word, func(name string) string { return filepath.Join(dir, name) })
		if err != nil {
			t.Fatal(err)
		}
		o.Signers = append(o.Signers, s)
	}
	if _, err := written(t, dir, someFiles(), o); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "case")
	filepath.Walk(folder, func(name string, info os.FileInfo, _ error) error {
		if info.Mode().IsRegular() {
			if info.Mode().Perm() != 0o400 {
				t.Errorf("%s has the mode %v", name, info.Mode())
			}
			os.Chmod(name, 0o600)
		}
		return nil
	})
	return folder
}

// sshKey is a private key of SSH without a passphrase.
func sshKey(t *testing.T, dir string) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "made for a test")
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, "ssh"), pem.EncodeToMemory(block), 0o600)
	line, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, "allowed"), append([]byte("me "), ssh.MarshalAuthorizedKey(line)...), 0o600)
	return "ssh"
}

// One byte changed anywhere is found, in the sums and the signatures too.
func TestOneByteChanged(t *testing.T) {
	folder := signed(t)
	v, err := Verify(folder)
	if err != nil || len(v.Problems) > 0 || len(v.Signatures) != 2 || v.Files != 6 {
		t.Fatalf("%+v, %v", v, err)
	}
	filepath.Walk(folder, func(path string, info os.FileInfo, _ error) error {
		if info.IsDir() {
			return nil
		}
		name, _ := filepath.Rel(folder, path)
		before, _ := os.ReadFile(path)
		step := 1
		if len(before) > 500 { // lines of one kind: every third byte is of each of their parts
			step = 3
		}
		for i := 0; i < len(before); i += step {
			after := bytes.Clone(before)
			after[i] ^= 1
			os.WriteFile(path, after, 0o600)
			v, err := Verify(folder)
			found := strings.Contains(strings.Join(v.Problems, "\n"), name)
			// In the sums a changed name or sum shows at the file that it is of.
			if err != nil || len(v.Problems) == 0 || !found && name != sumsName && !strings.HasPrefix(name, "SHA256SUMS.mini") {
				t.Errorf("%s, byte %d: %v, %v", name, i, v.Problems, err)
			}
		}
		os.WriteFile(path, before, 0o600)
		return nil
	})
	if v, _ := Verify(folder); len(v.Problems) > 0 {
		t.Error(v.Problems)
	}
}

// What was added, removed, replaced by a link, or left out of the chain.
func TestOtherChanges(t *testing.T) {
	folder := signed(t)
	at := func(name string) string { return filepath.Join(folder, name) }
	restore := func(name string) func() {
		text, _ := os.ReadFile(at(name))
		return func() { os.Remove(at(name)); os.WriteFile(at(name), text, 0o600) }
	}
	for _, c := range []struct {
		story, want string
		do          func() func()
	}{
		{"added", "data/more.csv: it was added", func() func() {
			os.WriteFile(at("data/more.csv"), nil, 0o600)
			return func() { os.Remove(at("data/more.csv")) }
		}},
		{"a link to the same content", "data/fills.csv: it is a link", func() func() {
			undo := restore("data/fills.csv")
			os.Rename(at("data/fills.csv"), filepath.Join(filepath.Dir(folder), "elsewhere"))
			os.Symlink(filepath.Join(filepath.Dir(folder), "elsewhere"), at("data/fills.csv"))
			return undo
		}},
		{"a link to a folder", "raw: it is a link", func() func() {
			os.Symlink(folder, at("raw"))
			return func() { os.Remove(at("raw")) }
		}},
		{"removed", "README.txt: it is missing", func() func() {
			undo := restore("README.txt")
			os.Remove(at("README.txt"))
			return undo
		}},
		{"the sums removed", "SHA256SUMS: it cannot be read", func() func() {
			undo := restore(sumsName)
			os.Remove(at(sumsName))
			return undo
		}},
		{"the request removed", "SHA256SUMS.tsq: it is missing", func() func() {
			undo := restore(requestName)
			os.Remove(at(requestName))
			return undo
		}},
		{"a signature removed", "SHA256SUMS.minisig: it is missing", func() func() {
			undo := restore(minisignName)
			os.Remove(at(minisignName))
			return undo
		}},
		{"the end of the chain cut, and the sums mended", "custody.jsonl: its end is missing", func() func() {
			a, b := restore(custodyName), restore(sumsName)
			text, _ := os.ReadFile(at(custodyName))
			lines := strings.SplitAfter(string(text), "\n")
			os.WriteFile(at(custodyName), []byte(strings.Join(lines[:len(lines)-2], "")), 0o600)
			return func() { a(); b() }
		}},
	} {
		undo := c.do()
		v, err := Verify(folder)
		if err != nil || !strings.Contains(strings.Join(v.Problems, "\n"), c.want) {
			t.Errorf("%s: %q, %v", c.story, v.Problems, err)
		}
		undo()
		if v, err := Verify(folder); err != nil || len(v.Problems) > 0 {
			t.Fatalf("%s is not undone: %q, %v", c.story, v.Problems, err)
		}
	}
}

// A secret in any file, in any form that a dump would have it, keeps the folder
// from being written, and is not repeated.
func TestNoSecretInIt(t *testing.T) {
	const key, secret, pass = "CANARYKEY0123456789abcdef", "CANARYSECRET/0123456789+abcdefghijkl", "CANARY-phrase"
	known := []leak.Own{{Name: "bot", Credential: exchanges.Credential{
		AccessKey: key, Secret: exchanges.NewSecret(secret), Passphrase: exchanges.NewSecret(pass),
	}}}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("note,key\nx," + key + "\n"))
	z.Close()
	for story, content := range map[string][]byte{
		"the access key":    []byte("a," + key + ",b\n"),
		"the secret":        []byte("a," + secret + ",b\n"),
		"the passphrase":    []byte("a," + pass + ",b\n"),
		"in base64":         []byte("a," + base64.StdEncoding.EncodeToString([]byte(secret)) + ",b\n"),
		"in a packed file":  packed.Bytes(),
		"across the blocks": append(bytes.Repeat([]byte("0123456789\n"), 100_000), secret+"\n"...),
	} {
		dir, o := t.TempDir(), options()
		o.Known = known
		_, err := written(t, dir, append(someFiles(), Bytes("imported/02-y.csv", "imported: y.csv", content)), o)
		var e *SecretError
		if !errors.As(err, &e) || len(e.Files) != 1 || !strings.HasSuffix(e.Files[0], "imported/02-y.csv") ||
			strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v", story, err)
		}
		if left := entries(t, dir); len(left) > 0 {
			t.Errorf("%s leaves %v", story, left)
		}
	}
	o := options()
	o.Known = known
	if _, err := written(t, t.TempDir(), someFiles(), o); err != nil {
		t.Errorf("without one: %v", err)
	}
}

// The programs that recipients have accept what is written.
func TestOtherPrograms(t *testing.T) {
	folder := signed(t)
	for _, line := range []string{
		"sha256sum -c --strict SHA256SUMS",
		"ssh-keygen -Y verify -n rekey-evidence -f ../allowed -I me -s SHA256SUMS.sig",
		"minisign -Vm SHA256SUMS -p SHA256SUMS.minisig.pub",
		"openssl ts -query -in SHA256SUMS.tsq -text",
	} {
		words := strings.Fields(line)
		if _, err := exec.LookPath(words[0]); err != nil {
			t.Logf("%s is not here", words[0])
			continue
		}
		c := exec.Command(words[0], words[1:]...)
		c.Dir = folder
		if words[0] == "ssh-keygen" {
			sums, err := os.Open(filepath.Join(folder, sumsName))
			if err != nil {
				t.Fatal(err)
			}
			defer sums.Close()
			c.Stdin = sums
		}
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
}

// A key that cannot sign is said before anything is read.
func TestKeysThatCannotSign(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "none"), []byte("no key"), 0o600)
	for word, want := range map[string]string{
		"gpg:x": "neither ssh:PATH nor minisign:PATH", "ssh": "neither", "ssh:nowhere": "no such file",
		"ssh:none": "it is no private key of SSH", "minisign:none": "it is no private key of minisign",
	} {
		_, err := NewSigner(word, func(name string) string { return filepath.Join(dir, name) })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", word, err)
		}
	}
}
