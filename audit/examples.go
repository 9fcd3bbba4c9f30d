package audit

import (
	"net/netip"
	"time"

	"rekey/exchanges"
)

// date reads a day that is written in this package.
func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// sample is a key without fault, changed by edits: a sub-account's key for
// spot trading, seven weeks old, for one public address.
func sample(name, exchange string, edits ...func(*Subject)) Subject {
	s := Subject{
		Name: name, Origin: FromInventory, Asked: true,
		Key: exchanges.Key{
			Ref: exchanges.KeyRef{
				Exchange:  exchange,
				Account:   exchanges.Account{ID: "4100231", Name: "grid", Kind: exchanges.AccountSub},
				AccessKey: "Ex4mpl3" + name + "Key00000000",
			},
			Label: name, Status: exchanges.StatusAlive, Algorithm: "ed25519",
			CreatedAt: exchanges.Known(date("2026-10-01")), ExpiresAt: exchanges.Known(date("2027-04-01")),
			LastUsedAt: exchanges.Known(date("2026-11-21")),
		},
		Inventory: Inventory{Owner: "desk-a"},
	}
	for _, edit := range append([]func(*Subject){may(exchanges.Read, exchanges.Spot), from("192.0.43.8")}, edits...) {
		edit(&s)
	}
	return s
}

// unknownSample is a key of which the exchange told nothing.
func unknownSample(name, exchange string, edits ...func(*Subject)) Subject {
	s := Subject{Name: name, Origin: FromInventory, Key: exchanges.Key{
		Ref:    exchanges.KeyRef{Exchange: exchange, AccessKey: "Ex4mpl3" + name + "Key00000000"},
		Status: exchanges.StatusUndetermined,
	}}
	for _, edit := range edits {
		edit(&s)
	}
	return s
}

func may(powers ...exchanges.Permission) func(*Subject) {
	return func(s *Subject) { s.Key.Permissions = exchanges.Permissions{}.Grant(powers...).DenyRest() }
}

func permissionsUntold(s *Subject) { s.Key.Permissions = exchanges.Permissions{} }

func from(entries ...string) func(*Subject) {
	return func(s *Subject) { s.Key.Whitelist = exchanges.ParseWhitelist(entries) }
}

func fromAnywhere(s *Subject) { s.Key.Whitelist = exchanges.Unrestricted() }

func listUnseen(s *Subject) { s.Key.Whitelist = exchanges.RestrictedUnseen() }

func listUntold(s *Subject) { s.Key.Whitelist = exchanges.IPWhitelist{} }

func made(day string) func(*Subject) {
	return func(s *Subject) { s.Key.CreatedAt = exchanges.Known(date(day)) }
}

func madeUntold(s *Subject) { s.Key.CreatedAt = exchanges.Unknown[time.Time]() }

func status(st exchanges.Status) func(*Subject) { return func(s *Subject) { s.Key.Status = st } }

func sharedWith(vendors ...string) func(*Subject) {
	return func(s *Subject) { s.Inventory.SharedWith = vendors }
}

func storedIn(stores ...string) func(*Subject) {
	return func(s *Subject) { s.Inventory.StoredIn = stores }
}

func forPurpose(powers ...exchanges.Permission) func(*Subject) {
	return func(s *Subject) { s.Inventory.Purpose = powers }
}

func account(kind exchanges.AccountKind) func(*Subject) {
	return func(s *Subject) { s.Key.Ref.Account = exchanges.Account{ID: "31", Kind: kind} }
}

// orphan is a key that the exchange lists and the inventory does not.
func orphan(s *Subject) {
	s.Name, s.Origin, s.Inventory, s.Asked = "", FromExchange, Inventory{}, false
}

// exampleRanges are addresses that a vendor publishes.
func exampleRanges() map[string][]netip.Prefix {
	return map[string][]netip.Prefix{
		"3commas": {netip.MustParsePrefix("103.26.9.0/24")},
		"skyrex":  {netip.MustParsePrefix("192.0.32.0/24")},
	}
}

// exampleIncidents are shortened entries of the shipped catalogue.
func exampleIncidents() Catalogue {
	all := []string{"*"}
	return Catalogue{Compiled: date("2026-11-22"), Incidents: []Incident{
		{
			ID: "3commas-2022", Title: "3Commas API key database leak", Category: "vendor_breach",
			Vendor: "3Commas", Aliases: []string{"3commas", "3commas.io"}, Exchanges: all, Exposure: Confirmed,
			Leaked: []string{"api_key", "api_secret", "passphrase"}, Links: []Link{{linkSharedWith, "3commas"}},
			Until: date("2022-12-29").Add(18 * time.Hour), CreatedBefore: date("2022-12-28").Add(time.Minute),
			FirstAbuse: date("2022-10-18"), Disclosed: date("2022-12-28"), ReviewFrom: date("2022-10-01"),
			Severity: Critical, Actions: []string{"REVOKE", "IP_ALLOWLIST", "LEAST_PRIV", "REVIEW", "KEYLIST"},
			Symbols: map[string][]string{"ftx": {"DMG"}, "binance": {"AKRO", "MIR"}},
		},
		{
			ID: "3commas-2023-10", Title: "3Commas customer accounts taken over", Category: "vendor_account_takeover",
			Vendor: "3Commas", Aliases: []string{"3commas", "3commas.io"}, Exchanges: all, Exposure: NoKeys,
			Links: []Link{{linkSharedWith, "3commas"}}, Until: date("2023-10-08"), Disclosed: date("2023-10-08"),
			ReviewFrom: date("2023-10-01"), Severity: Medium, Actions: []string{"ACCOUNT", "REVIEW", "LEAST_PRIV"},
		},
		{
			ID: "circleci-2023", Title: "CircleCI customer secrets exfiltrated", Category: "ci_supply_chain",
			Vendor: "CircleCI", Aliases: []string{"circleci"}, Exchanges: all, Exposure: Confirmed,
			Links: []Link{{linkStoredIn, "circleci"}}, From: date("2022-12-16"), Until: date("2023-01-04"),
			Disclosed: date("2023-01-04"), ReviewFrom: date("2022-12-16"), Severity: High, Actions: []string{"ROTATE", "REVIEW"},
		},
		{
			ID: "binance-2019-05", Title: "Binance breach, API keys and 2FA codes obtained", Category: "exchange_breach",
			Vendor: "Binance", Exchanges: []string{"binance"}, Exposure: Confirmed, Leaked: []string{"api_key", "api_secret"},
			Links: []Link{{linkExchangeKey, "binance"}}, Until: date("2019-05-07"), Disclosed: date("2019-05-07"),
			ReviewFrom: date("2019-05-01"), Severity: High, Actions: []string{"ROTATE", "ACCOUNT"},
		},
	}}
}

// suspectedIncident is what the 3Commas case looked like in December 2022.
func suspectedIncident() Catalogue {
	return Catalogue{Compiled: date("2022-12-11"), Incidents: []Incident{{
		ID: "3commas-suspected", Title: "Exchanges report abuse of keys given to 3Commas", Category: "vendor_breach",
		Vendor: "3Commas", Aliases: []string{"3commas"}, Exchanges: []string{"*"}, Exposure: Probable, Suspected: true,
		Links: []Link{{linkSharedWith, "3commas"}}, FirstAbuse: date("2022-10-18"), Disclosed: date("2022-10-20"),
		ReviewFrom: date("2022-10-01"), Severity: Medium, Actions: []string{"ROTATE", "IP_ALLOWLIST", "REVIEW"},
	}}}
}

func exampleVendor(complete bool, connections ...VendorConnection) []VendorReport {
	return []VendorReport{{
		Vendor: "3commas", Connections: connections, Complete: complete, Exchanges: map[string]string{"binance": "binance"},
	}}
}

func exampleConnection(id, key string, working bool) VendorConnection {
	return VendorConnection{Key: key, Connection: exchanges.Connection{
		ID: id, Name: "main account", Exchange: "Binance Spot", Market: "binance", Working: exchanges.Known(working),
	}}
}
