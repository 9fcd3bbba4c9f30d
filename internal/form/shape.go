package form

import "bytes"

// A shape is a value with what was counted of it.
type shape struct {
	value                             []byte
	n                                 int
	lower, upper, digit, hexUp, hexLo int
	dash, under, plus, slash, pad     int
	other                             int
}

func shapeOf(value []byte) shape {
	s := shape{value: value, n: len(value)}
	for _, c := range value {
		switch {
		case c >= '0' && c <= '9':
			s.digit++
		case c >= 'a' && c <= 'z':
			s.lower++
			if c <= 'f' {
				s.hexLo++
			}
		case c >= 'A' && c <= 'Z':
			s.upper++
			if c <= 'F' {
				s.hexUp++
			}
		case c == '-':
			s.dash++
		case c == '_':
			s.under++
		case c == '+':
			s.plus++
		case c == '/':
			s.slash++
		case c == '=':
			s.pad++
		default:
			s.other++
		}
	}
	return s
}

// mixed is n letters and digits: large, small, and digits. One key of 18
// characters in 24 has no digit by chance; then large and small letters must
// change as they do in no word.
func (s shape) mixed(low, high int) bool {
	return s.n >= low && s.n <= high && s.lower+s.upper+s.digit == s.n && s.random()
}

func (s shape) random() bool {
	return s.lower > 0 && s.upper > 0 && Random(s.digit, s.turns(), s.n) && s.varied()
}

// Random reports whether a text of n characters has as many digits, and changes
// between large and small letters, as names made of words never have. Of a
// random text one in a million has less.
func Random(digits, turns, n int) bool {
	if n < 24 {
		return 2*digits+turns >= 4
	}
	return 3*(2*digits+turns) >= n
}

// turns counts the changes between large and small letters.
func (s shape) turns() int {
	n := 0
	for i := 1; i < s.n; i++ {
		if s.value[i]&0x20 != s.value[i-1]&0x20 {
			n++
		}
	}
	return n
}

// smallHex is n hexadecimal digits in small letters, both digits and letters.
func (s shape) smallHex(n int) bool {
	return s.n == n && s.hexLo+s.digit == n && s.hexLo > 0 && s.digit > 0 && s.varied()
}

// bigHex is n hexadecimal digits in large letters.
func (s shape) bigHex(n int) bool {
	return s.n == n && s.hexUp+s.digit == n && s.hexUp > 0 && s.digit > 0 && s.varied()
}

// uuid is a UUID in small letters.
func (s shape) uuid() bool { return s.dash == 4 && isUUID(s.value) && s.varied() }

// base64 is n characters of standard base64, of which pad are padding.
func (s shape) base64(n, pad int) bool { // pad: 0 to 2
	if s.n != n || s.pad != pad || s.lower+s.upper+s.digit+s.plus+s.slash+s.pad != n {
		return false
	}
	return s.random() && bytes.HasSuffix(s.value, []byte("==")[:pad]) && s.varied()
}

// urlSafe is letters, digits, - and _, mixed.
func (s shape) urlSafe(low, high int) bool {
	return s.n >= low && s.n <= high && s.lower+s.upper+s.digit+s.dash+s.under == s.n && s.random() &&
		s.turns()*5 >= s.n
}

// varied reports whether the value has as many different characters as a
// random one has at least: "xxxx", "0123456789abcdef" four times over and
// words do not.
func (s shape) varied() bool {
	var seen [256]bool
	different, rising := 0, 0
	for i, c := range s.value {
		if !seen[c] {
			seen[c] = true
			different++
		}
		if i > 0 && (c == s.value[i-1]+1 || c == s.value[i-1]) {
			rising++
		}
	}
	least := 6
	if s.lower > 0 && s.upper > 0 && s.n >= 32 {
		least = 14
	}
	return different >= least && rising*2 < s.n
}

// IsIdentifier reports whether a value reads like words written as one:
// implicitReturnType. Most of its letters stand in rows of three small ones at
// least. Of random values of 18 characters one in sixty does, of 36 one in a
// thousand, so only two side by side say something.
func IsIdentifier(value []byte) bool {
	inRows, row := 0, 0
	for i := 0; i <= len(value); i++ {
		if i < len(value) && value[i] >= 'a' && value[i] <= 'z' {
			row++
			continue
		}
		if row >= 3 {
			inRows += row
		}
		row = 0
	}
	return inRows*20 > len(value)*11
}

// different counts the different characters of the value.
func (s shape) different() int {
	var seen [256]bool
	n := 0
	for _, c := range s.value {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	return n
}

func isUUID(v []byte) bool {
	if len(v) != 36 {
		return false
	}
	for i, c := range v {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// cdpName is organizations/UUID/apiKeys/UUID.
func (s shape) cdpName() bool {
	rest, ok := bytes.CutPrefix(s.value, []byte("organizations/"))
	if !ok || len(rest) != 36+9+36 {
		return false
	}
	return isUUID(rest[:36]) && string(rest[36:45]) == "/apiKeys/" && isUUID(rest[45:])
}

// groups is small letters and digits in groups of the given lengths with a
// dash between.
func (s shape) groups(first, last [2]int) bool {
	if s.dash != 3 || s.upper+s.other+s.under+s.plus+s.slash+s.pad != 0 || s.digit == 0 || s.lower == 0 {
		return false
	}
	parts := bytes.Split(s.value, []byte("-"))
	in := func(n int, r [2]int) bool { return n >= r[0] && n <= r[1] }
	return in(len(parts[0]), first) && len(parts[1]) == 8 && len(parts[2]) == 8 && in(len(parts[3]), last) && s.varied()
}
