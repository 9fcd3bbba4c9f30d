package scan

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"rekey/internal/scan/unpack"
)

// unpack scans what lies inside an archive or behind a compression. The first
// bytes of the stream are in head; r goes on behind them.
func (w *worker) unpack(format unpack.Format, head []byte, r io.Reader, s *source) {
	if s.budget == nil {
		s.budget = unpack.NewBudget(unpack.Default())
	}
	if format == unpack.Sealed {
		w.gap(s.name, GapFormat, "is in the format "+unpack.Unread(head)+", which rekey does not read")
		return
	}
	if s.depth >= s.budget.Depth {
		w.gap(s.name, GapLimit, "archives in archives in archives: too deep")
		return
	}
	all := io.MultiReader(bytes.NewReader(bytes.Clone(head)), r)
	if s.depth == 0 {
		all = s.budget.Packed(all)
	}
	var err error
	switch format {
	case unpack.Zip:
		err = w.zip(all, s)
	case unpack.Tar:
		err = s.budget.Tar(all, func(name string, r io.Reader) { w.member(s, name, r) })
	default:
		var plain io.ReadCloser
		if plain, err = unpack.Decompress(format, all); err == nil {
			inner := *s
			inner.depth, inner.member, inner.handle, inner.blocks = s.depth+1, true, nil, 0
			inner.packed = true
			w.stream(s.budget.Unpacked(plain), &inner)
			_ = plain.Close() // it was only read
		}
	}
	if err != nil {
		w.streamFailed(s, err)
	}
}

// streamFailed notes that a stream could not be read to its end. That the budget
// of a file on disk is spent is said once, of the outermost archive: what is
// left of it is not opened any more.
func (w *worker) streamFailed(s *source, err error) {
	if s.inArchive && errors.Is(err, unpack.ErrLimit) {
		return
	}
	w.gap(s.name, streamGap(err), streamError(err))
}

// zip scans a zip: on disk where it lies there, else from memory.
func (w *worker) zip(r io.Reader, s *source) error {
	var at io.ReaderAt
	size := int64(0)
	if s.handle != nil {
		at, size = s.handle, s.handle.Size()
	} else {
		data, err := io.ReadAll(io.LimitReader(r, s.budget.Inner+1))
		if err != nil {
			return err
		}
		if int64(len(data)) > s.budget.Inner {
			return errInnerZip
		}
		at, size = bytes.NewReader(data), int64(len(data))
	}
	return s.budget.Zip(at, size,
		func(name string, r io.Reader) { w.member(s, name, r) },
		func(name string, err error) { w.gap(s.name+"!"+name, GapFormat, packedError(err)) })
}

var errInnerZip = errors.New("is a large zip inside another archive")

// member scans one file of an archive.
func (w *worker) member(s *source, name string, r io.Reader) {
	w.stream(r, &source{
		name: s.name + "!" + strings.TrimPrefix(
			name,
			"./",
		), file: s.file, member: true, inArchive: true, commit: s.commit, sift: s.sift, depth: s.depth + 1,
		budget: s.budget, packed: true,
	})
}

func gapKind(err error) string {
	if errors.Is(err, unpack.ErrLimit) || errors.Is(err, errInnerZip) {
		return GapLimit
	}
	return GapFormat
}

func packedError(err error) string {
	text := strings.TrimPrefix(err.Error(), "limit: ")
	if errors.Is(err, io.ErrUnexpectedEOF) {
		text = "ends in the middle"
	}
	return text
}
