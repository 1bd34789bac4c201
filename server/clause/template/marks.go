package template

import "strings"

// nextMark finds the first place to fill in at or after from: [indsæt …], <navn>, ____,
// ……… or a line of dots.
func nextMark(s string, from int) (start, end int, ok bool) {
	for i := from; i < len(s); {
		k := strings.IndexAny(s[i:], "[<_.…")
		if k < 0 {
			return 0, 0, false
		}
		i += k
		n, length := 0, 1
		switch s[i] {
		case '[':
			n = enclosed(s[i:], "[]\n", ']', 400)
		case '<':
			n = enclosed(s[i:], "<>\n", '>', 120)
		case '_':
			if length = repeated(s[i:], "_"); length >= 3 {
				n = length
			}
		case '.':
			if length = repeated(s[i:], "."); length >= 5 {
				n = length
			}
		default:
			if length = repeated(s[i:], "…"); length >= 2*len("…") {
				n = length
			}
			length = max(length, 1)
		}
		if n > 0 {
			return i, i + n, true
		}
		i += length
	}
	return 0, 0, false
}

// enclosed is the length of a mark up to its closing bracket, or 0 when it is none.
func enclosed(s, stops string, closing byte, most int) int {
	k := strings.IndexAny(s[1:], stops)
	if k < 1 || k > most || s[1+k] != closing {
		return 0
	}
	return k + 2
}

// repeated is the length of a sign's repetition at the start.
func repeated(s, sign string) int {
	n := 0
	for strings.HasPrefix(s[n:], sign) {
		n += len(sign)
	}
	return n
}

// findMarks lists all places to fill in.
func findMarks(s string) (found [][2]int) {
	for at := 0; ; {
		a, b, ok := nextMark(s, at)
		if !ok {
			return found
		}
		found = append(found, [2]int{a, b})
		at = b
	}
}

func hasMark(s string) bool {
	_, _, ok := nextMark(s, 0)
	return ok
}

// firstMark is the first place to fill in, or "".
func firstMark(s string) string {
	a, b, _ := nextMark(s, 0)
	return s[a:b]
}

// withoutMarks has a blank for every place to fill in.
func withoutMarks(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range findMarks(s) {
		b.WriteString(s[at:m[0]] + " ")
		at = m[1]
	}
	b.WriteString(s[at:])
	return b.String()
}
