package location

import (
	"fmt"
	"path/filepath"
	"slices"
)

// Limits on add_config_files. freqtrade itself stops after 5 levels
// (configuration/load_config.py, read 2026-11-22).
const (
	maxLevels   = 10
	maxIncluded = 100
)

// readExchangeBlock merges the exchange blocks of a configuration and of the
// files it includes with add_config_files, as load_config.py does: paths are
// relative to the file that names them, the including file wins over the
// included ones, and a later included file over an earlier one.
func readExchangeBlock(env Env, file *source) (exchangeBlock, *Error) {
	m := configMerger{env: env}
	block, err := m.load(file, nil)
	if err == nil && !m.found {
		err = problem(ReasonSyntax, "", "is no freqtrade configuration: it has no exchange block", "")
	}
	return block, err
}

// looksLikeFreqtrade reports whether a file is a configuration of freqtrade,
// rather than of another program that has an exchange block too. What to say
// of a file that is not even JSON, the caller decides.
func looksLikeFreqtrade(file *source, broken bool) bool {
	var m configMerger
	block, included, err := m.parse(file)
	if err != nil {
		return broken
	}
	for _, field := range []string{"key", "apiKey", "api_key", "pair_whitelist"} {
		if _, ok := block[field]; ok {
			return true
		}
	}
	return included.shape == arrayNode
}

type configMerger struct {
	env      Env
	included int
	found    bool // an exchange block was there
}

// load returns the merged block of a file. parents holds the files that
// include it, the outermost first, symbolic links resolved.
func (m *configMerger) load(file *source, parents []string) (exchangeBlock, *Error) {
	resolved, linkErr := filepath.EvalSymlinks(file.path)
	if linkErr != nil {
		resolved = file.path
	}
	if slices.Contains(parents, resolved) {
		return nil, problem(ReasonSyntax, "", fmt.Sprintf("add_config_files leads back to %s", filepath.Base(resolved)), "")
	}
	if len(parents) > maxLevels {
		return nil, problem(ReasonSyntax, "", fmt.Sprintf("add_config_files goes on for more than %d levels", maxLevels), "")
	}
	block, list, err := m.parse(file)
	if err != nil {
		if len(parents) > 0 {
			err.Problem = fmt.Sprintf("in the included file %s: %s", file.path, err.Problem)
		}
		return nil, err
	}
	parents = append(parents[:len(parents):len(parents)], resolved)
	for _, item := range slices.Backward(list.items) { // the later ones win
		below, err := m.include(item, filepath.Dir(resolved), parents)
		if err != nil {
			return nil, err
		}
		for name, c := range below {
			if _, ok := block[name]; !ok { // null in the including file wins too
				block[name] = c
			}
		}
	}
	return block, nil
}

// parse returns the exchange block of one file and its add_config_files.
func (m *configMerger) parse(file *source) (exchangeBlock, node, *Error) {
	root, err := parseJSON(file.Text())
	if err != nil {
		return nil, node{}, err
	}
	exchange, _, err := root.get("exchange")
	if err != nil {
		return nil, node{}, err
	}
	list, _, err := root.get("add_config_files")
	if err != nil {
		return nil, node{}, err
	}
	m.found = m.found || exchange.shape == objectNode
	block := exchangeBlock{}
	if err := block.add("", exchange, file); err != nil {
		return nil, node{}, err
	}
	return block, list, nil
}

// add puts the members of an object into the block.
func (b exchangeBlock) add(prefix string, object node, in *source) *Error {
	for _, m := range object.members {
		name := prefix + m.name
		if _, twice := b[name]; twice {
			return problem(ReasonAmbiguous, "", fmt.Sprintf("the exchange block has %q twice", clip(name)), "")
		}
		b[name] = candidate{name: name, value: m.value, file: in}
		if prefix == "" && m.name == "ccxt_config" {
			if err := b.add("ccxt_config.", m.value, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// include loads one entry of an add_config_files list.
func (m *configMerger) include(item node, dir string, parents []string) (exchangeBlock, *Error) {
	path := item.text.Reveal()
	if item.shape != textNode || path == "" {
		return nil, problem(ReasonSyntax, "", "add_config_files holds something that is no path", "")
	}
	if m.included++; m.included > maxIncluded {
		return nil, problem(ReasonSyntax, "", fmt.Sprintf("add_config_files includes more than %d files", maxIncluded), "")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	file, readErr := m.env.read(path)
	if readErr != nil {
		err := fileError(readErr)
		// The configuration itself is there, so this is never ReasonAbsent.
		err.Reason, err.Problem = ReasonUnreadable, "in add_config_files, "+err.Problem
		return nil, err
	}
	return m.load(&source{path, file}, parents)
}
