// Package loopback is a client that reaches this machine and no other. The
// drill's thief and its stand-in for a person send through it.
package loopback

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Client returns a client that connects to loopback addresses alone, written as
// addresses: a name is refused without being looked up. It uses no proxy and
// follows no redirect. A call ends after ten seconds.
func Client() *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Unmap().IsLoopback() {
		return nil, fmt.Errorf("%s is not on this machine's loopback, nothing was sent", address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}
