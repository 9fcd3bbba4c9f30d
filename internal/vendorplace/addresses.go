package vendorplace

import (
	"context"
	"net/netip"
	"slices"

	"rekey/exchanges"
)

// An addressBook is a vendor that publishes the addresses from which it calls
// the exchanges, by its own market codes.
type addressBook interface {
	TrustedAddresses(ctx context.Context) (map[string][]netip.Prefix, error)
}

// addresses compares the whitelist of the new key with the addresses from which
// the vendor calls the exchange. A list that misses them all locks the vendor
// out; whether a list that holds some is enough is not known.
func (r *Report) addresses(ctx context.Context, v exchanges.Vendor, whitelist []string) {
	if len(whitelist) == 0 {
		return
	}
	name := v.Card().Name
	book, ok := v.(addressBook)
	if !ok {
		r.Remarks = append(
			r.Remarks,
			"the addresses that "+name+" calls from are not told by API: see that the new key's whitelist holds them",
		)
		return
	}
	published, err := book.TrustedAddresses(ctx)
	if err != nil {
		r.Remarks = append(r.Remarks, "the addresses that "+name+" calls from could not be read: "+err.Error())
	}
	list, readable := exchanges.ParseWhitelist(whitelist).Entries.Get()
	if !readable {
		r.Remarks = append(
			r.Remarks,
			"the new key's whitelist could not be compared with the addresses that "+name+" calls from",
		)
		return
	}
	for _, c := range r.Connections {
		theirs := published[c.Market]
		held := 0
		for _, p := range theirs {
			if slices.ContainsFunc(list, func(w netip.Prefix) bool { return w.Bits() <= p.Bits() && w.Contains(p.Addr()) }) {
				held++
			}
		}
		switch where := name + " " + Words(c); {
		case len(theirs) == 0 && err == nil:
			r.Remarks = append(
				r.Remarks,
				"the addresses that "+where+" calls from are not published: see that the new key's whitelist holds them",
			)
		case len(theirs) > 0 && held == 0:
			r.LockedOut = true
			r.Remarks = append(
				r.Remarks,
				"the new key's whitelist holds none of the addresses that "+where+" calls from, and would lock it out",
			)
		case held < len(theirs):
			r.Remarks = append(
				r.Remarks,
				"the new key's whitelist holds some of the addresses that "+where+" may call from, and not all",
			)
		}
	}
}
