package rotate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rekey/exchanges"
)

// A human makes and deletes keys on the exchange's page. What they made they have
// before their eyes until another one is asked for, whatever becomes of rekey.
type human struct {
	w    *world
	made exchanges.Credential // the page shows it
	told int

	asked  int
	labels []string // that keys were to have
	said   string   // what was said against the keys that were given
}

func (h *human) MakeKey(ctx context.Context, wish Wish) (exchanges.Credential, error) {
	w := h.w
	if h.asked++; h.asked > 100 {
		w.t.Fatalf("a person is asked again and again: %s", wish.Problem)
	}
	h.labels, h.said = append(h.labels, wish.Label), h.said+wish.Problem+"\n"
	switch {
	case ctx.Err() != nil:
		return exchanges.Credential{}, ctx.Err()
	case take(&w.trouble.nobody):
		return exchanges.Credential{}, ErrNobody
	case take(&w.trouble.wrongSecret) && h.made.AccessKey != "":
		return exchanges.Credential{AccessKey: h.made.AccessKey, Secret: exchanges.NewSecret("CANARYwrong")}, nil
	case take(&w.trouble.givesOld):
		return w.keys[credential(0).AccessKey].credential, nil
	case take(&w.trouble.typos):
		return exchanges.Credential{AccessKey: "ACCESSKEYTYPO", Secret: exchanges.NewSecret("CANARYtypo")}, nil
	}
	if made := w.keys[h.made.AccessKey]; made != nil && made.label == wish.Label && made.alive &&
		(made.wide || made.narrower) {
		made.wide, made.narrower = false, false // changed on the page, as they were asked to
		return h.made, nil
	}
	if h.made.AccessKey == "" || strings.HasPrefix(wish.Problem, exchanges.MaskAccessKey(h.made.AccessKey)) {
		w.made++
		c := credential(w.made)
		c.Passphrase = exchanges.NewSecret(fmt.Sprintf("CANARYhand%d", w.made))
		w.keys[c.AccessKey] = &simKey{
			narrower: take(
				&w.trouble.narrower,
			), credential: c, label: wish.Label, passphrase: c.Passphrase, wide: take(&w.trouble.wider),
			alive: !take(&w.trouble.deadOnArrival),
		}
		h.made = c
	}
	return h.made, nil
}

func (h *human) DeleteKey(ctx context.Context, accessKey string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if take(&h.w.trouble.nobody) {
		return ErrNobody
	}
	if take(&h.w.trouble.lies) {
		return nil
	}
	return h.w.effect(func() error { h.delete(accessKey); return nil })
}

// StillThere is told again and again; the third time they look at the page.
func (h *human) StillThere(
	ctx context.Context, accessKey string, says exchanges.Status, _ time.Duration, pause Pause,
) error {
	if h.told > 1000 {
		h.w.t.Fatalf("a person is told again and again that %s is %s", accessKey, says)
	}
	if h.told++; h.told%3 == 0 && says == exchanges.StatusAlive {
		h.delete(accessKey)
	}
	if take(&h.w.trouble.later) {
		return ErrLater
	}
	return pause(ctx)
}

func (h *human) EndWatch(string) {}

func (h *human) delete(accessKey string) {
	if k := h.w.keys[accessKey]; k != nil {
		k.alive = false
	}
}

// refusing is a manager who may look and nothing else.
type refusing struct{ *world }

func forbidden() error {
	return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindForbidden, Code: "-1002"}
}

func (refusing) IssueKey(context.Context, exchanges.IssueRequest) (exchanges.Issued, error) {
	return exchanges.Issued{}, forbidden()
}

func (refusing) RevokeKey(context.Context, exchanges.RevokeRequest) error { return forbidden() }

func (refusing) EditKey(context.Context, exchanges.EditRequest) (exchanges.Key, error) {
	return exchanges.Key{}, forbidden()
}
