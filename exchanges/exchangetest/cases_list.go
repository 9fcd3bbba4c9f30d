package exchangetest

import (
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

func listOne(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	all, errs := collect(t.Context(), t, b.open(t, b.Writes.Manager))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	name := b.Writes.Issue.Account.Name
	want, id := map[string]exchanges.Key{}, ""
	for _, k := range all {
		if k.Ref.Account.Name == name {
			id = k.Ref.Account.ID
			want[k.Ref.AccessKey] = k
		}
	}
	var progress []exchanges.ListProgress
	before := len(b.Server.Requests())
	n := 0
	for k, err := range m.ListKeys(t.Context(), exchanges.ListRequest{
		Account:  name,
		Progress: func(p exchanges.ListProgress) { progress = append(progress, p) },
	}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		w, ok := want[k.Ref.AccessKey]
		// What the list of sub-accounts would tell is not asked for.
		w.Ref.Account, k.Ref.Account = exchanges.Account{
			Name: w.Ref.Account.Name,
		}, exchanges.Account{
			Name: k.Ref.Account.Name,
		}
		if d := diff(w, k); !ok || d != "" {
			t.Errorf("key (-whole list +one sub-account):\n%s", d)
		}
	}
	if n != len(want) || n < 2 || len(want) == len(all) ||
		!slices.ContainsFunc(all, func(k exchanges.Key) bool { return k.Ref.AccessKey == issued.Key.Ref.AccessKey }) {
		t.Errorf("%d keys of the sub-account, want %d of %d", n, len(want), len(all))
	}
	for _, r := range b.Server.Requests()[before:] {
		about := strings.Contains(r.Query, queryText(name)) || id != "" && strings.Contains(r.Path+r.Query, id)
		lookedUp := b.Writes.ReadsFirst && r.Path != b.Writes.Listing
		if r.Query != "" && !about && !lookedUp { // the clock is asked without a query
			t.Errorf("%s is not about the sub-account: %s", r.Path, r.Query)
		}
	}
	if len(progress) == 0 || progress[len(progress)-1] != (exchanges.ListProgress{Accounts: 1, Done: 1}) {
		t.Errorf("progress %v", progress)
	}
	errs = nil
	for _, err := range m.ListKeys(t.Context(), exchanges.ListRequest{Account: "nobody@desk.example"}) {
		errs = append(errs, err)
	}
	if len(errs) != 1 || errs[0] == nil {
		t.Errorf("a sub-account that does not exist: %v", errs)
	}
}

// queryText is a name as it stands in a query.
func queryText(name string) string {
	return strings.NewReplacer("@", "%40", "+", "%2B", " ", "%20", "&", "%26").Replace(name)
}
