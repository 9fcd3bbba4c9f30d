package httpx

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Unsigned is the call of an operation that needs no credential.
func (c *Client) Unsigned(op exchanges.Operation) exchanges.Call {
	return exchanges.Call{Op: op.Name, Build: func(time.Time) (*http.Request, error) {
		return http.NewRequest(op.Method, c.Endpoint(op.Host)+op.Path, http.NoBody) //nolint:noctx // Call adds the context
	}}
}
