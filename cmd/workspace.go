package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/catalogue"
	"rekey/internal/change"
	"rekey/internal/config"
	"rekey/internal/httpx"
	"rekey/internal/location"
	"rekey/internal/survey"
	"rekey/internal/text"
)

// A workspace is everything that a reading command looks at.
type workspace struct {
	change.Workspace
	policy   audit.Policy
	names    config.Names
	unread   []audit.Gap            // credentials that are there and cannot be read
	selected []string               // names of the keys to look at, all when empty
	config   string                 // the file as a reader of the report finds it, "" without one
	places   map[string]audit.Place // where keys are declared, by name
	found    []location.Found       // without a configuration: where it came from
	staged   bool                   // the drill's: nothing of it is remembered
}

// names are the words that a configuration may use.
func (a *App) names() (config.Names, error) {
	incidents, err := catalogue.Embedded()
	return config.NamesOf(a.Registry, audit.Rules(), incidents), err
}

// loadWorkspace reads rekey.yaml, or makes a workspace of what it finds without one and
// says what it used.
func (a *App) loadWorkspace(ctx context.Context) (*workspace, error) {
	names, err := a.names()
	if err != nil {
		return nil, err
	}
	file, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
	if err != nil {
		return nil, usage(err.Error())
	}
	if !ok {
		return a.discover(ctx, names)
	}
	c, err := config.Load(file, names)
	if err != nil {
		return nil, usage(err.Error())
	}
	for _, w := range c.Warnings {
		a.remark("%s", w)
	}
	env := a.locations(c.Dir)
	env.Vault = &inVault{app: a, settings: c.Vault}
	d := a.workspaceOf(c, names, env)
	if err := a.checkVault(d); err != nil {
		return nil, err
	}
	d.config, d.places = a.sourcePath(c.File), map[string]audit.Place{}
	for _, k := range c.Keys {
		d.places[k.Name] = audit.Place{File: d.config, Line: k.Line, Column: k.Column}
	}
	return d, nil
}

// sourcePath is a file as those who read a report find it: relative to the
// checkout that a CI system names, else to the working directory, with slashes.
// A file elsewhere keeps its whole path.
func (a *App) sourcePath(file string) string {
	file = a.path(file)
	for _, base := range []string{a.getenv("GITHUB_WORKSPACE"), a.getenv("CI_PROJECT_DIR"), a.Dir} {
		if base == "" {
			continue
		}
		if rel, err := filepath.Rel(base, file); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(file)
}

// workspaceOf is the workspace that a configuration describes.
func (a *App) workspaceOf(c *config.Config, names config.Names, env location.Env) *workspace {
	d := &workspace{policy: c.Policy, names: names, Workspace: change.Workspace{
		Source: c.File, Reloads: map[string][]string{}, Swaps: map[string][]string{},
		Settings: map[string]config.ExchangeSettings{}, Location: env,
	}}
	for name, s := range c.Exchanges {
		d.Settings[name] = s
	}
	for _, k := range c.Keys {
		d.Reloads[k.Name], d.Swaps[k.Name] = k.Rotate.Reload, k.Rotate.Vendors
		d.Entries = append(
			d.Entries,
			survey.Entry{Name: k.Name, Exchange: k.Exchange, Location: k.Credential, Copies: k.Copies, Inventory: inventory(k)},
		)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Vendors)) {
		v := c.Vendors[name]
		d.Vendors = append(d.Vendors, survey.VendorEntry{Name: name, Location: v.Credential})
		d.Settings[name] = config.ExchangeSettings{Endpoint: v.Endpoint, TrustEndpoint: v.TrustEndpoint}
	}
	return d
}

func inventory(k config.Key) audit.Inventory {
	return audit.Inventory{
		SharedWith: k.SharedWith, StoredIn: k.StoredIn, Purpose: k.Purpose, Owner: k.Owner, Created: k.Created,
		Manager: k.Manager, Account: k.Account, Rotation: k.Rotate.Every, Whitelist: k.Rotate.IPWhitelist,
	}
}

// discover makes a workspace of the credentials in the environment and in the bot
// files of the working directory.
func (a *App) discover(ctx context.Context, names config.Names) (*workspace, error) {
	d := &workspace{names: names, policy: config.DefaultPolicy(), Workspace: change.Workspace{
		Source: "the environment and this folder", Location: a.locations(a.Dir),
	}}
	var exchangeNames, vendors []string
	for _, x := range a.Registry.Exchanges() {
		exchangeNames = append(exchangeNames, x.Card.Name)
	}
	for _, v := range a.Registry.Vendors() {
		vendors = append(vendors, v.Card.Name)
	}
	found := location.Discover(ctx, d.Location, exchangeNames, vendors)
	if len(found) == 0 {
		return nil, usage("there is no rekey.yaml, and no credential in the environment or in this folder",
			"rekey drill     practise on a staged desk, with no account anywhere",
			"rekey init      write a first rekey.yaml",
			"export BINANCE_API_KEY=... BINANCE_API_SECRET=...   and the like for other exchanges")
	}
	d.found = found
	var words []string
	for _, f := range found {
		words = append(words, f.Location.Display())
	}
	a.remark("there is no rekey.yaml; looking at %s", strings.Join(words, ", "))
	for _, f := range found {
		for _, r := range f.Remarks {
			a.remark("%s: %s", f.Location.Display(), text.Sentence(r))
		}
		if f.Err != nil && (f.Exchange == "" || f.Vendor) {
			d.unread = append(
				d.unread,
				audit.Gap{Key: f.Location.Display(), Kind: exchanges.KindCredential, Detail: f.Err.Error()},
			)
			continue
		}
		switch {
		case f.Vendor:
			d.Vendors = append(d.Vendors, survey.VendorEntry{Name: f.Exchange, Location: f.Location})
		case f.Exchange == "":
			a.remark("%s: nothing says which exchange it is for; name it in a rekey.yaml", f.Location.Display())
		default:
			d.Entries = append(
				d.Entries,
				survey.Entry{Name: f.Name, Exchange: f.Exchange, Location: f.Location, Copies: f.Copies},
			)
		}
	}
	return d, nil
}

// client makes the client of an exchange. It reads and nothing else.
func (a *App) client(x exchanges.Exchange, s config.ExchangeSettings) (*httpx.Client, error) {
	return a.clientFor(x, s, nil)
}

// clientFor makes a client with changed options.
func (a *App) clientFor(
	x exchanges.Exchange,
	s config.ExchangeSettings,
	change func(*httpx.Options),
) (*httpx.Client, error) {
	o := httpx.Options{
		Exchange: x.Card.Name, Protocol: x.Protocol, Region: s.Region, Environment: environment(x, s), Endpoint: s.Endpoint,
		Now: a.Now, Sleep: a.Sleep, Bans: a.bans,
	}
	if len(x.Card.Regions) > 0 && o.Region == "" {
		o.Region = x.Card.Regions[0]
	}
	if a.flags.verbose {
		o.Log = a.logEvent
	}
	if change != nil {
		change(&o)
	}
	return httpx.New(o)
}

func environment(x exchanges.Exchange, s config.ExchangeSettings) string {
	if s.Environment == "" && len(x.Card.Environs) > 0 {
		return x.Card.Environs[0]
	}
	return s.Environment
}

func (a *App) logEvent(e httpx.Event) {
	outcome := "ok"
	if e.Refusal != "" {
		outcome = string(e.Refusal)
	}
	status := "-"
	if e.Status != 0 {
		status = fmt.Sprint(e.Status)
	}
	weight := ""
	if e.Pool != "" {
		weight = fmt.Sprintf(" weight %d of pool %q", e.Weight, e.Pool)
	}
	again := ""
	if e.Attempt > 1 {
		again = fmt.Sprintf(" attempt %d", e.Attempt)
	}
	a.say(
		"rekey: %s %s %s %s %s %dms%s%s",
		e.Exchange,
		e.Method,
		e.Path,
		status,
		outcome,
		e.Took.Milliseconds(),
		weight,
		again,
	)
}

// path resolves a path of the command line.
func (a *App) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(a.Dir, p)
}

// cause is what went wrong with a file, without its name: a temporary one
// means nothing to anybody.
func cause(err error) string { return atomicfile.Cause(err).Error() }

// plain is the text of an error of the file system without its operation.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path + ": " + p.Err.Error()
	}
	return err.Error()
}
