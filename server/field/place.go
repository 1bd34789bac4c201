package field

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Places that are no country but that contracts name as one.
const (
	someEEA      = "EU"  // somewhere in the EU/EEA, not said where
	patentOffice = "EPO" // an international organisation with an adequacy decision of its own
)

// Place tells whether the code is a country (ISO 3166 alpha-2), EU or EPO.
func Place(code string) bool {
	if code == someEEA || code == patentOffice {
		return true
	}
	r, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && r.IsCountry() && r.Canonicalize() == r && r.String() == code
}

// Country tells whether the place is a country, so that a company can be of it.
func Country(code string) bool { return len(code) == 2 && code != someEEA && Place(code) }

// placeNames is every name that a contract may call a place by, in lower case.
var placeNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{
		"eu": someEEA, "eu/eøs": someEEA, "eøs": someEEA, "eea": someEEA, "eu/eea": someEEA, "inden for eu": someEEA, "inden for eu/eøs": someEEA,
		"epo": patentOffice, "uk": "GB", "england": "GB", "skotland": "GB", "usa": "US", "u.s.a.": "US", "us": "US", "united states": "US",
		"de forenede stater": "US", "amerika": "US", "holland": "NL", "tjekkiet": "CZ", "sydkorea": "KR", "korea": "KR", "irland": "IE", "ireland": "IE",
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			if !Place(code) || code == someEEA {
				continue
			}
			r := language.MustParseRegion(code)
			for _, tag := range []language.Tag{language.English, language.Danish} {
				if name := strings.ToLower(display.Regions(tag).Name(r)); name != "" && names[name] == "" {
					names[name] = code
				}
			}
		}
	}
	return names
})

// PlaceOf is the code of a place as a person writes it: "DK", "Irland", "USA", "EU/EØS". Empty when it is none.
func PlaceOf(written string) string {
	w := Clean(written)
	if code := strings.ToUpper(w); Place(code) {
		return code
	}
	return placeNames()[strings.ToLower(strings.Trim(w, " .()"))]
}
