package field

import (
	"strings"

	"klausul/server/fault"
)

// ErrCVR refuses a number that cannot be a Danish CVR number: not eight digits, or the
// last of them is not the check digit.
var ErrCVR = fault.New(fault.Invalid, "field.cvr")

// CVR returns a Danish business registration number as its eight digits, however it was
// typed ("29 18 98 46", "DK29189846"). It refuses with ErrCVR one that fails modulus 11.
func CVR(typed string) (string, error) {
	digits := strings.TrimPrefix(strings.ToUpper(strings.Join(strings.Fields(strings.ReplaceAll(typed, "\u00a0", " ")), "")), "DK")
	if len(digits) != 8 || strings.Trim(digits, "0123456789") != "" || digits[0] == '0' {
		return "", ErrCVR
	}
	sum := 0
	for i, weight := range []int{2, 7, 6, 5, 4, 3, 2, 1} {
		sum += int(digits[i]-'0') * weight
	}
	if sum%11 != 0 {
		return "", ErrCVR
	}
	return digits, nil
}
