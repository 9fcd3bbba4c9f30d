package exchanges

import (
	"context"
	"iter"
	"sync"

	"rekey/internal/parallel"
)

// FanOut reads many accounts at a time and yields what they hold, in no
// promised order.
//
// find hands over accounts as it learns of them, page by page; it is not made
// to wait for their reading, so that a list which changes meanwhile is read in
// one go. An error beside a page is yielded as it is, and the accounts of the
// page remain true. read is called once per account, from at most workers
// goroutines; it hands over keys and errors through yield. Both stop when
// yield says false. When the consumer stops, or the context ends, the rest is
// left unread. A panic of either comes out where the keys are consumed, after
// all goroutines have ended.
func FanOut[T any](ctx context.Context, workers int, progress func(ListProgress),
	find func(ctx context.Context, yield func(page []T, err error) bool),
	read func(ctx context.Context, account T, yield func(Key, error) bool),
) iter.Seq2[Key, error] {
	type item struct {
		key Key
		err error
	}
	return func(yield func(Key, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		running, ctx := parallel.New(ctx)
		items, pages, queue := make(chan item), make(chan []T), make(chan T)
		count := counter{tell: progress}
		running.Go(func() {
			defer close(pages)
			find(ctx, func(page []T, err error) bool {
				count.add(len(page), 0)
				select {
				case pages <- page:
				case <-ctx.Done():
				}
				if err != nil { // told also when the context has ended: the list is not whole
					items <- item{err: err}
				}
				return ctx.Err() == nil
			})
		})
		running.Go(func() {
			defer close(queue)
			feed(ctx, pages, queue)
		})
		for range workers {
			running.Go(func() {
				for a := range queue {
					read(ctx, a, func(k Key, err error) bool {
						select {
						case items <- item{k, err}:
							return true
						case <-ctx.Done():
							return false
						}
					})
					count.add(0, 1)
				}
			})
		}
		var ending parallel.Group
		ending.Go(func() {
			defer close(items)
			running.Wait()
		})
		defer func() { // let everybody end before returning
			stop()
			for range items { // drained on purpose
			}
			ending.Wait()
		}()
		for it := range items {
			if !yield(it.key, it.err) {
				return
			}
		}
	}
}

// feed hands on accounts one by one and takes in pages whenever there are any.
func feed[T any](ctx context.Context, pages <-chan []T, queue chan<- T) {
	var waiting []T
	for pages != nil || len(waiting) > 0 {
		var next T
		var out chan<- T // nil, which nobody receives from, while nothing waits
		if len(waiting) > 0 {
			next, out = waiting[0], queue
		}
		select {
		case page, more := <-pages:
			waiting = append(waiting, page...)
			if !more {
				pages = nil
			}
		case out <- next:
			waiting = waiting[1:]
		case <-ctx.Done():
			return
		}
	}
}

// A counter tells how far a listing is, in order.
type counter struct {
	tell func(ListProgress)

	mu sync.Mutex
	at ListProgress
}

func (c *counter) add(accounts, done int) {
	if c.tell == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at.Accounts += accounts
	c.at.Done += done
	c.tell(c.at)
}
