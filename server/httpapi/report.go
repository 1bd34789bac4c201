package httpapi

import (
	"context"

	"klausul/server/access"
	"klausul/server/report"
)

// GetDesk shows what needs me, what moved, and figures.
func (a *API) GetDesk(ctx context.Context, _ GetDeskRequestObject) (GetDeskResponseObject, error) {
	d, err := a.Reports.Desk(ctx, scopeFrom(ctx))
	return GetDesk200JSONResponse{
		Tasks: each(d.Tasks, func(t report.Task) DeskTask {
			return DeskTask{Kind: DeskTaskKind(t.Kind), Title: t.Title, Count: t.Count, State: DeskTaskState(t.State), Subject: t.Subject, At: t.At}
		}),
		Moved: each(d.Moved, func(m report.Move) DeskMove {
			return DeskMove{Kind: DeskMoveKind(m.Kind), Title: m.Title, Subject: &m.Subject, Count: &m.Count, At: m.At}
		}),
		Figures: each(d.Figures, func(f report.Figure) Figure { return Figure{Key: FigureKey(f.Key), Value: f.Value, At: f.At} }),
	}, err
}

// Search finds things by name or number.
func (a *API) Search(ctx context.Context, r SearchRequestObject) (SearchResponseObject, error) {
	_, unseen := access.Authorize(a.Policy, actorFrom(ctx), "user", "read")
	hits, err := a.Reports.Search(ctx, scopeFrom(ctx), r.Params.Q, unseen == nil)
	return Search200JSONResponse{Items: each(hits, func(h report.Hit) SearchHit {
		return SearchHit{Kind: SearchHitKind(h.Kind), Id: h.ID, Title: h.Title, Hint: text(h.Hint), Was: text(h.Was), Similar: flag(h.Similar())}
	})}, err
}

// flag is told only when it is so.
func flag(so bool) *bool {
	if !so {
		return nil
	}
	return &so
}
