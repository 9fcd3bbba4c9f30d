package hyperliquid

import (
	"net/http"

	"rekey/exchanges"
)

// judge turns an answer into nil or an error. Of the text of a refusal nothing is
// kept: it repeats the address. None says anything of a key: the questions are
// public.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := exchanges.Refusal(res)
	if e == nil {
		var w wireError
		refused := exchanges.Decode(res.Body, &w) == nil && w.Status == "err"
		switch {
		case res.Status == http.StatusNotFound:
			e = &exchanges.Error{Kind: exchanges.KindNotFound, Detail: "has no such call at this host"}
		case res.Status == http.StatusUnprocessableEntity:
			e = &exchanges.Error{Kind: exchanges.KindOther, Detail: "could not read the question"}
		case res.Status >= http.StatusBadRequest, refused:
			e = &exchanges.Error{Kind: exchanges.KindOther, Detail: "refused the question"}
		default:
			return nil
		}
		e.Status = res.Status
	}
	e.Exchange, e.Op = Name, op.Name
	return exchanges.Advise(e)
}
