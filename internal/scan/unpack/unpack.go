// Package unpack opens archives and compressed streams as streams, within
// limits: nothing is written to disk, and no bomb fills the memory.
package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// A Format is what a stream begins like.
type Format string

// The formats that are read, and those that are only known by sight.
const (
	Plain  Format = ""
	Gzip   Format = "gzip"
	Zstd   Format = "zstd"
	XZ     Format = "xz"
	Bzip2  Format = "bzip2"
	Zip    Format = "zip"
	Tar    Format = "tar"
	Sealed Format = "sealed" // known by sight, and not read: see Unread
)

// unread are the formats that are known by their first bytes and not read.
var unread = []struct{ magic, name string }{ //nolint:gochecknoglobals // a table that nothing writes
	{"7z\xbc\xaf\x27\x1c", "7z"},
	{"Rar!\x1a\x07", "rar"},
	{"\x04\x22\x4d\x18", "lz4"},
	{"\x02\x21\x4c\x18", "lz4"},
	{"LZIP", "lzip"},
	{"\x1f\x9d", "compress (.Z)"},
	{"\x1f\xa0", "compress (.Z)"},
	{"\x5d\x00\x00\x80\x00", "lzma"},
	{"\x5d\x00\x00\x00\x04", "lzma"},
	{"\x5d\x00\x00\x00\x01", "lzma"},
	{"MSCF\x00\x00\x00\x00", "cab"},
	{"xar!\x00\x1c", "xar (pkg)"},
	{"\xed\xab\xee\xdb", "rpm"},
	{"!<arch>\ndebian-binary", "deb"},
	{"hsqs", "squashfs"},
	{"\xff\x06\x00\x00sNaPpY", "snappy"},
	{"\x89LZO\x00", "lzop"},
	{"PAR1", "parquet"},
	{"Obj\x01", "avro"},
	{"ORC\x00", "orc"},
	{"zPQ", "zpaq"},
}

// Unread returns the name of the format of a stream that begins so and is not
// read, "" where there is none.
func Unread(head []byte) string {
	for _, u := range unread {
		if bytes.HasPrefix(head, []byte(u.magic)) {
			return u.name
		}
	}
	return ""
}

// unreadFirst marks the first bytes of the formats that are not read.
var unreadFirst = func() (t [256]bool) { //nolint:gochecknoglobals // made from the table once
	for _, u := range unread {
		t[u.magic[0]] = true
	}
	return t
}()

// Enough is how many bytes Sniff needs to tell all formats apart.
const Enough = 512

// Sniff returns the format of a stream by its first bytes.
func Sniff(head []byte) Format {
	if len(head) < 4 {
		return Plain
	}
	switch head[0] {
	case 0x1f:
		if head[1] == 0x8b {
			return Gzip
		}
	case 0x28:
		if string(head[:4]) == "\x28\xb5\x2f\xfd" {
			return Zstd
		}
	case 0xfd:
		if bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")) {
			return XZ
		}
	case 'B':
		if len(head) > 10 && string(head[:3]) == "BZh" && head[3] >= '1' && head[3] <= '9' && string(head[4:10]) == "1AY&SY" {
			return Bzip2
		}
	case 'P':
		if string(head[:4]) == "PK\x03\x04" || string(head[:4]) == "PK\x05\x06" {
			return Zip
		}
	}
	if unreadFirst[head[0]] && Unread(head) != "" {
		return Sealed
	}
	if len(head) >= Enough && string(head[257:262]) == "ustar" && checked(head[:Enough]) {
		return Tar
	}
	return Plain
}

// checked reports whether the header of a tar has the sum that it states.
// Sources of tar programs have its magic word too.
func checked(header []byte) bool {
	stated, err := strconv.ParseUint(strings.Trim(string(header[148:156]), " \x00"), 8, 32)
	sum := uint64(0)
	for i, c := range header {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += uint64(c)
	}
	return err == nil && sum == stated
}

// ErrLimit is wrapped by errors of streams that went beyond a limit.
var ErrLimit = errors.New("limit")

// Limits bound what one file on disk may unpack to.
type Limits struct {
	Total   int64 // bytes
	Ratio   int64 // unpacked to packed, counted beyond Free
	Free    int64
	Entries int
	Depth   int   // archives within archives
	Inner   int64 // bytes of a zip that lies in another archive: it is held in memory
}

// Default are the limits of a scan.
func Default() Limits {
	return Limits{Total: 64 << 30, Ratio: 250, Free: 64 << 20, Entries: 1_000_000, Depth: 4, Inner: 16 << 20}
}

// Decompress returns the plain stream behind a compressed one. Close frees
// what it holds.
func Decompress(f Format, r io.Reader) (io.ReadCloser, error) {
	switch f {
	case Gzip:
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		return z, nil
	case Zstd:
		z, err := zstd.NewReader(
			r,
			zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(64<<20),
		)
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	case XZ:
		z, err := xz.ReaderConfig{DictCap: 64 << 20}.NewReader(r)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(z), nil
	case Bzip2:
		return io.NopCloser(bzip2.NewReader(r)), nil
	case Plain, Zip, Tar, Sealed:
	}
	return nil, fmt.Errorf("%s is no compression", f)
}

// A Budget counts what a file on disk has unpacked to, over all its layers.
type Budget struct {
	Limits
	packed, unpacked int64
	entries          int
}

// NewBudget returns a fresh budget.
func NewBudget(l Limits) *Budget { return &Budget{Limits: l} }

// Packed counts the bytes that are read from r as packed.
func (b *Budget) Packed(r io.Reader) io.Reader { return &counter{r, &b.packed, nil} }

// Unpacked counts the bytes that are read from r, and fails beyond a limit.
func (b *Budget) Unpacked(r io.Reader) io.Reader { return &counter{r, &b.unpacked, b.check} }

func (b *Budget) check() error {
	switch {
	case b.unpacked > b.Total:
		return fmt.Errorf("%w: unpacks to more than %d GB", ErrLimit, b.Total>>30)
	case b.unpacked > b.Free && b.unpacked/max(1, b.packed) > b.Ratio:
		return fmt.Errorf("%w: unpacks to more than %d times its size", ErrLimit, b.Ratio)
	}
	return nil
}

type counter struct {
	r     io.Reader
	n     *int64
	check func() error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.n += int64(n)
	if c.check != nil && n > 0 {
		if over := c.check(); over != nil {
			return 0, over
		}
	}
	return n, err
}

// Tar calls member with every regular file of a tar stream. The name is
// whatever the archive says: it is shown, and never a path.
func (b *Budget) Tar(r io.Reader, member func(name string, r io.Reader)) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if b.entries++; b.entries > b.Entries {
			return fmt.Errorf("%w: holds more than %d files", ErrLimit, b.Entries)
		}
		if h.Typeflag == tar.TypeReg {
			member(h.Name, t)
			if err := b.check(); err != nil {
				return err
			}
		}
	}
}

// Zip calls member with every regular file of a zip, and bad with every one
// that cannot be read. The packed sizes are those that the zip states; what
// they are wrong about is cut off by the checks of archive/zip.
func (b *Budget) Zip(
	r io.ReaderAt,
	size int64,
	member func(name string, r io.Reader),
	bad func(name string, err error),
) error {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	if overlaps(z.File, size) {
		return fmt.Errorf(
			"%w: its files lie over each other, as they do only in an archive that is made to fill a disk",
			ErrLimit,
		)
	}
	for _, f := range z.File {
		if b.entries++; b.entries > b.Entries {
			return fmt.Errorf("%w: holds more than %d files", ErrLimit, b.Entries)
		}
		if f.Mode()&fs.ModeType != 0 {
			continue
		}
		if f.Flags&1 != 0 {
			bad(f.Name, errors.New("is encrypted"))
			continue
		}
		m, err := f.Open()
		if err != nil {
			bad(f.Name, err)
			continue
		}
		b.packed += int64(min(f.CompressedSize64, uint64(size))) //nolint:gosec // not above size
		member(f.Name, b.Unpacked(m))
		_ = m.Close() // it was only read
		if err := b.check(); err != nil {
			return err
		}
	}
	return nil
}

// overlaps reports whether the files of a zip take more room than there is.
func overlaps(files []*zip.File, size int64) bool {
	left := uint64(max(0, size))
	for _, f := range files {
		if f.CompressedSize64 > left {
			return true
		}
		left -= f.CompressedSize64
	}
	return false
}

// UnreadFormats names the formats that are known by their first bytes and not
// read, each once.
func UnreadFormats() []string {
	var names []string
	for _, u := range unread {
		if !slices.Contains(names, u.name) {
			names = append(names, u.name)
		}
	}
	return names
}
