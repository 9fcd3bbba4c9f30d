// Package trace answers from an account's own fills and public candles whether
// somebody traded the owner's money away, and how much of it.
//
// One number alarms: net diverted value, the value that went to the other side
// of the trades of a cluster, against a reference price that was frozen before
// the cluster began, as a share of the account's equity. All else explains.
// The package is pure: it reads no file, asks nobody and has no clock. What it
// could not judge is a gap or an unknown, never "none".
package trace
