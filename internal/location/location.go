// Package location reads credentials from where they live, and writes new ones
// there. A credential location is one line of text in rekey.yaml, written
// KIND:REST:
//
//	env:PREFIX                    variables of the environment; not written
//	dotenv:PATH#PREFIX            the same variables in a .env file
//	json:PATH#/POINTER            an object in a JSON file, comments are fine
//	yaml:PATH#/POINTER            a mapping in a YAML file
//	toml:PATH#/POINTER            a table in a TOML file
//	freqtrade:PATH                a configuration of freqtrade
//	gocryptotrader:PATH#EXCHANGE  GoCryptoTrader's config.json
//	passivbot:PATH#USER           passivbot's api-keys.json
//	bbgo:PATH#SESSION             bbgo.yaml, or the .env.local beside it
//	ccxt:PATH#ID                  keys.local.json, as ccxt's own tests use it
//	mcp:PATH#SERVER               the variables of a server of an AI agent
//	hummingbot:PATH               a connector of hummingbot, not encrypted
//	store:NAME                    rekey's own encrypted store
//	keychain:NAME                 the operating system's keychain
//	vault:MOUNT/PATH#FIELD        a secret of OpenBao or HashiCorp Vault
//	exec:PROGRAM ARG...           JSON on a program's stdout
//
// PATH is relative to [Env].Dir and may begin with ~/. POINTER is a JSON
// pointer (RFC 6901), taken as it stands, without percent escapes; without
// "#/POINTER" the whole file is the object.
//
// Writing takes two steps, so that a journal can stand between them:
// [Location.Prepare] finds the bytes that change and writes nothing,
// [Change.Apply] writes. All other bytes of a file stay as they are.
//
// No value that was read is ever part of an error or a remark. Besides signing
// code this is the one package that looks into secrets, to see whether they
// are any.
package location

import "strings"

// A Kind is the word before the colon of a location.
type Kind string

// The kinds of location that rekey reads.
const (
	KindEnv            Kind = "env"
	KindDotEnv         Kind = "dotenv"
	KindJSON           Kind = "json"
	KindYAML           Kind = "yaml"
	KindTOML           Kind = "toml"
	KindFreqtrade      Kind = "freqtrade"
	KindGoCryptoTrader Kind = "gocryptotrader"
	KindPassivbot      Kind = "passivbot"
	KindBBGo           Kind = "bbgo"
	KindCCXT           Kind = "ccxt"
	KindHummingbot     Kind = "hummingbot"
	KindMCP            Kind = "mcp"
	KindStore          Kind = "store"
	KindKeychain       Kind = "keychain"
	KindVault          Kind = "vault"
	KindExec           Kind = "exec"

	// KindAccount is the public address of an account that has no credential. It
	// is no word of rekey.yaml.
	KindAccount Kind = "account"
)

// Kinds returns every kind of location.
func Kinds() []Kind {
	return []Kind{
		KindEnv, KindDotEnv, KindJSON, KindYAML, KindTOML, KindFreqtrade,
		KindGoCryptoTrader, KindPassivbot, KindBBGo, KindCCXT, KindHummingbot, KindMCP, KindStore, KindKeychain,
		KindVault, KindExec,
	}
}

// A Location names a place where a credential lives. It holds no secret. The
// zero Location names nothing.
type Location struct {
	kind   Kind
	text   string // as written
	path   string // as written, of the file kinds; the program of exec; of the secret in vault
	prefix string // of env and dotenv, and of the fields of an object
	// name is that of the exchange, user, session or server in a bot's file, of
	// the entry in store or keychain, of the field in vault.
	name    string
	pointer []string // reference tokens, of json, yaml, toml and vault
	args    []string // of exec
}

// OfAccount stands for a credential of an account of which all is public: reading
// it gives the address as the access key, and no secret. Nothing is written there.
func OfAccount(address string) Location {
	return Location{kind: KindAccount, text: "account " + address, name: address}
}

// Kind returns the kind of the location, "" for the zero Location.
func (l Location) Kind() Kind { return l.kind }

// String returns the location as it was written.
func (l Location) String() string { return l.text }

// Display returns the location for reports and errors: as it was written, but
// without the arguments of a program, which may be anything.
func (l Location) Display() string {
	if l.kind == KindExec && len(l.args) > 0 {
		return string(KindExec) + ":" + l.path + " …"
	}
	return l.text
}

// IsFile reports whether the credential lives in a file of its own.
func (l Location) IsFile() bool {
	switch l.kind {
	case KindDotEnv, KindJSON, KindYAML, KindTOML, KindFreqtrade,
		KindGoCryptoTrader, KindPassivbot, KindBBGo, KindCCXT, KindHummingbot, KindMCP:
		return true
	case KindEnv, KindStore, KindKeychain, KindVault, KindExec, KindAccount:
		return false
	}
	return false
}

// IsZero reports whether l names nothing.
func (l Location) IsZero() bool { return l.kind == "" }

// Equal reports whether both were written the same way.
func (l Location) Equal(other Location) bool { return l.text == other.text }

// kindNames lists the kinds for messages.
func kindNames() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}
