// Package config reads rekey.yaml. It is strict: what it does not understand
// is an error with file, line and column, because a misspelt word in the
// inventory would otherwise make a key look safe. It never holds a secret and
// never repeats a value that may be one.
package config

import (
	"net/netip"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/location"
)

// A Config is a valid rekey.yaml.
type Config struct {
	File string // as it was named
	// Dir is the folder that relative paths are relative to: that of File.
	Dir  string
	Keys []Key // in the order of the file
	// Exchanges and Vendors hold the settings of those that the file names.
	Exchanges map[string]ExchangeSettings
	Vendors   map[string]VendorSettings
	Vault     VaultSettings // of vault: locations
	Policy    audit.Policy
	// Warnings are doubts that leave the file valid, sorted by place.
	Warnings []Problem
}

// A Key is one entry of the inventory. Empty means not declared.
type Key struct {
	Name         string
	Exchange     string
	Credential   location.Location
	Copies       []location.Location
	SharedWith   []string // in lower case
	StoredIn     []string // in lower case
	Purpose      []exchanges.Permission
	Owner        string
	Created      exchanges.Fact[time.Time] // midnight UTC
	Manager      string                    // the name of another key
	Account      string
	Rotate       Rotate
	Line, Column int // of the name
}

// Rotate says how a key is to be rotated.
type Rotate struct {
	Every       time.Duration  // 0 when not declared
	IPWhitelist []netip.Prefix // a single address has all its bits
	Reload      []string       // a program and its arguments, run without a shell
	// Vendors are those whose connections get the new credential too, in lower
	// case. Each has an entry under vendors.
	Vendors []string
}

// ExchangeSettings changes where an exchange is reached. Empty means the
// exchange's default.
type ExchangeSettings struct {
	Region      string
	Environment string
	// Endpoint is a base URL without a slash at the end that replaces every
	// host of the exchange.
	Endpoint      string
	TrustEndpoint bool // the user vouches for an Endpoint that is not local
	// Page is a web page on this machine, on which keys are deleted in place of
	// the exchange's own: that of a drill. Only with an Endpoint on this machine.
	Page string
}

// VendorSettings says how a vendor is asked.
type VendorSettings struct {
	Credential    location.Location
	Endpoint      string
	TrustEndpoint bool
}

// DefaultFailOn is the threshold of a policy that names none.
const DefaultFailOn = audit.High

// DefaultPolicy is the policy where no file has one.
func DefaultPolicy() audit.Policy { return audit.Policy{FailOn: DefaultFailOn} }
