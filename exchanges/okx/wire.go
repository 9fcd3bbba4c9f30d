package okx

import "rekey/exchanges"

// The answers as documented (okx.com/docs-v5/en, capture of 2026-02-23).
// Fields of type any are of no use here, so whatever they hold is fine.

// wireAnswer is the envelope of every answer that is no refusal.
type wireAnswer[T any] struct {
	Code string `json:"code"`
	Msg  any    `json:"msg"`
	Data []T    `json:"data"`
}

// wireError is the envelope of a refusal. Its msg is never read: that of 50110
// holds the caller's address and the access key.
type wireError struct {
	Code    string         `json:"code"`
	Success exchanges.Flag `json:"success"`
}

// The objects that describe a key are decoded so that a member which rekey does
// not know is seen and kept.
type (
	describedConfig = exchanges.Described[wireConfig]
	describedKey    = exchanges.Described[wireSubKey]
	describedNewKey = exchanges.Described[wireNewKey]
)

type wireTime struct {
	TS exchanges.Number `json:"ts"`
}

// wireConfig describes the account, and in label, perm and ip the calling key.
type wireConfig struct {
	UID     string  `json:"uid"`
	MainUID string  `json:"mainUid"`
	Type    string  `json:"type"`
	Label   string  `json:"label"`
	Perm    *string `json:"perm"` // comma separated
	IP      *string `json:"ip"`   // comma separated, "" for no whitelist

	AcctLv              any `json:"acctLv"`
	AcctStpMode         any `json:"acctStpMode"`
	AutoLoan            any `json:"autoLoan"`
	CtIsoMode           any `json:"ctIsoMode"`
	EnableSpotBorrow    any `json:"enableSpotBorrow"`
	FeeType             any `json:"feeType"`
	GreeksType          any `json:"greeksType"`
	KycLv               any `json:"kycLv"`
	Level               any `json:"level"`
	LevelTmp            any `json:"levelTmp"`
	LiquidationGear     any `json:"liquidationGear"`
	MgnIsoMode          any `json:"mgnIsoMode"`
	OpAuth              any `json:"opAuth"`
	PosMode             any `json:"posMode"`
	RoleType            any `json:"roleType"`
	SettleCcy           any `json:"settleCcy"`
	SettleCcyList       any `json:"settleCcyList"`
	SpotBorrowAutoRepay any `json:"spotBorrowAutoRepay"`
	SpotOffsetType      any `json:"spotOffsetType"`
	SpotRoleType        any `json:"spotRoleType"`
	SpotTraderInsts     any `json:"spotTraderInsts"`
	StgyType            any `json:"stgyType"`
	TraderInsts         any `json:"traderInsts"`
}

type wireAccount struct {
	SubAcct string           `json:"subAcct"`
	UID     string           `json:"uid"`
	Enable  exchanges.Flag   `json:"enable"` // false when frozen
	TS      exchanges.Number `json:"ts"`     // creation

	CanTransOut    any `json:"canTransOut"`
	FirstLvSubAcct any `json:"firstLvSubAcct"`
	FrozenFunc     any `json:"frozenFunc"`
	GAuth          any `json:"gAuth"`
	IfDma          any `json:"ifDma"`
	Label          any `json:"label"` // of the sub-account, not of a key
	Mobile         any `json:"mobile"`
	SubAcctLv      any `json:"subAcctLv"`
	Type           any `json:"type"`
}

// wireNewKey is the answer to a new key, the one that holds a secret; and,
// with fewer fields, that to a change or a deletion.
type wireNewKey struct {
	SubAcct    string           `json:"subAcct"`
	Label      string           `json:"label"`
	APIKey     string           `json:"apiKey"`
	SecretKey  string           `json:"secretKey"`
	Passphrase any              `json:"passphrase"` // the one that was sent; not read
	Perm       *string          `json:"perm"`
	IP         *string          `json:"ip"`
	TS         exchanges.Number `json:"ts"` // creation
}

type wireSubKey struct {
	APIKey string           `json:"apiKey"`
	Label  string           `json:"label"`
	Perm   *string          `json:"perm"`
	IP     *string          `json:"ip"`
	TS     exchanges.Number `json:"ts"` // creation
}
