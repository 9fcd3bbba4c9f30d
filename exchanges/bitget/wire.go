package bitget

import "rekey/exchanges"

// The answers as documented (bitget.com/api-doc, stored 2025-2026) and, for the
// lists of /api/v3, as UnipayFI/go-bitget 5a56b3dd reads them. Fields of type
// any are of no use here, so whatever they hold is fine.

// wireAnswer is the envelope of every answer.
type wireAnswer[T any] struct {
	Code        string `json:"code"`
	Msg         any    `json:"msg"`
	Message     any    `json:"message"`
	RequestTime any    `json:"requestTime"`
	Data        T      `json:"data"`
}

// wireError is the envelope of a refusal. Its text is compared and never kept.
type wireError struct {
	Code    string         `json:"code"`
	Msg     string         `json:"msg"`
	Message string         `json:"message"`
	Success exchanges.Flag `json:"success"`
}

// The objects that describe a key are decoded so that a member which rekey does
// not know is seen and kept.
type (
	describedUnified    = exchanges.Described[wireUnified]
	describedClassic    = exchanges.Described[wireClassic]
	describedKey        = exchanges.Described[wireSubKey]
	describedClassicKey = exchanges.Described[wireClassicKey]
)

type wireTime struct {
	ServerTime exchanges.Number `json:"serverTime"`
}

// wireUnified describes the account, and in ips, permType and permissions the
// calling key.
type wireUnified struct {
	UserID      string    `json:"userId"`
	ParentID    *string   `json:"parentId"` // "" for a main account
	IPs         *string   `json:"ips"`      // comma separated
	PermType    *string   `json:"permType"` // read-only, read-and-write
	Permissions *[]string `json:"permissions"`

	InviterID   any `json:"inviterId"`
	ChannelCode any `json:"channelCode"`
	Channel     any `json:"channel"`
	RegisTime   any `json:"regisTime"` // of the account, not of the key
}

// wireClassic is the same of a classic account.
type wireClassic struct {
	UserID      string    `json:"userId"`
	IPs         *string   `json:"ips"`
	Authorities *[]string `json:"authorities"`

	InviterID   any `json:"inviterId"`
	ParentID    any `json:"parentId"` // the example has 1; what it means for a main account no source says
	TraderType  any `json:"traderType"`
	ChannelCode any `json:"channelCode"`
	Channel     any `json:"channel"`
	RegisTime   any `json:"regisTime"`
}

// wireList is a page of /api/v3. One source calls the rows list, another items.
type wireList[T any] struct {
	List    []T            `json:"list"`
	Items   []T            `json:"items"`
	HasNext exchanges.Flag `json:"hasNext"`
	Cursor  string         `json:"cursor"`
}

// rows returns the rows of a page, and whether there were any rows to read: a
// page without either member, or with both, is none.
func (l *wireList[T]) rows() ([]T, bool) {
	switch {
	case l == nil || (l.List == nil) == (l.Items == nil):
		return nil, false
	case l.List != nil:
		return l.List, true
	default:
		return l.Items, true
	}
}

type wireAccount struct {
	SubUID      string `json:"subUid"`
	Status      string `json:"status"`      // normal, freeze
	AccountMode string `json:"accountMode"` // CLASSIC, UNIFIED

	Username    any `json:"username"`
	Type        any `json:"type"`
	Note        any `json:"note"`
	CreatedTime any `json:"createdTime"`
	UpdatedTime any `json:"updatedTime"`
}

// wireSubKey is a row of the list of keys; and, with fewer fields, the answer
// to a new key, which holds the secret, and to a change.
type wireSubKey struct {
	APIKey      string           `json:"apiKey"`
	Note        string           `json:"note"`
	Type        *string          `json:"type"` // read_write, read_only
	Permissions *[]string        `json:"permissions"`
	IPs         *[]string        `json:"ips"`
	TS          exchanges.Number `json:"ts"` // creation
	Secret      string           `json:"secret"`
}

type wireClassicSubs struct {
	EndID          string               `json:"endId"`
	SubAccountList []wireClassicAccount `json:"subAccountList"`
}

type wireClassicAccount struct {
	SubAccountUID string `json:"subAccountUid"`
	Status        string `json:"status"` // normal, freeze

	SubAccountName any `json:"subAccountName"`
	Label          any `json:"label"`
	PermList       any `json:"permList"` // of the sub-account
	CTime          any `json:"cTime"`
	UTime          any `json:"uTime"`
}

type wireClassicKey struct {
	SubAccountUID    string    `json:"subAccountUid"`
	SubAccountAPIKey string    `json:"subAccountApiKey"`
	Label            string    `json:"label"`
	PermList         *[]string `json:"permList"`
	IPList           *[]string `json:"ipList"`

	SubAccountName any `json:"subAccountName"`
}
