package okx

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rekey/internal/fake"
)

// Documented limits (error codes 59501 and 59503).
const (
	mostKeys      = 50
	mostAddresses = 20
)

// labelForm is documented by account/config and the broker's twin of the call
// that creates: letters or numbers, no more than 50. An example has a dot in it.
var labelForm = regexp.MustCompile(`^[A-Za-z0-9]{1,50}$`)

// set takes over the fields that were sent. "Existing" labels, which a new one
// must differ from, are taken to be those of the same sub-account.
func (k *Key) set(f map[string]string, s *Sub) *refusal {
	if label, sent := f["label"]; sent {
		if !labelForm.MatchString(label) {
			return badParameter("label")
		}
		if slices.ContainsFunc(
			s.Keys,
			func(o *Key) bool { return o.Label == label && !o.Deleted && o.AccessKey != k.AccessKey },
		) {
			return &refusal{http.StatusOK, "59502", "This note name already exists. Enter a unique API key note name"}
		}
		k.Label = label
	}
	if list, sent := f["perm"]; sent {
		perms, refused := grant(list)
		if refused != nil {
			return refused
		}
		k.Perms = perms
	}
	if list, sent := f["ip"]; sent { // an empty text binds to nothing
		entries, ok := fake.Addresses(list, true)
		if !ok {
			return badParameter("ip")
		}
		if len(entries) > mostAddresses {
			return &refusal{http.StatusOK, "59503", "Each API key can bind up to 20 IP addresses"}
		}
		k.Whitelist = entries
	}
	return nil
}

// grant reads a list of permissions. Reading comes with trading: the documented
// example asks for "trade" and gets "read_only,trade".
func grant(list string) ([]string, *refusal) {
	perms := []string{"read_only"}
	for word := range strings.SplitSeq(list, ",") {
		switch word {
		case "read_only":
		case "trade":
			perms = []string{"read_only", "trade"}
		case "withdraw":
			return nil, &refusal{
				http.StatusOK,
				"59504",
				"Sub-accounts don't support withdrawals. Please use your main account for withdrawals.",
			}
		default:
			return nil, badParameter("perm")
		}
	}
	return perms, nil
}

// passphraseForm admits 8 to 32 characters with a digit, an upper and a lower
// case letter and a special character.
func passphraseForm(p string) *refusal {
	has := func(f func(rune) bool) bool { return strings.ContainsFunc(p, f) }
	special := func(r rune) bool { return r > ' ' && r <= '~' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	strange := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(p) < 8 || len(p) > 32 || has(strange) || !has(unicode.IsDigit) || !has(unicode.IsUpper) ||
		!has(unicode.IsLower) ||
		!has(special) {
		return &refusal{http.StatusOK, "59505", "The passphrase format is incorrect."}
	}
	return nil
}

// working refuses a suspended sub-account.
func (s *Sub) working() *refusal {
	if s.Frozen {
		return &refusal{http.StatusOK, "59508", "The sub account of " + s.Name + " is suspended."}
	}
	return nil
}

func (s *Sub) full() *refusal {
	alive := slices.DeleteFunc(slices.Clone(s.Keys), func(k *Key) bool { return k.Deleted })
	if len(alive) >= mostKeys {
		return &refusal{http.StatusOK, "59501", "Each account can create up to 50 API keys"}
	}
	return nil
}

func noSuchKey() *refusal {
	return &refusal{http.StatusOK, "59506", "API key doesn't exist."}
}

func noSuchAccount() *refusal {
	return &refusal{http.StatusOK, "59510", "Sub-account does not exist"}
}
