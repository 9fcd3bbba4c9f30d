package store

import "rekey/internal/atomicfile"

// OnDisk returns the options of a store on a directory in memory.
func OnDisk(disk atomicfile.FS) Options { return onDisk(disk) }

// Quick returns o with a scrypt that tests can afford.
func Quick(o Options) Options {
	o.work = quick
	return o
}
