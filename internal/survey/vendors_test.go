package survey_test

import (
	"context"
	"errors"
	"iter"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rekey/exchanges"
	"rekey/internal/survey"
)

// A stubVendor holds connections. It says which one holds a key, and shows no
// key.
type stubVendor struct {
	connections []any               // exchanges.Connection and error, in order
	holds       map[string][]string // by access key: IDs of connections
	holdsErr    error
	markets     map[string]string
	trusted     map[string][]netip.Prefix
	trustedErr  error
	openErr     error

	asked     int
	questions []string // access keys, in order
}

func (v *stubVendor) open() (exchanges.Vendor, error) {
	v.asked++
	if v.openErr != nil {
		return nil, v.openErr
	}
	return v, nil
}

func (v *stubVendor) Card() exchanges.Card { return exchanges.Card{Name: "delta", Kind: "vendor"} }

func (v *stubVendor) Connections(context.Context) iter.Seq2[exchanges.Connection, error] {
	return func(yield func(exchanges.Connection, error) bool) {
		for _, item := range v.connections {
			c, _ := item.(exchanges.Connection)
			err, _ := item.(error)
			if !yield(c, err) {
				return
			}
		}
	}
}

func (v *stubVendor) Holds(_ context.Context, accessKey string) ([]exchanges.Connection, error) {
	v.questions = append(v.questions, accessKey)
	if v.holdsErr != nil {
		return nil, v.holdsErr
	}
	var out []exchanges.Connection
	for _, id := range v.holds[accessKey] {
		out = append(out, exchanges.Connection{ID: id})
	}
	return out, nil
}

func (v *stubVendor) Markets() map[string]string { return v.markets }

func (v *stubVendor) TrustedAddresses(context.Context) (map[string][]netip.Prefix, error) {
	return v.trusted, v.trustedErr
}

// withVendor gives the world a vendor account.
func withVendor(t *testing.T, v *stubVendor) *world {
	t.Helper()
	w := newWorld(t)
	w.vendor = v
	w.options.Vendors = []survey.VendorEntry{
		{Name: "delta", Location: w.credential("delta", "delta-key-3f9Kq1", "sec-delta-CANARY")},
	}
	return w
}

func sharedWith(vendor string) func(*survey.Entry) {
	return func(e *survey.Entry) { e.Inventory.SharedWith = []string{vendor} }
}

func connection(id, market string) exchanges.Connection {
	return exchanges.Connection{ID: id, Market: market}
}

// matched returns the key of each connection, by its ID.
func matched(t *testing.T, r survey.Result) map[string]string {
	t.Helper()
	if len(r.Vendors) != 1 {
		t.Fatalf("%d vendor reports, want one", len(r.Vendors))
	}
	out := map[string]string{}
	for _, c := range r.Vendors[0].Connections {
		out[c.ID] = c.Key
	}
	return out
}

// The vendor is asked about the key that the inventory declares, first; once
// every connection is explained, it is asked nothing more.
func TestConnectionsAreMatchedWithKeys(t *testing.T) {
	w := withVendor(t, &stubVendor{
		connections: []any{connection("1", "m-alpha"), connection("2", "m-alpha")},
		holds:       map[string][]string{"alpha-second-4k7Qz0": {"1"}, "alpha-fourth-4k7Qz0": {"2"}},
		markets:     map[string]string{"m-alpha": "alpha", "m-beta": "beta"},
	})
	w.declare("first", "alpha", alive())
	second := w.declare("second", "alpha", alive())
	w.declare("third", "beta", alive()) // no connection is of beta
	fourth := w.declare("fourth", "alpha", alive(), sharedWith("Delta.io"))
	w.declare("fifth", "alpha", alive())
	r := w.run(t.Context())
	if diff := cmp.Diff(map[string]string{"1": "second", "2": "fourth"}, matched(t, r)); diff != "" {
		t.Errorf("matched:\n%s", diff)
	}
	if diff := cmp.Diff([]string{fourth, "alpha-first-4k7Qz0", second}, w.vendor.questions); diff != "" {
		t.Errorf("questions:\n%s", diff)
	}
	if !r.Vendors[0].Complete || len(r.Gaps) > 0 {
		t.Errorf("complete %v, gaps %v", r.Vendors[0].Complete, r.Gaps)
	}
	if diff := cmp.Diff(w.vendor.markets, r.Vendors[0].Exchanges); diff != "" {
		t.Errorf("market codes:\n%s", diff)
	}
}

// A market code that nobody knows may be any exchange: then every key is asked
// about.
func TestUnknownMarketMayBeAnyExchange(t *testing.T) {
	w := withVendor(
		t,
		&stubVendor{connections: []any{connection("1", "m-new")}, markets: map[string]string{"m-alpha": "alpha"}},
	)
	w.declare("a", "alpha", alive())
	w.declare("b", "beta", alive())
	r := w.run(t.Context())
	if diff := cmp.Diff(map[string]string{"1": ""}, matched(t, r)); diff != "" || len(w.vendor.questions) != 2 {
		t.Errorf("asked about %v, matched:\n%s", w.vendor.questions, diff)
	}
}

// A vendor that holds nothing is asked nothing.
func TestNoConnectionsNoQuestions(t *testing.T) {
	w := withVendor(t, &stubVendor{})
	w.declare("a", "alpha", alive(), sharedWith("delta"))
	r := w.run(t.Context())
	if len(matched(t, r)) > 0 || len(w.vendor.questions) > 0 || !r.Vendors[0].Complete {
		t.Errorf("asked about %v, report %+v", w.vendor.questions, r.Vendors[0])
	}
}

// The access key of two names is one connection, and goes to the first.
func TestOneConnectionIsOneKey(t *testing.T) {
	w := withVendor(t, &stubVendor{
		connections: []any{connection("1", "m")},
		holds:       map[string][]string{"alpha-a-4k7Qz0": {"1", "unlisted"}, "alpha-b-4k7Qz0": {"1"}},
	})
	w.declare("a", "alpha", alive())
	w.declare("b", "alpha", alive(), sharedWith("delta"))
	r := w.run(t.Context())
	if diff := cmp.Diff(map[string]string{"1": "b"}, matched(t, r)); diff != "" {
		t.Errorf("matched:\n%s", diff)
	}
}

// A credential that is not sent to its exchange is not told to a vendor
// either: what stands in the place of the access key may be the secret.
func TestNoVendorIsAskedAboutCredentialsThatAreNotSent(t *testing.T) {
	w := withVendor(t, &stubVendor{connections: []any{connection("1", "m")}})
	w.options.Entries = []survey.Entry{
		{Name: "swapped", Exchange: "alpha", Location: w.credential("swapped", "sec-swapped-CANARY", "alpha-swapped-4k7Qz0")},
		{
			Name:     "elsewhere",
			Exchange: "alpha",
			Location: w.credential("elsewhere", "beta-elsewhere-4k7Qz0", "sec-elsewhere-CANARY"),
		},
		{Name: "unread", Exchange: "alpha", Location: parsed(t, "env:NOWHERE")},
	}
	w.run(t.Context())
	if len(w.vendor.questions) > 0 {
		t.Errorf("the vendor was asked about %d credentials", len(w.vendor.questions))
	}
}

// What may be a secret, as far as the exchange tells, is asked of no vendor.
func TestNoVendorIsAskedAboutWhatMayBeASecret(t *testing.T) {
	for accessKey, says := range map[string]answer{
		"strange-bot-4k7Qz0": refused(exchanges.StatusUndetermined, exchanges.KindCredential),
		"alpha-bot-4k7Qz0": func(context.Context) (exchanges.Key, error) {
			return exchanges.Interchanged("alpha", "inspect", exchanges.Key{}, nil)
		},
	} {
		w := withVendor(t, &stubVendor{connections: []any{connection("1", "m")}})
		location := w.credential("bot", accessKey, "sec-bot-CANARY")
		w.options.Entries = []survey.Entry{{Name: "bot", Exchange: "alpha", Location: location}}
		w.answers[accessKey] = says
		w.run(t.Context())
		if len(w.vendor.questions) > 0 {
			t.Errorf("%s: the vendor was asked about %d credentials", accessKey, len(w.vendor.questions))
		}
	}
}

// What a vendor does not say makes its report incomplete, and is a gap. The
// rest of the report stands.
func TestVendorErrors(t *testing.T) {
	trouble := &exchanges.Error{Exchange: "delta", Kind: exchanges.KindRateLimited}
	for _, c := range []struct {
		story    string
		vendor   *stubVendor
		report   bool
		complete bool
		matched  map[string]string
		gaps     []string
	}{
		{"cannot be opened", &stubVendor{openErr: trouble}, false, false, nil, []string{"delta: rate_limited"}},
		{
			"a page is missing", &stubVendor{
				connections: []any{connection("1", "m"), error(trouble), connection("2", "m")},
				holds:       map[string][]string{"alpha-a-4k7Qz0": {"2"}},
			},
			true, false,
			map[string]string{"1": "", "2": "a"},
			[]string{"delta: rate_limited"},
		},
		{
			"does not say who holds a key", &stubVendor{connections: []any{connection("1", "m")}, holdsErr: trouble},
			true, false,
			map[string]string{"1": ""},
			[]string{"delta: rate_limited"},
		},
		{
			"does not tell its addresses", &stubVendor{
				connections: []any{connection("1", "m")},
				trustedErr:  errors.New("odd"), holds: map[string][]string{"alpha-a-4k7Qz0": {"1"}},
			},
			true, true,
			map[string]string{"1": "a"},
			[]string{"delta: other"},
		},
	} {
		w := withVendor(t, c.vendor)
		w.declare("a", "alpha", alive())
		w.declare("b", "alpha", alive())
		r := w.run(t.Context())
		if diff := cmp.Diff(c.gaps, gaps(r)); diff != "" {
			t.Errorf("%s: gaps:\n%s", c.story, diff)
		}
		if !c.report {
			if len(r.Vendors) > 0 {
				t.Errorf("%s: there is a report", c.story)
			}
			continue
		}
		if r.Vendors[0].Complete != c.complete {
			t.Errorf("%s: complete %v", c.story, r.Vendors[0].Complete)
		}
		if diff := cmp.Diff(c.matched, matched(t, r)); diff != "" {
			t.Errorf("%s: matched:\n%s", c.story, diff)
		}
		if c.vendor.holdsErr != nil && len(c.vendor.questions) != 1 {
			t.Errorf("%s: asked %d times after it failed", c.story, len(c.vendor.questions))
		}
	}
}

func TestVendorsThatCannotBeAsked(t *testing.T) {
	w := newWorld(t)
	w.vendor = &stubVendor{}
	w.options.Vendors = []survey.VendorEntry{
		{Name: "delta", Location: parsed(t, "env:NOWHERE")},
		{Name: "alpha", Location: w.credential("x", "alpha-x-4k7Qz0", "sec-x-CANARY")}, // an exchange
		{Name: "omega", Location: w.credential("y", "omega-y-4k7Qz0", "sec-y-CANARY")},
	}
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"alpha: other", "delta: credential", "omega: other"}, gaps(r)); diff != "" ||
		len(r.Vendors) > 0 {
		t.Errorf("%d reports, gaps:\n%s", len(r.Vendors), diff)
	}
}

// The addresses of all markets are one list, sorted, each once.
func TestTrustedAddressesAreFlattened(t *testing.T) {
	w := withVendor(t, &stubVendor{trusted: map[string][]netip.Prefix{
		"m-alpha": prefixes(
			"203.0.113.9/32",
			"198.51.100.0/24",
		), "m-beta": prefixes("198.51.100.0/24", "192.0.2.1/32"), "m-gamma": nil,
	}})
	r := w.run(t.Context())
	want := map[string][]netip.Prefix{"delta": prefixes("192.0.2.1/32", "198.51.100.0/24", "203.0.113.9/32")}
	if diff := cmp.Diff(want, r.Ranges, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("ranges:\n%s", diff)
	}
}
