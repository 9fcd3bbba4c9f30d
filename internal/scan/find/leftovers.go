package find

import (
	"slices"

	"rekey/internal/form"
)

// leftovers reports the parts whose other half is nowhere near: only where a
// name or the structure says which exchange they are of, and the form agrees.
func (j *judge) leftovers() {
	for _, g := range j.loose {
		for _, it := range g.items {
			if j.taken[it.value] || it.role != form.AccessKey && it.role != form.Secret {
				continue
			}
			if set, ok := j.partial(g, it); ok {
				j.taken[it.value] = true
				j.sets = append(j.sets, set)
			}
		}
	}
}

func (j *judge) partial(g group, it item) (Set, bool) {
	may := it.fit.Key
	if it.role == form.Secret {
		may = it.fit.Secret
	}
	for _, x := range []int{it.named, g.said, pathNamed(g.path, may)} {
		if x < 0 {
			continue
		}
		if form.IsPlaceholder(it.role, it.value) {
			s := Set{Exchange: form.Get(x).Name, Kind: Placeholder, Confidence: High, Why: "waits to be filled in"}
			s.put(it)
			return s, it.role == form.AccessKey && it.value != "" && len(it.value) >= 3 && !j.usedIn(g)
		}
		alone := form.Get(x).Distinct || form.Get(x).SecretAlone && it.role == form.Secret
		if !may.Has(x) || !alone || isPEMValue(it.value) {
			return Set{}, false
		}
		s := Set{Exchange: form.Get(x).Name, Kind: Partial, Confidence: Medium, Why: "the other parts are nowhere near"}
		s.put(it)
		if form.IsSample(it.value) {
			s.Kind, s.Why = Sample, "published as an example"
		}
		return s, true
	}
	return Set{}, false
}

func (s *Set) put(it item) {
	if it.role == form.Secret {
		s.Secret = it.part()
		return
	}
	s.Key = it.part()
}

// usedIn reports whether a credential was found in a group.
func (j *judge) usedIn(g group) bool {
	return slices.ContainsFunc(g.items, func(it item) bool { return j.taken[it.value] })
}
