package exchanges

import (
	"context"
	"iter"
	"sync"
)

// FanOut reads many accounts at a time and yields what they hold, in no
// promised order. read is called once per account, from at most workers
// goroutines; it hands over keys and errors through yield and stops when yield
// says false. When the consumer stops, or the context ends, the rest is left
// unread.
func FanOut[T any](ctx context.Context, workers int, accounts []T, progress func(ListProgress),
	read func(ctx context.Context, account T, yield func(Key, error) bool),
) iter.Seq2[Key, error] {
	type item struct {
		key Key
		err error
	}
	return func(yield func(Key, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		items, queue := make(chan item), make(chan T)
		var done int
		var mu sync.Mutex
		report := func(n int) {
			if progress == nil {
				return
			}
			mu.Lock()
			done += n
			p := ListProgress{Accounts: len(accounts), Done: done}
			mu.Unlock()
			progress(p)
		}
		report(0)
		var workersDone sync.WaitGroup
		for range min(workers, len(accounts)) {
			workersDone.Go(func() {
				for a := range queue {
					read(ctx, a, func(k Key, err error) bool {
						select {
						case items <- item{k, err}:
							return true
						case <-ctx.Done():
							return false
						}
					})
					report(1)
				}
			})
		}
		go func() {
			defer close(items)
			defer workersDone.Wait()
			defer close(queue)
			for _, a := range accounts {
				select {
				case queue <- a:
				case <-ctx.Done():
					return
				}
			}
		}()
		defer func() { // let every worker end before returning
			stop()
			for range items { // drained on purpose
			}
		}()
		for it := range items {
			if !yield(it.key, it.err) {
				return
			}
		}
	}
}
