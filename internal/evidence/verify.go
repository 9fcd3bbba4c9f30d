package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"aead.dev/minisign"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"rekey/internal/journal"
)

// A Verification is what checking a folder found.
type Verification struct {
	Sum        string   // the SHA-256 of SHA256SUMS
	Files      int      // that are as the sums have them
	Problems   []string // each begins with the name of a file
	Signatures []string // that fit, with the key that they were made with
	Notes      []string // what nobody could check here
}

// Verify checks a folder. It needs no network and no configuration, and trusts
// nothing that stands in the folder but its signatures. The error is that of
// reading it.
func Verify(dir string) (Verification, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Verification{}, err
	}
	defer func() { _ = root.Close() }() // it was only read
	v := &verifier{root: root.FS(), sums: map[string]string{}}
	if err := v.walk(); err != nil {
		return v.Verification, err
	}
	sums, err := fs.ReadFile(v.root, sumsName)
	if err != nil {
		v.problem(sumsName, "it cannot be read, so nothing can be checked")
		return v.Verification, nil
	}
	digest := sha256.Sum256(sums)
	v.Sum = hex.EncodeToString(digest[:])
	v.compare(sums)
	v.manifest()
	v.signatures(sums)
	slices.Sort(v.Problems)
	return v.Verification, nil
}

type verifier struct {
	Verification
	root fs.FS
	sums map[string]string // of the files that are there
}

func (v *verifier) problem(name, what string) { v.Problems = append(v.Problems, name+": "+what) }

// beside are the files that no sum is of.
func beside() []string {
	return []string{sumsName, sshName, minisignName, minisignKey, requestName, timestampName}
}

// walk sums every file. A link, or anything else that is no file, is a problem:
// what it leads to can change.
func (v *verifier) walk() error {
	return fs.WalkDir(v.root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			v.problem(name, "it is a link, and not a file")
			return nil
		case !d.Type().IsRegular():
			v.problem(name, "it is not a file")
			return nil
		case slices.Contains(beside(), name):
			return nil
		}
		f, err := v.root.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			return err
		}
		v.sums[name] = hex.EncodeToString(sum.Sum(nil))
		return nil
	})
}

// compare holds the files against the lines of SHA256SUMS.
func (v *verifier) compare(sums []byte) {
	var lines []string
	listed := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || len(sum) != 64 || line != sumLine(sum, name) || listed[name] || !fs.ValidPath(name) {
			v.problem(sumsName, "it has a line that is none of its kind, or one twice")
			continue
		}
		listed[name] = true
		lines = append(lines, line)
		switch there, found := v.sums[name]; {
		case !found:
			v.problem(name, "it is missing")
		case there != sum:
			v.problem(name, "it was changed")
		default:
			v.Files++
		}
	}
	if !bytes.Equal(sumsOf(lines), sums) {
		v.problem(sumsName, "its lines were changed or moved")
	}
	for name := range v.sums {
		if !listed[name] {
			v.problem(name, "it was added")
		}
	}
}

// manifest holds the manifest and the chain of custody against the files.
func (v *verifier) manifest() {
	var m manifest
	text, err := fs.ReadFile(v.root, manifestName)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		v.problem(manifestName, "it is missing, or no manifest")
		return
	}
	named := map[string]bool{}
	for _, f := range m.Files {
		named[f.Path] = true
		if there, found := v.sums[f.Path]; found && there != f.SHA256 {
			v.problem(f.Path, "the manifest has another sum of it")
		} else if !found {
			v.problem(f.Path, "the manifest names it, and it is missing")
		}
	}
	for name := range v.sums {
		if !named[name] && name != manifestName {
			v.problem(name, "the manifest does not name it")
		}
	}
	v.chain(m)
}

// chain reads the chain of custody to its end, which the manifest knows.
func (v *verifier) chain(m manifest) {
	text, err := fs.ReadFile(v.root, custodyName)
	if err != nil {
		v.problem(custodyName, "it is missing")
		return
	}
	last, n := journal.FirstHash, 0
	for line := range strings.Lines(string(text)) {
		n++
		object, hash, ok := journal.OpenLine([]byte(strings.TrimSuffix(line, "\n")))
		var c custodyLine
		if !ok || json.Unmarshal(object, &c) != nil || c.Seq != n || c.Prev != last {
			v.problem(custodyName, fmt.Sprintf("line %d does not follow from the line before", n))
			return
		}
		if there, found := v.sums[c.Object]; c.SHA256 != "" && (!found || there != c.SHA256) {
			v.problem(c.Object, fmt.Sprintf("it is not what was written (custody.jsonl, line %d)", n))
		}
		last = hash
	}
	if last != m.Custody {
		v.problem(custodyName, "its end is missing, or the manifest is of another chain")
	}
}

// signatures checks those that are there. Whose keys they are, a person must
// know.
func (v *verifier) signatures(sums []byte) {
	if text, err := fs.ReadFile(v.root, sshName); err == nil {
		v.ssh(text, sums)
	}
	if text, err := fs.ReadFile(v.root, minisignName); err == nil {
		v.minisign(text, sums)
	} else if _, err := fs.Stat(v.root, minisignKey); err == nil {
		v.problem(minisignName, "it is missing: its public key is there")
	}
	if text, err := fs.ReadFile(v.root, requestName); err != nil {
		v.problem(requestName, "it is missing")
	} else if want, err := timestampRequest(sums); err != nil || !bytes.Equal(text, want) {
		v.problem(requestName, "it is not the request for these sums")
	}
	if _, err := fs.Stat(v.root, timestampName); err == nil {
		v.Notes = append(v.Notes, timestampName+" is not checked here: openssl ts -verify -queryfile "+requestName+" -in "+
			timestampName+" -CAfile CA.pem")
	}
	if len(v.Signatures) == 0 {
		v.Notes = append(v.Notes, "no signature: who changed a file and the sums too would not be found. Compare the sum "+
			"of SHA256SUMS with what you noted elsewhere")
	}
}

func (v *verifier) ssh(text, sums []byte) {
	signature, err := sshsig.Unarmor(text)
	if err == nil && !bytes.Equal(sshsig.Armor(signature), text) {
		err = errors.New("it was changed")
	}
	if err == nil {
		err = sshsig.Verify(bytes.NewReader(sums), signature, signature.PublicKey, signature.HashAlgorithm, Namespace)
	}
	if err != nil {
		v.problem(sshName, "it is no signature of these sums")
		return
	}
	v.Signatures = append(v.Signatures, sshName+" by the key of SSH "+ssh.FingerprintSHA256(signature.PublicKey))
}

func (v *verifier) minisign(text, sums []byte) {
	var key minisign.PublicKey
	public, err := fs.ReadFile(v.root, minisignKey)
	if errors.Is(err, fs.ErrNotExist) { // signed afterwards, by minisign itself
		v.Notes = append(v.Notes, minisignName+" is not checked here: minisign -Vm SHA256SUMS -P KEY")
		return
	}
	if err == nil {
		err = key.UnmarshalText(bytes.TrimSpace(public))
	}
	if err != nil {
		v.problem(minisignKey, "it is no public key of minisign")
		return
	}
	canonical, err := key.MarshalText()
	if err != nil || !bytes.Equal(append(canonical, '\n'), public) {
		v.problem(minisignKey, "it was changed")
		return
	}
	var parts minisign.Signature
	same := []byte(nil) // what rekey would have written
	if parts.UnmarshalText(text) == nil && parts.UntrustedComment == comment(key) {
		same, _ = parts.MarshalText() // what cannot be written is not the same
	}
	if !minisign.Verify(key, sums, text) || !bytes.Equal(same, text) {
		v.problem(minisignName, "it is no signature of these sums by the key beside it")
		return
	}
	v.Signatures = append(v.Signatures, minisignName+" by the key of minisign "+keyName(key))
}
