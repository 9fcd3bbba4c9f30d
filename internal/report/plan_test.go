package report

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A plan names each key once, with all that happens to it in its order, and the
// risks; a document keeps its parts apart.
func TestPlan(t *testing.T) {
	p := Plan{
		{Kind: "contain", Key: "grid", Steps: []string{"set it to read-only"}, Risks: []string{}},
		{Kind: "contain", Key: "hedge", Steps: []string{"set it to read-only"}, Risks: []string{"lock-out: only from here"}},
		{Kind: "revoke", Key: "grid", Steps: []string{"delete it"}, Risks: []string{"last-manager: no other"}},
		{Kind: "rotate", Key: "spot", Steps: []string{"make one", "prove it"}, Risks: []string{}},
	}
	var out bytes.Buffer
	if err := p.Write(&out, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	want := `plan: grid: read-only now, then delete
  1. set it to read-only
  2. delete it
  risk: last-manager: no other
plan: hedge: read-only now
  1. set it to read-only
  risk: lock-out: only from here
plan: spot: rotate
  1. make one
  2. prove it
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if len(p) != 4 || p[0].Kind != "contain" || len(p[0].Steps) != 1 {
		t.Errorf("the plan itself was changed: %+v", p[0])
	}
}
