package notify

import (
	"errors"
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
	if err := a.Tell(t.Context(), "two keys", "are worse"); err != nil || !strings.Contains(got, "are worse") ||
		!strings.Contains(got, "two keys") {
		t.Errorf("told %q: %v", got, err)
	}
	status = http.StatusForbidden
	if err := a.Tell(t.Context(), "title", "text"); err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("a refusal: %v", err)
	}
	hook.Close()
	if err := a.Tell(t.Context(), "title", "text"); err == nil || strings.Contains(err.Error(), "CANARY") ||
		strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("nobody there: %v", err)
	}
}

// What is no address is refused before anything is sent, and not repeated.
func TestParseAddress(t *testing.T) {
	for _, address := range []string{
		"", "CANARY", "https://CANARY.example/hook", "slack://CANARY", "CANARY://x",
		"SLACK://CANARY", "discord://", "generic://%zzCANARY", "telegram://CANARY@telegram",
	} {
		if a, err := ParseAddress(exchanges.NewSecret(address)); err == nil || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%q: %+v, %v", address, a, err)
		}
	}
	for _, address := range []string{
		"generic+https://hooks.example/x", "ntfy://ntfy.example/topic",
		"smtp://user:pass@mail.example:587/?from=a@b.example&to=c@d.example",
	} {
		if _, err := ParseAddress(exchanges.NewSecret(address)); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// A redirect is not followed, whichever client the service uses, and is not
// taken for "told".
func TestRedirectsAreNotFollowed(t *testing.T) {
	followed := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed++ }))
	defer elsewhere.Close()
	asked := 0
	for _, status := range []int{301, 302, 303, 307, 308} {
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			http.Redirect(w, r, elsewhere.URL+"/CANARY", status)
		}))
		host := strings.TrimPrefix(hook.URL, "http://")
		for _, address := range []string{
			"generic+" + hook.URL + "/x",
			"ntfy://" + host + "/topic?scheme=http",
			"gotify://" + host + "/AzyoeNS.D4iJLVa/?disabletls=yes",
			"mattermost://" + host + "/CANARYtoken?disabletls=yes",
			"rocketchat://" + host + "/CANARYtoken/CANARYtoken?disabletls=yes",
		} {
			a, err := ParseAddress(exchanges.NewSecret(address))
			if err != nil {
				t.Errorf("%s: %v", serviceOf(address), err)
				continue
			}
			before := asked
			if err := a.Tell(t.Context(), "title", "text"); err == nil || strings.Contains(err.Error(), "CANARY") {
				t.Errorf("%s, %d: %v", a.Service, status, err)
			}
			if asked == before && a.Service == "generic" {
				t.Errorf("%s was not asked", a.Service)
			}
		}
		hook.Close()
	}
	if followed > 0 || asked < 5 {
		t.Errorf("asked %d times, followed %d times", asked, followed)
	}
}

// Services with a client of their own use the process's transport.
func TestClientsOfTheLibraryRefuseRedirects(t *testing.T) {
	refuseRedirects()
	hook := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusFound))
	defer hook.Close()
	client := &http.Client{}
	res, err := client.Get(hook.URL) //nolint:noctx // as the library does
	if !errors.Is(err, errRedirect) {
		_ = res.Body.Close()
		t.Errorf("a client without a transport: %v", err)
	}
}
