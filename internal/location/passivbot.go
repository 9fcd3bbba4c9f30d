package location

// readPassivbot reads one account of passivbot's api-keys.json.
func (l Location) readPassivbot(env Env, r *Reading) (parts, *Error) {
	file, account, err := l.readEntry(env, r)
	if err != nil {
		return parts{}, err
	}
	if r.Exchange = wordIn(account, "exchange"); r.Exchange == "" {
		return parts{}, problem(ReasonSyntax, "", "the entry names no exchange, so it is no account of passivbot", "")
	}
	return accountParts(account, file, passivbotFields())
}

// passivbotFields are passivbot's own names and ccxt's, which it takes too
// (procedures.py and exchanges/ccxt_bot.py, read 2026-11-22). The private_key
// there is a wallet's.
func passivbotFields() map[string]Part {
	return map[string]Part{
		"key": AccessKey, "apikey": AccessKey, "secret": SecretPart,
		"passphrase": Passphrase, "password": Passphrase,
	}
}

// readCCXT reads one exchange of a file as ccxt's tests use it: an object of
// objects, by ccxt id, with ccxt's names (keys.local.json; read 2026-11-22).
func (l Location) readCCXT(env Env, r *Reading) (parts, *Error) {
	file, account, err := l.readEntry(env, r)
	if err != nil {
		return parts{}, err
	}
	if exchangeWord.MatchString(l.name) {
		r.Exchange = l.name
	}
	return accountParts(account, file, ccxtFields())
}

// ccxtFields are the names of ccxt's credentials. Its privateKey is a wallet's.
func ccxtFields() map[string]Part {
	return map[string]Part{"apikey": AccessKey, "secret": SecretPart, "password": Passphrase}
}
