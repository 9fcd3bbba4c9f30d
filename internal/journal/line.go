package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// version is the version of the lines that this package writes, and the newest
// that it reads. A new field raises it: a rekey that does not know a field must
// not go on with a run that depends on it. Version 2 has the plans of
// responses, the stage closed, and the address.
const version = 2

// timeForm is RFC 3339 with milliseconds, always in UTC.
const timeForm = "2006-01-02T15:04:05.000Z"

// maxLine is the most that a line may have, in bytes, with its line break. A
// line is written in one piece, and what is torn is never more.
const maxLine = 256 << 10

// noHash stands before the first line.
const noHash = "0000000000000000000000000000000000000000000000000000000000000000"

// wire is a record as it is written. The fields of a line are those of wire,
// in this order, and then the checksum.
type wire struct {
	V     int        `json:"v"`
	Seq   uint64     `json:"seq"`
	At    string     `json:"at"`
	Run   RunID      `json:"run"`
	Kind  Kind       `json:"kind"`
	Key   string     `json:"key"`
	Stage Stage      `json:"stage"`
	Phase Phase      `json:"phase"`
	Data  Data       `json:"data"`
	Then  []thenWire `json:"then,omitempty"` // records that were appended with this one
	Prev  string     `json:"prev"`           // hash of the line before
}

// thenWire is a record that shares the line, and so the number and the time, of
// the one before it.
type thenWire struct {
	Run   RunID  `json:"run"`
	Kind  Kind   `json:"kind"`
	Key   string `json:"key"`
	Stage Stage  `json:"stage"`
	Phase Phase  `json:"phase"`
	Data  Data   `json:"data"`
}

// wireV1 reads the lines of version 1, which had fields that nothing ever
// wrote. What they hold is dropped; the hash of the line still covers it.
type wireV1 struct {
	wire
	Data struct {
		Data
		Slot    string `json:"slot"`
		Copy    int    `json:"copy"`
		Attempt int    `json:"attempt"`
		Until   string `json:"until"`
		Page    string `json:"page"`
		Detail  string `json:"detail"`
	} `json:"data"`
}

// parse reads the object of a line of any version that is known.
func parse(object []byte) (wire, bool) {
	var w wire
	if strict(object, &w) == nil {
		return w, w.V == version || w.V == 1
	}
	var old wireV1
	if strict(object, &old) != nil || old.V != 1 {
		return w, false
	}
	w, w.Data = old.wire, old.Data.Data
	return w, true
}

// encode writes records as one line, without its line break. The first one's
// number and time are those of the line. prev is the hash of the line before.
func encode(records []Record, prev string) ([]byte, error) {
	r := records[0]
	var then []thenWire
	for _, t := range records[1:] {
		then = append(then, thenWire{t.Run, t.Kind, t.Key, t.Stage, t.Phase, t.Data})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // people read the file
	err := e.Encode(wire{
		version, r.Seq, r.At.UTC().Format(timeForm), r.Run, r.Kind, r.Key, r.Stage, r.Phase, r.Data, then, prev,
	})
	if err != nil {
		return nil, err
	}
	line := seal(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	if len(line) >= maxLine {
		return nil, fmt.Errorf("the record has more than %d bytes", maxLine)
	}
	return line, nil
}

// A checksum is the last field of a line and of the head: the first 8 bytes of
// the SHA-256 of the object without it. It tells a line that rotted from one
// that was written so; against a hand that can count, there is the chain.
const (
	sumStart = `,"sum":"`
	sumEnd   = `"}`
	sumSize  = 16
)

// seal adds the checksum to a JSON object.
func seal(object []byte) []byte {
	return fmt.Appendf(nil, "%s%s%s%s", object[:len(object)-1], sumStart, checksum(object), sumEnd)
}

// unseal returns the object without its checksum, and whether that fits.
func unseal(sealed []byte) ([]byte, bool) {
	cut := len(sealed) - len(sumStart) - sumSize - len(sumEnd)
	if cut < 1 {
		return nil, false
	}
	object := make([]byte, 0, cut+1)
	object = append(append(object, sealed[:cut]...), '}')
	return object, string(sealed[cut:]) == sumStart+checksum(object)+sumEnd
}

func checksum(object []byte) string {
	sum := sha256.Sum256(object)
	return hex.EncodeToString(sum[:sumSize/2])
}

// hashOf returns the hash of a line without its line break.
func hashOf(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// errNewer says that a line was written by a later version of rekey.
var errNewer = errors.New("newer")

// errRotten says that a line is not as rekey wrote it.
var errRotten = errors.New("rotten")

// decode reads a line without its line break. It returns the records of the line,
// at least one, and the hash that the line says the one before has. The error is
// errNewer or errRotten.
func decode(line []byte) (records []Record, prev string, err error) {
	object, fits := unseal(line)
	w, known := wire{}, false
	if fits {
		w, known = parse(object)
	}
	if !known {
		if versionOf(line) > version { // which may have other fields, and another seal
			return nil, "", errNewer
		}
		return nil, "", errRotten
	}
	if w.Seq == 0 || !isHash(w.Prev) {
		return nil, "", errRotten
	}
	at, err := time.Parse(timeForm, w.At)
	if err != nil {
		return nil, "", errRotten
	}
	records = append(make([]Record, 0, 1+len(w.Then)), Record{w.Seq, at, w.Run, w.Kind, w.Key, w.Stage, w.Phase, w.Data})
	for _, t := range w.Then {
		records = append(records, Record{w.Seq, at, t.Run, t.Kind, t.Key, t.Stage, t.Phase, t.Data})
	}
	for _, r := range records {
		if r.check() != nil {
			return nil, "", errRotten
		}
	}
	return records, w.Prev, nil
}

// versionOf returns what a line says its version is, 0 when it says nothing.
func versionOf(object []byte) int {
	var w struct {
		V int `json:"v"`
	}
	if json.Unmarshal(object, &w) != nil {
		return 0
	}
	return w.V
}

// strict reads one JSON value of known fields and nothing after it.
func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows")
	}
	return nil
}
