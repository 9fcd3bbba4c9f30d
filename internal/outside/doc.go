// Package outside keeps the fake exchanges honest. The fakes and rekey's
// adapters are written from the same documents, so both could share one
// misunderstanding; ccxt was written by others, against the exchanges
// themselves. What ccxt sends, each fake must accept, and what a fake refuses,
// ccxt must read as it reads the exchange's own refusal.
//
// There is nothing here but a test, which needs Node.js and ccxt: run make
// ccxt.
package outside
