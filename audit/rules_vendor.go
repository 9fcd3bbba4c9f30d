package audit

import (
	"cmp"
	"fmt"
	"strings"

	"rekey/exchanges"
)

// vendorRules compare what vendors say they hold with the inventory.
func vendorRules() []Rule { return []Rule{strayConnection(), ghostConnection(), undeclaredVendor()} }

// connectionName names a connection as findings do: by its key, or by vendor
// and ID, which is the one thing about it that is not foreign text.
func connectionName(r VendorReport, c VendorConnection) string {
	return cmp.Or(c.Key, r.Vendor+"/"+c.ID)
}

func connectionText(r VendorReport, c VendorConnection) string {
	exchange := r.Exchanges[c.Market]
	if exchange == "" {
		exchange = "the exchange that it calls " + quoted(c.Exchange)
	}
	return fmt.Sprintf("connection %s, called %s, to %s", c.ID, quoted(c.Name), exchange)
}

// strayTitle names the vendor and the exchange of a connection.
func strayTitle(r VendorReport, c VendorConnection) string {
	exchange := r.Exchanges[c.Market]
	if exchange == "" {
		return r.Vendor + " still holds a connection that is not in rekey.yaml"
	}
	return r.Vendor + " still holds a connection to " + exchange + " that is not in rekey.yaml"
}

func strayConnection() Rule {
	return Rule{
		ID: "VEN-01", Title: "Vendor holds a connection that is not in rekey.yaml",
		Brief: "not in rekey.yaml", Severity: High,
		Why: "A vendor can use a key that nobody here knows of, so nobody will revoke it.",
		Remedy: "Find the key at the exchange and add it to rekey.yaml with shared_with, or revoke it and remove the " +
			"connection at the vendor.",
		When: "A vendor keeps a connection that could be matched with no key of the inventory, and does not say that the " +
			"exchange refuses its key. " +
			"Unknown when the vendor's list was not read to its end.",
		Refs: []string{"OWASP NHI3:2025"},
		CheckDesk: func(d *Desk) []Verdict {
			var out []Verdict
			for _, r := range d.Vendors {
				for _, c := range r.Connections {
					if working, known := c.Working.Get(); c.Key == "" && (working || !known) {
						out = append(out, Verdict{
							Outcome: Fail, About: connectionName(r, c), Title: strayTitle(r, c),
							Detail: r.Vendor + " keeps " + connectionText(r, c),
						})
					}
				}
				if !r.Complete {
					out = append(
						out,
						Verdict{Outcome: CannotTell, About: r.Vendor, Detail: "not all connections of the vendor could be read"},
					)
				}
			}
			return out
		},
		Fires: []Example{{
			Words:   "3commas keeps a connection to an account that nobody declared.",
			Vendors: exampleVendor(true, exampleConnection("41", "", true)), Severity: High,
		}},
		Silent: []Example{{
			Words:   "3commas keeps the connection of a declared key.",
			Subject: sample("grid", "binance", sharedWith("3commas")),
			Vendors: exampleVendor(true, exampleConnection("41", "grid", true)),
		}},
		Unsure: []Example{{Words: "3commas' list broke off.", Vendors: exampleVendor(false)}},
	}
}

func ghostConnection() Rule {
	return Rule{
		ID: "VEN-02", Title: "Vendor keeps a key that the exchange refuses", Brief: "vendor keeps it", Severity: Low,
		Why:    "The connection is of no use, and the vendor still stores the secret.",
		Remedy: "Remove the connection at the vendor, after stopping the bots that use it.",
		When: "The vendor says that the exchange refused the stored key, or that it has expired. Unknown where " +
			"the vendor does not say.",
		Refs: []string{"OWASP NHI1:2025"},
		CheckDesk: func(d *Desk) []Verdict {
			var out []Verdict
			for _, r := range d.Vendors {
				for _, c := range r.Connections {
					working, known := c.Working.Get()
					about := connectionName(r, c)
					switch {
					case !known:
						out = append(
							out,
							Verdict{
								Outcome: CannotTell,
								About:   about,
								Detail:  fmt.Sprintf("%s does not say whether the key of connection %s works", r.Vendor, c.ID),
							},
						)
					case !working:
						detail := fmt.Sprintf("%s says that the key of %s does not work", r.Vendor, connectionText(r, c))
						if c.State != "" {
							detail += " (" + quoted(c.State) + ")"
						}
						out = append(out, Verdict{Outcome: Fail, About: about, Detail: detail})
					}
				}
			}
			return out
		},
		Fires: []Example{{
			Words:   "3commas says that the stored key is invalid.",
			Subject: sample("grid", "binance", sharedWith("3commas")),
			Vendors: exampleVendor(true, exampleConnection("41", "grid", false)), Severity: Low,
		}},
		Silent: []Example{{
			Words:   "3commas says that the stored key works.",
			Subject: sample("grid", "binance", sharedWith("3commas")),
			Vendors: exampleVendor(true, exampleConnection("41", "grid", true)),
		}},
		Unsure: []Example{{
			Words: "3commas says nothing about the stored key.",
			Vendors: exampleVendor(
				true,
				VendorConnection{Connection: exchanges.Connection{ID: "41", Name: "main", Exchange: "binance"}},
			),
		}},
	}
}

func undeclaredVendor() Rule {
	return Rule{
		ID: "VEN-03", Title: "A vendor has the key, and rekey.yaml does not say so",
		Brief: "vendor has it", Severity: Medium,
		Why: "Incidents are matched by shared_with. Without the entry the next leak at the vendor would miss this key, " +
			"once the vendor is not asked.",
		Remedy: "Add the vendor to the key's shared_with in rekey.yaml.",
		When: "A vendor says that it holds a key of the inventory, and the key's shared_with does not name the vendor. " +
			"Incidents of that vendor count for the key at once.",
		Refs: []string{"OWASP NHI3:2025"},
		CheckDesk: func(d *Desk) []Verdict {
			var out []Verdict
			for _, s := range d.Subjects {
				for _, vendor := range d.undeclared[s.Name] {
					out = append(
						out,
						Verdict{
							Outcome: Fail,
							About:   s.DisplayName(),
							Detail:  vendor + " says that it holds the key; shared_with does not name it",
						},
					)
				}
			}
			return out
		},
		Fires: []Example{{
			Words:   "3commas holds a key that was given to nobody.",
			Subject: sample("grid", "binance"),
			Vendors: exampleVendor(true, exampleConnection("41", "grid", true)), Severity: Medium,
		}},
		Silent: []Example{{
			Words:   "The inventory says so.",
			Subject: sample("grid", "binance", sharedWith("3Commas")),
			Vendors: exampleVendor(true, exampleConnection("41", "grid", true)),
		}},
	}
}

// VendorName is a vendor's name as it is compared: people write "3Commas",
// "3commas.io" and "3-commas".
func VendorName(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "", ".io", "", ".com", "").Replace(strings.ToLower(name))
}

// Vendors returns the vendors that incidents know, by every spelling of their
// names, each folded as [VendorName] does.
func (c Catalogue) Vendors() map[string]string {
	out := map[string]string{}
	for alias, vendor := range namesOf(Input{Incident: c}) {
		out[alias] = vendor
	}
	for _, incident := range c.Incidents {
		if incident.Vendor != "" {
			out[fold(incident.Vendor)] = fold(incident.Vendor)
		}
	}
	return out
}
