package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
	"rekey/internal/text"
)

// verify asks the exchanges what they say about the keys that were found:
// through the adapters and the read-only client of an audit, and about each
// access key once, wherever and with whichever secrets it was found. What
// could not be asked is a gap.
func (a *App) verify(ctx context.Context, own owned, r *scan.Result) error {
	settings := map[string]config.ExchangeSettings{}
	if own.config != nil {
		settings = own.config.Exchanges
	}
	envs := map[string]exchanges.Env{}
	for _, x := range a.Registry.Exchanges() { // bad endpoints end the run before anything is sent
		c, err := a.client(x, settings[x.Card.Name])
		if err != nil {
			return usage(err.Error())
		}
		s := settings[x.Card.Name]
		envs[x.Card.Name] = exchanges.Env{Caller: c, Region: s.Region, Environment: environment(x, s)}
	}
	asked := map[string]string{} // status, by access key
	secrets := map[string]exchanges.Secret{}
	var used []string
	for i := range r.Findings {
		f := &r.Findings[i]
		key := f.Credential.AccessKey
		if f.Kind != find.Credential || key == "" || ctx.Err() != nil {
			continue
		}
		if status, ok := asked[key]; ok {
			if f.Status = status; !secrets[key].Equal(f.Credential.Secret) {
				f.Status = string(exchanges.StatusUndetermined)
				r.Gaps = append(
					r.Gaps,
					scan.Gap{
						Path:   f.Place().Path,
						Kind:   "verify",
						Detail: "was asked with another secret already, and is asked only once",
					},
				)
			}
			continue
		}
		x, ok := a.Registry.Lookup(f.Exchange)
		if !ok || x.Open == nil || x.IsCardAlone() {
			r.Gaps = append(
				r.Gaps,
				scan.Gap{
					Path:   f.Place().Path,
					Kind:   "verify",
					Detail: "rekey has no adapter for " + f.Exchange + "; nothing was sent",
				},
			)
			continue
		}
		status, err := inspect(ctx, x, f.Credential, envs[x.Card.Name])
		f.Status = string(status)
		asked[key], secrets[key] = f.Status, f.Credential.Secret
		if err != nil && status == exchanges.StatusUndetermined {
			r.Gaps = append(
				r.Gaps,
				scan.Gap{Path: f.Place().Path, Kind: string(exchanges.KindOf(err)), Detail: text.Sentence(err.Error())},
			)
		}
		if !slices.Contains(used, f.Exchange) && status != exchanges.StatusDefunct {
			used = append(used, f.Exchange)
		}
	}
	if len(used) > 0 {
		slices.Sort(used)
		a.remark(
			"%s saw the keys that were verified being used from this address: it counts as use, and who "+
				"watches the keys can notice",
			strings.Join(used, ", "),
		)
	}
	return nil
}

// inspect asks one exchange about one key.
func inspect(
	ctx context.Context,
	x exchanges.Exchange,
	c exchanges.Credential,
	env exchanges.Env,
) (exchanges.Status, error) {
	adapter, err := x.Open(c, env)
	if err != nil {
		return exchanges.StatusUndetermined, err
	}
	key, err := adapter.Inspect(ctx)
	var known *exchanges.Error
	if err != nil && !errors.As(err, &known) {
		err = &exchanges.Error{Exchange: x.Card.Name, Kind: exchanges.KindOther, Detail: "could not be asked", Err: err}
	}
	if key.Status == "" {
		key.Status = exchanges.StatusUndetermined
	}
	return key.Status, err
}
