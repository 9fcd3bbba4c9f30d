package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
	"rekey/internal/journal"
	"rekey/internal/location"
	"rekey/internal/rotate"
	"rekey/internal/store"
)

// A rotation is what the process that rotates saw.
type rotation struct {
	Started   time.Time
	Took      time.Duration // on the run's clock
	Real      time.Duration // the same in real time
	CPU       time.Duration // user and system, 0 where that is not known
	Cost      *cost
	Done      int
	Otherwise map[string]int // runs by how they ended, when not well
	Exchanges map[string]*part
	PeakBytes int64
}

// rotated is the process that is measured: the engine with its journal, its
// store and the places on disk, as rekey rotate puts them together, with one
// client for each exchange.
func rotated(in io.Reader, out io.Writer) error {
	runtime.GOMAXPROCS(cores)
	orders := json.NewDecoder(in)
	var p plan
	var s stage
	if err := errors.Join(orders.Decode(&p), orders.Decode(&s)); err != nil {
		return err
	}
	if p.Profile != "" {
		f, err := os.Create(p.Profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	r, err := rotateAll(context.Background(), p, s)
	if err != nil {
		return err
	}
	r.PeakBytes = peakBytes()
	return json.NewEncoder(out).Encode(r)
}

// A workshop is what all rotations share.
type workshop struct {
	plan     plan
	stage    stage
	clock    clock
	dir      string
	engine   *rotate.Engine
	env      map[string]exchanges.Env
	registry exchanges.Registry
	m        *meter
	cost     *cost
}

func rotateAll(ctx context.Context, p plan, s stage) (*rotation, error) {
	dir, err := os.MkdirTemp(p.Dir, "rekey-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	w := &workshop{
		plan:     p,
		stage:    s,
		clock:    p.clock(),
		dir:      dir,
		registry: p.registry(),
		cost:     &cost{},
		env:      map[string]exchanges.Env{},
	}
	log, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	var jobs []rotate.Job
	for i, b := range s.Bots {
		j, err := w.job(ctx, i, b)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	if p.Limits {
		if err := w.clock.untilPhase(ctx, p.Phase); err != nil {
			return nil, err
		}
	}
	*w.cost = cost{} // what was made before the first run is left out
	r := &rotation{Started: w.clock.Now(), Cost: w.cost, Otherwise: map[string]int{}}
	w.m.result.Started = r.Started
	begun, used := time.Now(), cpuTime()
	r.run(ctx, w.engine, jobs, p.Workers)
	r.CPU = cpuTime() - used
	r.Took, r.Real, r.Exchanges = w.clock.Now().Sub(r.Started), time.Since(begun), w.m.result.Exchanges
	// The places are written by package location, whose two syncs each, of the
	// new file and of its directory, take as long as the others.
	each := w.cost.Syncing / time.Duration(max(w.cost.Syncs, 1))
	w.cost.Syncs += 2 * len(jobs)
	w.cost.count("place", 2*len(jobs))
	w.cost.Syncing += 2 * time.Duration(len(jobs)) * each
	return r, nil
}

// run carries out the jobs, so many at a time, an exchange's after another's
// by turns.
func (r *rotation) run(ctx context.Context, engine *rotate.Engine, jobs []rotate.Job, workers int) {
	queue := make(chan rotate.Job)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range queue {
				out, err := engine.Run(ctx, j)
				mu.Lock()
				if err == nil && out.Stage == journal.Done && out.Dead {
					r.Done++
				} else {
					r.Otherwise[fmt.Sprintf("%s at %s: %s", j.Exchange, out.Stage, out.Why)]++
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range byTurn(jobs) {
		queue <- j
	}
	close(queue)
	wg.Wait()
}

// byTurn takes one job of each exchange after the other.
func byTurn(jobs []rotate.Job) []rotate.Job {
	of := map[string][]rotate.Job{}
	for _, j := range jobs {
		of[j.Exchange] = append(of[j.Exchange], j)
	}
	var out []rotate.Job
	for len(of) > 0 {
		for _, name := range names() {
			if left := of[name]; len(left) > 0 {
				out, of[name] = append(out, left[0]), left[1:]
			}
		}
		maps.DeleteFunc(of, func(_ string, left []rotate.Job) bool { return len(left) == 0 })
	}
	return out
}

// open makes the state directory with its journal and its store, and a client
// for each exchange.
func (w *workshop) open(ctx context.Context) (*journal.Journal, error) {
	state := filepath.Join(w.dir, "state")
	log, _, err := journal.Open(
		state,
		journal.Options{Now: w.clock.Now, Holder: journal.Holder{Command: "bench"}, Wrap: w.cost.wrap("journal")},
	)
	if err != nil {
		return nil, err
	}
	s, err := store.Create(ctx, store.Options{Dir: state, Wrap: w.cost.wrap("store")}, exchanges.Secret{})
	if err != nil {
		return nil, err
	}
	w.engine = &rotate.Engine{
		Journal: log,
		Vault:   rotate.Sealed(s, w.clock.Now),
		Sleep:   w.sleep,
		Marker:  func() string { return "rekey" + rand.Text()[:11] },
	}
	w.m = &meter{clock: w.clock, result: result{Exchanges: map[string]*part{}}}
	for _, x := range w.registry.Exchanges() {
		o := httpx.Options{
			Exchange: x.Card.Name, Protocol: x.Protocol, Endpoint: w.stage.Endpoints[x.Card.Name], AllowWrites: true,
			Now: w.clock.Now, Sleep: w.sleep, Log: w.m.note, Transport: timedTransport{httpx.NewTransport(), w.cost},
		}
		if len(x.Card.Regions) > 0 {
			o.Region = x.Card.Regions[0]
		}
		if len(x.Card.Environs) > 0 {
			o.Environment = x.Card.Environs[0]
		}
		c, err := httpx.New(o)
		if err != nil {
			return nil, err
		}
		w.env[x.Card.Name] = exchanges.Env{Caller: c, Region: o.Region, Environment: o.Environment}
	}
	return log, nil
}

// sleep waits on the run's clock. Without limits nothing is waited for: the
// pauses between two looks at a dying key are the exchange's, not rekey's.
func (w *workshop) sleep(ctx context.Context, d time.Duration) error {
	w.cost.mu.Lock()
	w.cost.Pauses += d
	w.cost.mu.Unlock()
	if !w.plan.Limits {
		return ctx.Err()
	}
	return w.clock.Sleep(ctx, d)
}

// job makes the rotation of a bot's key, with a .env file as its place.
func (w *workshop) job(ctx context.Context, i int, b bot) (rotate.Job, error) {
	name := fmt.Sprintf("%s-%d", b.Exchange, i)
	folder := filepath.Join(w.dir, name)
	text := fmt.Sprintf("# %s\nBOT_API_KEY=%s\nBOT_API_SECRET=%s\n", name, b.AccessKey, b.Secret)
	if b.Passphrase != "" {
		text += "BOT_API_PASSPHRASE=" + b.Passphrase + "\n"
	}
	if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(folder, ".env"),
		[]byte(text), 0o600)); err != nil {
		return rotate.Job{}, err
	}
	at, err := location.Parse("dotenv:.env#BOT")
	if err != nil {
		return rotate.Job{}, err
	}
	x, _ := w.registry.Lookup(b.Exchange)
	open := func(c exchanges.Credential) (exchanges.Adapter, error) { return x.Open(c, w.env[b.Exchange]) }
	manager, err := location.Parse(
		"env:" + map[string]string{"binance": "BINANCE", "kucoin": "KUCOIN", "okx": "OKX"}[b.Exchange],
	)
	if err != nil {
		return rotate.Job{}, err
	}
	reading, err := manager.Read(ctx, location.Env{Environ: w.stage.Environ})
	if err != nil {
		return rotate.Job{}, err
	}
	adapter, err := open(reading.Credential)
	if err != nil {
		return rotate.Job{}, err
	}
	power, ok := adapter.(rotate.Manager)
	if !ok {
		return rotate.Job{}, fmt.Errorf("%s keys cannot be changed by API", b.Exchange)
	}
	want := rotate.Want{Permissions: []exchanges.Permission{exchanges.Read, exchanges.Spot}, Whitelist: []string{here}}
	if b.Exchange == "okx" {
		want.Permissions[1] = exchanges.Trade
	}
	if b.Passphrase != "" {
		want.Passphrase = func() exchanges.Secret { return exchanges.NewSecret(rand.Text()[:20] + "a7B!") }
	}
	return rotate.Job{
		ID: journal.NewRunID(w.clock.Now()), Kind: journal.Rotate, Key: name, Exchange: b.Exchange,
		Account: exchanges.Account{Name: b.Account, Kind: exchanges.AccountSub},
		Old: exchanges.Credential{
			AccessKey:  b.AccessKey,
			Secret:     exchanges.NewSecret(b.Secret),
			Passphrase: exchanges.NewSecret(b.Passphrase),
		},
		Manager: power, Open: open, Want: want, Places: []rotate.Place{rotate.At(at, location.Env{Dir: folder})},
	}, nil
}
