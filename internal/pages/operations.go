package pages

import (
	"fmt"
	"io"
	"strings"

	"rekey/exchanges"
	"rekey/internal/text"
)

// noOrders is what the tables of operations prove.
const noOrders = "None places an order or withdraws. rekey can send no other request: anything that is not in these " +
	"tables is refused before a connection is made."

// WriteOperations prints every request that rekey may send.
func WriteOperations(w io.Writer, format string, entries []exchanges.Exchange, o text.Options) error {
	switch format {
	case "text":
		t := newText(w, o)
		for _, e := range entries {
			t.printOperations(e)
		}
		t.Prose(0, countOperations(entries)+". "+noOrders)
		return t.Print()
	case "markdown":
		return operationsPage(entries).Print(w)
	case "json":
		return text.WriteJSON(w, newOperationsDoc(entries, o.Tool))
	default:
		return text.UnknownFormat(format)
	}
}

func (t textWriter) printOperations(e exchanges.Exchange) {
	const labels = len("source")
	t.Title(0, e.Card.Name)
	if len(e.Protocol.Operations) == 0 {
		t.Line("  rekey sends nothing")
		t.Line("")
		return
	}
	t.printHosts(e.Protocol)
	for _, op := range e.Protocol.Operations {
		t.Line("")
		t.Item(2, effectWord(op), len(exchanges.Writes), op.Method+" "+op.Path)
		t.Prose(4, op.Name+hostWords(e.Protocol, op)+"; "+needsWords(op))
		t.Prose(4, limitWords(e.Protocol, op))
		t.Item(4, "source", labels, op.Source)
	}
	t.Line("")
}

func (t textWriter) printHosts(p exchanges.Protocol) {
	var labels []string
	longest := 0
	for _, h := range p.Hosts {
		labels = append(labels, hostLabel(p, h))
		longest = max(longest, text.Width(labels[len(labels)-1]))
	}
	for i, h := range p.Hosts {
		t.Item(2, labels[i], longest, h.URL)
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
		prose := fmt.Sprintf("weight %s of %s", text.Grouped(op.Weight), poolWords(pool))
		if pool.PerOperation {
			prose += ", counted for each operation"
		}
		return prose
	}
	return fmt.Sprintf("weight %s, limit %s is not known", text.Grouped(op.Weight), op.Pool)
}

// poolWords is a limit: "6,000 in 1 minute for each address".
func poolWords(pool exchanges.Pool) string {
	per := "user"
	if pool.Per == exchanges.PerIP {
		per = "address"
	}
	return fmt.Sprintf("%s in %s for each %s", text.Grouped(pool.Limit), text.Span(pool.Window), per)
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
	return fmt.Sprintf("%s: %d read, %d write", text.Count(reads+writes, "request"), reads, writes)
}

func operationsPage(entries []exchanges.Exchange) *markdown {
	m := &markdown{}
	m.Heading(1, "Requests")
	m.Paragraph("Every request that rekey may send. " + noOrders)
	m.Paragraph(countOperations(entries) + ".")
	for _, e := range entries {
		m.Heading(2, e.Card.Name)
		if len(e.Protocol.Operations) == 0 {
			m.Paragraph("rekey sends nothing.")
			continue
		}
		var hosts []string
		for _, h := range e.Protocol.Hosts {
			hosts = append(hosts, text.MarkdownText(hostLabel(e.Protocol, h))+": "+text.MarkdownCode(h.URL))
		}
		m.List(hosts)
		var rows [][]string
		for _, op := range e.Protocol.Operations {
			rows = append(rows, []string{
				text.MarkdownText(
					op.Name + hostWords(e.Protocol, op),
				), text.MarkdownCode(op.Method + " " + op.Path), effectWord(op), text.MarkdownText(needsWords(op)),
				text.MarkdownText(limitWords(e.Protocol, op)), text.MarkdownText(op.Source),
			})
		}
		m.Table([]string{"operation", "request", "effect", "needs", "limit", "source"}, rows)
	}
	return m
}
