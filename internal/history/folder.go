package history

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"rekey/internal/atomicfile"
)

// A Folder keeps the answers of one look at one account, each in a file of its
// own beside what it answers. Nothing of a credential is in it.
type Folder struct {
	// Begun is when the look began: that of the first run, where it goes on.
	Begun   time.Time
	Resumed bool

	dir string
	mu  sync.Mutex
	met map[string]record // by what was asked
}

// A Look is what is asked for. A look goes on only where the same was asked for.
type Look struct {
	Account    string `json:"account"`
	Window     string `json:"window"` // in the words of the command
	AllSymbols bool   `json:"all_symbols"`
	ReadWith   string `json:"read_with"` // the key that reads first: another may be of another account
}

// A begun is the file that says what a folder is of.
type begun struct {
	Look

	Begun time.Time `json:"begun"`
	Done  bool      `json:"done"`
}

// A record says what an answer is to, and when it came.
type record struct {
	File       string    `json:"file"`
	Operation  string    `json:"operation"`
	Request    string    `json:"request"` // method, path and query, without time, signature and key
	Status     int       `json:"status"`
	ServerDate string    `json:"server_date"`
	SentAt     time.Time `json:"sent_at"`
	ReceivedAt time.Time `json:"received_at"`
	Bytes      int       `json:"bytes"`
	SHA256     string    `json:"sha256"`
}

// resumable is how old a look may be that was cut short and goes on: what came
// later is not in it.
const resumable = 24 * time.Hour

const (
	aboutFile  = "look.json"
	metaSuffix = ".meta.json"
	folderForm = "20060102T150405.000Z"
)

// Open returns the folder of a look below dir: that of one of the last day
// that was cut short, or a new one.
func Open(dir string, look Look, now time.Time) (*Folder, error) {
	sum := sha256.Sum256([]byte(look.Account))
	exchange, _, _ := strings.Cut(look.Account, "/")
	dir = filepath.Join(dir, exchange+"-"+hex.EncodeToString(sum[:6]))
	names, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, name := range slices.Backward(names) {
		f := &Folder{dir: filepath.Join(dir, name.Name()), Resumed: true}
		b, err := f.about()
		if err != nil || b.Done || b.Look != look || now.Sub(b.Begun) > resumable || now.Before(b.Begun) {
			continue
		}
		f.Begun = b.Begun
		return f, f.load()
	}
	f := &Folder{dir: filepath.Join(dir, now.UTC().Format(folderForm)), Begun: now, met: map[string]record{}}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	return f, f.write(aboutFile, begun{Look: look, Begun: now})
}

// Dir is where the folder is.
func (f *Folder) Dir() string { return f.dir }

// Finish notes that the look is whole as far as it can be: the next is a new one.
func (f *Folder) Finish() error {
	b, err := f.about()
	if err != nil {
		return err
	}
	b.Done = true
	return f.write(aboutFile, b)
}

func (f *Folder) about() (begun, error) {
	var b begun
	data, err := os.ReadFile(filepath.Join(f.dir, aboutFile))
	if err != nil {
		return b, err
	}
	return b, json.Unmarshal(data, &b)
}

func (f *Folder) load() error {
	f.met = map[string]record{}
	names, err := filepath.Glob(filepath.Join(f.dir, "*"+metaSuffix))
	if err != nil {
		return err
	}
	for _, name := range names {
		var r record
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if json.Unmarshal(data, &r) == nil && r.File == filepath.Base(r.File) {
			f.met[r.Request] = r
		}
	}
	return nil
}

// answer returns a kept answer. One whose sum is not the one that was written
// is not one: it is asked for again.
func (f *Folder) answer(request string) (record, []byte, bool) {
	f.mu.Lock()
	r, ok := f.met[request]
	f.mu.Unlock()
	if !ok {
		return r, nil, false
	}
	body, err := os.ReadFile(filepath.Join(f.dir, r.File))
	return r, body, err == nil && sumOf(body) == r.SHA256
}

// keep writes an answer, and then what it answers: a file without that is no
// answer.
func (f *Folder) keep(r record, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := fmt.Sprintf("%05d-%s", len(f.met)+1, strings.ReplaceAll(r.Operation, " ", "-"))
	if old, again := f.met[r.Request]; again {
		name = strings.TrimSuffix(old.File, ".json")
	}
	r.File, r.Bytes, r.SHA256 = name+".json", len(body), sumOf(body)
	if err := atomicfile.Write(filepath.Join(f.dir, r.File), body, atomicfile.Options{}); err != nil {
		return err
	}
	if err := f.write(name+metaSuffix, r); err != nil {
		return err
	}
	f.met[r.Request] = r
	return nil
}

func (f *Folder) write(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(f.dir, name), append(data, '\n'), atomicfile.Options{})
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
