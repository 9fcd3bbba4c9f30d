package location

import (
	"fmt"
	"strings"

	"rekey/internal/location/textfile"
)

// encryptedByGCT begins a file that GoCryptoTrader encrypted
// (config/config_encryption.go, read 2026-11-22).
const encryptedByGCT = "THORS-HAMMER"

// readGoCryptoTrader reads the credential of one exchange in GoCryptoTrader's
// config.json.
func (l Location) readGoCryptoTrader(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if path := r.Seen[0].Path; path != "" && textfile.HasPrefix(path, encryptedByGCT) {
		return parts{}, problem(ReasonUnreadable, "", path+": is encrypted by GoCryptoTrader, and rekey does not open it",
			"its own program cmd/config can decrypt it; or change this key by hand, in GoCryptoTrader")
	}
	if err != nil {
		return parts{}, err
	}
	root, err := parseJSON(file.Text())
	if err != nil {
		return parts{}, err
	}
	entry, err := gctExchange(root, l.name)
	if err != nil {
		return parts{}, err
	}
	r.Exchange = wordIn(entry, "name")
	found, err := gctParts(entry, file)
	if err == nil && !found.accessKey.isSet() && !found.secret.isSet() {
		err = problem(ReasonAbsent, "", "the exchange has neither key nor secret", "")
	}
	return found, err
}

// gctExchange returns the exchange of that name. GoCryptoTrader does not mind
// the case of its letters.
func gctExchange(root node, name string) (node, *Error) {
	list, _, err := root.get("exchanges")
	if err != nil {
		return node{}, err
	}
	if list.shape != arrayNode {
		return node{}, problem(ReasonSyntax, "", "is no configuration of GoCryptoTrader: it has no list of exchanges", "")
	}
	var found []node
	var names []string
	for _, entry := range list.items {
		word, _, err := entry.get("name")
		if err != nil {
			return node{}, err
		}
		if word.shape != textNode {
			continue
		}
		names = append(names, clip(word.text.Reveal()))
		if strings.EqualFold(word.text.Reveal(), name) {
			found = append(found, entry)
		}
	}
	switch len(found) {
	case 0:
		return node{}, problem(ReasonAbsent, "", fmt.Sprintf("the file has no exchange %q", clip(name)), hintNames(names))
	case 1:
		return found[0], nil
	}
	return node{}, problem(
		ReasonAmbiguous,
		"",
		fmt.Sprintf("the file has %d exchanges with the name %q", len(found), clip(name)),
		"",
	)
}

// gctParts finds the parts of an exchange: in api.credentials, or in the
// exchange itself, as before 2019. The passphrase is called client ID
// (config/config_types.go, kucoin.go and okx.go, read 2026-11-22).
func gctParts(entry node, in *source) (parts, *Error) {
	all, err := candidatesIn(entry, in, func(name string) (Part, bool) {
		return partIn(name, map[string]Part{"apikey": AccessKey, "apisecret": SecretPart, "clientid": Passphrase})
	})
	if err != nil {
		return parts{}, err
	}
	api, _, err := entry.get("api")
	if err != nil {
		return parts{}, err
	}
	credentials, ok, err := api.get("credentials")
	if err != nil {
		return parts{}, err
	}
	if ok && credentials.shape == objectNode {
		newer, err := candidatesIn(credentials, in, func(name string) (Part, bool) {
			return partIn(name, map[string]Part{"key": AccessKey, "secret": SecretPart, "clientid": Passphrase})
		})
		if err != nil {
			return parts{}, err
		}
		for part, candidates := range newer {
			all[part] = append(all[part], candidates...)
		}
	}
	return chooseParts(all)
}
