package history

import (
	"context"
	"net/http"
	"sync"
	"time"

	"rekey/exchanges"
)

// A Recorder is a Caller that keeps what was answered, and gives it again
// instead of asking twice. Refusals are not kept. Calls that an SDK makes pass
// through: they ask about the key, and not about the account's past.
type Recorder struct {
	exchanges.Caller

	folder *Folder
	now    func() time.Time

	mu     sync.Mutex
	broken bool
	unkept error
}

// NewRecorder wraps a caller.
func NewRecorder(caller exchanges.Caller, folder *Folder, now func() time.Time) *Recorder {
	return &Recorder{Caller: caller, folder: folder, now: now}
}

// Broken reports whether something came in between that may pass: the look is
// worth going on with.
func (r *Recorder) Broken() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}

// Unkept is why an answer could not be kept, nil when all were.
func (r *Recorder) Unkept() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unkept
}

// Call returns the kept answer, or asks.
func (r *Recorder) Call(ctx context.Context, call exchanges.Call) (exchanges.Response, error) {
	request, known := requestOf(call)
	if known {
		if kept, body, ok := r.folder.answer(request); ok {
			return exchanges.Response{Status: kept.Status, Header: http.Header{}, Body: body}, nil
		}
	}
	sent := r.now()
	res, err := r.Caller.Call(ctx, call)
	if err != nil {
		r.note(err)
		return res, err
	}
	if !known {
		return res, nil
	}
	if err := r.folder.keep(record{
		Operation: call.Op, Request: request, Status: res.Status, ServerDate: res.Header.Get("Date"), SentAt: sent,
		ReceivedAt: r.now(),
	}, res.Body); err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.unkept = err
	}
	return res, nil
}

func (r *Recorder) note(err error) {
	if !mayPass(exchanges.KindOf(err)) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = true
}

func mayPass(k exchanges.Kind) bool {
	switch k {
	case exchanges.KindNetwork, exchanges.KindTimeout, exchanges.KindRateLimited, exchanges.KindMaintenance,
		exchanges.KindCanceled, exchanges.KindClock:
		return true
	default:
		return false
	}
}

// requestOf says what a call asks for, the same at every time: without the
// parameters that a signature brings.
func requestOf(call exchanges.Call) (string, bool) {
	if call.Build == nil {
		return "", false
	}
	req, err := call.Build(time.Unix(0, 0))
	if err != nil || req.Method != http.MethodGet {
		return "", false
	}
	query := req.URL.Query()
	for _, name := range []string{"timestamp", "recvWindow", "signature"} {
		query.Del(name)
	}
	return req.Method + " " + req.URL.Path + "?" + query.Encode(), true
}
