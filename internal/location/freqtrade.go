package location

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
)

// A freqtradePart says where freqtrade keeps a part.
type freqtradePart struct {
	part Part
	// fields are names in the exchange block. One that differs from another
	// is refused, so their order says nothing (exchange.py, _init_ccxt, takes
	// ccxt_config first, then api_key, apiKey, key).
	fields []string
	// variable counts before every file (environment_vars.py).
	variable string
}

// freqtradeParts was read from freqtrade's source on 2026-11-22.
func freqtradeParts() []freqtradePart {
	return []freqtradePart{
		{AccessKey, []string{"ccxt_config.apiKey", "api_key", "apiKey", "key"}, "FREQTRADE__EXCHANGE__KEY"},
		{SecretPart, []string{"ccxt_config.secret", "secret"}, "FREQTRADE__EXCHANGE__SECRET"},
		{Passphrase, []string{"ccxt_config.password", "password"}, "FREQTRADE__EXCHANGE__PASSWORD"},
	}
}

// readFreqtrade reads a configuration with the files it includes, and the
// variables of the environment, as freqtrade does. The environment looked at
// is rekey's own: whether the bot has the same one, a remark leaves to the
// reader.
func (l Location) readFreqtrade(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	block, err := readExchangeBlock(env, file)
	if err != nil {
		return parts{}, err
	}
	r.Exchange = block.exchange()
	if word, _ := env.Lookup("FREQTRADE__EXCHANGE__NAME"); exchangeWord.MatchString(word) {
		r.Exchange = strings.ToLower(word)
	}
	var found parts
	to := map[Part]*sourced{AccessKey: &found.accessKey, SecretPart: &found.secret, Passphrase: &found.passphrase}
	for _, p := range freqtradeParts() {
		if value, set := env.Lookup(p.variable); set {
			*to[p.part] = sourced{text: exchanges.NewSecret(value), from: p.variable}
			r.Remarks = append(r.Remarks, fmt.Sprintf("the %s was read from %s, which freqtrade prefers to the file",
				p.part, p.variable))
			continue
		}
		chosen, err := choose(p.part, block.candidates(p.fields, file))
		if err != nil {
			return parts{}, err
		}
		*to[p.part] = chosen.sourced()
		r.note(l, chosen.file)
	}
	if !found.accessKey.isSet() && !found.secret.isSet() {
		return parts{}, problem(ReasonAbsent, "", "the exchange block has neither key nor secret",
			"if freqtrade is started with several --config files, name the one that has them")
	}
	return found, nil
}

// note adds a further file that a part came from.
func (r *Reading) note(l Location, f *source) {
	if f == nil || slices.ContainsFunc(r.Seen, func(s audit.Location) bool { return s.Path == f.path }) {
		return
	}
	r.Seen = append(r.Seen, f.as(l))
}

// An exchangeBlock is the exchange part of a freqtrade configuration, merged
// from all its files. Members of ccxt_config are named with a dot.
type exchangeBlock map[string]candidate

// exchange returns the ccxt name of the exchange, "" when it is not there.
func (b exchangeBlock) exchange() string {
	if name := b["name"]; name.value.shape == textNode {
		if word := name.value.text.Reveal(); exchangeWord.MatchString(word) {
			return strings.ToLower(word)
		}
	}
	return ""
}

// candidates returns the fields that are there. One of an included file is
// named with the file.
func (b exchangeBlock) candidates(fields []string, main *source) []candidate {
	var list []candidate
	for _, field := range fields {
		if c, ok := b[field]; ok {
			if c.file != main {
				c.name += " of " + filepath.Base(c.file.path)
			}
			list = append(list, c)
		}
	}
	return list
}

// overridden says which variable of the environment wins over what could be
// written. Reading takes the usual three into account; freqtrade makes a field
// of every variable that begins like them, api_key for one, which counts before
// key (environment_vars.py, exchange.py, read 2026-11-22).
func (l Location) overridden(env Env) *Error {
	if l.kind != KindFreqtrade {
		return nil
	}
	for _, entry := range env.Environ {
		name, _, _ := strings.Cut(entry, "=")
		field, ok := strings.CutPrefix(name, "FREQTRADE__EXCHANGE__")
		if !ok {
			continue
		}
		field = strings.TrimPrefix(strings.ToLower(field), "ccxt_config__")
		if slices.Contains([]string{"key", "api_key", "apikey", "secret", "password"}, field) {
			return problem(ReasonReadOnly, "", fmt.Sprintf("the variable %s is set, and freqtrade prefers it to the file", name),
				"change or remove the variable; writing to the file would change nothing")
		}
	}
	return nil
}
