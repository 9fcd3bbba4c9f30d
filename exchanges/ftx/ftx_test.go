package ftx

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

func credential() exchanges.Credential {
	return exchanges.Credential{
		AccessKey:  "Qm3vX_7tLr9-KpW2sYb8NdZc4HgJf6TaUe0RoMi1",
		Secret:     exchanges.NewSecret("CANARYsecret" + strings.Repeat("s", 28)),
		Passphrase: exchanges.NewSecret("CANARYphrase"),
	}
}

// Nothing is sent, also when the configuration names an endpoint.
func TestNothingIsSent(t *testing.T) {
	clock := exchangetest.NewClock()
	server, err := fake.Start(clock.Now, func(*fake.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fake.JSON(w, http.StatusOK, map[string]any{"success": true})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	e := Exchange()
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: e.Protocol, Endpoint: server.URL, AllowWrites: true, Now: clock.Now, Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]exchanges.Credential{
		"whole":              credential(),
		"without its secret": {AccessKey: credential().AccessKey}, "empty": {},
	} {
		a, err := e.Open(c, exchanges.Env{Caller: client})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		k, err := a.Inspect(t.Context())
		want := exchanges.Key{
			Ref: exchanges.KeyRef{
				Exchange:  Name,
				AccessKey: c.AccessKey,
				Account:   exchanges.Account{Kind: exchanges.AccountUnknown},
			},
			Status: exchanges.StatusDefunct,
		}
		d := cmp.Diff(want, k, cmp.Exporter(func(t reflect.Type) bool { return strings.HasPrefix(t.PkgPath(), "rekey/") }))
		if err != nil || d != "" {
			t.Errorf("%s: error %v, key (-want +got):\n%s", name, err, d)
		}
		if !reflect.DeepEqual(a.Card(), e.Card) {
			t.Errorf("%s: the adapter's card is not the registry's", name)
		}
		for _, form := range []string{"%v", "%+v", "%#v"} {
			if text := fmt.Sprintf(form+form, a, k); strings.Contains(text, exchangetest.Canary) {
				t.Errorf("%s: a secret shows when printed with %s", name, form)
			}
		}
	}
	// Not even by somebody who hands the client a request of their own.
	_, err = client.Call(t.Context(), exchanges.Call{Op: "", Build: nil})
	if exchanges.KindOf(err) != exchanges.KindRefused {
		t.Errorf("error %v, want refused", err)
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if p := e.Protocol; len(p.Hosts)+len(p.Operations)+len(p.Pools) != 0 || p.TimeOperation != "" {
		t.Errorf("the protocol declares something: %+v", p)
	}
	if err := e.Protocol.Judge(exchanges.Operation{}, exchanges.Response{
		Status: 200,
		Body:   []byte(`{"success":true}`),
	}); err == nil {
		t.Error("an answer is taken for one of FTX")
	}
}

// The package has no way to send and no way to a secret's text.
func TestImports(t *testing.T) {
	files := token.NewFileSet()
	for _, name := range []string{"ftx.go", "card.go"} {
		f, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil || !slices.Contains([]string{"context", "regexp", "rekey/exchanges"}, path) {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Reveal", "Swapped"}, s.Sel.Name) {
				t.Errorf("%s takes a secret's text by %s", name, s.Sel.Name)
			}
			return true
		})
	}
}

func TestCard(t *testing.T) {
	c := card()
	if c.Kind != "defunct" || c.Name != Name || c.Death == "" || c.Checked == "" {
		t.Errorf("card %+v", c)
	}
	for _, row := range c.Capabilities {
		if row.InRekey || row.Way != exchanges.Nobody || row.Source == "" || row.Checked == "" {
			t.Errorf("%s of %s: %+v", row.Action, row.Reach, row)
		}
	}
	for _, action := range []exchanges.Action{
		exchanges.ActInspect, exchanges.ActList, exchanges.ActIssue,
		exchanges.ActEdit, exchanges.ActRevoke, exchanges.ActFreeze,
	} {
		if !slices.ContainsFunc(c.Capabilities, func(r exchanges.Capability) bool { return r.Action == action }) {
			t.Errorf("the card says nothing of %s", action)
		}
	}
	notes := strings.Join(c.Notes, "\n")
	for _, say := range []string{
		"nothing to revoke", "Never send", "claim about unauthorised trades",
		"remove the stored secret", "as leaked", "claims.ftx.com", "2023-09-29", "no longer be read by API",
	} {
		if !strings.Contains(notes, say) {
			t.Errorf("the notes do not say %q", say)
		}
	}
}

func TestRecognise(t *testing.T) {
	whole := credential()
	for _, c := range []struct {
		says    string
		c       exchanges.Credential
		want    exchanges.Fit
		problem bool
	}{
		{says: "of the documented form", c: whole, want: exchanges.Fit{
			AccessKey: exchanges.Possible,
			Secret:    exchanges.Possible,
		}},
		{
			says: "the access key alone", c: exchanges.Credential{AccessKey: whole.AccessKey},
			want: exchanges.Fit{AccessKey: exchanges.Possible},
		},
		{says: "one character short", c: exchanges.Credential{AccessKey: whole.AccessKey[1:]}, problem: true},
		{says: "in ordinary base64", c: exchanges.Credential{AccessKey: strings.Replace(whole.AccessKey, "_",
			"/", 1)}, problem: true},
		{says: "with a line end", c: exchanges.Credential{AccessKey: whole.AccessKey + "\n"}, problem: true},
	} {
		got := recognise(c.c)
		if (got.Problem != "") != c.problem {
			t.Errorf("%s: problem %q", c.says, got.Problem)
		}
		got.Problem = ""
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.says, got, c.want)
		}
	}
}
