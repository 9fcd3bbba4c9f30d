package audit

import "slices"

// Rules returns all rules in the order of the documentation. IDs are stable:
// one is never given to another rule.
func Rules() []Rule {
	return slices.Concat(
		permissionRules(), networkRules(), whitelistRules(), vendorAddressRules(), lifetimeRules(), incidentRules(),
		inventoryRules(), driftRules(), storageRules(), cryptoRules(), exchangeRules(), vendorRules(), policyRules())
}

// A DeferredRule has an ID and a meaning already, and no check yet.
type DeferredRule struct{ ID, Title, Needs string }

// Deferred returns the rules that this version does not check, with what they
// need. A policy may name them; a report never does.
func Deferred() []DeferredRule {
	return []DeferredRule{
		{"LIFE-08", "dormant key came alive", "the account's order history"},
		{"INC-05", "the machine ran a listed malicious package", "a scan of lockfiles and site-packages"},
		{"INC-07", "rotated, but the old key is still active", "the journal of rotations"},
		{"INC-08", "revoked after the first abuse, and no trade review recorded", "the journal, and a place to record reviews"},
		{"STO-06", "secret in shell history, process arguments or an exported environment", "a scan of the machine: `rekey scan` reports it"},
		{"ROT-01", "old key still authenticates after a rotation", "the journal of rotations"},
		{"ROT-03", "new key not verified after a rotation", "the journal of rotations"},
	}
}
