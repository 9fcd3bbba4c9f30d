package change

import (
	"fmt"
	"testing"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// crowd is a world of n more keys of sub-accounts, each declared and listed by
// the master, and each with two runs that have ended.
func crowd(n int) (*world, []string) {
	w := worldOf("okx")
	master := w.Survey.Managers["master"]
	names := make([]string, n)
	for i := range names {
		name, accessKey := fmt.Sprintf("bot-%04d", i), fmt.Sprintf("%016d-crowd", i)
		account := exchanges.Account{Name: fmt.Sprintf("desk%d", i), Kind: exchanges.AccountSub}
		w.add(name, accessKey, account)
		e := &w.Entries[len(w.Entries)-1]
		e.Inventory.Manager, e.Inventory.Rotation = "master", 1
		w.Survey.Subjects[len(w.Survey.Subjects)-1].Inventory = e.Inventory
		master.Lists[accessKey] = true
		w.Runs = append(w.Runs, runOf(
			journal.Rotate,
			name,
			begun("before"+accessKey),
			stored(accessKey, now.AddDate(0, 0,
				-9)),
			result(
				journal.Retiring,
				"proven",
			),
			did(journal.Done),
		), runOf(journal.Contain, name, begun(accessKey), did(journal.Done)))
		names[i] = name
	}
	return w, names
}

// Planning 5,000 keys: at most 100 ms.
func BenchmarkPlan5000(b *testing.B) {
	w, names := crowd(5000)
	for _, o := range []Options{{Kind: journal.Rotate}, {Kind: journal.Rotate, Due: true}, {Kind: journal.Revoke}} {
		b.Run(fmt.Sprintf("%s due=%v", o.Kind, o.Due), func(b *testing.B) {
			for b.Loop() {
				if got := Plan(w.Seen, names, o); !got[len(got)-1].Verdict.Acts() {
					b.Fatalf("%+v", got[len(got)-1].Reason)
				}
			}
		})
	}
}

// A response to 1,000 keys, from what is concerned to how each stands.
func BenchmarkRespond1000(b *testing.B) {
	w, names := crowd(1000)
	var plan []journal.PlannedKey
	for _, name := range names {
		plan = append(plan, journal.PlannedKey{
			Key: name, Exchange: "okx",
			ID: journal.NameKey(w.Facts[name].Credential.AccessKey),
		})
	}
	for i := range 100 { // keys that nobody declared
		subject := w.Survey.Subjects[i+2]
		subject.Name, subject.Origin = "", audit.FromExchange
		subject.Key.Ref.AccessKey = fmt.Sprintf("%016d-evil", i)
		w.Survey.Subjects = append(w.Survey.Subjects, subject)
	}
	var in []Concern
	b.Run("Concerned", func(b *testing.B) {
		for b.Loop() {
			in, _ = Concerned(w.Survey, nil, Scope{Keys: names})
		}
	})
	b.Run("Concerned again", func(b *testing.B) {
		for b.Loop() {
			in, _ = Concerned(w.Survey, nil, Scope{Earlier: plan})
		}
	})
	b.Run("Respond", func(b *testing.B) {
		for b.Loop() {
			Respond(w.Seen, in, ResponseOptions{Replaced: func(survey.Entry) bool { return true }})
		}
	})
	b.Run("StateOf", func(b *testing.B) {
		for b.Loop() {
			for _, c := range in {
				StateOf(lookOf(c, &w.Survey, &w.Survey, w.Runs))
			}
		}
	})
}
