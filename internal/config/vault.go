package config

import (
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"rekey/internal/kv"
)

// VaultSettings say where the server of vault: locations is and how a token for
// it is come by. What is empty comes from the environment.
type VaultSettings struct {
	Address, Namespace        string
	CA, ClientCert, ClientKey string // files, as whole paths
	Auth                      VaultAuth
}

// VaultAuth is one way to a token; the zero VaultAuth is the environment's token,
// or the one that a login left in the home folder.
type VaultAuth struct {
	Method string // "token", "approle", "kubernetes", "jwt", or ""
	Mount  string // of the auth method on the server
	Role   string // the role, of approle its role id
	// File holds the token, of approle the wrapped secret id, as a whole path;
	// Variable names the variable that holds the signed token of a CI system.
	File, Variable string
}

// The names of the auth methods, and the fields of rekey.yaml.
const (
	AuthToken      = "token"
	AuthAppRole    = "approle"
	AuthKubernetes = "kubernetes"
	AuthJWT        = "jwt"
)

// serviceAccountToken is where Kubernetes puts the token of a pod.
const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token" //nolint:gosec // G101: a path

// vault reads the server of vault: locations.
func (r *reader) vault(n *yaml.Node) VaultSettings {
	var s VaultSettings
	const what = "vault"
	read := func(into *string) func(*yaml.Node) {
		return func(n *yaml.Node) { *into, _ = r.text(n, what) }
	}
	var address *yaml.Node
	r.fields(n, what, n,
		field{"address", false, func(n *yaml.Node) { address = n; s.Address, _ = r.text(n, what+": address") }},
		field{"namespace", false, read(&s.Namespace)},
		field{"ca", false, func(n *yaml.Node) { s.CA = r.pathIn(n, what+": ca") }},
		field{"client_cert", false, func(n *yaml.Node) { s.ClientCert = r.pathIn(n, what+": client_cert") }},
		field{"client_key", false, func(n *yaml.Node) { s.ClientKey = r.pathIn(n, what+": client_key") }},
		field{"auth", false, func(n *yaml.Node) { s.Auth = r.vaultAuth(n, what+": auth") }},
	)
	if s.Address != "" {
		base, problem := kv.CheckAddress(s.Address)
		if problem != "" {
			r.fail(address, "%s: address %s", what, problem)
		}
		s.Address = base
	}
	return s
}

// vaultAuth reads one auth method.
func (r *reader) vaultAuth(n *yaml.Node, what string) VaultAuth {
	var a VaultAuth
	methods := 0
	method := func(name string, read func(n *yaml.Node, what string)) field {
		return field{name, false, func(n *yaml.Node) {
			methods++
			a = VaultAuth{Method: name, Mount: name}
			read(n, what+": "+name)
		}}
	}
	mount := func(what string) field {
		return field{"mount", false, func(n *yaml.Node) { a.Mount = r.mount(n, what+": mount") }}
	}
	role := func(name, what string) field {
		return field{name, true, func(n *yaml.Node) { a.Role, _ = r.text(n, what+": "+name) }}
	}
	from := func(required bool, what string) field {
		return field{"file", required, func(n *yaml.Node) { a.File = r.pathIn(n, what+": file") }}
	}
	r.fields(n, what, n,
		method(AuthToken, func(n *yaml.Node, what string) { r.fields(n, what, n, from(true, what)) }),
		method(AuthAppRole, func(n *yaml.Node, what string) {
			r.fields(n, what, n, mount(what), role("role_id", what),
				field{"secret_id", true, func(n *yaml.Node) {
					r.fields(n, what+": secret_id", n, field{"wrapped", true, func(n *yaml.Node) {
						a.File = r.pathIn(n, what+": secret_id: wrapped")
					}})
				}})
		}),
		method(AuthKubernetes, func(n *yaml.Node, what string) {
			a.File = serviceAccountToken
			r.fields(n, what, n, mount(what), role("role", what), from(false, what))
		}),
		method(AuthJWT, func(n *yaml.Node, what string) {
			r.fields(n, what, n, mount(what), role("role", what), from(false, what),
				field{"variable", false, func(n *yaml.Node) { a.Variable, _ = r.text(n, what+": variable") }})
			if (a.File == "") == (a.Variable == "") {
				r.fail(n, "%s: name the signed token by one of file and variable", what)
			}
		}),
	)
	if methods > 1 {
		r.fail(n, "%s: has %d methods; name one", what, methods)
	}
	return a
}

// pathIn reads a path, relative to the file that names it.
func (r *reader) pathIn(n *yaml.Node, what string) string {
	path, ok := r.text(n, what)
	if !ok || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.dir, path)
}

// mount reads where an auth method is on the server.
func (r *reader) mount(n *yaml.Node, what string) string {
	text, ok := r.text(n, what)
	text = strings.Trim(text, "/")
	if ok && kv.CheckPath("auth/"+text) != "" {
		r.fail(n, "%s is no mount; write it as in approle or teams/approle", what)
	}
	return text
}
