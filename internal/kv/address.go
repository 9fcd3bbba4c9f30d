package kv

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// CheckAddress returns the base URL that text is, without a slash at its end.
// The problem is the end of a sentence; it does not repeat the text, which may
// hold a password. The token goes there with every request, so plain http may
// go to this machine alone.
func CheckAddress(text string) (base, problem string) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "", "is not named"
	case err != nil || u.Host == "" || u.Opaque != "":
		return "", "is no URL; write it as in https://bao.example:8200"
	case u.Scheme != "http" && u.Scheme != "https":
		return "", "must begin with https://, or with http:// for this machine"
	case u.User != nil:
		return "", "holds a user name; leave it out"
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		return "", "must end with the host and port: no query and no fragment"
	case u.Path != "" && u.Path != "/":
		return "", "must end with the host and port: no path"
	case u.Hostname() == "" || !validPort(u):
		return "", "has no valid host and port"
	case u.Scheme == "http" && !isLocal(u.Hostname()):
		return "", "is plain http to another machine; only a loopback address or localhost may have that"
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
