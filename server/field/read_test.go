package field

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDates(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"1/2/2024": "2024-02-01", "01-02-2024": "2024-02-01", "1.2.2024": "2024-02-01", "01022024": "2024-02-01", "2024-02-01": "2024-02-01",
		"2024-02-01T00:00:00Z": "2024-02-01", "2024-02-01 00:00:00": "2024-02-01", "1. feb. 2024": "2024-02-01", "1 februar 2024": "2024-02-01", "12. maj 2023": "2023-05-12",
		"45323": "2024-02-01", "45323.75": "2024-02-01", "1/2/24": "2024-02-01", " 1/2/2024\u00a0": "2024-02-01", "29-02-2024": "2024-02-29",
		"29-02-2023": "", "31/4/2024": "", "2/13/2024": "", "0/1/2024": "", "1/2/1969": "", "1/2/2101": "", "i går": "", "": "", "1. xyz 2024": "", "99999": "", "1234": "",
	} {
		got, ok := ParseDate(typed)
		if want == "" {
			require.False(t, ok, "%q is read as %s", typed, got)
			continue
		}
		require.True(t, ok, typed)
		require.Equal(t, want, got.Format(time.DateOnly), typed)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]float64{
		"1.234,5": 1234.5, "1234,5": 1234.5, "1234.5": 1234.5, "1.250": 1250, "1 250": 1250, "1\u00a0250": 1250, "1,250.5": 1250.5, "1,250": 1.25,
		"1.000.000": 1e6, "0": 0, "-3": -3, "1.2345E7": 12345000,
	} {
		got, ok := ParseNumber(typed)
		require.True(t, ok, typed)
		require.Equal(t, want, got, typed)
	}
	for _, typed := range []string{"", "mange", "1.2.3", "1,2,3", "12 stk.", "1e999", "--1", "1.234.5", "NaN", "Inf", "0x10"} {
		_, ok := ParseNumber(typed)
		require.False(t, ok, typed)
	}
	_, ok := ParseWhole("1,5")
	require.False(t, ok)
}

func TestPlaceOf(t *testing.T) {
	for written, want := range map[string]string{
		"DK": "DK", " ie ": "IE", "Irland": "IE", "Ireland": "IE", "USA": "US", "Storbritannien": "GB", "UK": "GB", "Tyskland": "DE", "EU/EØS": "EU", "Færøerne": "FO",
		"epo": "EPO", "Sverige": "SE", "Indien": "IN", "Holland": "NL", "": "", "Mars": "", "XX": "", "ZZ": "", "D K": "",
	} {
		require.Equal(t, want, PlaceOf(written), written)
	}
}

func TestPersons(t *testing.T) {
	for written, want := range map[string]int64{"12.345": 12345, "1 234 567": 1234567, "007": 7, "0": 0, "20.000.000": MostPersons} {
		n, ok := Persons(written)
		require.True(t, ok, written)
		require.Equal(t, want, n, written)
	}
	for _, written := range []string{"", "1,5", "12.34", "-1", "20.000.001", "mange"} {
		_, ok := Persons(written)
		require.False(t, ok, written)
	}
}

func TestStem(t *testing.T) {
	for name, want := range map[string]string{"Åhavn Data A/S": "åhavndata", "åhavn-data aps": "åhavndata", "KMD Danmark": "kmd", "A/S": "", "Norrblick AB": "norrblick"} {
		require.Equal(t, want, Stem(name), name)
	}
}
