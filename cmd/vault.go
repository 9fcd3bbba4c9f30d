package cmd

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/kv"
	"rekey/internal/location"
)

// inVault keeps the secrets of vault: locations. The server is made when the
// first location asks for it, once for a whole command: one login, however many
// credentials lie there.
type inVault struct {
	app      *App
	settings config.VaultSettings

	once   sync.Once
	server *kv.Server
	err    error
}

func (v *inVault) open() (*kv.Server, error) {
	v.once.Do(func() {
		var o kv.Options
		if o, v.err = v.app.vaultOptions(v.settings); v.err == nil {
			v.server, v.err = kv.New(o)
		}
	})
	return v.server, v.err
}

func (v *inVault) Read(ctx context.Context, path string) (kv.Document, error) {
	s, err := v.open()
	if err != nil {
		return kv.Document{}, err
	}
	return s.Read(ctx, path)
}

func (v *inVault) Write(ctx context.Context, from kv.Document, text exchanges.Secret) (kv.Document, error) {
	s, err := v.open()
	if err != nil {
		return kv.Document{}, err
	}
	return s.Write(ctx, from, text)
}

func (v *inVault) MayWrite(ctx context.Context, d kv.Document) error {
	s, err := v.open()
	if err != nil {
		return err
	}
	return s.MayWrite(ctx, d)
}

// vaultOptions are the server that rekey.yaml names; what it leaves out comes
// from the environment. An error of ReasonInvalid is wrong configuration.
func (a *App) vaultOptions(s config.VaultSettings) (kv.Options, error) {
	o := kv.Options{Sleep: a.Sleep, Now: a.Now}
	if a.flags.verbose {
		o.Log = a.logEvent
	}
	for _, name := range []string{"BAO_SKIP_VERIFY", "VAULT_SKIP_VERIFY"} {
		if value := a.getenv(name); value != "" {
			if skip, err := strconv.ParseBool(value); err != nil || skip {
				return o, &kv.Error{
					Reason: kv.ReasonInvalid, Problem: name + " is set, and rekey never goes without verifying TLS",
					Hint: "unset it; BAO_CACERT or vault: ca in rekey.yaml names the file of who signed the server's certificate",
				}
			}
		}
	}
	var wrong error
	either := func(set, name string) string {
		if set != "" {
			return set
		}
		value, err := a.eitherVariable(name)
		wrong = errors.Join(wrong, err)
		return value
	}
	file := func(set, name string) string {
		if set == "" {
			if set = either("", name); set != "" {
				set = a.path(set)
			}
		}
		return set
	}
	o.Address, o.Namespace = either(s.Address, "ADDR"), either(s.Namespace, "NAMESPACE")
	o.CA = file(s.CA, "CACERT")
	o.ClientCert, o.ClientKey = file(s.ClientCert, "CLIENT_CERT"), file(s.ClientKey, "CLIENT_KEY")
	token, err := a.vaultAuth(s.Auth)
	wrong = errors.Join(wrong, err)
	o.Auth = token
	if wrong != nil {
		return o, wrong
	}
	if o.Address == "" {
		return o, &kv.Error{
			Reason: kv.ReasonLogin, Problem: "no server is named",
			Hint: "set BAO_ADDR or VAULT_ADDR, or write vault: address into rekey.yaml",
		}
	}
	return o, nil
}

// eitherVariable reads BAO_name or VAULT_name. Two that differ are refused: a
// token must not go to the server of the other.
func (a *App) eitherVariable(name string) (string, error) {
	bao, vault := a.getenv("BAO_"+name), a.getenv("VAULT_"+name)
	switch {
	case bao == "" || bao == vault:
		return vault, nil
	case vault == "":
		return bao, nil
	}
	return "", &kv.Error{
		Reason: kv.ReasonInvalid, Problem: "BAO_" + name + " and VAULT_" + name + " are set and differ",
		Hint: "unset one of them",
	}
}

// vaultAuth is how a token is come by: as rekey.yaml says, else the token of the
// environment, else the one that a login left in the home folder.
func (a *App) vaultAuth(s config.VaultAuth) (kv.Auth, error) {
	signed := func() (exchanges.Secret, error) {
		if s.Variable != "" {
			return exchanges.NewSecret(a.getenv(s.Variable)), nil
		}
		return kv.TokenFile(s.File)
	}
	login := &kv.TokenLogin{Mount: s.Mount, Role: s.Role, Token: signed}
	switch s.Method {
	case config.AuthAppRole:
		return kv.Auth{AppRole: &kv.AppRole{Mount: s.Mount, RoleID: s.Role, Wrapped: s.File}}, nil
	case config.AuthKubernetes:
		return kv.Auth{Kubernetes: login}, nil
	case config.AuthJWT:
		return kv.Auth{JWT: login}, nil
	case config.AuthToken:
		return kv.Auth{Token: signed}, nil
	}
	text, err := a.eitherVariable("TOKEN")
	if err != nil {
		return kv.Auth{}, err
	}
	return kv.Auth{Token: func() (exchanges.Secret, error) {
		if home := a.getenv("HOME"); text == "" && home != "" {
			token, err := kv.TokenFile(filepath.Join(home, ".vault-token"))
			if kv.ReasonOf(err) == kv.ReasonLogin && errors.Is(err, fs.ErrNotExist) {
				return exchanges.Secret{}, nil
			}
			return token, err
		}
		return exchanges.NewSecret(text), nil
	}}, nil
}

// checkVault ends a command before anything is sent when a vault: location is
// used and what leads to its server is wrong.
func (a *App) checkVault(d *workspace) error {
	v, ok := d.Location.Vault.(*inVault)
	if !ok || !d.usesVault() {
		return nil
	}
	var e *kv.Error
	if _, err := v.open(); errors.As(err, &e) && e.Reason == kv.ReasonInvalid {
		var hints []string
		if e.Hint != "" {
			hints = append(hints, e.Hint)
		}
		return usage("vault: "+e.Problem+"; nothing was sent", hints...)
	}
	return nil
}

// usesVault reports whether a credential lies with a server of vault: locations.
func (d *workspace) usesVault() bool {
	var places []location.Location
	for _, e := range d.Entries {
		places = append(append(places, e.Location), e.Copies...)
	}
	for _, v := range d.Vendors {
		places = append(places, v.Location)
	}
	return slices.ContainsFunc(places, func(l location.Location) bool { return l.Kind() == location.KindVault })
}
