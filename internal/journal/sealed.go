package journal

// FirstHash stands in the first line of a chain for the line before.
const FirstHash = noHash

// SealLine makes a line of a chain other than the journal out of a JSON object
// without line breaks: it gets the same checksum, and the hash that the next
// line must name is the same.
func SealLine(object []byte) (line []byte, hash string) {
	line = seal(object)
	return line, hashOf(line)
}

// OpenLine returns the object of a line and its hash, and whether the checksum
// fits.
func OpenLine(line []byte) (object []byte, hash string, ok bool) {
	object, ok = unseal(line)
	return object, hashOf(line), ok
}
