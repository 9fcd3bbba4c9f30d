package exchanges

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// What adapters check before a change is sent. A refusal here is of kind
// KindRefused: nothing has left, and nothing has happened.

// Refuse is the error for a change that rekey does not send.
func Refuse(exchange, op, detail string) *Error {
	return &Error{Exchange: exchange, Op: op, Kind: KindRefused, Detail: detail}
}

// Printable reports whether text can stand in a header as it is.
func Printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// CheckLabel refuses a label that not every exchange takes as it is, or that
// could not be found again: it has 1 to 24 letters and digits.
func CheckLabel(exchange, op, label string) error {
	strange := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if label == "" || len(label) > 24 || strings.ContainsFunc(label, strange) {
		return Refuse(exchange, op, "the label of a new key is 1 to 24 letters and digits, nothing was sent")
	}
	return nil
}

// CheckIssue refuses a new key of a sub-account that is not named, a label,
// once it is chosen, that CheckLabel refuses, and an algorithm that
// CheckAlgorithm refuses.
func CheckIssue(exchange, op string, req IssueRequest) error {
	switch {
	case req.Account.Kind == AccountMaster:
		return Refuse(exchange, op, "has no call for keys of the main account, nothing was sent: "+
			"a person makes the key")
	case req.Account.Name == "":
		return Refuse(exchange, op, "the sub-account of the new key is not known, nothing was sent: "+
			"name it as the key's account in rekey.yaml")
	}
	if req.Label != "" {
		if err := CheckLabel(exchange, op, req.Label); err != nil {
			return err
		}
	}
	return CheckAlgorithm(exchange, op, req.Algorithm)
}

// CheckAlgorithm refuses a new key that does not sign by HMAC. Exchanges make
// such a key from the public half of a pair that its owner has made, and rekey
// makes no pairs.
func CheckAlgorithm(exchange, op, algorithm string) error {
	how := "in another way" // what an exchange calls it may be any text
	switch algorithm {
	case "", "hmac":
		return nil
	case "rsa", "ed25519", "ecdsa":
		how = "by " + algorithm
	}
	return Refuse(exchange, op, "the new key is to sign "+how+", and rekey makes keys that sign by hmac; "+
		"nothing was sent: a person makes the key pair and the key")
}

// CheckEdit refuses a change that is of nothing, and a reference that CheckRef
// refuses.
func CheckEdit(exchange, op string, req EditRequest) error {
	if err := CheckRef(exchange, op, req.Ref); err != nil {
		return err
	}
	if req.Permissions == nil && req.Whitelist == nil {
		return Refuse(exchange, op, "neither permissions nor an IP whitelist are to be changed, nothing was sent")
	}
	return nil
}

// CheckRef refuses a reference that lacks the access key or the sub-account,
// without which a call could be about another key than the one that is meant,
// and one to a key of a main account.
func CheckRef(exchange, op string, ref KeyRef) error {
	switch {
	case ref.AccessKey == "":
		return Refuse(exchange, op, "the key to change is named without its access key, nothing was sent")
	case IsPart(ref.AccessKey):
		return Refuse(exchange, op, "shows only a part of the key's access key, nothing was sent: "+
			"a person changes or deletes the key")
	case ref.Account.Kind == AccountMaster:
		return Refuse(exchange, op, "has no call for keys of the main account, nothing was sent: "+
			"a person changes or deletes the key")
	case ref.Account.Name == "":
		return Refuse(exchange, op, "the sub-account of the key is not known, nothing was sent: name it as "+
			"its account in rekey.yaml")
	case ref.Exchange != "" && ref.Exchange != exchange:
		return Refuse(exchange, op, "the key belongs to another exchange, nothing was sent")
	}
	return nil
}

// CheckPermissions refuses permissions that are not among those which the
// exchange can give to such a key, and lists them.
func CheckPermissions(exchange, op string, asked, givable []Permission) error {
	var not []string
	for _, p := range asked {
		if !slices.Contains(givable, p) && !slices.Contains(not, string(p)) {
			not = append(not, string(p))
		}
	}
	if len(not) == 0 {
		return nil
	}
	var can []string
	for _, p := range givable {
		can = append(can, string(p))
	}
	return Refuse(exchange, op, fmt.Sprintf("cannot give %s to such a key by API, only %s; nothing was sent",
		strings.Join(not, ", "), strings.Join(can, ", ")))
}

// Addresses returns whitelist entries as they are sent: single addresses
// without a prefix length, each once. It refuses what is no address, and most
// of all a masked one ("203.**.7"), which exchanges give out and nobody can
// give back; networks where the exchange documents single addresses only; and
// more than most entries.
func Addresses(exchange, op string, whitelist []string, most int, networks bool) ([]string, error) {
	out := []string{}
	for _, entry := range whitelist {
		p, ok := parsePrefix(strings.TrimSpace(entry))
		switch {
		case strings.Contains(entry, "*"):
			return nil, Refuse(exchange, op, "the IP whitelist to set holds a masked entry, as the exchange shows it, which "+
				"cannot be copied: name the addresses in rekey.yaml; nothing was sent")
		case !ok:
			return nil, Refuse(exchange, op, "the IP whitelist to set holds something that is no address, nothing was sent")
		case p.Masked().Addr() != p.Addr():
			return nil, Refuse(exchange, op, "the IP whitelist to set holds a network with host bits, so it is not clear "+
				"which addresses are meant; nothing was sent")
		case !p.IsSingleIP() && !networks:
			return nil, Refuse(exchange, op, "does not document networks in an IP whitelist, only single addresses, and one "+
				"entry is a network; nothing was sent")
		}
		if text := sentForm(p); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) > most {
		return nil, Refuse(exchange, op, fmt.Sprintf("has room for %d entries in an IP whitelist, not for %d; nothing "+
			"was sent", most, len(out)))
	}
	return out, nil
}

func sentForm(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().Unmap().String()
	}
	return p.String()
}

// Unclear is the error for a change that the exchange accepted in an answer
// without what it must hold. The change may have been made.
func Unclear(exchange, op string, res Response, detail string) *Error {
	return &Error{
		Exchange: exchange, Op: op, Kind: KindUncertain, Status: res.Status,
		Detail: detail + "; it may have happened: look before trying again",
	}
}

// Gone is the outcome of a deletion, nil once the key is gone. The answer that
// the exchange documents for one proves it. Any other answer, and a refusal
// that may mean that there was nothing to delete, is settled by listed, which
// reports whether the exchange still lists the key: which code a key that does
// not exist gets is documented nowhere. What the look cannot settle stays as it
// was.
func Gone(exchange, op string, res Response, err error, documented bool, listed func() (bool, error)) error {
	switch {
	case err == nil && documented:
		return nil
	case err == nil:
		err = Unclear(exchange, op, res, "answered a deletion with something that is not documented")
	case !mayBeGone(err):
		return err
	}
	if lives, trouble := listed(); trouble != nil || lives {
		return err
	}
	return nil
}

// mayBeGone reports whether the refusal of a deletion may mean that there is
// nothing left to delete: the exchange refused in its own words, and not for
// want of a right, a signature or time. A lost answer is none of it.
func mayBeGone(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case KindNoSuchKey, KindRejected:
		return true
	case KindUncertain:
		return e.Code != "" && e.Status < 500
	default:
		return false
	}
}

// AfterPart returns the error of a change that stopped half way, with what was
// done before.
func AfterPart(err error, done string) error {
	return change(err, func(e *Error) { e.Detail = done + ", and then not everything: " + e.Detail })
}
