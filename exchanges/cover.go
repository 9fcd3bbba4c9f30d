package exchanges

import "slices"

// A Cover says what one permission of an exchange stands for, where the
// exchange has one word for several of rekey's permissions. What a word may
// cover besides, and no source says, is left out.
type Cover struct {
	Permission Permission
	Words      []string     // the exchange's own words that rekey reads as Permission
	Covers     []Permission // what they are documented to let a key do
	Note       string       // what is left open, or particular about a word
	Source     string       // where it was read
	Checked    string       // the day it was read, YYYY-MM-DD
}

// Covers are the rows of one exchange, none where each permission stands for
// itself.
type Covers []Cover

// Covered reports whether a key that holds held can do what is wanted: the same
// permission, one that covers it, or, where the wanted one is Trade, which
// means trading in whatever market, any trading permission.
func (c Covers) Covered(held, wanted Permission) bool {
	if held == wanted || wanted == Trade && slices.Contains(TradingPermissions(), held) {
		return true
	}
	return slices.ContainsFunc(c, func(row Cover) bool {
		return row.Permission == held && slices.Contains(row.Covers, wanted)
	})
}

// Needed says what the key that replaces another is to be given so that it can
// do all of purpose and nothing that the other cannot. Want holds, in the order
// of granted, what the old key was granted and is Read, or is of use to one of
// the purposes. Missing are the purposes that nothing in want covers: then a
// key of want can do less than it is needed for, and must not be made. Without
// a purpose the new key is to be given what the old one was.
func Needed(granted, purpose []Permission, covers Covers) (want, missing []Permission) {
	if len(purpose) == 0 {
		return slices.Clone(granted), nil
	}
	for _, held := range granted {
		useful := slices.ContainsFunc(purpose, func(p Permission) bool { return covers.Covered(held, p) })
		if held == Read || useful {
			want = append(want, held)
		}
	}
	for _, p := range purpose {
		covered := slices.ContainsFunc(want, func(held Permission) bool { return covers.Covered(held, p) })
		if !covered && !slices.Contains(missing, p) {
			missing = append(missing, p)
		}
	}
	return want, missing
}
