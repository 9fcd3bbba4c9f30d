// Package notify tells people of a change, through the services that a team
// reads anyway. The addresses hold tokens, so they are secrets, and what a
// service or its library answers is never printed: it may quote the address.
package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"rekey/exchanges"
)

// Patience is how long one service may take.
const Patience = 10 * time.Second

// An Address is where one service is told: a URL of shoutrrr, such as
// slack://token@channel or generic+https://host/path.
type Address struct {
	Service string // "slack", for people; never a part of the rest
	sender  types.Service
}

// ParseAddress reads an address and sends nothing. The error names the service
// at most.
func ParseAddress(address exchanges.Secret) (Address, error) {
	text := strings.TrimSpace(address.Reveal())
	service := serviceOf(text)
	if service == "" {
		return Address{}, errors.New(
			"is no address of a service: it begins with its name, as in slack:// or generic+https://",
		)
	}
	refuseRedirects()
	sender, err := locate(text)
	if err != nil { // its text quotes the address
		return Address{}, fmt.Errorf(
			"is no address that the service %s could be told at, or there is no such service",
			service,
		)
	}
	refuseRedirectsOf(sender)
	return Address{service, sender}, nil
}

// locate makes the service of an address.
func locate(text string) (types.Service, error) {
	services, err := router.New(nil)
	if err != nil {
		return nil, err
	}
	return services.Locate(text)
}

// serviceOf is what stands before "://", when it is a word.
func serviceOf(text string) string {
	scheme, _, ok := strings.Cut(text, "://")
	if !ok || len(scheme) > 24 || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz+") != "" {
		return ""
	}
	service, _, _ := strings.Cut(scheme, "+")
	return service
}

// Tell sends a message. The error says what went wrong as far as that can be
// said without quoting anybody. A service that is told twice tells twice, so
// nothing is tried again.
func (a Address) Tell(ctx context.Context, title, text string) error {
	done := make(chan error, 1)
	go func() {
		params := types.Params{}
		params.SetTitle(title)
		done <- a.sender.Send(text, &params)
	}()
	select {
	case err := <-done:
		return whyNot(err)
	case <-ctx.Done():
		return errors.New("interrupted; it may have been told")
	case <-time.After(Patience):
		return errors.New("no answer in time; it may have been told")
	}
}

// whyNot words an error of the library without its text.
func whyNot(err error) error {
	var timeout net.Error
	var lookup *net.DNSError
	var refused *net.OpError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errRedirect):
		return errors.New("it answered with a redirect, which is never followed: nothing was told there")
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("no answer in time; it may have been told")
	case errors.As(err, &lookup):
		return errors.New("its host has no address")
	case errors.As(err, &refused):
		return errors.New("no connection")
	}
	return errors.New("the service, or its address, was refused")
}
