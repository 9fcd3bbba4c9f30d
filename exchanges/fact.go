package exchanges

import (
	"bytes"
	"encoding/json"
)

// A Fact is a value that the exchange may have left unsaid. The zero Fact is
// unknown. Unknown is null in JSON, prints as "not told", and never counts as
// safe.
type Fact[T any] struct {
	value T
	known bool
}

// Known is a fact that the exchange stated.
func Known[T any](v T) Fact[T] { return Fact[T]{value: v, known: true} }

// Unknown is a fact that the exchange left unsaid.
func Unknown[T any]() Fact[T] { return Fact[T]{} }

// Get returns the value, and whether it is known. An unknown fact returns the
// zero value.
func (f Fact[T]) Get() (T, bool) { return f.value, f.known }

// IsKnown reports whether the exchange stated the value.
func (f Fact[T]) IsKnown() bool { return f.known }

// Or returns f when it is known, else other.
func (f Fact[T]) Or(other Fact[T]) Fact[T] {
	if f.known {
		return f
	}
	return other
}

// MarshalJSON writes the value, or null when it is unknown.
func (f Fact[T]) MarshalJSON() ([]byte, error) {
	if !f.known {
		return []byte("null"), nil
	}
	return json.Marshal(f.value)
}

// UnmarshalJSON reads the value; null is unknown.
func (f *Fact[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*f = Fact[T]{}
		return nil
	}
	if err := json.Unmarshal(data, &f.value); err != nil {
		return err
	}
	f.known = true
	return nil
}
