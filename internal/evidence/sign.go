package evidence

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"os"
	"strings"

	"aead.dev/minisign"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// A Signer signs sums and returns the files that prove it.
type Signer interface {
	Sign(sums []byte) ([]File, error)
}

// The files of signatures.
const (
	sshName       = "SHA256SUMS.sig"
	minisignName  = "SHA256SUMS.minisig"
	minisignKey   = "SHA256SUMS.minisig.pub"
	timestampName = "SHA256SUMS.tsr" // what a timestamp service answers; a person puts it there
)

// Namespace is what SSH signatures of evidence are for.
const Namespace = "rekey-evidence"

// errProtected says that a private key is protected by a passphrase.
var errProtected = errors.New("it is protected by a passphrase")

// NewSigner reads the private key of "ssh:PATH" or "minisign:PATH". open makes
// an absolute path of PATH. A key that is protected by a passphrase is refused:
// its own program can sign the sums afterwards.
func NewSigner(word string, open func(string) string) (Signer, error) {
	kind, name, found := strings.Cut(word, ":")
	if !found || name == "" || kind != "ssh" && kind != "minisign" {
		return nil, errors.New("it is neither ssh:PATH nor minisign:PATH")
	}
	text, err := os.ReadFile(open(name))
	if err != nil {
		return nil, err
	}
	if kind == "ssh" {
		signer, err := ssh.ParsePrivateKey(text)
		var missing *ssh.PassphraseMissingError
		switch {
		case errors.As(err, &missing):
			return nil, fmt.Errorf("%w; sign afterwards: ssh-keygen -Y sign -n %s -f %s SHA256SUMS", errProtected, Namespace,
				name)
		case err != nil:
			return nil, errors.New("it is no private key of SSH")
		}
		return sshSigner{signer}, nil
	}
	if minisign.IsEncrypted(text) {
		return nil, fmt.Errorf("%w; sign afterwards: minisign -Sm SHA256SUMS -s %s", errProtected, name)
	}
	var key minisign.PrivateKey
	if err := key.UnmarshalText(text); err != nil {
		return nil, errors.New("it is no private key of minisign")
	}
	return minisigner{key}, nil
}

type sshSigner struct{ ssh.Signer }

// Sign makes a signature that ssh-keygen -Y verify reads.
func (s sshSigner) Sign(sums []byte) ([]File, error) {
	signature, err := sshsig.Sign(bytes.NewReader(sums), s.Signer, sshsig.HashSHA512, Namespace)
	if err != nil {
		return nil, errors.New("the sums could not be signed with the key of SSH")
	}
	return []File{Bytes(sshName, "", sshsig.Armor(signature))}, nil
}

type minisigner struct{ minisign.PrivateKey }

// Sign makes a signature that minisign -V reads, and lays the public key beside
// it.
func (m minisigner) Sign(sums []byte) ([]File, error) {
	public, ok := m.Public().(minisign.PublicKey)
	if !ok {
		return nil, errors.New("the key of minisign has no public half")
	}
	text, err := public.MarshalText()
	if err != nil {
		return nil, err
	}
	signature := minisign.SignWithComments(m.PrivateKey, sums, "rekey evidence", comment(public))
	return []File{Bytes(minisignName, "", signature), Bytes(minisignKey, "", append(text, '\n'))}, nil
}

func comment(k minisign.PublicKey) string { return "signature with the key " + keyName(k) }

func keyName(k minisign.PublicKey) string { return fmt.Sprintf("%016X", k.ID()) }

// A request is what RFC 3161 has a timestamp service asked: section 2.4.1.
type request struct {
	Version    int
	Imprint    imprint
	WantedCert bool `asn1:"optional"`
}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Hash      []byte
}

// timestampRequest makes the request for a timestamp of the sums. It has no
// nonce, so that the same sums make the same request, and a changed one shows.
func timestampRequest(sums []byte) ([]byte, error) {
	digest := sha256.Sum256(sums)
	return asn1.Marshal(request{1, imprint{
		pkix.AlgorithmIdentifier{
			Algorithm:  asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1},
			Parameters: asn1.NullRawValue,
		},
		digest[:],
	}, true})
}
