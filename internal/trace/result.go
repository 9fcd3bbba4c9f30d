package trace

import (
	"github.com/shopspring/decimal"

	"rekey/audit"
)

// A Result is the document of `rekey trace`.
type Result struct {
	SchemaVersion int             `json:"schema_version"`
	Tool          audit.Tool      `json:"tool"`
	StartedAt     audit.Time      `json:"started_at"`
	FinishedAt    audit.Time      `json:"finished_at"`
	Window        WindowDoc       `json:"window"`
	Accounts      []AccountResult `json:"accounts"`
	Clusters      []Cluster       `json:"clusters"` // likely, suspicious, the owner's and forced ones
	Outflows      []Outflow       `json:"outflows"`
	Losses        Losses          `json:"losses"`
	Findings      []Finding       `json:"findings"`
	Unknowns      []Unknown       `json:"unknowns"`
	Gaps          []Gap           `json:"gaps"`
	Summary       Summary         `json:"summary"`
}

// A WindowDoc is the time that was looked at.
type WindowDoc struct {
	From *audit.Time `json:"from"` // null when there is nothing in it
	To   *audit.Time `json:"to"`
	Why  string      `json:"why"`
}

// An AccountResult is what was read of an account.
type AccountResult struct {
	ID       string     `json:"id"`
	Exchange audit.Text `json:"exchange"`
	Account  Owner      `json:"account"`
	Keys     []string   `json:"keys"`
	ReadWith audit.Text `json:"read_with"`
	Equity   *EquityDoc `json:"equity"`
	History  History    `json:"history"`
	Coverage []Coverage `json:"coverage"`
}

// An Owner is how the exchange names an account.
type Owner struct {
	ID   audit.Text `json:"id"`
	Name audit.Text `json:"name"`
	Kind string     `json:"kind"`
}

// An EquityDoc is what the account was worth.
type EquityDoc struct {
	Value    decimal.Decimal `json:"value"`
	Currency string          `json:"currency"`
	At       *audit.Time     `json:"at"`
	Basis    string          `json:"basis"`
}

// A History is how far back the account's fills are known.
type History struct {
	FirstFill *audit.Time `json:"first_fill"`
	Days      int         `json:"days"`
	Fills     int         `json:"fills"`
}

// A Coverage is one range that was read, or could not be.
type Coverage struct {
	What     string      `json:"what"`
	Market   string      `json:"market"`
	Source   string      `json:"source"`
	From     *audit.Time `json:"from"`
	To       *audit.Time `json:"to"`
	Complete bool        `json:"complete"`
	Records  int         `json:"records"`
	Requests int         `json:"requests"`
	Limit    audit.Text  `json:"limit"` // why it is not complete
}

// A Cluster is a run of fills of one symbol.
type Cluster struct {
	ID          string           `json:"id"`
	Account     string           `json:"account"`
	Market      string           `json:"market"`
	Symbol      string           `json:"symbol"`
	From        audit.Time       `json:"from"`
	To          audit.Time       `json:"to"`
	Orders      int              `json:"orders"`
	Fills       int              `json:"fills"`
	Bought      decimal.Decimal  `json:"bought"`
	Sold        decimal.Decimal  `json:"sold"`
	Notional    Money            `json:"notional"`
	Reference   *Reference       `json:"reference"` // null: too few candles before the cluster
	NetDiverted Diverted         `json:"net_diverted"`
	Fees        []Holding        `json:"fees"`
	OfEquity    *decimal.Decimal `json:"of_equity"` // null: no equity, or no price of the quote coin
	Verdict     Verdict          `json:"verdict"`
	Signals     []Signal         `json:"signals"`
	Attribution *Attribution     `json:"attribution"` // null: nobody knows which keys there were
	Incident    audit.Text       `json:"incident"`
	OrderIDs    []string         `json:"order_ids"` // the first 200
	TradeIDs    []string         `json:"trade_ids"`
	Mine        *bool            `json:"mine"` // null: the owner said nothing
	Liquidation bool             `json:"liquidation"`
}

// A Money is an amount of a currency.
type Money struct {
	Value    decimal.Decimal `json:"value"`
	Currency string          `json:"currency"`
}

// A Holding is an amount of a coin.
type Holding struct {
	Asset  string          `json:"asset"`
	Amount decimal.Decimal `json:"amount"`
}

// A Reference is the price that a cluster is measured against.
type Reference struct {
	Price      decimal.Decimal  `json:"price"`
	Method     string           `json:"method"`
	At         audit.Time       `json:"at"`
	Source     string           `json:"source"`
	Leader     audit.Text       `json:"leader"`
	LeaderMove *decimal.Decimal `json:"leader_move"` // logarithm, until the cluster's end
}

// Diverted is net diverted value with its interval.
type Diverted struct {
	Value    decimal.Decimal  `json:"value"`
	Low      *decimal.Decimal `json:"low"` // null: no reference, so the value is what is certain
	High     *decimal.Decimal `json:"high"`
	Currency string           `json:"currency"`
	USD      *decimal.Decimal `json:"usd"` // in dollars, or the dollar coin that there are candles of
}

// A Signal is one thing that a cluster shows. Only TR-01 alarms.
type Signal struct {
	ID        string           `json:"id"`
	Alarm     bool             `json:"alarm"`
	Value     decimal.Decimal  `json:"value"`
	Threshold *decimal.Decimal `json:"threshold"`
	Detail    string           `json:"detail"`
}

// An Attribution is which keys may have placed the orders, by elimination. No
// exchange says it, so it is never certain.
type Attribution struct {
	Keys    []string `json:"keys"`
	Basis   string   `json:"basis"`
	Certain bool     `json:"certain"`
}

// An Outflow is money that left the account.
type Outflow struct {
	ID      string          `json:"id"`
	Account string          `json:"account"`
	Kind    string          `json:"kind"`
	At      audit.Time      `json:"at"`
	Asset   string          `json:"asset"`
	Amount  decimal.Decimal `json:"amount"`
	Fee     decimal.Decimal `json:"fee"`
	Address audit.Text      `json:"address"`
	Tag     audit.Text      `json:"tag"`
	Network audit.Text      `json:"network"`
	TxID    audit.Text      `json:"txid"`
	To      audit.Text      `json:"to"`
	Status  audit.Text      `json:"status"`
	Known   bool            `json:"known"` // the destination was used before
	Value   *Money          `json:"value"` // null: no price
	Verdict Verdict         `json:"verdict"`
}

// Losses are three figures that are never added up.
type Losses struct {
	Currency    string          `json:"currency"`
	NetDiverted LossInterval    `json:"net_diverted"` // of the likely clusters
	Outflows    decimal.Decimal `json:"outflows"`     // of those that are suspicious or likely
	LeftOver    []LeftOver      `json:"left_over"`    // what the likely clusters bought and kept
	Unpriced    []Holding       `json:"unpriced"`     // lost besides: the sums are "at least"
}

// A LossInterval is a loss and between what it lies.
type LossInterval struct {
	Value decimal.Decimal `json:"value"`
	Low   decimal.Decimal `json:"low"`
	High  decimal.Decimal `json:"high"`
}

// A LeftOver is what is left of a coin that a likely cluster bought.
type LeftOver struct {
	Asset      string           `json:"asset"`
	Amount     decimal.Decimal  `json:"amount"`
	ValueAtBid *decimal.Decimal `json:"value_at_bid"` // null: no bid was asked for
}

// A Finding is a rule's statement about a cluster or an outflow. It has the
// shape of an audit's.
type Finding struct {
	Rule     string         `json:"rule"`
	Severity audit.Severity `json:"severity"`
	Account  string         `json:"account"`
	Key      audit.Text     `json:"key"`
	Cluster  audit.Text     `json:"cluster"`
	Title    string         `json:"title"`
	Detail   string         `json:"detail"`
	Remedy   string         `json:"remedy"`
	Incident audit.Text     `json:"incident"`
	Waived   audit.Text     `json:"waived"`
}

// An Unknown is what a rule could not say, because nobody says it.
type Unknown struct {
	Rule    string `json:"rule"`
	Account string `json:"account"`
	Detail  string `json:"detail"`
}

// A Gap is what could not be looked at. A trace with one is not complete.
type Gap struct {
	Account string `json:"account"`
	Kind    string `json:"kind"`
	What    string `json:"what"`
	Detail  string `json:"detail"`
}

// A Summary counts, and says how the program ends.
type Summary struct {
	Accounts   int `json:"accounts"`
	Clusters   int `json:"clusters"` // all of them
	Likely     int `json:"likely"`
	Suspicious int `json:"suspicious"`
	Mine       int `json:"mine"`     // that would be likely or suspicious
	Unjudged   int `json:"unjudged"` // for want of candles, prices or equity
	Outflows   int `json:"outflows"`
	Findings   int `json:"findings"`
	Gaps       int `json:"gaps"`
	ExitCode   int `json:"exit_code"`
}
