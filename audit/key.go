package audit

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// A Key is a key as an audit shows it.
type Key struct {
	// Place is its place in the order in which to deal with the keys, from 1;
	// null when there is nothing to do about it.
	Place exchanges.Fact[int] `json:"place"`
	// Known counts its findings that the baseline has too, and that are not
	// reported again.
	Known       int              `json:"known"`
	Name        Text             `json:"name"` // null for a key that only an exchange lists
	Origin      Origin           `json:"origin"`
	Exchange    string           `json:"exchange"`
	AccessKey   Masked           `json:"access_key"` // null when the credential could not be read
	Fingerprint Text             `json:"fingerprint"`
	Account     Account          `json:"account"`
	Label       Text             `json:"label"`
	Status      exchanges.Status `json:"status"`
	// Permissions are those granted; nil, null, when the exchange says nothing
	// about permissions.
	Permissions    []exchanges.Permission `json:"permissions"`
	PermissionsRaw []string               `json:"permissions_raw"` // the exchange's own words
	// NotTold are the permissions that would change the judgement and of which
	// the exchange does not say whether the key has them. It is empty when
	// nothing is withheld, and nil only in an audit that an older rekey saved.
	NotTold   []exchanges.Permission `json:"permissions_not_told"`
	Whitelist Whitelist              `json:"ip_whitelist"`
	CreatedAt exchanges.Fact[Time]   `json:"created_at"`
	ExpiresAt exchanges.Fact[Time]   `json:"expires_at"`
	// Derived is an end that no answer states and a published rule implies.
	Derived       *DerivedExpiry       `json:"derived_expiry"`
	EndsTrading   bool                 `json:"ends_trading"` // expires_at ends the trading permissions alone
	LastUsedAt    exchanges.Fact[Time] `json:"last_used_at"`
	SpecialMargin bool                 `json:"special_margin"`
	SharedWith    []string             `json:"shared_with"`
	// ManagerList says what came of asking the key for the list of its
	// sub-accounts; null when it was not asked.
	ManagerList Text      `json:"manager_list"`
	Declared    *Declared `json:"declared"` // null for a key that rekey.yaml does not name
}

// What came of asking a key for the list of its sub-accounts.
const (
	ListRead      = "read"
	ListRefused   = "refused"    // or answered without a list; there is a gap about it
	ListNotMaster = "not_master" // the exchange says so
)

// An Account is the account of a key.
type Account struct {
	ID     Text                  `json:"id"`
	Name   Text                  `json:"name"`
	Kind   exchanges.AccountKind `json:"kind"`
	Frozen exchanges.Fact[bool]  `json:"frozen"` // whether the exchange froze the (sub-)account
}

// A Whitelist is the IP whitelist of a key.
type Whitelist struct {
	Restricted exchanges.Fact[bool] `json:"restricted"`
	Entries    Prefixes             `json:"entries"` // null when the exchange does not show them
}

// A DerivedExpiry is an end of a key, or of its trading rights, that follows
// from an exchange's published rule.
type DerivedExpiry struct {
	At     Time   `json:"at"`
	Rule   string `json:"rule"` // ID of the exchanges.ExpiryRule
	Source string `json:"source"`
	IfIdle bool   `json:"if_idle"` // the end comes only if the key is not used until then
}

// Declared is what rekey.yaml says of a key, and where.
type Declared struct {
	Owner     Text                   `json:"owner"`
	CreatedAt exchanges.Fact[Time]   `json:"created_at"`
	Purpose   []exchanges.Permission `json:"purpose"`
	StoredIn  []string               `json:"stored_in"`
	Manager   Text                   `json:"manager"`
	File      Text                   `json:"file"`
	Line      int                    `json:"line"` // from 1; 0 when not known
	Column    int                    `json:"column"`
}

// Keys are subjects as documents show them, unjudged, sorted by display name.
// expiry holds the published expiry rules by exchange name.
func Keys(subjects []Subject, expiry map[string][]exchanges.ExpiryRule, now time.Time) []Key {
	sorted := slices.SortedStableFunc(slices.Values(subjects), compareSubjects)
	out := make([]Key, len(sorted))
	for i, s := range sorted {
		out[i] = newKey(s, DeriveExpiry(s, expiry[s.Key.Ref.Exchange], now))
	}
	return out
}

// NewKey is a subject as documents show it, without an end that a rule implies.
func NewKey(s Subject) Key { return newKey(s, nil) }

func newKey(s Subject, derived *DerivedExpiry) Key {
	key, account := s.Key, s.Key.Ref.Account
	k := Key{
		Name: Text(valid(s.Name)), Origin: s.Origin, Exchange: key.Ref.Exchange, AccessKey: Mask(key.Ref.AccessKey),
		Account: Account{
			ID: Text(valid(account.ID)), Name: Text(valid(account.Name)),
			Kind: cmp.Or(account.Kind, exchanges.AccountUnknown), Frozen: account.Frozen,
		},
		Label: Text(valid(key.Label)), Status: key.Status, NotTold: notTold(key),
		Whitelist: Whitelist{Restricted: key.Whitelist.Restricted},
		CreatedAt: moment(key.CreatedAt), ExpiresAt: moment(key.ExpiresAt), Derived: derived, EndsTrading: key.EndsTrading,
		LastUsedAt: moment(key.LastUsedAt), SpecialMargin: key.SpecialMargin,
		SharedWith: validAll(s.Inventory.SharedWith), ManagerList: Text(s.ManagerList),
	}
	if key.Ref.AccessKey != "" && !exchanges.IsPart(key.Ref.AccessKey) { // a part has none
		k.Fingerprint = Text(exchanges.Fingerprint(key.Ref.AccessKey))
	}
	if granted, known := key.Permissions.Granted(); known {
		k.Permissions, k.PermissionsRaw = granted, validAll(key.Raw)
	}
	if entries, known := key.Whitelist.Entries.Get(); known {
		k.Whitelist.Entries = append(Prefixes{}, entries...)
	}
	if s.Origin == FromInventory {
		k.Declared = newDeclared(s)
	}
	return k
}

func newDeclared(s Subject) *Declared {
	in := s.Inventory
	return &Declared{
		Owner: Text(
			valid(in.Owner),
		), CreatedAt: moment(in.Created), Purpose: validAll(in.Purpose), StoredIn: validAll(in.StoredIn),
		Manager: Text(
			valid(in.Manager),
		), File: Text(valid(s.Declared.File)), Line: s.Declared.Line, Column: s.Declared.Column,
	}
}

// notTold returns the powers that would change the judgement and that the
// exchange neither grants nor denies. Once a key may trade, a further market
// changes nothing; where no market is told of at all, "trade" stands for them.
// Of a key that has ended nothing more is to be judged.
func notTold(k exchanges.Key) []exchanges.Permission {
	out := []exchanges.Permission{}
	if !k.Status.MayLive() {
		return out
	}
	untold := func(p exchanges.Permission) bool { return !k.Permissions.Has(p).IsKnown() }
	if markets := exchanges.TradingPermissions(); !k.Permissions.HasAny(markets...).IsKnown() {
		missing := slices.DeleteFunc(slices.Clone(markets), func(p exchanges.Permission) bool { return !untold(p) })
		if len(missing) == len(markets) || slices.Contains(missing, exchanges.Trade) {
			missing = []exchanges.Permission{exchanges.Trade}
		}
		out = append(out, missing...)
	}
	for _, p := range []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.Withdraw} {
		if untold(p) {
			out = append(out, p)
		}
	}
	return out
}

// DisplayName is the name that findings use: the inventory's, or
// EXCHANGE/ACCOUNT/xxxx…yyyy for a key that it does not know. ACCOUNT is "-"
// when the exchange does not name it.
func (k Key) DisplayName() string {
	if k.Name != "" {
		return string(k.Name)
	}
	return listedName(k.Exchange, string(cmp.Or(k.Account.Name, k.Account.ID)), k.AccessKey.String())
}

// listedName names a key that only an exchange lists.
func listedName(exchange, account, masked string) string {
	return strings.Join([]string{exchange, cmp.Or(account, "-"), cmp.Or(masked, "…")}, "/")
}

// Granted returns the granted permissions in printing order, and whether the
// exchange says anything about permissions. A word that rekey does not know is
// unmapped.
func (k Key) Granted() ([]exchanges.Permission, bool) {
	if k.Permissions == nil {
		return nil, false
	}
	return exchanges.Permissions{}.Grant(k.Permissions...).DenyRest().Granted()
}

// Since is when the key was made: by the exchange's word, else by the
// inventory's.
func (k Key) Since() exchanges.Fact[Time] {
	if k.Declared == nil {
		return k.CreatedAt
	}
	return k.CreatedAt.Or(k.Declared.CreatedAt)
}

// End is when the key or its trading ends, as stated or by a published rule.
func (k Key) End() exchanges.Fact[Time] {
	if d := k.Derived; d != nil {
		return k.ExpiresAt.Or(exchanges.Known(d.At))
	}
	return k.ExpiresAt
}
