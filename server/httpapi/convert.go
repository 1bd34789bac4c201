package httpapi

import (
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/fault"
	"klausul/server/storage"
)

// paged reads the parts of a list request that every list has.
func paged[S ~string](sort *S, usual S, limit *int, cursor *string) storage.Page {
	p := storage.Page{Sort: string(usual), Limit: value(limit), Cursor: value(cursor)}
	if sort != nil {
		p.Sort = string(*sort)
	}
	return p
}

// each turns domain values into wire values; never nil, so that JSON has [].
func each[A, B any](in []A, turn func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = turn(a)
	}
	return out
}

// version reads an If-Match that the contract has already checked the shape of.
func version(ifMatch string) (int, error) {
	n := 0
	for _, r := range ifMatch {
		if r == '"' {
			continue
		}
		if r < '0' || r > '9' {
			return 0, fault.ErrInvalid.At(fault.Field{Pointer: "header/If-Match", Code: "invalid"})
		}
		n = n*10 + int(r-'0')
	}
	return n, nil
}

func history(rows []storage.HistoryEntry) History {
	return History{Items: each(rows, func(h storage.HistoryEntry) HistoryEntry {
		return HistoryEntry{At: h.At, Action: h.Action, Who: h.Who, Role: text(h.Role), Organisation: text(h.Organisation)}
	})}
}

// dayIn and dayOut turn a legal date that may be absent.
func dayIn(d *types.Date) *time.Time {
	if d == nil {
		return nil
	}
	return &d.Time
}

func dayOut(t *time.Time) *types.Date {
	if t == nil {
		return nil
	}
	return &types.Date{Time: *t}
}

// orNil is the value of a pointer, or an empty cell.
func orNil[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// legalDay is the Danish day of a moment, or an empty cell.
func legalDay(at *time.Time) any {
	if at == nil {
		return nil
	}
	return storage.LegalDate(*at)
}
