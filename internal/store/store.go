// Package store keeps credentials in rekey's own encrypted file, the embedded
// default behind `store:NAME`. A new secret is shown once; the store is where
// it is sealed before anything else happens.
//
// # Files
//
// All of them lie in one directory, 0700, each 0600:
//
//	store.age   the credentials: JSON, encrypted with age to one or more recipients
//	store.key   the age identity that opens it; itself an age file where a passphrase protects it
//	store.lock  the lock of whoever is changing store.age
//
// Everything is plain age, so that a person can get at the secrets without
// rekey: `age -d -i store.key store.age`, which asks for the passphrase where
// there is one. Without store.key, or another identity among the recipients,
// store.age is lost: keep a copy of it in another place.
//
// # What is protected from whom
//
// With a bare store.key, which [Create] makes so that cron needs nobody, the
// encryption protects store.age where it travels alone: in a backup, a synced
// folder, a support bundle. It does not protect from whoever can read both
// files: a program that runs as the same user, root, a thief of the disk or of
// a backup of the whole directory. Then the modes of the files are all there
// is, and the store is as safe as a .env file that nobody else may read.
//
// An identity file kept elsewhere (on another volume, or handed out by a
// service manager at start) protects also from who gets hold of the directory.
// A passphrase protects from the thief of disk and backup as far as it cannot
// be guessed; every guess costs about a second and 256 MiB. Nothing here
// protects from a program that runs as the user while the store is open: it
// can read rekey's memory.
//
// age does not sign. Who can write to the directory and knows a recipient can
// put another store in place of this one. The directory is therefore refused
// when others may use it.
package store

import (
	"context"
	"time"

	"rekey/exchanges"
)

// An Entry is one credential, and which run put it there.
type Entry struct {
	Credential exchanges.Credential
	// Marker is the random text that the run put into the key's label at the
	// exchange; "" for a credential that rekey did not make.
	Marker string
	Run    string    // id of the run that stored it, or ""
	At     time.Time // when it was stored, as its writer says
}

// Fingerprint identifies the entry's access key.
func (e Entry) Fingerprint() string { return exchanges.Fingerprint(e.Credential.AccessKey) }

// A Held is an entry as it may be shown: without its private parts.
type Held struct {
	Fingerprint string
	AccessKey   string // masked
	Marker      string
	Run         string
	At          time.Time
}

// Held returns what of the entry may be shown.
func (e Entry) Held() Held {
	return Held{
		Fingerprint: e.Fingerprint(), AccessKey: exchanges.MaskAccessKey(e.Credential.AccessKey),
		Marker: e.Marker, Run: e.Run, At: e.At,
	}
}

// A Slot is a name with what it holds, the newest entry first. There is
// always one.
type Slot struct {
	Name string
	Held []Held
}

// A Store keeps entries by slot. A slot holds the entries that were put there
// and not yet forgotten; the one put last is what readers get. Errors are
// *[Error]; see [ReasonOf]. A Store is safe for concurrent use, by several
// processes too.
type Store interface {
	// Put adds an entry in front of those that the slot holds. It returns nil
	// only when a later Get, also after a power cut, will see e: it is
	// written, synced, read back and decrypted. After an error the slot holds
	// what it held before, with or without e, and never anything else.
	//
	// Nothing is dropped: the entries before stay until they are forgotten. To
	// put the same credential again moves it to the front.
	Put(ctx context.Context, slot string, e Entry) error

	// Get returns the entry that was put last. ReasonNoEntry means that the
	// slot holds none.
	Get(ctx context.Context, slot string) (Entry, error)

	// Forget removes the entries of this fingerprint from the slot. To forget
	// the newest brings the one before back to the front. It returns nil when
	// there is none, so that it may be called again after a crash.
	Forget(ctx context.Context, slot, fingerprint string) error

	// Empty removes every entry of these slots in one write. It returns nil when
	// there is none, so that it may be called again after a crash.
	Empty(ctx context.Context, slots ...string) error

	// List returns the slots in the order of their names.
	List(ctx context.Context) ([]Slot, error)
}
