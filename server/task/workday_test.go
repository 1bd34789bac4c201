package task

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDanishWorkdays(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]bool{
		"2026-11-26": true,  // a Thursday
		"2026-11-28": false, // Saturday
		"2026-11-29": false, // Sunday
		"2026-06-05": false, // Grundlovsdag, a Friday
		"2026-12-24": false, // Thursday
		"2026-12-25": false,
		"2026-12-31": false, // Thursday
		"2027-01-01": false,
		"2026-12-30": true,
		"2026-04-02": false, // Skærtorsdag
		"2026-04-03": false, // Langfredag
		"2026-04-06": false, // 2. påskedag
		"2026-05-14": false, // Kristi himmelfart
		"2026-05-25": false, // 2. pinsedag
		"2023-05-05": false, // Store bededag, the last one
		"2024-04-26": true,  // would have been Store bededag
		"2026-05-01": true,  // would have been, and 1 May is no holiday of the law
	} {
		at, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		require.Equal(t, want, Working(at), day)
	}
}

func TestOnWorkdayAcrossTheYear(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for from, want := range map[string]string{
		"2026-12-31": "2027-01-04", // Thursday, a holiday, a week-end
		"2026-12-24": "2026-12-28",
		"2026-11-28": "2026-11-30",
		"2026-11-27": "2026-11-27",
	} {
		require.Equal(t, at(want), OnWorkday(at(from)), from)
	}
}

func TestMailHoursAreDanish(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"2026-11-26T06:59:00Z": false, // 7.59
		"2026-11-26T07:00:00Z": true,  // 8.00 in winter
		"2026-07-01T05:59:00Z": false,
		"2026-07-01T06:00:00Z": true, // 8.00 in summer
		"2026-11-26T15:00:00Z": false,
		"2026-11-28T10:00:00Z": false,
		"2026-12-31T10:00:00Z": false,
	} {
		m, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		require.Equal(t, want, AtWork(m), at)
	}
}
