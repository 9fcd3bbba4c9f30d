package change

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// A MismatchError says that rekey.yaml does not fit what a run or a plan was
// made for. Nothing was sent.
type MismatchError struct{ Text string }

func (e *MismatchError) Error() string { return e.Text }

// prepareJob makes the run of a decision: the API client and the manager, or the
// person; the places; the reload command. It sends nothing.
func (r *Runner) prepareJob(ctx context.Context, d Decision, cause string, id journal.RunID) (*rotate.Job, error) {
	j := &rotate.Job{
		ID: id, Kind: d.Kind, Compromised: r.Compromised, Cause: cause, Key: d.Key, Exchange: d.Entry.Exchange,
		Account: d.Account, Old: r.oldCredential(d), Settle: r.Settle, Risks: r.Accepted,
		ManagerName: d.Entry.Inventory.Manager, Want: d.Want, Address: d.Address,
		Algorithm: d.Seen.Algorithm, Words: d.Seen.Raw, Self: d.Self,
	}
	if d.Self {
		j.ManagerName = ""
	}
	if d.Kind == journal.Contain {
		j.Compromised = false
	}
	if d.Kind == journal.Rotate && !j.Old.Passphrase.IsZero() {
		j.Want.Passphrase = r.newPassphrase(d.Entry.Exchange)
	}
	return j, r.equip(ctx, d, j, d.Verdict == ByHand, 0)
}

// oldCredential is the credential of the key that is changed. Of one that nobody
// declared the access key alone is known.
func (r *Runner) oldCredential(d Decision) exchanges.Credential {
	if c, ok := r.credentials[d.Key]; ok {
		return c
	}
	return exchanges.Credential{AccessKey: d.Seen.Ref.AccessKey}
}

// resumedJob makes the job of a run again from what the journal keeps of it. The
// old credential comes from the store.
func (r *Runner) resumedJob(ctx context.Context, run journal.Run, d Decision) (*rotate.Job, error) {
	j := &rotate.Job{ID: run.ID, Kind: run.Kind, Key: run.Key, Settle: r.Settle, Risks: r.Accepted}
	byHand, places := false, 0
	for _, rec := range run.Records {
		if rec.Stage != journal.Planned {
			continue
		}
		data := rec.Data
		byHand, places, j.Self = data.Person, data.Copies, data.Self
		j.Compromised, j.Exchange, j.Cause, j.ManagerName = data.Compromised, data.Exchange, data.Cause, data.Manager
		j.Account = exchanges.Account{Name: data.Account, Kind: exchanges.AccountSub}
		if byHand {
			j.Account.Kind = exchanges.AccountUnknown
		}
		j.Want = rotate.Want{
			Permissions: data.Permissions, Whitelist: data.Whitelist, Restricted: data.Restricted,
			Passphrase: r.newPassphrase(data.Exchange),
		}
	}
	return j, r.equip(ctx, d, j, byHand, places)
}

// equip attaches to a job what it acts with.
func (r *Runner) equip(ctx context.Context, d Decision, j *rotate.Job, byHand bool, places int) error {
	x, _ := r.Registry.Lookup(d.Entry.Exchange)
	client, err := r.writer(x, !byHand)
	if err != nil {
		return &MismatchError{err.Error()}
	}
	j.Takes = x.Card.Takes
	s := r.Setting(x)
	env := exchanges.Env{Caller: client, Region: s.Region, Environment: s.Environment, AskCode: r.Person.askCode}
	j.Open = func(c exchanges.Credential) (exchanges.Adapter, error) { return x.Open(c, env) }
	if byHand {
		j.Person = r.Person.of(d, j, x)
	} else if j.Self { // the engine opens the key itself
		return nil
	} else if j.Manager, err = r.manager(ctx, d, j); err != nil {
		return err
	}
	if j.Kind != journal.Rotate {
		return nil
	}
	at := r.Location
	at.AcceptLooseFile = r.accepted(RiskLooseFile)
	j.Places = []rotate.Place{rotate.At(d.Entry.Location, at)}
	for _, copied := range d.Entry.Copies {
		j.Places = append(j.Places, rotate.At(copied, at))
	}
	swaps, err := r.vendorPlaces(ctx, d, places)
	if err != nil {
		return err
	}
	j.Places = append(j.Places, swaps...)
	if argv := r.Reloads[d.Key]; len(argv) > 0 {
		j.Reload = func(ctx context.Context, hide ...exchanges.Credential) error {
			return r.reload(ctx, r.Location.Dir, argv, hide)
		}
	}
	return nil
}

// manager opens the key that manages another.
func (r *Runner) manager(ctx context.Context, d Decision, j *rotate.Job) (rotate.Manager, error) {
	e, ok := r.Entry(d.Entry.Inventory.Manager)
	if !ok {
		return nil, &MismatchError{d.Key + ": its manager is no key of rekey.yaml any more"}
	}
	reading, err := e.Location.Read(ctx, r.Location)
	if err != nil {
		return nil, err
	}
	adapter, err := j.Open(reading.Credential)
	if err != nil {
		return nil, err
	}
	manager, ok := adapter.(rotate.Manager)
	if !ok {
		return nil, fmt.Errorf("%s keys cannot be changed by API", d.Entry.Exchange)
	}
	return manager, nil
}

// newPassphrase returns what makes the passphrase of a new key at an exchange.
func (r *Runner) newPassphrase(exchange string) func() exchanges.Secret {
	x, _ := r.Registry.Lookup(exchange)
	if x.PlainPassphrase {
		return func() exchanges.Secret { return passphraseWith("a7B") }
	}
	return func() exchanges.Secret { return passphraseWith("a7B!") }
}

// passphraseWith makes a passphrase of 20 letters and digits, and an end that
// has what exchanges want besides.
func passphraseWith(end string) exchanges.Secret {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
	out := make([]byte, 20)
	for i := range out {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		out[i] = letters[n.Int64()]
	}
	return exchanges.NewSecret(string(out) + end)
}

// randomWord makes n letters and digits.
func randomWord(n int) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	var out strings.Builder
	for _, x := range b {
		out.WriteByte(digits[x&31])
	}
	return out.String()
}
