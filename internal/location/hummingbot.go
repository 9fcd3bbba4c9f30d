package location

import (
	"path/filepath"
	"strings"
)

// readHummingbot reads a file of conf/connectors. Its fields begin with the
// connector's name; what the secret is called differs from connector to
// connector (connector/*/*_utils.py, read 2026-11-22). Values that hummingbot
// encrypted are refused where all values are looked into.
func (l Location) readHummingbot(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	root, err := parseYAML(file.Text())
	if err != nil {
		return parts{}, err
	}
	connector := wordIn(root, "connector")
	if connector == "" {
		name := filepath.Base(file.path)
		connector = strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))
	}
	r.Exchange = connectorExchange(connector)
	all, err := candidatesIn(root, file, func(name string) (Part, bool) { return hummingbotPart(connector, name) })
	if err != nil {
		return parts{}, err
	}
	found, err := chooseParts(all)
	if err == nil && !found.accessKey.isSet() && !found.secret.isSet() {
		err = problem(
			ReasonAbsent,
			"",
			"the file has no fields for the key of a connector",
			"the file of binance has binance_api_key and binance_api_secret",
		)
	}
	return found, err
}

func hummingbotPart(connector, name string) (Part, bool) {
	field, ok := strings.CutPrefix(name, connector+"_")
	if !ok {
		return "", false
	}
	switch field {
	case "api_key":
		return AccessKey, true
	case "api_secret", "secret_key":
		return SecretPart, true
	case "passphrase":
		return Passphrase, true
	}
	return "", false
}

// connectorExchange returns the exchange of a connector: one has several, for
// its markets and its testnet.
func connectorExchange(connector string) string {
	for _, market := range []string{"_paper_trade", "_testnet", "_perpetual", "_hft"} {
		connector = strings.TrimSuffix(connector, market)
	}
	if connector == "coinbase_advanced_trade" {
		return "coinbase"
	}
	return connector
}
