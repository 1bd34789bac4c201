package httpapi

import (
	"context"

	"klausul/server/agreement"
)

// ListCopySources lists what answers can be copied from, and what stands as it was copied.
func (a *API) ListCopySources(ctx context.Context, r ListCopySourcesRequestObject) (ListCopySourcesResponseObject, error) {
	rows, more, err := a.Agreements.CopySources(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	copied, err := a.Agreements.Copied(ctx, scopeFrom(ctx), r.Id)
	return ListCopySources200JSONResponse{Items: each(rows, copySourceOut), More: more, Copied: each(copied, func(c agreement.Copied) CopiedAnswer {
		return CopiedAnswer{Path: c.Path, Act: c.Act, Version: c.AnswerVersion, Source: copySourceOut(c.CopySource)}
	})}, err
}

// PlanCopy holds another version's answers against the draft's.
func (a *API) PlanCopy(ctx context.Context, r PlanCopyRequestObject) (PlanCopyResponseObject, error) {
	p, err := a.Agreements.PlanCopy(ctx, scopeFrom(ctx), r.Id, r.Params.From)
	return PlanCopy200JSONResponse{Source: copySourceOut(p.Source), Lines: each(p.Lines, func(l agreement.CopyLine) CopyLine {
		return CopyLine{Field: fieldOut(l.Field), Fit: CopyLineFit(l.Fit), Why: text(l.Why), Row: counted(l.Row), Theirs: l.Theirs, Mine: l.Mine, Base: l.Base, Seen: l.Seen}
	})}, err
}

// CopyAnswers copies the chosen ones.
func (a *API) CopyAnswers(ctx context.Context, r CopyAnswersRequestObject) (CopyAnswersResponseObject, error) {
	done, err := a.Agreements.Copy(ctx, scopeFrom(ctx), r.Id, r.Body.From, each(r.Body.Answers, func(p CopyPick) agreement.Picked {
		return agreement.Picked{Path: p.Path, Base: p.Base, Seen: p.Seen}
	}))
	return CopyAnswers200JSONResponse(copyDoneOut(done)), err
}

// UndoCopy undoes one copying.
func (a *API) UndoCopy(ctx context.Context, r UndoCopyRequestObject) (UndoCopyResponseObject, error) {
	done, err := a.Agreements.Uncopy(ctx, scopeFrom(ctx), r.Id, r.Body.Act)
	return UndoCopy200JSONResponse(copyDoneOut(done)), err
}

func copyDoneOut(d agreement.CopyDone) CopyResult {
	return CopyResult{Act: counted(d.Act), Count: d.Count, Passed: each(d.Passed, func(p agreement.Passed) CopyPassed {
		return CopyPassed{Path: p.Path, Label: p.Label, Why: CopyPassedWhy(p.Why), By: text(p.By)}
	})}
}

// counted leaves out a number that counts from 1 and is none.
func counted(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func copySourceOut(s agreement.CopySource) CopySource {
	return CopySource{Version: s.Version, Agreement: s.Agreement, Number: s.Number, No: s.No, Title: s.Title, State: AgreementState(s.State), Offered: s.OfferedAt, Answers: s.Answers}
}
