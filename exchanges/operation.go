package exchanges

import (
	"net/http"
	"strings"
	"time"
)

// An Effect says whether an operation changes anything at the exchange. HTTP
// methods are no help: several exchanges read by POST.
type Effect string

// The effects of an operation. The zero Effect counts as a write.
const (
	ReadOnly Effect = "read"
	Writes   Effect = "write"
)

// An Operation is one call that an adapter may make. The table of operations
// is the only way to a connection: the transport refuses every other method
// and path before it dials. There is no row for placing an order or for
// withdrawing in any adapter, so the program can do neither.
type Operation struct {
	Name   string // unique within the exchange, what errors and --verbose say
	Host   string // role of the host, see Protocol.Hosts
	Method string
	Path   string // a segment written {like_this} matches any one segment
	Effect Effect
	Signed bool
	Weight int    // what one call costs in its pool
	Pool   string // name of the pool it is counted in, "" for none
	Needs  []Permission
	Source string // the document that this row was read from, with its date
}

// Matches reports whether a request of this method and URL path is this
// operation.
func (o Operation) Matches(method, path string) bool {
	if method != o.Method {
		return false
	}
	want, got := strings.Split(o.Path, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, w := range want {
		if strings.HasPrefix(w, "{") && strings.HasSuffix(w, "}") {
			if got[i] == "" || got[i] == "." || got[i] == ".." {
				return false
			}
			continue
		}
		if w != got[i] {
			return false
		}
	}
	return true
}

// A Scope says whose calls share a limit.
type Scope string

// The scopes in which exchanges count calls.
const (
	PerIP   Scope = "ip"
	PerUser Scope = "user"
)

// A Pool is a limit as the exchange counts it: at most Limit of weight in any
// Window, for all calls of one address or of one user.
type Pool struct {
	Name         string
	Per          Scope
	PerOperation bool // each operation has a counter of its own
	// Shared says that every call counts 1 in it, besides the weight in the pool
	// of its operation.
	Shared bool
	Limit  int
	Window time.Duration
	Source string
}

// Usage is what an answer's headers say about a pool.
type Usage struct {
	Used      int // weight used in the current window, -1 when not told
	Remaining int // weight left in the current window, -1 when not told
	Reset     time.Duration
}

// A Host is where an operation goes. Region and Environment pick one of
// several hosts of a role; empty means any.
type Host struct {
	Role        string
	Region      string
	Environment string
	URL         string
}

// HostNames names the hosts of a list for a person, "" when there is but one:
// an endpoint of rekey.yaml, which stands for all.
func HostNames(hosts []Host) string {
	if len(hosts) < 2 {
		return ""
	}
	var names []string
	for _, h := range hosts {
		_, name, _ := strings.Cut(h.URL, "://")
		names = append(names, name)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// A Protocol is everything the shared HTTP client needs to know about one
// exchange.
type Protocol struct {
	Hosts      []Host
	Operations []Operation
	Pools      []Pool
	// TimeOperation names the unsigned operation that tells the exchange's
	// clock, "" when there is none. TimeOf reads its answer.
	TimeOperation string
	TimeOf        func(Response) (time.Time, bool)
	// Judge turns an answer into nil or an *Error. It sees every answer.
	Judge func(Operation, Response) error
	// Usage reads the limit headers, and reports whether there were any.
	Usage func(Operation, http.Header) (Usage, bool)
}

// Operation returns the operation of that name.
func (p Protocol) Operation(name string) (Operation, bool) {
	for _, op := range p.Operations {
		if op.Name == name {
			return op, true
		}
	}
	return Operation{}, false
}
