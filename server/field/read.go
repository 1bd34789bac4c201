package field

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Clean is a text without what nobody sees: odd spaces, zero-width marks, control characters.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f' || r == '\u2007' || r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r == '\u200b' || r == '\ufeff' || r == '\u00ad' || r == '\u007f':
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

var (
	dateParts  = regexp.MustCompile(`^(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4}|\d{2})$`)
	dateISO    = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?z?)?$`)
	dateDigits = regexp.MustCompile(`^(\d{2})(\d{2})(\d{4})$`)
	dateWords  = regexp.MustCompile(`^(\d{1,2})\.? ([a-zæøå]{3,9})\.? (\d{4})$`)
	serial     = regexp.MustCompile(`^\d{5}(?:\.\d+)?$`)
)

var monthStems = map[string]time.Month{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12}

// epoch is day 0 of a spreadsheet's calendar.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// ParseDate reads a date as people in Denmark write it (1/2/2024, 01-02-2024, 1.2.2024,
// 01022024, 1. feb. 2024), as machines do (2024-02-01), or as a spreadsheet counts days
// (45323). Day before month, always. false: it is none, or not between 1970 and 2100.
func ParseDate(s string) (time.Time, bool) {
	s = strings.ToLower(Clean(s))
	s = strings.TrimSuffix(s, " 00:00:00")
	num := func(t string) int { n, _ := strconv.Atoi(t); return n }
	if m := dateISO.FindStringSubmatch(s); m != nil {
		return date(num(m[1]), num(m[2]), num(m[3]))
	}
	if m := dateParts.FindStringSubmatch(s); m != nil {
		year := num(m[3])
		if len(m[3]) == 2 {
			year += 2000
		}
		return date(year, num(m[2]), num(m[1]))
	}
	if m := dateDigits.FindStringSubmatch(s); m != nil {
		return date(num(m[3]), num(m[2]), num(m[1]))
	}
	if m := dateWords.FindStringSubmatch(s); m != nil {
		month, known := monthStems[string([]rune(m[2])[:3])]
		if !known {
			return time.Time{}, false
		}
		return date(num(m[3]), int(month), num(m[1]))
	}
	if serial.MatchString(s) {
		days, _ := strconv.ParseFloat(s, 64)
		t := epoch.AddDate(0, 0, int(math.Floor(days)))
		return date(t.Year(), int(t.Month()), t.Day())
	}
	return time.Time{}, false
}

// date refuses what time.Date would carry over: the 31st of February.
func date(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, y >= 1970 && y <= 2100 && t.Day() == d && int(t.Month()) == m
}

var (
	danish  = regexp.MustCompile(`^-?\d{1,3}(?:\.\d{3})+(?:,\d+)?$`)
	english = regexp.MustCompile(`^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$`)
	comma   = regexp.MustCompile(`^-?\d+,\d+$`)
	bare    = regexp.MustCompile(`^-?\d+(?:\.\d+)?(?:[eE]\+?\d{1,2})?$`)
)

// ParseNumber reads 1.234,5 and 1234,5 the Danish way, and 1234.5 as a spreadsheet stores
// it. A dot before exactly three figures separates thousands. false: it is no number.
func ParseNumber(s string) (float64, bool) {
	s = strings.ReplaceAll(Clean(s), " ", "")
	switch {
	case danish.MatchString(s):
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	case comma.MatchString(s):
		s = strings.Replace(s, ",", ".", 1)
	case english.MatchString(s):
		s = strings.ReplaceAll(s, ",", "")
	case !bare.MatchString(s):
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// ParseWhole is ParseNumber for what has no fraction.
func ParseWhole(s string) (int64, bool) {
	n, ok := ParseNumber(s)
	if !ok || n != math.Trunc(n) || math.Abs(n) > 1e15 {
		return 0, false
	}
	return int64(n), true
}

// MostPersons is how many people's data a system can hold, at the very most.
const MostPersons = 20_000_000

// Persons reads how many people something is about. false: it is no such number.
func Persons(s string) (int64, bool) {
	n, ok := ParseWhole(s)
	return n, ok && n >= 0 && n <= MostPersons
}

// ParseUUID reads a uuid, with or without braces. The zero one is none.
func ParseUUID(s string) (uuid.UUID, bool) {
	id, err := uuid.Parse(strings.TrimSpace(Clean(s)))
	return id, err == nil && id != uuid.Nil
}
