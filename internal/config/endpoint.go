package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// exchanges reads the settings of exchanges.
func (r *reader) exchanges(n *yaml.Node) map[string]ExchangeSettings {
	all := map[string]ExchangeSettings{}
	for _, e := range r.entries(n, "exchanges") {
		known, ok := r.names.exchange(e.name)
		if !ok {
			if slices.Contains(r.names.Vendors, e.name) {
				r.fail(e.key, "exchanges: %s is a vendor; its settings belong under vendors", e.name)
			} else {
				r.unknownExchange(e.key, "exchanges", e.name)
			}
			continue
		}
		var s ExchangeSettings
		var endpoint endpointNodes
		var page *yaml.Node
		what := "exchanges: " + e.name
		r.fields(
			e.value,
			what,
			e.key,
			field{"region", false, func(n *yaml.Node) { s.Region = r.choice(n, what, e.name, "region", known.Regions) }},
			field{
				"environment",
				false,
				func(n *yaml.Node) { s.Environment = r.choice(n, what, e.name, "environment", known.Environments) },
			},
			field{"endpoint", false, func(n *yaml.Node) { endpoint.url = n }},
			field{"trust_endpoint", false, func(n *yaml.Node) { endpoint.trust = n }},
			field{"page", false, func(n *yaml.Node) { page = n }},
		)
		s.Endpoint, s.TrustEndpoint = r.endpoint(endpoint, what)
		if _, twice := all[known.Name]; twice {
			r.fail(e.key, "exchanges: %s stands there twice, under two names", known.Name)
		}
		s.Page = r.page(page, s.Endpoint, what)
		all[known.Name] = s
	}
	return all
}

// page reads the address of the page of a drill. A page that stood in for that of a
// real exchange would have a person believe that they deleted a key.
func (r *reader) page(n *yaml.Node, endpoint, what string) string {
	if n == nil {
		return ""
	}
	text, ok := r.text(n, what+": page")
	if !ok {
		return ""
	}
	at, err := url.Parse(endpoint)
	if err != nil || endpoint == "" || !isLocal(at.Hostname()) {
		r.fail(n, "%s: a page of one's own goes with an endpoint on this machine alone", what)
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.User != nil || !isLocal(u.Hostname()) || !validPort(u) {
		r.fail(n, "%s: page is no address on this machine; write it as in http://127.0.0.1:9001/", what)
		return ""
	}
	return u.String()
}

// choice reads a word that is one of those an exchange knows.
func (r *reader) choice(n *yaml.Node, what, exchange, field string, known []string) string {
	word, ok := r.text(n, what+": "+field)
	switch {
	case !ok:
	case slices.Contains(known, word):
		return word
	case len(known) == 0:
		r.fail(n, "%s: %s has no %ss to choose from", what, exchange, field)
	default:
		hint := suggestion(word, known)
		if hint == "" {
			hint = "; known are " + strings.Join(known, ", ")
		}
		r.fail(n, "%s: unknown %s %s%s", what, field, quote(word), hint)
	}
	return ""
}

// vendors reads the settings of vendors.
func (r *reader) vendors(n *yaml.Node) map[string]VendorSettings {
	all := map[string]VendorSettings{}
	for _, e := range r.entries(n, "vendors") {
		if !slices.Contains(r.names.Vendors, e.name) {
			hint := suggestion(e.name, r.names.Vendors)
			if hint == "" {
				hint = "; known are " + strings.Join(r.names.Vendors, ", ")
			}
			r.fail(e.key, "vendors: unknown vendor %s%s", quote(e.name), hint)
			continue
		}
		var s VendorSettings
		var endpoint endpointNodes
		what := "vendors: " + e.name
		r.fields(e.value, what, e.key,
			field{"credential", true, func(n *yaml.Node) { s.Credential = r.location(n, what+": credential") }},
			field{"endpoint", false, func(n *yaml.Node) { endpoint.url = n }},
			field{"trust_endpoint", false, func(n *yaml.Node) { endpoint.trust = n }},
		)
		s.Endpoint, s.TrustEndpoint = r.endpoint(endpoint, what)
		all[e.name] = s
	}
	return all
}

// endpointNodes are the two fields that are judged together.
type endpointNodes struct{ url, trust *yaml.Node }

// endpoint reads an endpoint: every request, with its signature, will go
// there. So plain http goes to this machine only, and any other machine needs
// https and the user's word.
func (r *reader) endpoint(nodes endpointNodes, what string) (endpoint string, trusted bool) {
	if nodes.trust != nil {
		trusted = r.flag(nodes.trust, what+": trust_endpoint")
	}
	if nodes.url == nil {
		if nodes.trust != nil {
			r.fail(nodes.trust, "%s: trust_endpoint says nothing without an endpoint", what)
		}
		return "", trusted
	}
	text, ok := r.text(nodes.url, what+": endpoint")
	if !ok {
		return "", trusted
	}
	endpoint, problem := checkEndpoint(text, trusted)
	if problem != "" {
		r.fail(nodes.url, "%s: endpoint %s", what, problem)
	}
	return endpoint, trusted
}

// checkEndpoint returns the base URL that text is. The problem is the end of a
// sentence; it does not repeat the text, which may hold a password.
func checkEndpoint(text string, trusted bool) (base, problem string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return "", "is no URL; write it as in http://127.0.0.1:9001"
	case u.Scheme != "http" && u.Scheme != "https":
		return "", "must begin with https://, or with http:// for this machine"
	case u.User != nil:
		return "", "holds a user name; leave it out"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(text, "#"):
		return "", "must end with the host and port: no query and no fragment"
	case u.Path != "" && u.Path != "/":
		return "", "must end with the host and port: it replaces the hosts of an exchange, and the paths stay"
	case u.Hostname() == "" || !validPort(u):
		return "", "has no valid host and port"
	case isLocal(u.Hostname()):
	case u.Scheme == "http":
		return "", "is plain http to another machine; only a loopback address or localhost may have that"
	case !trusted:
		return "", "is not on this machine; if the requests and signatures may go there, say so with trust_endpoint: true"
	}
	return u.Scheme + "://" + u.Host, ""
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && port > 0 && port < 1<<16
}

// isLocal reports whether host is this machine in so many words. No name is
// looked up.
func isLocal(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Zone() == "" && address.IsLoopback()
}
