package fake

import "time"

// Lag is how long an exchange takes until what it answered is true everywhere.
// No exchange documents any; tools that rotate keys elsewhere meet it all the
// time. The zero Lag is an exchange that does at once what it says.
type Lag struct {
	Activate time.Duration // for so long a new key is unknown to the gateway
	List     time.Duration // for so long a new key is missing from lists
	Revoke   time.Duration // for so long a deleted key still works
}

// A Life says when a key works and when it is listed. The zero Life is that of
// a key from before the exchange was started.
type Life struct{ active, listed, ends time.Time }

// Begin returns the life of a key that is made now.
func (l Lag) Begin(now time.Time) Life {
	return Life{active: now.Add(l.Activate), listed: now.Add(l.List)}
}

// End returns the life of a key that is deleted now.
func (l Lag) End(life Life, now time.Time) Life {
	life.ends = now.Add(l.Revoke)
	return life
}

// Works reports whether the gateway knows the key.
func (l Life) Works(deleted bool, now time.Time) bool {
	return !now.Before(l.active) && l.Lives(deleted, now)
}

// Listed reports whether lists name the key. A deleted key leaves them at once.
func (l Life) Listed(deleted bool, now time.Time) bool { return !deleted && !now.Before(l.listed) }

// Lives reports whether the key exists, or is deleted and not gone yet.
func (l Life) Lives(deleted bool, now time.Time) bool { return !deleted || now.Before(l.ends) }
