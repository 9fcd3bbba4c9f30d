package survey

import (
	"context"
	"net/netip"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
)

// An addressBook is a vendor that publishes the addresses its servers call
// from.
type addressBook interface {
	TrustedAddresses(ctx context.Context) (map[string][]netip.Prefix, error)
}

// A marketMap is a vendor that says which exchange a market code stands for.
type marketMap interface{ Markets() map[string]string }

// askVendors lists what each vendor holds and matches it with the inventory.
func (s *survey) askVendors(ctx context.Context, keys []*key) {
	for _, v := range s.Vendors {
		if report, ok := s.askVendor(ctx, v, keys); ok {
			s.result.Vendors = append(s.result.Vendors, report)
		}
	}
}

func (s *survey) askVendor(ctx context.Context, v VendorEntry, keys []*key) (audit.VendorReport, bool) {
	report := audit.VendorReport{Vendor: v.Name, Complete: true}
	vendor, err := s.openVendor(ctx, v)
	if err != nil {
		s.gap(v.Name, err)
		return report, false
	}
	if m, ok := vendor.(marketMap); ok {
		report.Exchanges = m.Markets()
	}
	index := map[string]int{}
	for c, err := range vendor.Connections(ctx) {
		if err != nil {
			s.gap(v.Name, err)
			report.Complete = false
			continue
		}
		index[c.ID] = len(report.Connections)
		report.Connections = append(report.Connections, audit.VendorConnection{Connection: c})
	}
	s.match(ctx, vendor, &report, index, keys)
	if book, ok := vendor.(addressBook); ok {
		s.addresses(ctx, v.Name, book)
	}
	return report, true
}

func (s *survey) openVendor(ctx context.Context, v VendorEntry) (exchanges.Vendor, error) {
	x, ok := s.Registry.Lookup(v.Name)
	if !ok || x.OpenVendor == nil {
		return nil, &exchanges.Error{Exchange: v.Name, Kind: exchanges.KindOther, Detail: "is not a vendor that rekey knows"}
	}
	reading, err := v.Location.Read(ctx, s.Location)
	for _, r := range reading.Remarks {
		s.remark(v.Name + ": " + r)
	}
	if err != nil {
		return nil, unread(ctx, v.Name, err.Error())
	}
	env, err := s.env(x)
	if err != nil {
		return nil, err
	}
	return x.OpenVendor(reading.Credential, env)
}

// match asks the vendor for each key of the inventory that it could hold,
// until every connection is explained. Vendors do not show the keys they keep;
// the question can only be asked this way round.
func (s *survey) match(
	ctx context.Context,
	vendor exchanges.Vendor,
	report *audit.VendorReport,
	index map[string]int,
	keys []*key,
) {
	open := len(report.Connections)
	for _, k := range s.likely(keys, report) {
		if open == 0 {
			return
		}
		held, err := vendor.Holds(ctx, k.credential.AccessKey)
		if err != nil {
			s.gap(report.Vendor, err)
			report.Complete = false
			return
		}
		for _, c := range held {
			i, ok := index[c.ID]
			if !ok || report.Connections[i].Key != "" {
				continue
			}
			report.Connections[i].Key = k.entry.Name
			open--
		}
	}
}

// likely orders the keys: those declared as shared with the vendor first. Keys
// of exchanges that no connection could be of are left out, when the vendor's
// codes are known; and so are those of which nothing may be sent.
func (s *survey) likely(keys []*key, report *audit.VendorReport) []*key {
	possible := map[string]bool{}
	all := false
	for _, c := range report.Connections {
		name, ok := report.Exchanges[c.Market]
		all = all || !ok
		possible[name] = true
	}
	var first, rest []*key
	for _, k := range keys {
		switch {
		case k.skip || !all && !possible[k.entry.Exchange]:
		case declares(k, report.Vendor):
			first = append(first, k)
		default:
			rest = append(rest, k)
		}
	}
	return append(first, rest...)
}

func declares(k *key, vendor string) bool {
	return slices.ContainsFunc(
		k.entry.Inventory.SharedWith,
		func(v string) bool { return audit.VendorName(v) == audit.VendorName(vendor) },
	)
}

func (s *survey) addresses(ctx context.Context, vendor string, book addressBook) {
	byMarket, err := book.TrustedAddresses(ctx)
	if err != nil {
		s.gap(vendor, err)
		return
	}
	if s.result.Ranges == nil {
		s.result.Ranges = map[string][]netip.Prefix{}
	}
	for _, prefixes := range byMarket {
		for _, p := range prefixes {
			if !slices.Contains(s.result.Ranges[vendor], p) {
				s.result.Ranges[vendor] = append(s.result.Ranges[vendor], p)
			}
		}
	}
	slices.SortFunc(s.result.Ranges[vendor], netip.Prefix.Compare)
}
