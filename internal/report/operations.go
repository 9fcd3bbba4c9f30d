package report

import (
	"fmt"
	"io"
	"strings"

	"rekey/exchanges"
)

// noOrders is what the tables of operations prove.
const noOrders = "None places an order or withdraws. rekey can send no other request: anything that is not in these tables is refused before a connection is made."

// WriteOperations prints every request that rekey may send.
func WriteOperations(w io.Writer, format string, entries []exchanges.Exchange, o Options) error {
	switch format {
	case "text":
		t := newText(w, o)
		for _, e := range entries {
			t.printOperations(e)
		}
		t.prose(0, countOperations(entries)+". "+noOrders)
		return t.print()
	case "markdown":
		return operationsPage(entries).print(w)
	case "json":
		return WriteJSON(w, newOperationsDoc(entries, o.Tool))
	default:
		return noFormat(format)
	}
}

func (t *textSink) printOperations(e exchanges.Exchange) {
	const labels = len("source")
	t.title(0, e.Card.Name)
	if len(e.Protocol.Operations) == 0 {
		t.line("  rekey sends nothing")
		t.line("")
		return
	}
	t.printHosts(e.Protocol)
	for _, op := range e.Protocol.Operations {
		t.line("")
		t.item(2, effectWord(op), len(exchanges.Writes), op.Method+" "+op.Path)
		t.prose(4, op.Name+hostWords(e.Protocol, op)+"; "+needsWords(op))
		t.prose(4, limitWords(e.Protocol, op))
		t.item(4, "source", labels, op.Source)
	}
	t.line("")
}

func (t *textSink) printHosts(p exchanges.Protocol) {
	var labels []string
	longest := 0
	for _, h := range p.Hosts {
		labels = append(labels, hostLabel(p, h))
		longest = max(longest, width(labels[len(labels)-1]))
	}
	for i, h := range p.Hosts {
		t.item(2, labels[i], longest, h.URL)
	}
}

// hostLabel says when a host is taken: its role where there are several, its
// region and environment.
func hostLabel(p exchanges.Protocol, h exchanges.Host) string {
	var words []string
	if len(roles(p)) > 1 {
		words = append(words, h.Role)
	}
	for _, w := range []string{h.Region, h.Environment} {
		if w != "" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return "host"
	}
	return strings.Join(words, " ")
}

func roles(p exchanges.Protocol) map[string]bool {
	seen := map[string]bool{}
	for _, h := range p.Hosts {
		seen[h.Role] = true
	}
	return seen
}

// hostWords names the host of an operation where the exchange has several.
func hostWords(p exchanges.Protocol, op exchanges.Operation) string {
	if len(roles(p)) < 2 {
		return ""
	}
	return " (host: " + op.Host + ")"
}

// effectWord says whether a call changes anything. What an adapter left open
// counts as a write.
func effectWord(op exchanges.Operation) string {
	if op.Effect == exchanges.ReadOnly {
		return string(exchanges.ReadOnly)
	}
	return string(exchanges.Writes)
}

func needsWords(op exchanges.Operation) string {
	switch {
	case !op.Signed:
		return "sent without a key"
	case len(op.Needs) == 0:
		return "signed, no permission is named"
	}
	return "signed, needs " + strings.Join(list(op.Needs), " and ")
}

// limitWords is the weight of an operation and the limit that it counts in.
func limitWords(p exchanges.Protocol, op exchanges.Operation) string {
	if op.Pool == "" {
		return "no limit is known"
	}
	for _, pool := range p.Pools {
		if pool.Name != op.Pool {
			continue
		}
		prose := fmt.Sprintf("weight %s of %s", grouped(op.Weight), poolWords(pool))
		if pool.PerOperation {
			prose += ", counted for each operation"
		}
		return prose
	}
	return fmt.Sprintf("weight %s, limit %s is not known", grouped(op.Weight), op.Pool)
}

// poolWords is a limit: "6,000 in 1 minute for each address".
func poolWords(pool exchanges.Pool) string {
	per := "user"
	if pool.Per == exchanges.PerIP {
		per = "address"
	}
	return fmt.Sprintf("%s in %s for each %s", grouped(pool.Limit), span(pool.Window), per)
}

func countOperations(entries []exchanges.Exchange) string {
	reads, writes := 0, 0
	for _, e := range entries {
		for _, op := range e.Protocol.Operations {
			if op.Effect == exchanges.ReadOnly {
				reads++
			} else {
				writes++
			}
		}
	}
	return fmt.Sprintf("%s: %d read, %d write", counted(reads+writes, "request"), reads, writes)
}

func operationsPage(entries []exchanges.Exchange) *markdown {
	m := &markdown{}
	m.heading(1, "Requests")
	m.paragraph("Every request that rekey may send. " + noOrders)
	m.paragraph(countOperations(entries) + ".")
	for _, e := range entries {
		m.heading(2, e.Card.Name)
		if len(e.Protocol.Operations) == 0 {
			m.paragraph("rekey sends nothing.")
			continue
		}
		var hosts []string
		for _, h := range e.Protocol.Hosts {
			hosts = append(hosts, markdownText(hostLabel(e.Protocol, h))+": "+markdownCode(h.URL))
		}
		m.list(hosts)
		var rows [][]string
		for _, op := range e.Protocol.Operations {
			rows = append(rows, []string{
				markdownText(op.Name + hostWords(e.Protocol, op)), markdownCode(op.Method + " " + op.Path), effectWord(op), markdownText(needsWords(op)),
				markdownText(limitWords(e.Protocol, op)), markdownText(op.Source),
			})
		}
		m.table([]string{"operation", "request", "effect", "needs", "limit", "source"}, rows)
	}
	return m
}
