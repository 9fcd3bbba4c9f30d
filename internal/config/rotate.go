package config

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// rotate reads the rotate: block of a key.
func (r *reader) rotate(n *yaml.Node, key string) Rotate {
	var rotate Rotate
	in := func(name string) string { return key + ": rotate." + name }
	r.fields(n, key+": rotate", n,
		field{"every", false, func(n *yaml.Node) { rotate.Every = r.duration(n, in("every")) }},
		field{"ip_whitelist", false, func(n *yaml.Node) { rotate.IPWhitelist = r.addresses(n, in("ip_whitelist")) }},
		field{"reload", false, func(n *yaml.Node) { rotate.Reload = r.command(n, in("reload")) }},
		field{"vendors", false, func(n *yaml.Node) { rotate.Vendors = r.words(n, in("vendors"), nil) }},
	)
	return rotate
}

var durationForm = regexp.MustCompile(`^([1-9][0-9]{0,5})(h|d|w)$`)

// maxDuration is longer than anybody waits for a rotation, and far from what
// a time.Duration cannot hold.
const maxDuration = 3660 * 24 * time.Hour

// duration reads whole hours, days or weeks.
func (r *reader) duration(n *yaml.Node, what string) time.Duration {
	text, ok := r.text(n, what)
	if !ok {
		return 0
	}
	m := durationForm.FindStringSubmatch(text)
	if m == nil {
		r.fail(n, "%s: %s is no duration; write whole hours, days or weeks: 12h, 90d, 2w", what, quote(text))
		return 0
	}
	count, _ := strconv.Atoi(m[1]) // six digits at most
	unit := map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[m[2]]
	if time.Duration(count) > maxDuration/unit { // in this order it cannot overflow
		r.fail(n, "%s: %s is more than ten years", what, quote(text))
		return 0
	}
	return time.Duration(count) * unit
}

// date reads a day. It is midnight UTC.
func (r *reader) date(n *yaml.Node, what string) (time.Time, bool) {
	text, ok := r.text(n, what)
	if !ok {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.fail(n, "%s: %s is no day; write it as in 2022-05-01", what, quote(text))
		return time.Time{}, false
	}
	return day, true
}

// addresses reads IP addresses and ranges of them.
func (r *reader) addresses(n *yaml.Node, what string) []netip.Prefix {
	var list []netip.Prefix
	r.list(n, what, func(item *yaml.Node, value string) {
		prefix, problem := parseAddress(value)
		switch {
		case problem != "":
			r.fail(item, "%s: %s %s", what, quote(value), problem)
		case slices.Contains(list, prefix):
			r.fail(item, "%s: %s stands there twice", what, quote(value))
		default:
			list = append(list, prefix)
		}
	})
	return list
}

// parseAddress reads an address or a CIDR range. The problem is the end of a
// sentence, or "".
func parseAddress(text string) (prefix netip.Prefix, problem string) {
	if a, err := netip.ParseAddr(text); err == nil {
		if a.Zone() != "" {
			return prefix, "has a zone, which means nothing to an exchange"
		}
		return netip.PrefixFrom(a, a.BitLen()), ""
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, "is no IP address; write one as in 203.0.113.7, or a range as in 203.0.113.0/28"
	}
	if p != p.Masked() {
		return prefix, "is no range: it begins at " + p.Masked().String()
	}
	return p, ""
}

// command reads a program with its arguments.
func (r *reader) command(n *yaml.Node, what string) []string {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		r.fail(n, "%s must be a list of words, as in [docker, restart, bot]: no shell is there to split it", what)
		return nil
	}
	var words []string
	r.list(n, what, func(_ *yaml.Node, value string) { words = append(words, value) })
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.fail(n, "%s names no program", what)
	}
	return words
}
