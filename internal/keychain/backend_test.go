package keychain

import (
	"sync"

	"github.com/zalando/go-keyring"
)

// A backend is a keychain in memory whose calls a test can change.
type backend struct {
	mu     sync.Mutex
	held   map[string]string
	before func(call string) error
	deaf   bool // says yes and does nothing
}

func newBackend() *backend {
	return &backend{held: map[string]string{}, before: func(string) error { return nil }}
}

func (b *backend) Set(service, user, password string) error {
	if err := b.before("set"); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.deaf {
		b.held[service+"/"+user] = password
	}
	return nil
}

func (b *backend) Get(service, user string) (string, error) {
	if err := b.before("get"); err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	text, ok := b.held[service+"/"+user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (b *backend) Delete(service, user string) error {
	if err := b.before("delete"); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.held[service+"/"+user]; !ok {
		return keyring.ErrNotFound
	}
	if !b.deaf {
		delete(b.held, service+"/"+user)
	}
	return nil
}

func on(b *backend) *Keychain { return with(b, "linux") }
