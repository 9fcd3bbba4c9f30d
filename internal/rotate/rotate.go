// Package rotate replaces and destroys keys, and survives being cut short at
// any line.
//
// A run is a list of steps (steps.go). Before a step changes anything outside,
// the journal says that it will; after it, that it did. Resuming is running
// again: steps that the journal says are done are left out, and the one that
// was under way looks before it acts. Each step can be repeated.
//
// The order keeps two things true at every moment, whatever dies in between: no
// living key that the journal does not know, and no place without a working
// credential, unless the user asked for the old key to be killed first.
package rotate

import (
	"context"
	"iter"
	"sync"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A Journal is where an Engine writes before it acts. *journal.Journal is one.
type Journal interface {
	// AppendAll returns after the records are on disk. Nothing happens outside
	// between them: a crash may leave the first of them without the others.
	AppendAll(...journal.Record) error
	// Records yields every record in its order.
	Records() iter.Seq[journal.Record]
}

// A Vault keeps the secrets of a run while it lasts: the new one from the moment
// it is shown until it lies where it belongs, and the old one, which the places
// forget before the proof of its death needs it.
type Vault interface {
	// Put returns only when a later Get, also after a power cut, would see e.
	Put(ctx context.Context, slot string, e Entry) error
	// Get reports whether there is an entry. That there is none is final, or it is
	// an error: no entry that was put before may show up later, as one would in a
	// store that answers from a copy which lags behind.
	Get(ctx context.Context, slot string) (Entry, bool, error)
	// Forget removes the entries of all these slots at once; one that is not
	// there is no error.
	Forget(ctx context.Context, slots ...string) error
}

// An Entry is a credential with the marker of the run's attempt to make it.
// Before a key was made, it holds the passphrase alone.
type Entry struct {
	Marker     string
	Credential exchanges.Credential
}

// pending stands for the access key of an entry whose key is not made yet.
const pending = "pending"

// made reports whether the entry holds the credential of a key.
func (e Entry) made() bool { return e.Credential.AccessKey != "" && e.Credential.AccessKey != pending }

// A Place is somewhere a credential lives.
type Place interface {
	// Name says which place it is, in words that may be printed.
	Name() string
	// Write makes the place hold c and returns when it does, also after a power
	// cut. A place that holds c already is left alone. A place that holds
	// neither c nor instead is left alone too, and is an error: somebody else
	// changed it. The files are those that hold c now, also beside an error.
	Write(ctx context.Context, c, instead exchanges.Credential) ([]WrittenFile, error)
}

// A WrittenFile is what the journal keeps of a place that was written. Before
// and After are zero for what is no file: a store, a program, a vendor.
type WrittenFile struct {
	Location      string // in words that may be printed
	Before, After journal.Digest
}

// A Job is what a run works on. It holds no state of the run, so that a later
// process can make the same Job again from rekey.yaml and the journal.
type Job struct {
	ID   journal.RunID
	Kind journal.Kind
	// Compromised turns the order of a rotation round: the old key dies first.
	Compromised bool
	// Cause says in one word what the run is for, "" for itself.
	Cause    string
	Key      string // name in rekey.yaml
	Exchange string
	Account  exchanges.Account // the sub-account that the key belongs to
	// Old is the credential of the key. The secret is missing for a key that
	// somebody else made: it can be revoked, without proof of its death.
	Old exchanges.Credential
	// ManagerName is the name in rekey.yaml of the key that manages this one.
	ManagerName string
	// Address is where the exchange sees rekey's calls come from, "" when it
	// does not tell. The journal keeps it beside each answer.
	Address string
	// Algorithm and Words are the old key's (exchanges.Key.Algorithm and Raw): a
	// new key is made that signs as it does and stands on the same words.
	Algorithm string
	Words     []string
	// Manager's key lists, makes and destroys the keys of Account; nil where the
	// exchange has no API for it. Then Person does it.
	Manager Manager
	Person  Person
	// Self says that the key is destroyed or narrowed by a call of its own, and
	// has no Manager: see ownKey. For revocation and containment alone.
	Self bool
	// Open makes an adapter for a credential, to ask about a key itself.
	Open func(exchanges.Credential) (exchanges.Adapter, error)
	// Want is what the new key shall be, and the old one after containment. It
	// may be narrower than the old key, never wider.
	Want   Want
	Places []Place
	// Reload makes the bot use what the places hold; nil for nothing to do. It
	// may be called more than once. What it shows of the bot must not hold the
	// credentials in hide.
	Reload func(ctx context.Context, hide ...exchanges.Credential) error
	// Takes is how long a change may take at the exchange, see exchanges.Card: a
	// key is called neither dead nor alive before that time.
	Takes time.Duration
	// Settle is how long the old key is kept after the new one was deployed.
	Settle time.Duration
	// Risks were accepted by name.
	Risks []string
}

// A Manager has power over the keys of sub-accounts.
type Manager interface {
	exchanges.Lister
	exchanges.Issuer
	exchanges.Revoker
}

// Want says what a new key shall be allowed.
type Want struct {
	Permissions []exchanges.Permission
	Whitelist   []string
	// Restricted asks for a whitelist although its addresses are not known: the
	// exchange does not show those of the old key.
	Restricted bool
	// Passphrase chooses one for the new key, where the exchange lets the
	// caller do so; nil elsewhere. It is called once for a run: the vault holds
	// what it chose before any key is made, because some exchanges ask for it
	// to destroy a key, also one whose secret was lost.
	Passphrase func() exchanges.Secret
}

// An Outcome is how a run stands.
type Outcome struct {
	Run   journal.RunID
	Stage journal.Stage
	// Dead says that the exchange proved the old key dead.
	Dead bool
	// New is the key that took the old one's place, zero when there is none.
	New journal.KeyID
	// Left are keys that a person made and that were not used. They may live.
	Left []journal.KeyID
	// Untold are wanted permissions of which the exchange does not tell whether
	// the new key has them; AddressesUntold says so of the wanted addresses.
	Untold          []exchanges.Permission
	AddressesUntold bool
	// TakenBack says that the run was taken back, at whatever stage it ended:
	// the old key was not replaced.
	TakenBack bool
	// Alive are the keys that may still work when a run was closed.
	Alive []Living
	// Waits says that the run waits for a person.
	Waits bool
	// Why says what stands in the way, when the run has not ended well.
	Why string
}

// A Living is a key of a closed run that is not proven dead.
type Living struct {
	// Key names it; zero for a key of which only the label is known, because
	// the answer of making it was lost.
	Key    journal.KeyID
	Label  string
	Status exchanges.Status // what the exchange last said of it
	New    bool             // it was to take the old one's place
	// Slot is where in the store its secret is kept, "" where it is not.
	Slot string
}

// An Engine carries out runs, several at once when it is asked to. It is not to
// be copied.
type Engine struct {
	deploying sync.Mutex // places of two runs may lie in one file

	Journal Journal
	Vault   Vault
	Sleep   func(context.Context, time.Duration) error
	// Marker makes an unguessable word of at most 24 letters and digits. It
	// becomes the label of a new key.
	Marker func() string
}

// How long the engine waits for an exchange to do what it was told: new keys
// may not work at once, and deleted ones may work for a while
// (reference: aws-vault and Infisical, both bitten).
const (
	patience = 2 * time.Minute
	interval = 5 * time.Second
)

// patience is how long an exchange is waited for that documents how long it takes.
func (j Job) patience() time.Duration { return j.Takes + patience }
