package httpapi

import (
	"context"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/duplicate"
	"klausul/server/storage"
)

func duplicateFilter(kind *MergeKind, dismissed *bool) duplicate.Filter {
	f := duplicate.Filter{Kind: duplicate.Vendor, Dismissed: value(dismissed)}
	if kind != nil {
		f.Kind = duplicate.Kind(*kind)
	}
	return f
}

// ListDuplicates lists pairs that may be the same.
func (a *API) ListDuplicates(ctx context.Context, r ListDuplicatesRequestObject) (ListDuplicatesResponseObject, error) {
	p := r.Params
	rows, next, err := a.Duplicates.List(ctx, scopeFrom(ctx), duplicateFilter(p.Kind, p.Dismissed), storage.Page{Limit: value(p.Limit), Cursor: value(p.Cursor)})
	return ListDuplicates200JSONResponse{Items: each(rows, suspectOut), Next: text(next)}, err
}

// CountDuplicates counts what the filter finds.
func (a *API) CountDuplicates(ctx context.Context, r CountDuplicatesRequestObject) (CountDuplicatesResponseObject, error) {
	n, err := a.Duplicates.Count(ctx, scopeFrom(ctx), duplicateFilter(r.Params.Kind, r.Params.Dismissed))
	return CountDuplicates200JSONResponse{Total: n}, err
}

// FindDuplicates looks through the register again.
func (a *API) FindDuplicates(ctx context.Context, _ FindDuplicatesRequestObject) (FindDuplicatesResponseObject, error) {
	return FindDuplicates204Response{}, a.Duplicates.Find(ctx, scopeFrom(ctx))
}

// JudgeDuplicate remembers that two things are not the same.
func (a *API) JudgeDuplicate(ctx context.Context, r JudgeDuplicateRequestObject) (JudgeDuplicateResponseObject, error) {
	b := r.Body
	return JudgeDuplicate204Response{}, a.Duplicates.Dismiss(ctx, scopeFrom(ctx), duplicate.Kind(b.Kind), b.First, b.Second, b.Different)
}

// CompareDuplicates shows two things side by side.
func (a *API) CompareDuplicates(ctx context.Context, r CompareDuplicatesRequestObject) (CompareDuplicatesResponseObject, error) {
	p, err := a.Duplicates.Compare(ctx, scopeFrom(ctx), duplicate.Kind(r.Params.Kind), r.Params.Winner, r.Params.Loser)
	return CompareDuplicates200JSONResponse{Kind: MergeKind(p.Kind), Version: p.Version, Winner: thingOut(p.Winner), Loser: thingOut(p.Loser),
		Choices: duplicate.Choices(p.Kind), NeedsReason: p.NeedsReason(), Moves: each(p.Moves, moveOut), Joined: each(p.Joined, joinedOut)}, err
}

// MergeDuplicates merges the loser into the winner.
func (a *API) MergeDuplicates(ctx context.Context, r MergeDuplicatesRequestObject) (MergeDuplicatesResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	m, err := a.Duplicates.Merge(ctx, scopeFrom(ctx), duplicate.Kind(b.Kind), b.Winner, b.Loser, value(b.Take), value(b.Reason), seen)
	return MergeDuplicates201JSONResponse(mergeOut(m)), err
}

// ListMerges lists what was merged lately.
func (a *API) ListMerges(ctx context.Context, _ ListMergesRequestObject) (ListMergesResponseObject, error) {
	rows, err := a.Duplicates.Merges(ctx, scopeFrom(ctx))
	return ListMerges200JSONResponse{Items: each(rows, mergeOut)}, err
}

// UndoMerge takes a merge back.
func (a *API) UndoMerge(ctx context.Context, r UndoMergeRequestObject) (UndoMergeResponseObject, error) {
	m, err := a.Duplicates.Undo(ctx, scopeFrom(ctx), r.Id)
	return UndoMerge200JSONResponse(mergeOut(m)), err
}

func suspectOut(d duplicate.Suspect) Duplicate {
	return Duplicate{Kind: MergeKind(d.Kind), Certainty: int(d.Certainty), Why: each(d.Why, func(w string) DuplicateWhy { return DuplicateWhy(w) }),
		First:  DuplicateSide{Number: d.First, Name: d.FirstName, Hint: d.FirstHint, Uses: d.FirstUsers},
		Second: DuplicateSide{Number: d.Second, Name: d.SecondName, Hint: d.SecondHint, Uses: d.SecondUsers}}
}

func thingOut(t duplicate.Thing) DuplicateThing {
	return DuplicateThing{Number: t.Number, Created: t.Created, Values: t.Values}
}

func moveOut(m duplicate.Move) DuplicateMove {
	return DuplicateMove{What: m.What, Moved: m.Moved, Joined: m.Joined}
}

func joinedOut(j duplicate.Joined) DuplicateJoined {
	return DuplicateJoined{Organisation: j.Organisation, WasFrom: value(day(j.WasFrom)), WasTo: day(j.WasTo), From: value(day(j.From)), To: day(j.To)}
}

// day is a legal date as the database writes it; nil when there is none.
func day(s string) *types.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return nil
	}
	return &types.Date{Time: t}
}

func mergeOut(m duplicate.Merge) Merge {
	moves, _ := duplicate.Moves(m.Moved) // jsonb that the database made
	return Merge{Id: m.ID, Kind: MergeKind(m.Kind), Winner: MergeSide{Number: m.Winner, Name: m.WinnerName}, Loser: MergeSide{Number: m.Loser, Name: m.LoserName},
		Reason: m.Reason, Moves: each(moves, moveOut), At: m.At, By: m.By, Until: m.Until(), UndoneAt: m.UndoneAt, UndoneBy: text(m.UndoneBy)}
}
