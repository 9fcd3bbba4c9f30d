package kucoin

import (
	"encoding/json"
	"strconv"

	"rekey/exchanges"
)

// codeOK is the code of an accepted call.
const codeOK = 200000

// wireAnswer is the frame of every answer.
type wireAnswer struct {
	Code exchanges.Number `json:"code"`
	Data json.RawMessage  `json:"data"`
	// Success stands beside the code in answers of some gateways.
	Success exchanges.Flag `json:"success"`
	// msg is left out on purpose: it may hold the caller's address.
}

// The objects that describe a key are decoded so that a member which rekey does
// not know is seen and kept.
type (
	describedKey    = exchanges.Described[wireKey]
	describedNewKey = exchanges.Described[wireNewKey]
)

// wireKey is a key as it describes itself, and as its manager sees it. subName
// is there for keys of sub-accounts only; ipWhitelist is comma separated,
// masked, and empty or missing where there is none.
type wireKey struct {
	SubName     string           `json:"subName"`
	Remark      string           `json:"remark"`
	APIKey      string           `json:"apiKey"`
	APIVersion  exchanges.Number `json:"apiVersion"`
	Permission  string           `json:"permission"` // comma separated
	IPWhitelist string           `json:"ipWhitelist"`
	CreatedAt   exchanges.Number `json:"createdAt"`
	UID         exchanges.Number `json:"uid"`
	IsMaster    exchanges.Flag   `json:"isMaster"`
	// About the account, in newer answers.
	Region    json.RawMessage `json:"region"`
	KYCStatus json.RawMessage `json:"kycStatus"`
	SiteType  json.RawMessage `json:"siteType"`
}

// wireNewKey is the answer to a new key, the one that holds a secret; and,
// with fewer fields, that to a change or a deletion. What is left out is not
// told: ipWhitelist is in no documented answer, and in the SDKs' types.
type wireNewKey struct {
	SubName     string           `json:"subName"`
	Remark      string           `json:"remark"`
	APIKey      string           `json:"apiKey"`
	APISecret   string           `json:"apiSecret"`
	APIVersion  exchanges.Number `json:"apiVersion"`
	Passphrase  json.RawMessage  `json:"passphrase"` // the one that was sent; not read
	Permission  string           `json:"permission"`
	IPWhitelist *string          `json:"ipWhitelist"`
	CreatedAt   exchanges.Number `json:"createdAt"`
}

type wireAccounts struct {
	CurrentPage exchanges.Number `json:"currentPage"`
	PageSize    exchanges.Number `json:"pageSize"`
	TotalNum    exchanges.Number `json:"totalNum"`
	TotalPage   exchanges.Number `json:"totalPage"`
	Items       []wireAccount    `json:"items"`
}

// wireAccount is a sub-account. What rekey does not read is kept raw, so that
// a change of its form breaks nothing.
type wireAccount struct {
	UserID           string           `json:"userId"`
	UID              exchanges.Number `json:"uid"`
	SubName          string           `json:"subName"`
	Status           exchanges.Number `json:"status"` // 2 enabled, 3 frozen
	Type             json.RawMessage  `json:"type"`
	Access           json.RawMessage  `json:"access"`
	CreatedAt        json.RawMessage  `json:"createdAt"`
	Remarks          json.RawMessage  `json:"remarks"`
	TradeTypes       json.RawMessage  `json:"tradeTypes"`
	OpenedTradeTypes json.RawMessage  `json:"openedTradeTypes"`
	HostedStatus     json.RawMessage  `json:"hostedStatus"`
}

// read decodes the data of an accepted answer into v. An answer without data
// is an error, not an empty list: the difference is a key that nobody sees.
func read(op string, res exchanges.Response, v any) error {
	var w wireAnswer
	err := exchanges.Decode(res.Body, &w)
	if err == nil {
		err = exchanges.Decode(w.Data, v)
	}
	if err != nil {
		return exchanges.Malformed(Name, op, res, err)
	}
	return nil
}

// id prints a UID, "" when there is none.
func id(uid exchanges.Number) string {
	if uid <= 0 {
		return ""
	}
	return strconv.FormatInt(int64(uid), 10)
}
