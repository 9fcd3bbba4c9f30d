package location

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"rekey/exchanges"
)

// A Found is a credential that nobody declared.
type Found struct {
	Name     string // "binance", "binance-2": unique among what was found
	Exchange string // name of the exchange or vendor, "" when nothing tells it
	Vendor   bool   // Exchange is a vendor
	Location Location
	// Copies are further places that hold the same credential.
	Copies []Location
	// Remarks are sentences for a person. They hold no value.
	Remarks []string
	// Err says why a credential that is there cannot be read. It is an
	// *Error, or nil. Of a .env file that cannot be read at all there is one
	// Found, with an Err and no Exchange.
	Err error
}

// Discover returns the credentials that can be found without a configuration,
// always in the same order: in the environment, under the prefix of every
// exchange and vendor (its name in capitals, THREECOMMAS for 3commas); in the
// file .env of Env.Dir, under the same prefixes; in user_data/config.json,
// config.json and config-private.json of Env.Dir, where they are freqtrade's;
// in cdp_api_key.json there; and in the files of other bots (discoverbots.go).
// No program is run. What is absent or still a template is left out; what is
// there and cannot be read is returned with Err.
func Discover(ctx context.Context, env Env, exchangeNames, vendors []string) []Found {
	d := discovery{env: env, exchanges: exchangeNames, names: map[string]int{}}
	for _, name := range exchangeNames {
		d.try(ctx, string(KindEnv)+":"+prefixOf(name), name, false)
	}
	for _, name := range vendors {
		d.try(ctx, string(KindEnv)+":"+prefixOf(name), name, true)
	}
	d.dotEnv(ctx, ".env", vendors)
	for _, path := range []string{filepath.Join("user_data", "config.json"), "config.json", "config-private.json"} {
		d.freqtrade(ctx, path)
	}
	if name, ok := exchangeNamed("coinbase", exchangeNames); ok {
		d.try(ctx, string(KindJSON)+":cdp_api_key.json", name, false)
	}
	d.bots(ctx)
	return d.found
}

type discovery struct {
	env         Env
	exchanges   []string
	found       []Found
	credentials []exchanges.Credential // of found, zero beside an Err
	names       map[string]int         // how often a name was given
	bot         bot                    // the last freqtrade file
}

// A bot is a folder with a freqtrade configuration, and its exchange.
type bot struct{ dir, exchange string }

// try reads one location and keeps what is there.
func (d *discovery) try(ctx context.Context, text, exchange string, vendor bool) {
	l, err := Parse(text)
	if err != nil {
		return // a name that makes no prefix has no variables
	}
	r, err := l.Read(ctx, d.env)
	if l.kind == KindFreqtrade {
		d.sameBot(l, &r)
	}
	if exchange == "" && r.Exchange != "" {
		name, ok := exchangeNamed(r.Exchange, d.exchanges)
		if !ok {
			r.Remarks = append(r.Remarks, fmt.Sprintf("the file is for %s, which rekey does not know", r.Exchange))
		}
		exchange = name
	}
	var failure *Error
	if errors.As(err, &failure) && (failure.Reason == ReasonAbsent || failure.Reason == ReasonPlaceholder) {
		return
	}
	if err == nil && d.isCopy(exchange, l, r.Credential) {
		return
	}
	d.add(Found{Exchange: exchange, Vendor: vendor, Location: l, Remarks: r.Remarks, Err: err}, r.Credential)
}

// sameBot lends a freqtrade file that names no exchange the one of the file
// before it in the same folder: config-private.json holds the key alone, and
// goes with config.json.
func (d *discovery) sameBot(l Location, r *Reading) {
	dir := filepath.Dir(l.path)
	if r.Exchange == "" && d.bot.exchange != "" && d.bot.dir == dir {
		r.Exchange = d.bot.exchange
		r.Remarks = append(r.Remarks, "the file names no exchange; the one of the configuration beside it was taken")
	}
	d.bot = bot{dir, r.Exchange}
}

// isCopy notes l as a copy when the credential was found before.
func (d *discovery) isCopy(exchange string, l Location, c exchanges.Credential) bool {
	for i, known := range d.credentials {
		if d.found[i].Err == nil && d.found[i].Exchange == exchange && known.AccessKey == c.AccessKey &&
			known.Secret.Equal(c.Secret) && known.Passphrase.Equal(c.Passphrase) {
			d.found[i].Copies = append(d.found[i].Copies, l)
			return true
		}
	}
	return false
}

func (d *discovery) add(f Found, c exchanges.Credential) {
	base := f.Exchange
	if base == "" {
		base = string(f.Location.Kind())
	}
	d.names[base]++
	f.Name = base
	if n := d.names[base]; n > 1 {
		f.Name = fmt.Sprintf("%s-%d", base, n)
	}
	d.found = append(d.found, f)
	d.credentials = append(d.credentials, c)
}

// dotEnv tries every prefix in a .env file. A file that cannot be read at all
// is one finding, not one for each prefix.
func (d *discovery) dotEnv(ctx context.Context, path string, vendors []string) {
	l := Location{kind: KindDotEnv, text: string(KindDotEnv) + ":" + path, path: path}
	var r Reading
	r.Seen = append(r.Seen, source{}.as(l))
	file, failure := l.readFile(d.env, &r)
	if failure == nil {
		_, failure = parseDotEnv(file.Data)
	}
	if failure != nil {
		if failure.Reason != ReasonAbsent {
			d.add(Found{Location: l, Err: l.failed(failure)}, exchanges.Credential{})
		}
		return
	}
	for _, name := range d.exchanges {
		d.try(ctx, l.text+"#"+prefixOf(name), name, false)
	}
	for _, name := range vendors {
		d.try(ctx, l.text+"#"+prefixOf(name), name, true)
	}
}

// freqtrade tries a file that may be a configuration of freqtrade. Other
// programs have a config.json too, so one without freqtrade's exchange block
// is left alone, unless it is in freqtrade's own folder and cannot be read.
func (d *discovery) freqtrade(ctx context.Context, path string) {
	full, failure := d.env.resolve(path)
	if failure != nil {
		return
	}
	file, err := d.env.read(full)
	own := filepath.Dir(path) != "."
	if err != nil && !own || err == nil && !looksLikeFreqtrade(&source{full, file}, own) {
		return
	}
	d.try(ctx, string(KindFreqtrade)+":"+filepath.ToSlash(path), "", false)
}
