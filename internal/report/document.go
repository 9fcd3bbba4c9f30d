package report

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// SchemaVersion is the version of the JSON documents. It is raised when a
// meaning changes; a new field does not raise it.
const SchemaVersion = 1

// Document is the JSON document of `rekey audit`.
type Document struct {
	SchemaVersion int          `json:"schema_version"`
	Tool          Tool         `json:"tool"`
	StartedAt     string       `json:"started_at"`
	FinishedAt    string       `json:"finished_at"`
	Keys          []keyDoc     `json:"keys"`
	Findings      []findingDoc `json:"findings"`
	Unknowns      []unknownDoc `json:"unknowns"`
	Gaps          []gapDoc     `json:"gaps"`
	Summary       summaryDoc   `json:"summary"`
}

type keyDoc struct {
	Name           *string      `json:"name"`
	Origin         audit.Origin `json:"origin"`
	Exchange       string       `json:"exchange"`
	AccessKey      *string      `json:"access_key"` // null when the credential could not be read
	Fingerprint    *string      `json:"fingerprint"`
	Account        accountDoc   `json:"account"`
	Label          *string      `json:"label"`
	Status         string       `json:"status"`
	Permissions    []string     `json:"permissions"`
	PermissionsRaw []string     `json:"permissions_raw"`
	Whitelist      whitelistDoc `json:"ip_whitelist"`
	CreatedAt      *string      `json:"created_at"`
	ExpiresAt      *string      `json:"expires_at"`
	DerivedExpiry  *expiryDoc   `json:"derived_expiry"`
	LastUsedAt     *string      `json:"last_used_at"`
	SharedWith     []string     `json:"shared_with"`
}

type accountDoc struct {
	ID   *string `json:"id"`
	Name *string `json:"name"`
	Kind string  `json:"kind"`
}

type whitelistDoc struct {
	Restricted *bool    `json:"restricted"`
	Entries    []string `json:"entries"`
}

type expiryDoc struct {
	At     string `json:"at"`
	Rule   string `json:"rule"`
	Source string `json:"source"`
}

type findingDoc struct {
	Rule     string     `json:"rule"`
	Severity string     `json:"severity"`
	Key      string     `json:"key"`
	Title    string     `json:"title"`
	Detail   string     `json:"detail"`
	Remedy   string     `json:"remedy"`
	Incident *string    `json:"incident"`
	Waived   *waiverDoc `json:"waived"`
}

type waiverDoc struct {
	Until  string `json:"until"`
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
}

type unknownDoc struct {
	Rule   string `json:"rule"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

type gapDoc struct {
	Key    string `json:"key"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

type summaryDoc struct {
	Keys     int `json:"keys"`
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
	Waived   int `json:"waived"`
	Unknowns int `json:"unknowns"`
	Gaps     int `json:"gaps"`
	ExitCode int `json:"exit_code"`
}

func newKeyDoc(k audit.KeyReport) keyDoc {
	key := k.Key
	doc := keyDoc{
		Name: text(k.Name), Origin: k.Origin, Exchange: key.Ref.Exchange,
		Account:    accountDoc{ID: text(key.Ref.Account.ID), Name: text(key.Ref.Account.Name), Kind: string(key.Ref.Account.Kind)},
		Label:      text(key.Label),
		Status:     string(key.Status),
		Whitelist:  newWhitelistDoc(key.Whitelist),
		CreatedAt:  moment(key.CreatedAt),
		ExpiresAt:  moment(key.ExpiresAt),
		LastUsedAt: moment(key.LastUsedAt),
		SharedWith: slices.Clone(k.Inventory.SharedWith),
	}
	if doc.Account.Kind == "" {
		doc.Account.Kind = string(exchanges.AccountUnknown)
	}
	if doc.SharedWith == nil {
		doc.SharedWith = []string{}
	}
	if access := key.Ref.AccessKey; access != "" {
		doc.AccessKey, doc.Fingerprint = text(exchanges.MaskAccessKey(access)), text(exchanges.Fingerprint(access))
	}
	if granted, known := key.Permissions.Granted(); known {
		doc.Permissions = []string{}
		for _, p := range granted {
			doc.Permissions = append(doc.Permissions, string(p))
		}
		doc.PermissionsRaw = append([]string{}, key.Raw...)
	}
	if d := k.Derived; d != nil {
		doc.DerivedExpiry = &expiryDoc{At: stamp(d.At), Rule: d.Rule, Source: d.Source}
	}
	return doc
}

func newWhitelistDoc(w exchanges.IPWhitelist) whitelistDoc {
	var doc whitelistDoc
	if restricted, known := w.Restricted.Get(); known {
		doc.Restricted = &restricted
	}
	if entries, known := w.Entries.Get(); known {
		doc.Entries = []string{}
		for _, p := range entries {
			doc.Entries = append(doc.Entries, p.String())
		}
	}
	return doc
}

func newFindingDoc(f audit.Finding) findingDoc {
	doc := findingDoc{Rule: f.Rule, Severity: f.Severity.String(), Key: f.Key, Title: f.Title, Detail: f.Detail, Remedy: f.Remedy, Incident: text(f.Incident)}
	if w := f.Waived; w != nil {
		doc.Waived = &waiverDoc{Until: w.Until.Format(time.DateOnly), Owner: w.Owner, Reason: w.Reason}
	}
	return doc
}

func newSummaryDoc(s audit.Summary, exit int) summaryDoc {
	n := s.BySeverity
	return summaryDoc{
		Keys: s.Keys, Critical: n[audit.Critical], High: n[audit.High], Medium: n[audit.Medium], Low: n[audit.Low], Info: n[audit.Info],
		Waived: s.Waived, Unknowns: s.Unknowns, Gaps: s.Gaps, ExitCode: exit,
	}
}

// text is null for what was not told.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(f exchanges.Fact[time.Time]) *string {
	t, known := f.Get()
	if !known {
		return nil
	}
	return text(stamp(t))
}

// addresses writes a whitelist for people: single addresses without /32.
func addresses(prefixes []netip.Prefix) string {
	words := make([]string, len(prefixes))
	for i, p := range prefixes {
		words[i] = p.String()
		if p.IsSingleIP() {
			words[i] = p.Addr().String()
		}
	}
	return strings.Join(words, ", ")
}
