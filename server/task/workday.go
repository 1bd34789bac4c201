package task

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/dk"

	"klausul/server/storage"
)

// closed are the days on which Danish authorities are shut: the public holidays, and the
// days before Christmas and New Year, on which nobody sits at a desk. The library knows
// that Store bededag is a working day from 2024, and keeps 5 June.
var closed = append(slices.Clone(dk.Holidays),
	&cal.Holiday{Name: "Juleaftensdag", Month: time.December, Day: 24, Func: cal.CalcDayOfMonth},
	&cal.Holiday{Name: "Nytårsaftensdag", Month: time.December, Day: 31, Func: cal.CalcDayOfMonth},
)

// Working tells whether a legal date is a day of work in a Danish authority.
func Working(day time.Time) bool {
	if d := day.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	return !slices.ContainsFunc(closed, func(h *cal.Holiday) bool {
		if h.StartYear != 0 && day.Year() < h.StartYear || h.EndYear != 0 && day.Year() > h.EndYear {
			return false
		}
		on, _ := h.Calc(day.Year())
		return !on.IsZero() && on.Month() == day.Month() && on.Day() == day.Day()
	})
}

// OnWorkday is the day itself, or the first working day after it.
func OnWorkday(day time.Time) time.Time {
	for !Working(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// The hours in which mail is sent, by a Danish clock.
const (
	opens  = 8
	closes = 16
)

// AtWork tells whether people are at work in Denmark at that moment.
func AtWork(at time.Time) bool {
	h := storage.Local(at).Hour()
	return h >= opens && h < closes && Working(storage.LegalDate(at))
}
