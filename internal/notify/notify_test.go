package notify

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A webhook gets the message, and what it refuses is said without its address.
func TestTell(t *testing.T) {
	var got string
	status := http.StatusOK
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = string(body)
		http.Error(w, "CANARY quoted: "+r.URL.String(), status)
	}))
	defer hook.Close()
	a, err := ParseAddress(exchanges.NewSecret("generic+" + hook.URL + "/CANARY?template=json"))
	if err != nil || a.Service != "generic" {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := a.Tell(t.Context(), "two keys", "are worse"); err != nil || !strings.Contains(got, "are worse") || !strings.Contains(got, "two keys") {
		t.Errorf("told %q: %v", got, err)
	}
	status = http.StatusForbidden
	if err := a.Tell(t.Context(), "title", "text"); err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("a refusal: %v", err)
	}
	hook.Close()
	if err := a.Tell(t.Context(), "title", "text"); err == nil || strings.Contains(err.Error(), "CANARY") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("nobody there: %v", err)
	}
}

// What is no address is refused before anything is sent, and not repeated.
func TestParseAddress(t *testing.T) {
	for _, address := range []string{"", "CANARY", "https://CANARY.example/hook", "slack://CANARY", "CANARY://x", "SLACK://CANARY", "discord://", "generic://%zzCANARY", "telegram://CANARY@telegram"} {
		if a, err := ParseAddress(exchanges.NewSecret(address)); err == nil || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%q: %+v, %v", address, a, err)
		}
	}
	for _, address := range []string{"generic+https://hooks.example/x", "ntfy://ntfy.example/topic", "smtp://user:pass@mail.example:587/?from=a@b.example&to=c@d.example"} {
		if _, err := ParseAddress(exchanges.NewSecret(address)); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}
