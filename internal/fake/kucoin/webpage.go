package kucoin

// DeleteByHand is what an account's owner does on the web page: no call does it
// for keys of the master account. It reports whether there was such a key.
func (x *Exchange) DeleteByHand(access string) bool {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	who, ok := x.keys[access]
	if !ok || who.key.Deleted {
		return false
	}
	account := ""
	if who.sub != nil {
		account = who.sub.Name
	}
	x.EndByHand(&who.key.Deleted, &who.key.life, access, account, who.key.Remark)
	return true
}
