package config

import (
	"path/filepath"
	"strings"
	"testing"
)

func vaultOf(t *testing.T, text string) (VaultSettings, error) {
	t.Helper()
	c, err := Parse("/srv/desk/rekey.yaml", []byte("version: 1\nvault: "+text+"\n"), Names{})
	if err != nil {
		return VaultSettings{}, err
	}
	return c.Vault, nil
}

func TestVaultSettings(t *testing.T) {
	in := func(name string) string { return filepath.Join("/srv/desk", name) }
	for text, want := range map[string]VaultSettings{
		"{}": {},
		`{address: "https://bao.example:8200/", namespace: desk-a, ca: ca.pem}`: {
			Address: "https://bao.example:8200", Namespace: "desk-a", CA: in("ca.pem"),
		},
		"{client_cert: /etc/c.pem, client_key: k.pem}": {ClientCert: "/etc/c.pem", ClientKey: in("k.pem")},
		"{address: 'http://127.0.0.1:8200', auth: {token: {file: t}}}": {
			Address: "http://127.0.0.1:8200", Auth: VaultAuth{Method: "token", Mount: "token", File: in("t")},
		},
		"{auth: {approle: {role_id: r, secret_id: {wrapped: /run/sid}}}}": {
			Auth: VaultAuth{Method: "approle", Mount: "approle", Role: "r", File: "/run/sid"},
		},
		"{auth: {kubernetes: {role: r, mount: k8s/desk/}}}": {
			Auth: VaultAuth{Method: "kubernetes", Mount: "k8s/desk", Role: "r", File: serviceAccountToken},
		},
		"{auth: {jwt: {role: ci, variable: ID_TOKEN}}}": {
			Auth: VaultAuth{Method: "jwt", Mount: "jwt", Role: "ci", Variable: "ID_TOKEN"},
		},
	} {
		if got, err := vaultOf(t, text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestVaultSettingsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"[]": "vault must be a mapping",

		"{adr: x}":                                                     `unknown field "adr"`,
		"{address: 'http://bao.example'}":                              "vault: address is plain http to another machine",
		"{address: 'https://u:p@b.ex'}":                                "vault: address holds a user name",
		"{auth: {approle: {role_id: r}}}":                              "secret_id is required",
		"{auth: {approle: {secret_id: s}}}":                            "must be a mapping",
		"{auth: {jwt: {role: r}}}":                                     "by one of file and variable",
		"{auth: {jwt: {role: r, file: a, variable: B}}}":               "by one of file and variable",
		"{auth: {kubernetes: {role: r, mount: ../sys}}}":               "is no mount",
		"{auth: {kubernetes: {role: r}, jwt: {role: r, variable: B}}}": "has 2 methods",
		"{auth: {token: hvs.CANARY}}":                                  "must be a mapping",
		"{auth: {approle: {role_id: r, secret_id: {id: CANARY}}}}":     "wrapped is required",
		"{auth: {userpass: {role: r}}}":                                `unknown field "userpass"`,
	} {
		_, err := vaultOf(t, text)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v, want %q in it", text, err, says)
		}
	}
}
