package binance

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
)

// The call is developers.binance.com wallet/capital/withdraw, with the weight
// of the connectors. rekey has no operation for it: it is what a thief does with
// a key, in the drill.

// A Withdrawal is money that has gone.
type Withdrawal struct {
	At      time.Time
	By      string // the access key
	Coin    string
	Amount  decimal.Decimal
	Address string
}

func withdrawParams() []string {
	return []string{
		"coin",
		"withdrawOrderId",
		"network",
		"address",
		"addressTag",
		"amount",
		"transactionFeeFlag",
		"name",
		"walletType",
	}
}

// withdraw needs a key of the master account with the right to withdraw. No
// fee is taken, and the network is not looked at.
func (x *Exchange) withdraw(w http.ResponseWriter, q url.Values, who caller) {
	if who.sub != nil || !who.may("enableWithdrawals") {
		forbidden().write(w) // -1002 was seen (binance-connector-js#82)
		return
	}
	for _, name := range []string{"coin", "address", "amount"} {
		if q.Get(name) == "" {
			missing(name).write(w)
			return
		}
	}
	amount, err := decimal.NewFromString(q.Get("amount"))
	if err != nil || !decimalForm.MatchString(q.Get("amount")) || !amount.IsPositive() {
		invalid("amount").write(w)
		return
	}
	wallet, coin := who.account.Wallet, q.Get("coin")
	if wallet[coin].LessThan(amount) {
		fail(
			w,
			http.StatusBadRequest,
			-4026,
			"The user has insufficient balance available.",
		) // code and text from general knowledge
		return
	}
	wallet[coin] = wallet[coin].Sub(amount)
	x.gone = append(x.gone, Withdrawal{x.Server.Now(), who.key.AccessKey, coin, amount, q.Get("address")})
	fake.JSON(w, http.StatusOK, map[string]any{"id": fake.HexOf("binance withdrawal "+strconv.Itoa(len(x.gone)), 32)})
}

// Withdrawals returns what has gone so far.
func (x *Exchange) Withdrawals() []Withdrawal {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	return slices.Clone(x.gone)
}
