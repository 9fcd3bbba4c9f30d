package location

import (
	"fmt"
	"strings"
)

// fold makes spellings comparable: apiKey, API_KEY, api-key and "API Key" are
// one.
func fold(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// PartNamed returns the part of a credential that a field of this name usually
// holds, and whether there is one. The spellings are those of freqtrade, ccxt,
// OctoBot, passivbot, bbgo, cryptofeed, GoCryptoTrader, vn.py, kelp, gekko,
// binance-trade-bot, binance-volatility-bot, bitcoin-dca, 3commas-cyber-bots
// and Coinbase (their files and source, read 2026-11-22).
func PartNamed(name string) (Part, bool) {
	switch fold(name) {
	case "key", "apikey", "accesskey", "apiaccesskey", "keyid", "publickey", "3capikey":
		return AccessKey, true
	// private_key is the secret of an API key at Coinbase and in bitcoin-dca;
	// where it belongs to a wallet, there is no access key beside it.
	case "secret", "apisecret", "secretkey", "apisecretkey", "keysecret", "privatekey", "apiprivatekey", "3capisecret":
		return SecretPart, true
	// clientID is where GoCryptoTrader keeps the passphrase of KuCoin and OKX.
	case "passphrase", "password", "apipassphrase", "apipassword", "keypassphrase", "keypassword", "phrase", "clientid":
		return Passphrase, true
	}
	return "", false
}

// credentialParts finds the parts of a credential in an object of the file in,
// under any usual spelling.
func credentialParts(object node, in *source) (parts, *Error) {
	all, err := candidatesIn(object, in, PartNamed)
	if err != nil {
		return parts{}, err
	}
	if len(all[AccessKey]) == 0 {
		all[AccessKey] = coinbaseName(object, in)
	}
	return chooseParts(all)
}

// candidatesIn sorts the members of an object by the part that their name
// stands for.
func candidatesIn(object node, in *source, named func(string) (Part, bool)) (map[Part][]candidate, *Error) {
	switch object.shape {
	case objectNode:
	case aliasNode:
		return nil, aliasProblem()
	case arrayNode, textNode, numberNode, booleanNode, nullNode:
		return nil, problem(ReasonSyntax, "", fmt.Sprintf("the pointer leads to %s, not to an object", object.shape), "")
	}
	all := map[Part][]candidate{}
	seen := map[string]bool{}
	for _, m := range object.members {
		if seen[m.name] {
			return nil, problem(ReasonAmbiguous, "", fmt.Sprintf("the name %q stands twice in the object", clip(m.name)), "")
		}
		seen[m.name] = true
		if m.name == "<<" {
			return nil, problem(ReasonSyntax, "", "the mapping is merged from a YAML alias, which rekey does not follow", "")
		}
		if part, ok := named(m.name); ok {
			all[part] = append(all[part], candidate{name: m.name, value: m.value, file: in})
		}
	}
	return all, nil
}

// chooseParts makes a credential of what claims to be its parts.
func chooseParts(all map[Part][]candidate) (parts, *Error) {
	var p parts
	for _, one := range []struct {
		part Part
		to   *sourced
	}{{AccessKey, &p.accessKey}, {SecretPart, &p.secret}, {Passphrase, &p.passphrase}} {
		chosen, err := choose(one.part, all[one.part])
		if err != nil {
			return parts{}, err
		}
		*one.to = chosen.sourced()
	}
	return p, nil
}

// A candidate is a field that claims to be a part. The zero candidate is none.
type candidate struct {
	name  string
	value node
	file  *source // the file it is in
	// twins are further fields that hold the same text.
	twins []candidate
}

func (c candidate) from() string { return fmt.Sprintf("the field %q", clip(c.name)) }

func (c candidate) sourced() sourced {
	if c.name == "" {
		return sourced{}
	}
	s := sourced{text: c.value.text, from: c.from()}
	for _, field := range append([]candidate{c}, c.twins...) {
		s.slots = append(s.slots, slot{field.file, field.value.at})
	}
	return s
}

// choose picks the one candidate that is filled in, or one that is not, or
// none. Candidates that hold different texts are refused: which one is used,
// only the bot knows.
func choose(part Part, candidates []candidate) (candidate, *Error) {
	var chosen, blank candidate
	for _, c := range candidates {
		switch c.value.shape {
		case objectNode, arrayNode: // a group of settings that happens to have this name
			continue
		case nullNode:
			blank = c
			continue
		case numberNode, booleanNode:
			return candidate{}, problem(ReasonSyntax, part,
				fmt.Sprintf("the %s in %s is %s, not text", part, c.from(), c.value.shape), "put it in quotes")
		case aliasNode:
			return candidate{}, problem(ReasonSyntax, part,
				fmt.Sprintf("the %s in %s is a YAML alias, which rekey does not follow", part, c.from()), "")
		case textNode:
		}
		switch {
		case c.value.text.IsZero():
			blank = c
		case chosen.name == "":
			chosen = c
		case !chosen.value.text.Equal(c.value.text):
			return candidate{}, problem(ReasonAmbiguous, part,
				fmt.Sprintf("%s and %s both claim to be the %s and differ", chosen.from(), c.from(), part),
				"remove the one that is not used")
		default:
			chosen.twins = append(chosen.twins, c)
		}
	}
	if chosen.name == "" {
		return blank, nil
	}
	return chosen, nil
}

// coinbaseName returns the access key of a CDP key file, which has {name,
// privateKey} or {id, privateKey}. Where both are there, name counts if it has
// the form of a key's name, since it may also be a label (coinbase-advanced-py,
// api_base.py and tests/test_api_key.json, collected 2026-11-22).
func coinbaseName(object node, in *source) []candidate {
	fields := map[string]candidate{}
	for _, m := range object.members {
		fields[fold(m.name)] = candidate{name: m.name, value: m.value, file: in}
	}
	if _, ok := fields["privatekey"]; !ok {
		return nil
	}
	name, hasName := fields["name"]
	id, hasID := fields["id"]
	switch {
	case hasName && (!hasID || isCoinbaseName(name.value)):
		return []candidate{name}
	case hasID:
		return []candidate{id}
	}
	return nil
}

// isCoinbaseName reports whether a node is the name of a CDP key,
// organizations/UUID/apiKeys/UUID.
func isCoinbaseName(n node) bool {
	text := n.text.Reveal()
	return strings.HasPrefix(text, "organizations/") && strings.Contains(text, "/apiKeys/")
}

// clip shortens a foreign name for a message.
func clip(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}
