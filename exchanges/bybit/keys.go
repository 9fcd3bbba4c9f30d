package bybit

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"rekey/exchanges"
)

// mostAddresses is how many entries rekey puts into a whitelist. How many Bybit
// takes is not documented (read 2026-11-30).
const mostAddresses = 20

// A settings is everything that a change states of a key. update-api and
// update-sub-api take what is left out for "read and write" and "from any
// address", so all of it is sent, and compared with the answer.
type settings struct {
	readOnly bool
	groups   map[string][]string
	ips      []string // none for any address
	// fixedIPs says that the addresses are compared and not sent: those of a
	// master key cannot be changed by API.
	fixedIPs bool
}

// body is the document of a change, with fields beside the settings.
func (s settings) body(fields map[string]any) ([]byte, error) {
	bit := 0
	if s.readOnly {
		bit = 1
	}
	sent := map[string]any{"readOnly": bit, "permissions": s.groups}
	switch {
	case s.fixedIPs:
	case len(s.ips) == 0:
		sent["ips"] = "*"
	default:
		sent["ips"] = strings.Join(s.ips, ",") // a text: "string is more explicit" (changelog, 2023-09-18)
	}
	for name, value := range fields {
		sent[name] = value
	}
	return json.Marshal(sent)
}

// sameAs reports whether an answer describes a key of these settings. What the
// answer does not tell is not the same.
func (s settings) sameAs(w wireKey) bool {
	readOnly, told := w.ReadOnly.Get()
	if !told || readOnly != s.readOnly || w.IPs == nil || w.Permissions == nil {
		return false
	}
	list := addresses(*w.IPs)
	sorted := func(in []string) []string { return slices.Sorted(slices.Values(in)) }
	sent := wireKey{Permissions: s.groups}
	want, _ := sent.words()
	got, _ := w.words()
	return slices.Equal(sorted(list), sorted(s.ips)) && slices.Equal(sorted(want), sorted(got))
}

// givable are the permissions that a sub-account's key can be given
// (docs/v5/user/create-subuid-apikey; Withdraw is not among them).
func givable() []exchanges.Permission {
	return []exchanges.Permission{
		exchanges.Read, exchanges.Spot, exchanges.Futures, exchanges.Options, exchanges.Transfer,
		exchanges.SubaccountTransfer, exchanges.Earn,
	}
}

// usual are the words that give a permission to a key of which no older one is
// known.
func usual(p exchanges.Permission) []string {
	switch p {
	case exchanges.Spot:
		return []string{"Spot:SpotTrade"}
	case exchanges.Futures:
		return []string{"ContractTrade:Order", "ContractTrade:Position", "Derivatives:DerivativesTrade"}
	case exchanges.Options:
		return []string{"Options:OptionsTrade"}
	case exchanges.Transfer:
		return []string{"Wallet:AccountTransfer"}
	case exchanges.SubaccountTransfer:
		return []string{"Wallet:SubMemberTransferList"}
	case exchanges.Earn:
		return []string{"Earn:Earn"}
	default:
		return nil
	}
}

// asked returns whether a key of these permissions is read-only, and its groups.
// Of the words that an older key, or the key itself, has, those are kept that
// stand for one of the permissions, so that nothing is wider than it was; a
// permission that none of them stands for gets its usual words. A key that only
// reads has the words of all markets, so that it can read them.
func asked(perms []exchanges.Permission, words []string) (readOnly bool, groups map[string][]string) {
	readOnly = !slices.ContainsFunc(perms, func(p exchanges.Permission) bool { return p != exchanges.Read })
	wanted := perms
	if readOnly {
		wanted = []exchanges.Permission{exchanges.Spot, exchanges.Futures, exchanges.Options}
	}
	var kept []string
	for _, p := range wanted {
		mine := slices.DeleteFunc(slices.Clone(words), func(text string) bool {
			name, word, _ := strings.Cut(text, ":")
			means, known := meaning(name, word)
			return !known || means != p || means == exchanges.Unmapped
		})
		if len(mine) == 0 {
			mine = usual(p)
		}
		kept = append(kept, mine...)
	}
	if slices.Contains(words, "Exchange:ExchangeHistory") {
		kept = append(kept, "Exchange:ExchangeHistory")
	}
	return readOnly, grouped(kept)
}

// grouped turns words back into their groups.
func grouped(words []string) map[string][]string {
	out := map[string][]string{}
	for _, text := range words {
		name, word, _ := strings.Cut(text, ":")
		if !slices.Contains(out[name], word) {
			out[name] = append(out[name], word)
		}
	}
	return out
}

// IssueKey makes a key of a sub-account. Its secret is shown this one time.
func (a *adapter) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	set, err := issueSettings(req)
	if err = cmp.Or(err, exchanges.CheckLabel(Name, opIssue, req.Label)); err != nil {
		return exchanges.Issued{}, err
	}
	about := func(err error) (exchanges.Issued, error) {
		return exchanges.Issued{}, exchanges.About(err, req.Account.Name)
	}
	sub, err := a.subAccount(ctx, req.Account.Name)
	if err != nil {
		return about(err)
	}
	uid, err := strconv.ParseInt(sub.UID, 10, 64)
	if err != nil {
		return about(exchanges.Refuse(Name, opIssue, "the ID of the sub-account is no number, nothing was sent"))
	}
	res, err := a.write(ctx, opIssue, pathIssue, set, map[string]any{"subuid": uid, "note": req.Label})
	if err != nil {
		return about(err)
	}
	described, ok := readChange(res)
	w := described.Value
	if !ok || w.APIKey == "" || masked(w.APIKey) || w.Secret == "" {
		return about(exchanges.Unclear(Name, opIssue, res, "answered without the new key's secret"))
	}
	k := exchanges.Key{
		Ref:    exchanges.KeyRef{Exchange: Name, Account: req.Account, AccessKey: w.APIKey},
		Status: exchanges.StatusAlive, Algorithm: hmacAlgorithm,
	}
	k.Ref.Account.Kind = exchanges.AccountSub
	apply(described, &k)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.APIKey, Secret: exchanges.NewSecret(w.Secret),
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once the
// label is chosen.
func canIssue(req exchanges.IssueRequest) error {
	_, err := issueSettings(req)
	return err
}

func issueSettings(req exchanges.IssueRequest) (settings, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return settings{}, err
	}
	if err := exchanges.CheckPermissions(Name, opIssue, req.Permissions, givable()); err != nil {
		return settings{}, err
	}
	ips, err := exchanges.Addresses(Name, opIssue, req.Whitelist, mostAddresses, false)
	set := settings{ips: ips}
	set.readOnly, set.groups = asked(req.Permissions, req.Words)
	return set, err
}

// EditKey changes permissions, addresses or both. What is not to be changed is
// read from the list first and sent again, because a field that is left out
// opens the key.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange = Name
	if err := canEdit(req); err != nil {
		return k, err
	}
	name := req.Ref.Account.Name
	sub, row, err := a.listedRow(ctx, name, req.Ref.AccessKey)
	if err != nil {
		return k, exchanges.About(err, name)
	}
	set, err := changed(opEdit, row.Value, req)
	if err != nil {
		return k, exchanges.About(err, name)
	}
	res, err := a.write(ctx, opEdit, pathEdit, set, map[string]any{"apikey": req.Ref.AccessKey})
	if err != nil {
		return k, exchanges.About(err, name)
	}
	described, err := edited(opEdit, res, set, req.Ref.AccessKey)
	if err != nil {
		return k, exchanges.About(err, name)
	}
	out := subKey(described, sub)
	out.Ref.Account, out.Ref.AccessKey = k.Ref.Account, req.Ref.AccessKey
	out.Ref.Account.Kind = exchanges.AccountSub
	return out, nil
}

// canEdit says without a request whether EditKey would ask for this one.
func canEdit(req exchanges.EditRequest) error {
	if err := exchanges.CheckEdit(Name, opEdit, req); err != nil {
		return err
	}
	return editable(opEdit, req)
}

func editable(op string, req exchanges.EditRequest) error {
	err := exchanges.CheckPermissions(Name, op, req.Permissions, givable())
	_, bad := exchanges.Addresses(Name, op, req.Whitelist, mostAddresses, false)
	return cmp.Or(err, bad)
}

// changed returns the settings of a key after a change: those that it has, with
// what the request names in their place. A key of which an answer does not tell
// them all is not changed.
func changed(op string, w wireKey, req exchanges.EditRequest) (settings, error) {
	readOnly, told := w.ReadOnly.Get()
	if !told || w.IPs == nil || w.Permissions == nil {
		return settings{}, exchanges.Refuse(Name, op, "does not tell all that the key may do now, and a change would open "+
			"what it leaves out: nothing was sent. Change the key on its page")
	}
	set := settings{readOnly: readOnly, groups: w.Permissions, ips: addresses(*w.IPs)}
	if req.Whitelist != nil {
		ips, err := exchanges.Addresses(Name, op, req.Whitelist, mostAddresses, false)
		if err != nil {
			return settings{}, err
		}
		set.ips = ips
	}
	if req.Permissions == nil {
		return set, nil
	}
	words, _ := w.words()
	readOnly, groups := asked(req.Permissions, words)
	set.readOnly = readOnly
	if !readOnly { // one that only reads keeps its words
		set.groups = groups
	}
	return set, nil
}

// edited reads the answer to a change, which must describe the key as it was
// asked for.
func edited(op string, res exchanges.Response, set settings, accessKey string) (describedKey, error) {
	described, ok := readChange(res)
	switch {
	case !ok || !namesKey(described.Value.APIKey, accessKey) || described.Value.APIKey == "":
		return describedKey{}, exchanges.Unclear(Name, op, res, "answered without the key that was changed")
	case !set.sameAs(described.Value):
		return describedKey{}, exchanges.Unclear(Name, op, res, "describes the key afterwards otherwise than it was asked "+
			"for")
	}
	return described, nil
}

// listedRow finds a key in the list of its sub-account.
func (a *adapter) listedRow(ctx context.Context, name, accessKey string) (wireSubAccount, describedKey, error) {
	sub, err := a.subAccount(ctx, name)
	if err != nil {
		return sub, describedKey{}, err
	}
	hidden := false
	for row, err := range a.subKeyRows(ctx, sub.UID) {
		if err != nil {
			return sub, describedKey{}, err
		}
		if row.Value.APIKey == accessKey {
			return sub, row, nil
		}
		hidden = hidden || row.Value.APIKey == "" || masked(row.Value.APIKey)
	}
	detail := "does not list the key in its sub-account: look at the account of the key in rekey.yaml. Nothing was changed"
	if hidden {
		detail = "does not show the whole access keys of this sub-account, so the key cannot be told from others: change " +
			"it " +
			"on its page. Nothing was changed"
	}
	return sub, describedKey{}, &exchanges.Error{
		Exchange: Name, Op: opSubKeys, Kind: exchanges.KindRejected, Detail: detail,
	}
}

// canRevoke says without a request whether RevokeKey would send this one.
func canRevoke(req exchanges.RevokeRequest) error { return exchanges.CheckRef(Name, opRevoke, req.Ref) }

// RevokeKey deletes a key of a sub-account. The documented answer is an empty
// result; a refusal may mean that there was nothing to delete. A list that hides
// access keys settles nothing.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
		return err
	}
	name, accessKey := req.Ref.Account.Name, req.Ref.AccessKey
	body, err := json.Marshal(map[string]string{"apikey": accessKey})
	if err != nil {
		return exchanges.Refuse(Name, opRevoke, "the request could not be written, nothing was sent")
	}
	res, err := a.send(ctx, opRevoke, pathRevoke, body)
	return exchanges.About(exchanges.Gone(Name, opRevoke, res, err, emptyResult(res), func() (bool, error) {
		sub, err := a.subAccount(ctx, name)
		if err != nil {
			return false, err
		}
		for row, err := range a.subKeyRows(ctx, sub.UID) {
			if err != nil || row.Value.APIKey == accessKey || row.Value.APIKey == "" || masked(row.Value.APIKey) {
				return true, err
			}
		}
		return false, nil
	}), name)
}

// emptyResult reports whether an answer is the documented one to a deletion.
func emptyResult(res exchanges.Response) bool {
	var w wireAnswer[wireEmpty]
	return exchanges.Decode(res.Body, &w) == nil && w.Result != nil && string(w.RetCode) == "0"
}

// write sends settings, once, where rekey.yaml says that the manager lives.
func (a *adapter) write(
	ctx context.Context, op, path string, set settings, fields map[string]any,
) (exchanges.Response, error) {
	body, err := set.body(fields)
	if err != nil {
		return exchanges.Response{}, exchanges.Refuse(Name, op, "the request could not be written, nothing was sent")
	}
	return a.send(ctx, op, path, body)
}

// send performs an operation that changes something, once.
func (a *adapter) send(ctx context.Context, op, path string, body []byte) (exchanges.Response, error) {
	return a.env.Caller.Call(ctx, exchanges.Call{Op: op, User: a.user, Build: a.post(a.configured().URL, path, body)})
}

// readChange reads the answer to a new key or a change.
func readChange(res exchanges.Response) (describedKey, bool) {
	var w wireAnswer[describedKey]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil {
		return describedKey{}, false
	}
	return *w.Result, true
}
