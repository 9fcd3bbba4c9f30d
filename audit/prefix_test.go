package audit

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func prefixes(t *testing.T, words ...string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, w := range words {
		p, err := netip.ParsePrefix(w)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestUnion(t *testing.T) {
	tests := []struct{ in, want []string }{
		{[]string{"192.0.43.8/32"}, []string{"192.0.43.8/32"}},
		{[]string{"192.0.43.9/32", "192.0.43.8/32"}, []string{"192.0.43.8/31"}},
		{[]string{"192.0.43.9/32", "192.0.43.10/32"}, []string{"192.0.43.9/32", "192.0.43.10/32"}},
		{[]string{"192.0.43.8/29", "192.0.43.9/32"}, []string{"192.0.43.8/29"}},
		{[]string{"192.0.43.9/29"}, []string{"192.0.43.8/29"}},
		{[]string{"::ffff:192.0.43.8/128", "192.0.43.8/32"}, []string{"192.0.43.8/32"}},
		{[]string{"0.0.0.0/1", "128.0.0.0/1"}, []string{"0.0.0.0/0"}},
		{[]string{"192.0.0.0/2", "128.0.0.0/2", "0.0.0.0/1"}, []string{"0.0.0.0/0"}},
		{[]string{"::/1", "8000::/1", "10.0.0.0/8"}, []string{"10.0.0.0/8", "::/0"}},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range union(prefixes(t, tt.in...)) {
			got = append(got, p.String())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("union(%v) (-want +got):\n%s", tt.in, diff)
		}
	}
}

// The union holds exactly the addresses of its parts, and no two of its
// prefixes touch. Tried on the 16-bit corner 192.0.0.0/16.
func TestUnionKeepsTheAddresses(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var in []netip.Prefix
		for range 1 + r.IntN(12) {
			a := netip.AddrFrom4([4]byte{192, 0, 0, byte(r.IntN(256))})
			in = append(in, netip.PrefixFrom(a, 24+r.IntN(9)))
		}
		out := union(in)
		for i := range 256 {
			a := netip.AddrFrom4([4]byte{192, 0, 0, byte(i)})
			holds := func(p netip.Prefix) bool { return p.Contains(a) }
			if slices.ContainsFunc(in, holds) != slices.ContainsFunc(out, holds) {
				t.Fatalf("seed %d: %v and %v differ about %v", seed, in, out, a)
			}
		}
		for i := 1; i < len(out); i++ {
			if _, ok := join(out[i-1], out[i]); ok || out[i-1].Overlaps(out[i]) {
				t.Fatalf("seed %d: %v is not the shortest form", seed, out)
			}
		}
	}
}

func TestIsEverything(t *testing.T) {
	tests := []struct {
		words []string
		want  bool
	}{
		{[]string{"0.0.0.0/0"}, true},
		{[]string{"::/0"}, true},
		{[]string{"0.0.0.0/1", "128.0.0.0/1"}, true},
		{[]string{"::ffff:0.0.0.0/96"}, true},
		{[]string{"::/64"}, true}, // holds ::ffff:0:0/96, which is all of IPv4
		{[]string{"::ffff:0.0.0.0/97", "::ffff:128.0.0.0/97"}, true},
		{[]string{"0.0.0.0/1"}, false},
		{[]string{"0.0.0.0/1", "128.0.0.0/2"}, false},
		{[]string{"2000::/3"}, false},
		{nil, false},
	}
	for _, tt := range tests {
		if got := isEverything(prefixes(t, tt.words...)); got != tt.want {
			t.Errorf("isEverything(%v) = %t, want %t", tt.words, got, tt.want)
		}
	}
}

func TestTooWide(t *testing.T) {
	tests := []struct {
		words   []string
		reasons int
		very    bool
	}{
		{[]string{"192.0.43.0/28"}, 0, false},
		{[]string{"192.0.43.0/27"}, 1, false},
		{[]string{"192.0.43.0/24"}, 1, false}, // 256 addresses are not more than 256
		{[]string{"192.0.42.0/23"}, 2, true},
		{[]string{"2600:1f14::/64"}, 0, false},
		{[]string{"2600:1f14::/63"}, 1, false},
		{[]string{"2600:1f14::/32"}, 2, false},
		{[]string{"192.0.43.0/27", "192.0.43.0/27"}, 1, false},
		{[]string{"::ffff:192.0.0.0/112"}, 2, true}, // a /16 of IPv4
	}
	for _, tt := range tests {
		got := tooWide(prefixes(t, tt.words...), defaultWidths())
		if len(got.reasons) != tt.reasons || got.very != tt.very {
			t.Errorf("tooWide(%v) = %v, very %t; want %d reasons, very %t", tt.words, got.reasons, got.very, tt.reasons, tt.very)
		}
	}
}

func TestSpecialUse(t *testing.T) {
	tests := map[string]string{
		"192.0.43.8/32": "", "0.0.0.0/0": "", "2600:1f14::1/128": "", "172.32.0.1/32": "", "100.128.0.1/32": "",
		"0.0.0.0/32": "unspecified", "10.1.2.3/32": "private", "172.31.255.255/32": "private", "192.168.1.0/24": "private",
		"100.64.0.1/32": "carrier-grade NAT", "127.0.0.1/32": "loopback", "169.254.1.1/32": "link-local",
		"203.0.113.7/32": "documentation", "224.0.0.1/32": "multicast", "255.255.255.255/32": "reserved",
		"::1/128": "loopback", "::/128": "unspecified", "fe80::1/128": "link-local", "fd00::1/128": "private",
		"2001:db8::1/128": "documentation", "ff02::1/128": "multicast", "::ffff:10.0.0.1/128": "private",
	}
	for word, want := range tests {
		if got := specialUse(netip.MustParsePrefix(word)); got != want {
			t.Errorf("specialUse(%s) = %q, want %q", word, got, want)
		}
	}
	for _, s := range specialRanges() {
		if p := netip.MustParsePrefix(s.prefix); p != p.Masked() {
			t.Errorf("%s has host bits", s.prefix)
		}
	}
}

// A list of a hundred thousand entries is judged in a blink, since an exchange
// may send anything.
func BenchmarkUntidy(b *testing.B) {
	var in []netip.Prefix
	for i := range 100_000 {
		in = append(in, netip.MustParsePrefix(fmt.Sprintf("52.%d.%d.%d/32", i>>16, i>>8&255, i&255)))
	}
	for b.Loop() {
		untidy(in)
		isEverything(in)
	}
}
