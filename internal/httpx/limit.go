package httpx

import (
	"context"
	"sync"
	"time"

	"rekey/exchanges"
)

// limits keeps one bucket per pool and user (or address), as the exchange
// counts. A call occupies its weight from the moment it is let go until one
// window after its answer came: whatever moment between the two the exchange
// counts it at, and wherever its windows begin, the sum in any window stays
// within the limit.
type limits struct {
	opts  Options
	pools map[string]exchanges.Pool

	mu      sync.Mutex
	buckets map[bucketKey]*bucket
}

type bucketKey struct{ pool, operation, user string }

func newLimits(o Options) *limits {
	l := &limits{opts: o, pools: map[string]exchanges.Pool{}, buckets: map[bucketKey]*bucket{}}
	for _, p := range o.Protocol.Pools {
		l.pools[p.Name] = p
	}
	return l
}

func (l *limits) bucket(op exchanges.Operation, user string) *bucket {
	pool, ok := l.pools[op.Pool]
	if !ok {
		return nil
	}
	return l.bucketOf(pool, op, user)
}

// sharedBuckets are those in which every call counts, besides its own.
func (l *limits) sharedBuckets(op exchanges.Operation, user string) []*bucket {
	var out []*bucket
	for _, pool := range l.opts.Protocol.Pools {
		if pool.Shared && pool.Name != op.Pool {
			out = append(out, l.bucketOf(pool, op, user))
		}
	}
	return out
}

func (l *limits) bucketOf(pool exchanges.Pool, op exchanges.Operation, user string) *bucket {
	key := bucketKey{pool: pool.Name}
	if pool.Per == exchanges.PerUser {
		key.user = user
	}
	if pool.PerOperation {
		key.operation = op.Name
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		b = &bucket{pool: pool, freed: make(chan struct{})}
		l.buckets[key] = b
	}
	return b
}

// take waits until the operation fits into its pool, and into those that all
// operations share. The weight is held until done is called, and for one window
// after.
func (l *limits) take(ctx context.Context, op exchanges.Operation, user string) (*taken, error) {
	t := &taken{}
	if b := l.bucket(op, user); b != nil && op.Weight > 0 {
		t.bucket, t.weight = b, min(op.Weight, b.pool.Limit)
		if err := l.wait(ctx, b, t.weight); err != nil {
			return nil, err
		}
	}
	for _, b := range l.sharedBuckets(op, user) {
		if err := l.wait(ctx, b, 1); err != nil {
			t.done(l.opts.Now())
			return nil, err
		}
		t.shared = append(t.shared, &taken{bucket: b, weight: 1})
	}
	if err := ctx.Err(); err != nil {
		t.done(l.opts.Now())
		return nil, err
	}
	return t, nil
}

// wait takes weight from a bucket once there is room.
func (l *limits) wait(ctx context.Context, b *bucket, weight int) error {
	for {
		wait, freed := b.tryTake(weight, l.opts.Now())
		if freed == nil {
			return nil
		}
		if wait > 0 {
			if err := l.opts.Sleep(ctx, wait); err != nil {
				return err
			}
			continue
		}
		select { // everything is in flight: the next answer frees the way
		case <-freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// A bucket is the use of one limit by one user or address.
type bucket struct {
	pool exchanges.Pool

	mu       sync.Mutex
	inFlight int
	past     []spent // answered calls, oldest first
	pastSum  int
	// foreign is use that the exchange reports and we did not cause: other
	// programs on the same account or address.
	foreign      int
	foreignUntil time.Time
	freed        chan struct{} // closed when an answer came in
}

type spent struct {
	weight int
	until  time.Time
}

// tryTake takes weight and returns a nil channel, or says how long to wait for
// room: a duration, or 0 when only an answer that is still to come can make
// room, which closes the channel.
func (b *bucket) tryTake(weight int, now time.Time) (time.Duration, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	if b.inFlight+b.pastSum+b.foreign+weight <= b.pool.Limit {
		b.inFlight += weight
		return 0, nil
	}
	var wait time.Duration
	if len(b.past) > 0 {
		wait = b.past[0].until.Sub(now)
	}
	if b.foreign > 0 && (wait == 0 || b.foreignUntil.Sub(now) < wait) {
		wait = b.foreignUntil.Sub(now)
	}
	return wait, b.freed
}

func (b *bucket) forget(now time.Time) {
	for len(b.past) > 0 && !b.past[0].until.After(now) {
		b.pastSum -= b.past[0].weight
		b.past = b.past[1:]
	}
	if !b.foreignUntil.After(now) {
		b.foreign = 0
	}
}

// taken is weight that one attempt holds.
type taken struct {
	bucket *bucket
	weight int
	shared []*taken
}

// done starts the window after which the weight is free again.
func (t *taken) done(now time.Time) {
	for _, also := range t.shared {
		also.done(now)
	}
	b := t.bucket
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight -= t.weight
	b.past = append(b.past, spent{t.weight, now.Add(b.pool.Window)})
	b.pastSum += t.weight
	close(b.freed)
	b.freed = make(chan struct{})
}

// observe corrects the bucket by what the answer's headers say: use beyond our
// own is somebody else's, and counts until the window is over.
func (t *taken) observe(u exchanges.Usage, now time.Time) {
	b := t.bucket
	if b == nil {
		return
	}
	used := u.Used
	if used < 0 && u.Remaining >= 0 {
		used = b.pool.Limit - u.Remaining
	}
	if used < 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	ours := b.inFlight + b.pastSum
	if used <= ours {
		return
	}
	reset := u.Reset
	if reset <= 0 {
		reset = b.pool.Window
	}
	b.foreign, b.foreignUntil = min(used-ours, b.pool.Limit), now.Add(reset)
}
