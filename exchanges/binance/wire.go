package binance

import (
	"encoding/json"

	"rekey/exchanges"
)

// The answers as documented (connectors of 2026-08-21). Field names differ
// from call to call on purpose: the documents do.

type wireTime struct {
	ServerTime exchanges.Number `json:"serverTime"`
}

// wireRestrictions is kept field by field, so that a permission which rekey
// does not know is seen and kept.
type wireRestrictions map[string]json.RawMessage

// wireSpot is the account as /api describes it. Its permissions are the
// account's, not the key's, and are not looked at.
type wireSpot struct {
	CanTrade exchanges.Flag `json:"canTrade"`
	Balances []wireHeld     `json:"balances"`
}

type wireHeld struct {
	Asset  string           `json:"asset"`
	Free   exchanges.Amount `json:"free"`
	Locked exchanges.Amount `json:"locked"`
}

type wireAccounts struct {
	SubAccounts []wireAccount `json:"subAccounts"`
}

type wireAccount struct {
	SubUserID                exchanges.Number `json:"subUserId"`
	Email                    string           `json:"email"`
	Remark                   string           `json:"remark"`
	IsFreeze                 exchanges.Flag   `json:"isFreeze"`
	CreateTime               exchanges.Number `json:"createTime"`
	IsManaged                exchanges.Flag   `json:"isManagedSubAccount"`
	IsAssetManagementAccount exchanges.Flag   `json:"isAssetManagementSubAccount"`
}

// wireSubKeys: the array is "rows" since 2026-07-30 and was "list" before.
type wireSubKeys struct {
	Total exchanges.Number `json:"total"`
	Rows  []describedKey   `json:"rows"`
	List  []describedKey   `json:"list"`
}

// The objects that describe a key are decoded so that a member which rekey does
// not know is seen and kept.
type (
	describedKey       = exchanges.Described[wireSubKey]
	describedNewKey    = exchanges.Described[wireNewKey]
	describedAddresses = exchanges.Described[wireSubKeyIPs]
	describedMargin    = exchanges.Described[wireMarginKey]
	describedNewMargin = exchanges.Described[wireNewMarginKey]
)

// wireSubFlags are the permissions of a sub-account key. The two about FIX are
// named by Create-Sub-account-API-Key-V2 (developers.binance.com, read
// 2026-11-30); that lists have them too is inferred.
type wireSubFlags struct {
	CanTrade             exchanges.Flag `json:"canTrade"`
	CanMarginLoanRepay   exchanges.Flag `json:"canMarginLoanRepay"`
	CanFuturesTrade      exchanges.Flag `json:"canFuturesTrade"`
	CanUniversalTransfer exchanges.Flag `json:"canUniversalTransfer"`
	CanVanillaOptions    exchanges.Flag `json:"canVanillaOptions"`
	CanFixAPITrading     exchanges.Flag `json:"canFixApiTrading"`
	CanFixAPIReading     exchanges.Flag `json:"canFixApiReading"`
}

// wireSubKey is a row of the list, and the answer to new permissions.
type wireSubKey struct {
	wireSubFlags

	Email     string           `json:"email"`
	APIName   string           `json:"apiName"`
	APIKey    string           `json:"apikey"`
	Timestamp exchanges.Number `json:"timestamp"`
}

// wireNewKey is the one answer that holds a secret.
type wireNewKey struct {
	wireSubFlags

	APIName   string           `json:"apiName"`
	APIKey    string           `json:"apiKey"`
	SecretKey string           `json:"secretKey"`
	Status    exchanges.Number `json:"status"` // 1 open, 2 trusted addresses, 3 a third party's
	IPList    []string         `json:"ipList"`
}

// wireSubKeyIPs is the answer to three calls about addresses: two say
// ipRestrict, and the one that sets them says status.
type wireSubKeyIPs struct {
	IPRestrict exchanges.Flag   `json:"ipRestrict"` // the string "true" or "false"
	Status     exchanges.Number `json:"status"`     // the string "1", open, or "2"
	IPList     []string         `json:"ipList"`
	UpdateTime exchanges.Number `json:"updateTime"`
	APIKey     string           `json:"apiKey"`
}

type wireMarginKey struct {
	APIName        string `json:"apiName"`
	APIKey         string `json:"apiKey"`
	IP             string `json:"ip"` // comma separated
	Type           string `json:"type"`
	PermissionMode string `json:"permissionMode"` // READ or TRADE
}

type wireNewMarginKey struct {
	APIKey    string `json:"apiKey"`
	SecretKey string `json:"secretKey"`
	Type      string `json:"type"`
}

type wireError struct {
	Code    exchanges.Number `json:"code"`
	Msg     string           `json:"msg"` // compared with known texts, never shown: it may hold an address
	Success exchanges.Flag   `json:"success"`
}

// The histories of an account (binance-spot-api-docs rest-api.md, 2026-07-21;
// developers.binance.com wallet/capital and wallet/asset, read 2026-11-22).

type wireTrade struct {
	Symbol          string           `json:"symbol"`
	ID              exchanges.Number `json:"id"`
	OrderID         exchanges.Number `json:"orderId"`
	OrderListID     exchanges.Number `json:"orderListId"`
	Price           exchanges.Amount `json:"price"`
	Qty             exchanges.Amount `json:"qty"`
	QuoteQty        exchanges.Amount `json:"quoteQty"`
	Commission      exchanges.Amount `json:"commission"`
	CommissionAsset string           `json:"commissionAsset"`
	Time            exchanges.Number `json:"time"`
	IsBuyer         exchanges.Flag   `json:"isBuyer"`
	IsMaker         exchanges.Flag   `json:"isMaker"`
	IsBestMatch     exchanges.Flag   `json:"isBestMatch"`
}

type wireWithdrawal struct {
	ID              string           `json:"id"`
	Amount          exchanges.Amount `json:"amount"`
	TransactionFee  exchanges.Amount `json:"transactionFee"`
	Coin            string           `json:"coin"`
	Status          exchanges.Number `json:"status"`
	Address         string           `json:"address"`
	AddressTag      string           `json:"addressTag"`
	TxID            string           `json:"txId"`
	ApplyTime       string           `json:"applyTime"` // UTC without saying so
	Network         string           `json:"network"`
	TransferType    exchanges.Number `json:"transferType"` // 1 is inside binance
	WithdrawOrderID string           `json:"withdrawOrderId"`
	Info            string           `json:"info"`
	ConfirmNo       exchanges.Number `json:"confirmNo"`
	WalletType      exchanges.Number `json:"walletType"`
	TxKey           string           `json:"txKey"`
	CompleteTime    string           `json:"completeTime"`
}

type wireDeposit struct {
	ID               string           `json:"id"`
	Amount           exchanges.Amount `json:"amount"`
	Coin             string           `json:"coin"`
	Network          string           `json:"network"`
	Status           exchanges.Number `json:"status"`
	Address          string           `json:"address"`
	AddressTag       string           `json:"addressTag"`
	TxID             string           `json:"txId"`
	InsertTime       exchanges.Number `json:"insertTime"`
	CompleteTime     exchanges.Number `json:"completeTime"`
	TransferType     exchanges.Number `json:"transferType"`
	ConfirmTimes     string           `json:"confirmTimes"`
	UnlockConfirm    exchanges.Number `json:"unlockConfirm"`
	WalletType       exchanges.Number `json:"walletType"`
	TravelRuleStatus exchanges.Number `json:"travelRuleStatus"`
}

type wireWallet struct {
	Activate      exchanges.Flag    `json:"activate"`
	Balance       exchanges.Amount  `json:"balance"`
	WalletName    string            `json:"walletName"`
	AssetBalances []json.RawMessage `json:"assetBalances"` // only where they are asked for
}

type wireMarkets struct {
	Symbols []wireMarket `json:"symbols"`
}

type wireMarket struct {
	Symbol     string `json:"symbol"`
	Status     string `json:"status"` // TRADING, HALT, BREAK
	BaseAsset  string `json:"baseAsset"`
	QuoteAsset string `json:"quoteAsset"`
}

// wireCandle is a row of klines: open time, open, high, low, close, volume and
// more.
type wireCandle []json.RawMessage
