package store

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/gofrs/flock"

	"rekey/exchanges"
)

// newIdentityFile makes an identity file and returns its path and public key.
func newIdentityFile(t *testing.T) (path, recipient string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "id.key")
	writeFile(t, path, []byte(id.String()+"\n"))
	return path, id.Recipient().String()
}

// A person opens the store with a passphrase, the cron host with an identity of
// its own. Whoever writes, both can read.
func TestTwoWaysIn(t *testing.T) {
	o := options(t)
	o.Passphrase = tells(testPassphrase)
	f := create(t, o, testPassphrase)
	put(t, f, 1)
	cron := o
	cron.Passphrase = nil
	var recipient string
	cron.Identity, recipient = newIdentityFile(t)
	_, err := Open(t.Context(), cron)
	refuses(t, err, ReasonIdentity)

	if err := f.SetRecipients(t.Context(), []string{recipient, " " + recipient}); err != nil {
		t.Fatal(err)
	}
	put(t, open(t, cron), 2)
	put(t, open(t, o), 3)
	want(t, held(t, open(t, cron)), "run-3 run-2 run-1")
	both, err := open(t, cron).Recipients(t.Context())
	if err != nil || len(both) != 2 || !slices.Contains(both, recipient) {
		t.Fatalf("the recipients are %v, %v", both, err)
	}
	// A list without the writer's own key would lock the writer out.
	if err := open(t, cron).SetRecipients(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want(t, held(t, open(t, cron)), "run-3 run-2 run-1")
	_, err = Open(t.Context(), o)
	refuses(t, err, ReasonIdentity)
}

func TestBadRecipients(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	before := readFile(t, f.Path())
	quantum, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "CANARY", "# a comment", "age1CANARY", secret.String(), "a\nb",
		quantum.Recipient().String(),
	} {
		refuses(t, f.SetRecipients(t.Context(), []string{bad}), ReasonInvalid)
	}
	if !bytes.Equal(readFile(t, f.Path()), before) {
		t.Error("a refused list of recipients changed the file")
	}
}

// A hybrid identity, against computers that do not exist yet, works alone.
func TestHybridIdentity(t *testing.T) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Identity = filepath.Join(t.TempDir(), "pq.key")
	writeFile(t, o.Identity, []byte(id.String()+"\n"))
	put(t, create(t, o, ""), 1)
	want(t, held(t, open(t, o)), "run-1")
}

// A second key in the identity file opens stores, and is not let into them.
func TestIdentityFileWithTwoKeys(t *testing.T) {
	o, other := holding(t), holding(t)
	own := readFile(t, filepath.Join(o.Dir, IdentityName))
	both := filepath.Join(t.TempDir(), "both.key")
	writeFile(t, both, slices.Concat(readFile(t, filepath.Join(other.Dir, IdentityName)), own))
	two := o
	two.Identity = both
	put(t, open(t, two), 2)
	want(t, held(t, open(t, o)), "run-2 run-1")
	recipients, err := open(t, o).Recipients(t.Context())
	if err != nil || len(recipients) != 1 {
		t.Errorf("the recipients are %v, %v", recipients, err)
	}
}

func TestTooLarge(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	e := sample(2)
	e.Credential.Secret = exchanges.NewSecret(strings.Repeat(canary, largestFile/len(canary)))
	want(t, refuses(t, f.Put(t.Context(), "bot", e), ReasonInvalid), "store: the store would grow beyond 16 MiB")
	want(t, held(t, f), "run-1")
	writeFile(t, f.Path(), make([]byte, largestFile+1))
	_, err := f.Get(t.Context(), "bot")
	refuses(t, err, ReasonDamaged)
}

// A time that has no JSON is refused without a word of the entry.
func TestTimeOutOfRange(t *testing.T) {
	f := open(t, holding(t))
	e := sample(2)
	e.At = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)
	refuses(t, f.Put(t.Context(), "bot", e), ReasonInvalid)
	want(t, held(t, f), "run-1")
}

func TestLockIsWaitedFor(t *testing.T) {
	o := holding(t)
	o.wait = 50 * time.Millisecond
	f := open(t, o)
	release, err := lockReal(t.Context(), inside(t, o), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	want(t, refuses(t, f.Put(t.Context(), "bot", sample(2)), ReasonBusy, o.Dir),
		"store.lock: another rekey has been changing the store for 50ms (nothing was changed; try again when it is done)")
	_, err = Create(t.Context(), o, exchanges.Secret{})
	refuses(t, err, ReasonBusy)
	want(t, held(t, f), "run-1") // readers do not wait

	f.options.wait = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Put(ctx, "bot", sample(2)) }()
	cancel()
	refuses(t, <-done, ReasonCanceled)

	go func() { done <- f.Put(t.Context(), "bot", sample(2)) }()
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	want(t, held(t, f), "run-2 run-1")
}

// Somebody removes the lock of a running rekey: the next one locks a new file.
// A lock on the removed one would keep nobody out.
func TestRemovedLock(t *testing.T) {
	o := holding(t)
	d, path := inside(t, o), filepath.Join(o.Dir, lockName)
	l := flock.New(path)
	if ok, err := l.TryLock(); !ok || err != nil || !inPlace(d, l) {
		t.Fatalf("the lock is not taken: %v", err)
	}
	defer func() { _ = l.Close() }()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if inPlace(d, l) {
		t.Error("a lock on a removed file counts")
	}
	writeFile(t, path, nil)
	if inPlace(d, l) {
		t.Error("a lock on another file counts")
	}
	put(t, open(t, o), 2)
}

// What a killed process left beside the store goes with the next write.
func TestLeftovers(t *testing.T) {
	o := holding(t)
	for _, name := range []string{".store.age.0123456789abcdef.rekey-tmp", ".store.age.mine", "store.age.bak"} {
		writeFile(t, filepath.Join(o.Dir, name), []byte("part of an age file"))
	}
	put(t, open(t, o), 2)
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want(t, strings.Join(names, " "), ".store.age.mine store.age store.age.bak store.key store.lock")
}
