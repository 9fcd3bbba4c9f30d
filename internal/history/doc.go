// Package history reads what accounts did from their exchanges, for package
// trace to judge: fills, movements of money, candles, and what the account was
// worth. Every answer is kept as it came, and a look that was cut short goes on
// where it stopped, without asking twice. What could not be read is a gap.
package history
