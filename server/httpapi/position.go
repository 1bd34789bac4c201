package httpapi

import (
	"context"

	"klausul/server/clause"
)

// ListPositions lists what the secretariat wants.
func (a *API) ListPositions(ctx context.Context, r ListPositionsRequestObject) (ListPositionsResponseObject, error) {
	rows, err := a.Clauses.Positions(ctx, scopeFrom(ctx), value(r.Params.Family))
	return ListPositions200JSONResponse{Items: each(rows, positionOut)}, err
}

// CreatePosition adds a position.
func (a *API) CreatePosition(ctx context.Context, r CreatePositionRequestObject) (CreatePositionResponseObject, error) {
	p, err := a.Clauses.AddPosition(ctx, scopeFrom(ctx), positionIn(*r.Body))
	return CreatePosition201JSONResponse(positionOut(p)), err
}

// UpdatePosition corrects a position.
func (a *API) UpdatePosition(ctx context.Context, r UpdatePositionRequestObject) (UpdatePositionResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := a.Clauses.ChangePosition(ctx, scopeFrom(ctx), r.Id, seen, positionIn(*r.Body))
	return UpdatePosition200JSONResponse(positionOut(p)), err
}

// RemovePosition takes a position off the list.
func (a *API) RemovePosition(ctx context.Context, r RemovePositionRequestObject) (RemovePositionResponseObject, error) {
	return RemovePosition204Response{}, a.Clauses.RemovePosition(ctx, scopeFrom(ctx), r.Id, false)
}

// RestorePosition puts a removed position back.
func (a *API) RestorePosition(ctx context.Context, r RestorePositionRequestObject) (RestorePositionResponseObject, error) {
	return RestorePosition204Response{}, a.Clauses.RemovePosition(ctx, scopeFrom(ctx), r.Id, true)
}

func positionIn(p PositionRequest) clause.Position {
	return clause.Position{Family: p.Family, Kind: string(p.Kind), Subject: p.Subject, Issue: p.Issue, Preferred: value(p.Preferred), Acceptable: value(p.Acceptable),
		Minimum: p.Minimum, Maximum: p.Maximum, Allowed: p.Allowed, WalkAway: value(p.WalkAway), Escalate: value(p.Escalate), Note: value(p.Note), Unconfirmed: p.Unconfirmed,
		Fallbacks: each(p.Fallbacks, func(f Fallback) clause.Fallback { return clause.Fallback{Wording: f.Wording, When: value(f.When)} })}
}

func positionOut(p clause.Position) Position {
	return Position{Id: p.ID, Version: p.Version, ChangedAt: p.ChangedAt, ChangedBy: text(p.ChangedBy), Family: p.Family, Kind: PositionKind(p.Kind), Subject: p.Subject,
		Issue: p.Issue, Preferred: text(p.Preferred), Acceptable: text(p.Acceptable), Minimum: p.Minimum, Maximum: p.Maximum, Allowed: p.Allowed, WalkAway: text(p.WalkAway),
		Escalate: text(p.Escalate), Note: text(p.Note), Unconfirmed: p.Unconfirmed,
		Fallbacks: each(p.Fallbacks, func(f clause.Fallback) Fallback { return Fallback{Wording: f.Wording, When: text(f.When)} })}
}
