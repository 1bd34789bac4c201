package field

import "testing"

func TestCVR(t *testing.T) {
	for typed, want := range map[string]string{
		"29189846": "29189846", "29 18 98 46": "29189846", " DK 29189846 ": "29189846", "dk29\u00a0189846": "29189846",
		"29189446": "", // as it stood on a municipality's own site: one digit wrong
		"2918984":  "", "291898461": "", "2918984x": "", "": "", "00000000": "", "２9189846": "",
	} {
		got, err := CVR(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q gives %q, %v; want %q", typed, got, err, want)
		}
	}
}
