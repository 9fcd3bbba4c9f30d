package formats

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// A spreadsheet library reads every table: as many rows, and not one formula.
func TestCSVInASpreadsheet(t *testing.T) {
	var tables []string
	for name, doc := range documents(t) {
		text := printed(t, doc, "csv")
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := 1 + len(doc.Keys) + len(doc.Findings) + len(doc.Gaps); len(rows) < want {
			t.Errorf("%s: %d rows, want %d at least", name, len(rows), want)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%s: a cell begins like a formula: %.60q", name, cell)
				}
			}
		}
		tables = append(tables, string(text))
	}
	if got := formulas(t, tables); got != 0 {
		t.Errorf("the spreadsheet found %d formulas", got)
	}
	if got := formulas(t, []string{"a,b\n=1+1,2\n"}); got != 1 {
		t.Errorf("the spreadsheet sees %d formulas where there is one: this test proves nothing", got)
	}
}

const countFormulas = `
import { createRequire } from "module";
const XLSX = createRequire(process.cwd() + "/")("xlsx");
process.stdin.setEncoding("utf8"); let text = ""; for await (const c of process.stdin) text += c;
let n = 0;
for (const table of JSON.parse(text)) {
  const book = XLSX.read(table, { type: "string" });
  for (const sheet of Object.values(book.Sheets))
    for (const cell of Object.values(sheet)) if (cell && cell.f !== undefined) n++;
}
console.log(n);`

func formulas(t *testing.T, tables []string) (n int) {
	t.Helper()
	in, err := json.Marshal(tables)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "--eval", countFormulas)
	cmd.Dir, cmd.Stdin = tools(t), bytes.NewReader(in)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, said.String())
	}
	if err := json.Unmarshal(bytes.TrimSpace(out), &n); err != nil {
		t.Fatalf("node printed %q", out)
	}
	return n
}
