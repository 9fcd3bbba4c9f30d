package kv_test

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// overTLS serves the fake with a certificate that nobody knows, and returns the
// file that vouches for it.
func overTLS(t *testing.T) (address, ca string) {
	t.Helper()
	f := start(t)
	f.Put("kv/bot", secretText)
	server := httptest.NewTLSServer(f)
	t.Cleanup(server.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, ca
}
