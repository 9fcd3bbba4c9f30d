package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/catalogue"
	"rekey/internal/config"
	"rekey/internal/httpx"
	"rekey/internal/location"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// cores is how many cores the audited process may use at a time.
const cores = 2

// A result is what one run of the audited process saw, in the time of its
// clock.
type result struct {
	Started   time.Time
	Took      time.Duration
	Judging   time.Duration // the rules and the report of it, in real time
	Exchanges map[string]*part
	Findings  int
	Gaps      map[string]int // by kind
	PeakBytes int64          // resident memory, 0 where it is not told
}

// A part is one exchange's share of a result.
type part struct {
	Keys    int // of sub-accounts
	Calls   int
	Took    time.Duration  // until the last answer
	Refused map[string]int // answers that were no success, by kind
}

// audited is the process that is measured: survey, rules and the JSON report,
// as rekey audit puts them together, through its adapters and its HTTP client.
func audited(in io.Reader, out io.Writer) error {
	runtime.GOMAXPROCS(cores)
	orders := json.NewDecoder(in)
	var p plan
	var s stage
	if err := orders.Decode(&p); err != nil {
		return err
	}
	if err := orders.Decode(&s); err != nil {
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
	r, err := lookAndJudge(context.Background(), p, s)
	if err != nil {
		return err
	}
	r.PeakBytes = peakBytes()
	return json.NewEncoder(out).Encode(r)
}

func lookAndJudge(ctx context.Context, p plan, s stage) (*result, error) {
	clock, registry := p.clock(), p.registry()
	incidents, err := catalogue.Embedded()
	if err != nil {
		return nil, err
	}
	var entries []survey.Entry
	for _, name := range names() {
		at, err := location.Parse("env:" + strings.ToUpper(name))
		if err != nil {
			return nil, err
		}
		entries = append(entries, survey.Entry{Name: name, Exchange: name, Location: at})
	}
	if p.Limits {
		if err := clock.untilPhase(ctx, p.Phase); err != nil {
			return nil, err
		}
	}
	m := &meter{clock: clock, result: result{Started: clock.Now(), Exchanges: map[string]*part{}, Gaps: map[string]int{}}}
	seen := survey.Run(ctx, survey.Options{
		Registry: registry, Entries: entries, Location: location.Env{Environ: s.Environ}, Now: clock.Now,
		Env: func(x exchanges.Exchange) (exchanges.Env, error) {
			o := httpx.Options{
				Exchange: x.Card.Name, Protocol: x.Protocol, Endpoint: s.Endpoints[x.Card.Name],
				Now: clock.Now, Sleep: clock.Sleep, Log: m.note,
			}
			if len(x.Card.Regions) > 0 {
				o.Region = x.Card.Regions[0]
			}
			if len(x.Card.Environs) > 0 {
				o.Environment = x.Card.Environs[0]
			}
			c, err := httpx.New(o)
			return exchanges.Env{Caller: c, Region: o.Region, Environment: o.Environment}, err
		},
	})
	return m.judge(seen, registry, incidents)
}

// A meter notes what goes on.
type meter struct {
	clock clock

	mu     sync.Mutex
	result result
}

// part returns the share of an exchange. The caller holds the lock.
func (m *meter) part(exchange string) *part {
	x := m.result.Exchanges[exchange]
	if x == nil {
		x = &part{Refused: map[string]int{}}
		m.result.Exchanges[exchange] = x
	}
	return x
}

// note counts an attempt.
func (m *meter) note(e httpx.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	x := m.part(e.Exchange)
	x.Calls++
	x.Took = m.clock.Now().Sub(m.result.Started)
	if e.Refusal != "" {
		x.Refused[string(e.Refusal)]++
	}
}

// judge ends the run with the rules and the report, which belong to it.
func (m *meter) judge(seen survey.Result, registry exchanges.Registry, incidents audit.Catalogue) (*result, error) {
	begun := time.Now()
	expiry := map[string][]exchanges.ExpiryRule{}
	for _, x := range registry.Exchanges() {
		expiry[x.Card.Name] = x.Card.Expiry
	}
	judged, err := audit.Run(audit.Input{
		Now: m.result.Started, Tool: audit.Tool{Name: "rekey", Version: "bench"}, Subjects: seen.Subjects,
		Gaps: seen.Gaps, Policy: config.DefaultPolicy(), Incident: incidents, Expiry: expiry,
	})
	if err != nil {
		return nil, err
	}
	judged.Finish(m.clock.Now(), false)
	if err := report.Print(io.Discard, "json", &judged, report.Options{}); err != nil {
		return nil, err
	}
	m.result.Took = m.clock.Now().Sub(m.result.Started)
	m.result.Judging = time.Since(begun)
	for _, s := range seen.Subjects {
		if s.Key.Ref.Account.Kind == exchanges.AccountSub {
			m.part(s.Key.Ref.Exchange).Keys++
		}
	}
	for _, g := range seen.Gaps {
		m.result.Gaps[string(g.Kind)]++
	}
	for _, severity := range audit.Severities() {
		m.result.Findings += judged.Summary.Count(severity)
	}
	return &m.result, nil
}
