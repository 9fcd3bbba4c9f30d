package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

func TestAuditJSONIsGolden(t *testing.T) {
	texttest.Golden(t, *update, "audit.json", audited(t, stagedAudit(), "json", Options{}))
	texttest.Golden(t, *update, "audit-empty.json", audited(t, stagedFleet(0), "json", Options{}))
}

// Every document is what `rekey audit --schema` says.
func TestAuditJSONFitsItsSchema(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("audit.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("audit.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]audit.Input{
		"staged": stagedAudit(), "fleet": stagedFleet(50),
		"empty": stagedFleet(0),
	} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(audited(t, in, "json", Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a terminal would obey stands in the document as an escape, so that it
// can be shown; and what a program reads from it is what was put in.
func TestAuditJSONIsShownAndReadBack(t *testing.T) {
	out := audited(t, stagedAudit(), "json", Options{})
	for _, r := range string(out) {
		if r != '\n' && text.Unsafe(r) {
			t.Errorf("the document shows %U", r)
		}
	}
	var back audit.Result
	if err := json.Unmarshal(out, &back); err != nil {
		t.Fatal(err)
	}
	exported := cmp.Exporter(func(reflect.Type) bool { return true })
	if diff := cmp.Diff(judged(t, stagedAudit(), Options{}), &back, exported); diff != "" {
		t.Errorf("read back it is different:\n%s", diff)
	}
}

// asText is what JSON makes of a text: it has no word for bytes that are none.
func asText(s string) string { return string([]rune(s)) }

// Labels, account names and an exchange's own words are data: a program gets
// them as they were, however hostile, as long as they are text.
func TestLabelsStayDataInJSON(t *testing.T) {
	for _, label := range append(texttest.Hostile(), "plain", `quo"te\back/slash`, "<script>&", "  blanks  ",
		"tab\tline\nend", strings.Repeat("long ", 1000)) {
		if label = label[:min(len(label), 1<<14)]; label == "" { // a document says null then
			continue
		}
		in := stagedFleet(0)
		s := stagedStranger("binance", label, label, "AbCd-middle-of-the-key-WxYz")
		s.Key.Raw = []string{label}
		in.Subjects = []audit.Subject{s}
		var doc audit.Result
		if err := json.Unmarshal(audited(t, in, "json", Options{}), &doc); err != nil {
			t.Fatal(err)
		}
		k, want := doc.Keys[0], asText(label)
		if string(k.Label) != want || string(k.Account.Name) != want || k.PermissionsRaw[0] != want {
			t.Errorf("%.200q is label %.200q, account %.200q, raw %.200q", label, k.Label, k.Account.Name, k.PermissionsRaw[0])
		}
		if name := "binance/" + want + "/AbCd…WxYz"; doc.Findings[0].Key != name {
			t.Errorf("findings name the key %.200q", doc.Findings[0].Key)
		}
	}
}

// The summary is the sum of what stands above it.
func TestSumsOfAuditJSON(t *testing.T) {
	for name, in := range map[string]audit.Input{
		"staged": stagedAudit(), "fleet": stagedFleet(50),
		"empty": stagedFleet(0),
	} {
		var doc audit.Result
		if err := json.Unmarshal(audited(t, in, "json", Options{}), &doc); err != nil {
			t.Fatal(err)
		}
		counted, waived := map[string]int{}, 0
		for _, f := range doc.Findings {
			if f.Waived != nil {
				waived++
				continue
			}
			counted[f.Severity.String()]++
		}
		exit := 0
		switch {
		case counted["critical"]+counted["high"] > 0:
			exit = 3
		case len(doc.Gaps) > 0:
			exit = 4
		}
		want := audit.Summary{
			Keys: len(
				in.Subjects,
			), Critical: counted["critical"], High: counted["high"], Medium: counted["medium"],
			Low: counted["low"], Info: counted["info"],
			Waived: waived, Unknowns: len(doc.Unknowns), Gaps: len(doc.Gaps), ExitCode: exit,
			FailOn: audit.High, AtOrAbove: counted["critical"] + counted["high"],
		}
		if diff := cmp.Diff(want, doc.Summary); diff != "" || len(doc.Keys) != len(in.Subjects) {
			t.Errorf("%s: %d keys, summary:\n%s", name, len(doc.Keys), diff)
		}
		if name == "staged" && (waived == 0 || counted["info"] == 0 || counted["low"] == 0) {
			t.Errorf("the staged audit has %d waived findings, %v", waived, counted)
		}
	}
}

// null is what the exchange did not say; it is never false, empty or zero.
func TestNullIsNotTold(t *testing.T) {
	keyOf := func(s audit.Subject) audit.Key { return audit.Keys([]audit.Subject{s}, nil, time.Time{})[0] }
	k := keyOf(stagedKey("silent", "okx", withStatus(exchanges.StatusUndetermined), func(s *audit.Subject) {
		s.Key.Ref.AccessKey, s.Key.Ref.Account.Kind, s.Declared = "", "", audit.Place{File: "rekey.yaml", Line: 3, Column: 1}
	}))
	got, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"place":null,"known":0,"name":"silent","origin":"inventory","exchange":"okx",` +
		`"access_key":null,"fingerprint":null,` +
		`"account":{"id":null,"name":null,"kind":"unknown","frozen":null},"label":null,"status":"undetermined",` +
		`"permissions":null,"permissions_raw":null,` +
		`"permissions_not_told":["trade","transfer","subaccount_transfer","withdraw"],` +
		`"ip_whitelist":{"restricted":null,"entries":null},"created_at":null,"expires_at":null,"derived_expiry":null,` +
		`"ends_trading":false,"last_used_at":null,` +
		`"special_margin":false,"shared_with":[],"manager_list":null,"declared":{"owner":"desk-a","created_at":null,` +
		`"purpose":["read","spot"],"stored_in":[],"manager":null,` +
		`"file":"rekey.yaml","line":3,"column":1}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}

	// Told to be nothing is something else.
	k = keyOf(stagedKey("bare", "okx", func(s *audit.Subject) {
		s.Key.Permissions, s.Key.Raw, s.Key.Whitelist = exchanges.Permissions{}.DenyRest(), nil, exchanges.Unrestricted()
	}))
	if k.Permissions == nil || k.PermissionsRaw == nil || k.Whitelist.Restricted != exchanges.Known(false) ||
		len(k.NotTold) > 0 ||
		k.Whitelist.Entries == nil {
		t.Errorf("a key that may do nothing from anywhere is %+v", k)
	}
}
