package htx

import "rekey/exchanges"

// The answers as documented (huobiapi/docs v1_en d3b5b362) and as JKorf/HTX.Net
// 3300a72a tests them, read 2026-11-30. Fields of type any are of no use here, so
// whatever they hold is fine.

// wireV1 is the envelope of /v1.
type wireV1[T any] struct {
	Status string `json:"status"`
	Data   T      `json:"data"`
}

// wireV2 is the envelope of /v2.
type wireV2[T any] struct {
	Code    any              `json:"code"`
	Message any              `json:"message"`
	OK      exchanges.Flag   `json:"ok"`
	Data    T                `json:"data"`
	NextID  exchanges.Number `json:"nextId"`
}

// wireError is the envelope of a refusal, of /v1 and of /v2. Its texts are
// compared and never kept.
type wireError struct {
	Status  string         `json:"status"`
	ErrCode any            `json:"err-code"`
	ErrMsg  any            `json:"err-msg"`
	Code    any            `json:"code"`
	Message any            `json:"message"`
	OK      exchanges.Flag `json:"ok"`
	Success exchanges.Flag `json:"success"`
}

type wireAccount struct {
	ID exchanges.Number `json:"id"`

	Type    any `json:"type"`
	Subtype any `json:"subtype"`
	State   any `json:"state"`
}

// describedKey is a row of which a member that rekey does not know is seen and
// kept.
type describedKey = exchanges.Described[wireKey]

// wireKey is a row of a list of keys.
type wireKey struct {
	AccessKey   string           `json:"accessKey"`
	Status      string           `json:"status"` // normal, expired
	Note        string           `json:"note"`
	Permission  *string          `json:"permission"`  // comma separated, in any order
	IPAddresses *string          `json:"ipAddresses"` // comma separated, "" for none
	CreateTime  exchanges.Number `json:"createTime"`

	ValidDays  any `json:"validDays"` // days that are left, -1 for no end; no date
	UpdateTime any `json:"updateTime"`
}

// wireNew is the answer to a new key.
type wireNew struct {
	AccessKey   string  `json:"accessKey"`
	SecretKey   string  `json:"secretKey"`
	Note        string  `json:"note"`
	Permission  *string `json:"permission"`
	IPAddresses *string `json:"ipAddresses"`
}

// wireChanged is the answer to a change.
type wireChanged struct {
	Note        string  `json:"note"`
	Permission  *string `json:"permission"`
	IPAddresses *string `json:"ipAddresses"`
}

type wireUser struct {
	UID       exchanges.Number `json:"uid"`
	UserState string           `json:"userState"` // normal, lock

	SubUserName any `json:"subUserName"`
	Note        any `json:"note"`
}
