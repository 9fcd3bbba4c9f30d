package exchanges

import (
	"context"
	"sync"
	"testing"
)

// A log keeps the calls of its context, and tells the last change and the last
// refusal among them.
func TestCallLog(t *testing.T) {
	ctx, log := WithCalls(context.Background())
	if log.LastWrite() != (AnsweredCall{}) || log.LastRefused() != (AnsweredCall{}) {
		t.Error("an empty log tells of a call")
	}
	look := AnsweredCall{Op: "look", Effect: ReadOnly, Status: 200}
	gone := AnsweredCall{Op: "look", Effect: ReadOnly, Status: 401, Code: "-2008", Kind: KindNoSuchKey}
	kill := AnsweredCall{Op: "kill", Effect: Writes, Status: 200}
	unsaid := AnsweredCall{Op: "forgot"} // its effect was left out: a write
	for _, c := range []struct {
		call, write, refused AnsweredCall
	}{
		{look, AnsweredCall{}, look},
		{kill, kill, kill},
		{gone, kill, gone},
		{look, kill, gone},
		{unsaid, unsaid, gone},
	} {
		NoteCall(ctx, c.call)
		if log.LastWrite() != c.write || log.LastRefused() != c.refused {
			t.Errorf("after %+v: %+v, %+v", c.call, log.LastWrite(), log.LastRefused())
		}
	}
	inner, other := WithCalls(ctx)
	NoteCall(inner, kill)
	if other.LastWrite() != kill || log.LastWrite() != unsaid {
		t.Error("a call is in the wrong log")
	}
	NoteCall(context.Background(), kill) // nobody listens
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { NoteCall(ctx, kill); _ = log.LastRefused() })
	}
	wg.Wait()
}
