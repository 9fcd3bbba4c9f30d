package notify

import (
	"errors"
	"net/http"

	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// A message says which keys are worth stealing, and its address holds a token:
// neither follows a redirect to somewhere that nobody named.

var errRedirect = errors.New("a redirect")

// refuseRedirects makes the clients that the library uses refuse redirects.
// Most of its services use the process's default client or transport, which
// nothing else in rekey uses; it offers no other way to reach them.
func refuseRedirects() {
	http.DefaultClient.CheckRedirect = noRedirect           //nolint:forbidigo // the library sends with it
	if _, done := http.DefaultTransport.(refusing); !done { //nolint:forbidigo // as above
		http.DefaultTransport = refusing{http.DefaultTransport} //nolint:forbidigo // as above
	}
}

// refuseRedirectsOf does the same for the services that have a transport of
// their own.
func refuseRedirectsOf(service types.Service) {
	if s, ok := service.(interface{ GetHTTPClient() *http.Client }); ok {
		if client := s.GetHTTPClient(); client != nil {
			client.CheckRedirect = noRedirect
		}
	}
	if s, ok := service.(interface{ SetHTTPClient(client *http.Client) }); ok {
		s.SetHTTPClient(&http.Client{Timeout: Patience, CheckRedirect: noRedirect})
	}
}

func noRedirect(*http.Request, []*http.Request) error { return errRedirect }

// A refusing transport turns an answer that leads elsewhere into an error.
type refusing struct{ next http.RoundTripper }

// RoundTrip sends the request.
func (t refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	if err == nil && res.StatusCode >= 300 && res.StatusCode < 400 {
		_ = res.Body.Close()
		return nil, errRedirect
	}
	return res, err
}
