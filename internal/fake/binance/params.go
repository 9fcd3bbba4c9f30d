package binance

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// An input is what a request says: parameters in the query and in a form body,
// where the query wins, and what is signed: both, one after the other with
// nothing between them, without the signature that ends the one or the other
// (rest-api.md, SIGNED endpoint examples).
type input struct {
	values, query      url.Values
	twice              string // a parameter that stands twice in one place
	payload, signature string
}

func read(r *http.Request) input {
	in := input{query: r.URL.Query(), values: url.Values{}}
	form := ""
	if r.Method != http.MethodGet && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if body, err := fake.Body(r); err == nil {
			form = string(body)
		}
	}
	posted, _ := url.ParseQuery(form) // what cannot be read was not sent
	for _, place := range []url.Values{posted, in.query} {
		for _, name := range slices.Sorted(maps.Keys(place)) {
			in.values[name] = place[name]
			if len(place[name]) > 1 {
				in.twice = name
			}
		}
	}
	query := r.URL.RawQuery
	if rest, signature := unsign(form); signature != "" {
		form, in.signature = rest, signature
	} else {
		query, in.signature = unsign(query)
	}
	in.payload = query + form
	return in
}

// unsign splits a signature off, which must be the last parameter.
func unsign(part string) (rest, signature string) {
	before, after, found := strings.Cut("&"+part, "&signature=")
	if !found || strings.Contains(after, "&") {
		return part, ""
	}
	return strings.TrimPrefix(before, "&"), after
}

// check refuses parameters that a write does not have. Reads were not seen to
// mind.
func (r route) check(in input) *refusal {
	if r.params == nil {
		return nil
	}
	if in.twice != "" {
		return &refusal{http.StatusBadRequest, -1101, "Duplicate values for parameter '" + in.twice + "' detected."}
	}
	for _, name := range slices.Sorted(maps.Keys(in.values)) {
		if !slices.Contains(r.params, name) && !slices.Contains([]string{"timestamp", "recvWindow", "signature"}, name) {
			return &refusal{http.StatusBadRequest, -1103, "An unknown parameter was sent."}
		}
	}
	for _, name := range r.inBody {
		if in.query.Has(name) { // "rejected in the query string", with what code is not told
			return invalid(name)
		}
	}
	return nil
}

// missing and invalid are the documented errors of parameters (errors.md).
func missing(name string) *refusal {
	return &refusal{
		http.StatusBadRequest,
		-1102,
		"Mandatory parameter '" + name + "' was not sent, was empty/null, or malformed.",
	}
}

func invalid(name string) *refusal {
	return &refusal{http.StatusBadRequest, -1130, "Data sent for parameter '" + name + "' is not valid."}
}

// forbidden is the answer of /sapi to a missing right
// (binance-connector-js#82).
func forbidden() *refusal {
	return &refusal{http.StatusBadRequest, -1002, "You are not authorized to execute this request."}
}

// unknownKey answers for a key that the account does not have. The documents
// name no code; this one is easily taken for word of the caller's own key.
func unknownKey() *refusal { return &refusal{http.StatusBadRequest, -2008, "Invalid Api-Key ID."} }

// unsupported is documented for one case, FIX permissions on an HMAC key, and
// taken here for all that an account or a key is not made for.
func unsupported() *refusal { return &refusal{http.StatusBadRequest, -9000, "Unsupported operation"} }
