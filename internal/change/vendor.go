package change

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
	"rekey/internal/rotate"
	"rekey/internal/survey"
	"rekey/internal/vendorplace"
)

// vendorPatience is how long a vendor's ban is waited out: 3Commas bans for 300
// seconds.
const vendorPatience = 6 * time.Minute

// vendor opens a vendor of rekey.yaml.
func (r *Runner) vendor(ctx context.Context, name string, writes bool) (exchanges.Vendor, error) {
	x, known := r.Registry.Lookup(name)
	i := slices.IndexFunc(r.Vendors, func(v survey.VendorEntry) bool { return v.Name == name })
	if !known || x.OpenVendor == nil || i < 0 {
		return nil, fmt.Errorf("rotate.vendors names %s, which is no vendor of %s that rekey knows", name, r.Source)
	}
	reading, err := r.Vendors[i].Location.Read(ctx, r.Location)
	if err != nil {
		return nil, err
	}
	client, err := r.Client(x, func(o *httpx.Options) { o.AllowWrites, o.MaxWait = writes, vendorPatience })
	if err != nil {
		return nil, err
	}
	s := r.Setting(x)
	return x.OpenVendor(reading.Credential, exchanges.Env{Caller: client, Region: s.Region, Environment: s.Environment})
}

// vendorPlaces are the places at vendors. For a run that is taken up again the
// journal says how many places it had: those of the vendors that rekey.yaml
// declares must be as many.
func (r *Runner) vendorPlaces(ctx context.Context, d Decision, places int) ([]rotate.Place, error) {
	swaps := d.Swaps
	if more := places - 1 - len(d.Entry.Copies); more > 0 {
		for _, name := range r.Swaps[d.Key] {
			swaps = append(swaps, Swap{Vendor: name})
		}
		if len(swaps) != more {
			return nil, &MismatchError{fmt.Sprintf("%s: the run had %s, and rekey.yaml declares others now: put them back",
				d.Key, counted(places, "place"))}
		}
	}
	var out []rotate.Place
	for _, s := range swaps {
		v, err := r.vendor(ctx, s.Vendor, true)
		if err != nil {
			return nil, err
		}
		p, err := vendorplace.At(v, s.Connections, r.Sleep)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Vendor, err)
		}
		out = append(out, rotate.AtVendor(p))
	}
	return out, nil
}
