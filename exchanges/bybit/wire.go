package bybit

import (
	"encoding/json"

	"rekey/exchanges"
)

// The answers as documented (bybit-exchange/docs 072c197d, docs/v5, read
// 2026-11-30). Fields of type any are of no use here, so whatever they hold is
// fine.

// wireAnswer is the envelope of every answer. RetMsg is never read: that of
// 10004 holds the access key.
type wireAnswer[T any] struct {
	RetCode    json.RawMessage `json:"retCode"`
	RetMsg     any             `json:"retMsg"`
	Result     *T              `json:"result"`
	RetExtInfo any             `json:"retExtInfo"`
	Time       any             `json:"time"`
	Success    exchanges.Flag  `json:"success"`
}

// wireError is the envelope as far as a refusal needs it.
type wireError struct {
	RetCode json.RawMessage `json:"retCode"`
	RetMsg  json.RawMessage `json:"retMsg"`
	Success exchanges.Flag  `json:"success"`
}

type wireTime struct {
	TimeSecond any              `json:"timeSecond"`
	TimeNano   exchanges.Number `json:"timeNano"`
}

// describedKey is a key as an answer describes it, with the members that rekey
// does not know.
type describedKey = exchanges.Described[wireKey]

// wireKey describes a key: the calling one, one of a sub-account, or one that
// was made or changed. The calls leave out different members.
type wireKey struct {
	APIKey      string              `json:"apiKey"`
	Note        string              `json:"note"`
	Secret      string              `json:"secret"` // whole in the answer to a new key alone
	ReadOnly    wireBit             `json:"readOnly"`
	Permissions map[string][]string `json:"permissions"`
	IPs         *[]string           `json:"ips"` // "*" for any address
	Type        exchanges.Number    `json:"type"`
	Status      exchanges.Number    `json:"status"`
	ExpiredAt   string              `json:"expiredAt"` // 1970 for no end
	CreatedAt   string              `json:"createdAt"`
	RSA         string              `json:"rsaPublicKey"`
	Flag        string              `json:"flag"` // "hmac" in the list of a sub-account
	UserID      exchanges.Number    `json:"userID"`
	IsMaster    exchanges.Flag      `json:"isMaster"`
	ParentUID   string              `json:"parentUid"` // "0" for a master account

	ID               any `json:"id"`
	DeadlineDay      any `json:"deadlineDay"`
	Unified          any `json:"unified"`
	UTA              any `json:"uta"`
	InviterID        any `json:"inviterID"`
	VIPLevel         any `json:"vipLevel"`
	MktMakerLevel    any `json:"mktMakerLevel"`
	AffiliateID      any `json:"affiliateID"`
	KYCLevel         any `json:"kycLevel"`
	KYCRegion        any `json:"kycRegion"`
	UserIDInt64      any `json:"userIDInt64"`
	InviterIDInt64   any `json:"inviterIDInt64"`
	AffiliateIDInt64 any `json:"affiliateIDInt64"`
}

// wireBit is a yes or no that query-api writes as 0 or 1, and sub-apikeys as
// true or false.
type wireBit struct{ exchanges.Fact[bool] }

// UnmarshalJSON accepts 0, 1, true and false, also as texts. Anything else is
// unknown: it says nothing.
func (b *wireBit) UnmarshalJSON(body []byte) error {
	switch string(body) {
	case "1", `"1"`, "true", `"true"`:
		b.Fact = exchanges.Known(true)
	case "0", `"0"`, "false", `"false"`:
		b.Fact = exchanges.Known(false)
	default:
		b.Fact = exchanges.Unknown[bool]()
	}
	return nil
}

type wireSubKeys struct {
	Result         []describedKey `json:"result"`
	NextPageCursor string         `json:"nextPageCursor"`
}

type wireSubAccounts struct {
	SubMembers []wireSubAccount `json:"subMembers"`
	NextCursor exchanges.Number `json:"nextCursor"` // 0 at the end
}

type wireSubAccount struct {
	UID         string           `json:"uid"`
	Username    string           `json:"username"`
	Status      exchanges.Number `json:"status"` // 1 normal, 2 login banned, 4 frozen
	MemberType  any              `json:"memberType"`
	Remark      any              `json:"remark"`
	AccountMode any              `json:"accountMode"`
}

// wireEmpty is the result of a deletion, an empty object.
type wireEmpty struct{}
