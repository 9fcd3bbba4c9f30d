package leak

import (
	"cmp"
	"context"
	"slices"

	"rekey/internal/scan/tree"
)

// Folder returns every file below a folder as a dump, in the order of their
// names, and what could not be listed. Nothing is left out by an ignore file: a
// leaked folder is somebody else's. The names begin with that of the folder.
func Folder(ctx context.Context, dir, name string) ([]Dump, []Gap) {
	var gaps []Gap
	var files []tree.File
	batches := make(chan []tree.File)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for some := range batches {
			files = append(files, some...)
		}
	}()
	w := tree.Options{
		All:        true,
		Everything: true,
		Gap:        func(g tree.Gap) { gaps = append(gaps, Gap{name + "/" + g.Name, g.Kind, g.Detail}) },
	}
	tree.Walk(ctx, dir, w, batches)
	close(batches)
	<-done
	slices.SortFunc(files, func(a, b tree.File) int { return cmp.Compare(a.Name, b.Name) })
	var dumps []Dump
	for _, f := range files {
		dumps = append(dumps, Dump{Name: name + "/" + f.Name, Open: func() (Opened, error) {
			h, err := tree.Open(f.Path, false)
			if err != nil {
				return Opened{}, err
			}
			return Opened{Read: h, At: h, Size: h.Size(), Close: h.Close}, nil
		}})
	}
	return dumps, gaps
}
