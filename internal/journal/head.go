package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"rekey/internal/atomicfile"
)

// A head is the last record as journal.head keeps it. A chain of hashes cannot
// tell that lines are missing at its end; the head can. It holds the whole
// line, so that the last one can be completed when its end was torn off.
type head struct {
	there bool // there is such a file
	seq   uint64
	hash  string
	line  []byte  // without its line break, nil for seq 0
	prev  string  // the hash before line
	harm  *Damage // what is wrong with the file, or nil
}

type headWire struct {
	V    int    `json:"v"`
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
	Line string `json:"line"`
}

func encodeHead(seq uint64, hash string, line []byte) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(headWire{version, seq, hash, string(line)}); err != nil {
		return nil, err
	}
	return append(seal(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), '\n'), nil
}

func decodeHead(data []byte) head {
	rotten := head{there: true, harm: &Damage{Harm: HeadLost, Problem: "is not as it was written"}}
	sealed, ended := bytes.CutSuffix(data, []byte("\n"))
	object, fits := unseal(sealed)
	var w headWire
	if !ended || !fits || strict(object, &w) != nil || w.V != version && w.V != 1 {
		if versionOf(sealed) > version {
			return head{there: true, harm: &Damage{Harm: Newer, Problem: "was written by a later version of rekey"}}
		}
		return rotten
	}
	h := head{there: true, seq: w.Seq, hash: w.Hash, line: []byte(w.Line)}
	if w.Seq == 0 {
		if w.Hash != noHash || w.Line != "" {
			return rotten
		}
		return h
	}
	r, prev, err := decode(h.line)
	if err != nil || r.Seq != w.Seq || hashOf(h.line) != w.Hash {
		return rotten
	}
	h.prev = prev
	return h
}

// maxHead is more than a head can have: every byte of its line escaped.
const maxHead = 8 * maxLine

func readHead(dir atomicfile.FS) (head, error) {
	f, err := dir.Open(headName, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return head{}, nil
	}
	if err != nil {
		return head{}, err
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(f, maxHead))
	if err != nil {
		return head{}, err
	}
	return decodeHead(data), nil
}

// writeHead returns once the head would survive a power cut.
func writeHead(dir atomicfile.FS, seq uint64, hash string, line []byte) error {
	data, err := encodeHead(seq, hash, line)
	if err != nil {
		return err
	}
	return atomicfile.WriteIn(dir, headName, data, atomicfile.Options{})
}
