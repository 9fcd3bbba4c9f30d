package okx

import "rekey/internal/fake"

// DeleteByHand is what an account's owner does on the web page: no call does it
// for keys of the main account. It reports whether there was such a key.
func (x *Exchange) DeleteByHand(access string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	who, ok := x.keys[access]
	if !ok || who.key.Deleted {
		return false
	}
	account := ""
	if who.sub != nil {
		account = who.sub.Name
	}
	who.key.Deleted, who.key.life = true, x.Lag.End(who.key.life, x.server.Now())
	x.ledger.Book(fake.Entry{At: x.server.Now(), Deed: fake.Deleted, What: fake.ByHand, AccessKey: access, Account: account, Label: who.key.Label})
	return true
}
