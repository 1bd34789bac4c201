package httpapi

import (
	"context"

	"klausul/server/agreement"
)

// ListComments lists what the secretariat says of an agreement.
func (a *API) ListComments(ctx context.Context, r ListCommentsRequestObject) (ListCommentsResponseObject, error) {
	rows, next, open, err := a.Agreements.Comments(ctx, scopeFrom(ctx), r.Id, paged[string](nil, "-open", r.Params.Limit, r.Params.Cursor))
	return ListComments200JSONResponse{Items: each(rows, commentOut), Open: open, Next: text(next)}, err
}

// AddComment says something of an agreement.
func (a *API) AddComment(ctx context.Context, r AddCommentRequestObject) (AddCommentResponseObject, error) {
	c, err := a.Agreements.Comment(ctx, scopeFrom(ctx), r.Id, value(r.Body.Path), value(r.Body.Clause), r.Body.Text, value(r.Body.ForVendor))
	return AddComment201JSONResponse(commentOut(c)), err
}

// ResolveComment closes a comment, or opens it again.
func (a *API) ResolveComment(ctx context.Context, r ResolveCommentRequestObject) (ResolveCommentResponseObject, error) {
	c, err := a.Agreements.ResolveComment(ctx, scopeFrom(ctx), r.Id, r.Body.Resolved)
	return ResolveComment200JSONResponse(commentOut(c)), err
}

func commentOut(c agreement.Comment) Comment {
	return Comment{Id: c.ID, Path: text(c.Path), Clause: text(c.Key), Text: c.Text, ForVendor: &c.ForVendor, By: c.By, At: c.At, ResolvedBy: text(c.ResolvedBy), ResolvedAt: c.ResolvedAt}
}

// GetAgreementReviews tells how the second pair of eyes stands.
func (a *API) GetAgreementReviews(ctx context.Context, r GetAgreementReviewsRequestObject) (GetAgreementReviewsResponseObject, error) {
	all, err := a.Agreements.Reviews(ctx, scopeFrom(ctx), r.Id)
	return GetAgreementReviews200JSONResponse(reviewsOut(all)), err
}

// AskAgreementReview asks another lawyer.
func (a *API) AskAgreementReview(ctx context.Context, r AskAgreementReviewRequestObject) (AskAgreementReviewResponseObject, error) {
	all, err := a.Agreements.AskReview(ctx, scopeFrom(ctx), r.Id, value(r.Body.Of), value(r.Body.Note))
	return AskAgreementReview200JSONResponse(reviewsOut(all)), err
}

// DecideAgreementReview approves or returns a draft.
func (a *API) DecideAgreementReview(ctx context.Context, r DecideAgreementReviewRequestObject) (DecideAgreementReviewResponseObject, error) {
	all, err := a.Agreements.DecideReview(ctx, scopeFrom(ctx), r.Id, r.Body.Approve, value(r.Body.Reason), r.Body.Version)
	return DecideAgreementReview200JSONResponse(reviewsOut(all)), err
}

func reviewsOut(all agreement.Reviews) AgreementReviews {
	out := AgreementReviews{State: ReviewStanding(all.State), Required: all.Required, MayDecide: all.MayDecide, Version: all.Version,
		Lawyers: each(all.Lawyers, func(l agreement.Colleague) Colleague { return Colleague{Id: l.ID, Name: l.Name} }),
		Items: each(all.All, func(r agreement.Review) AgreementReview {
			line := AgreementReview{Id: r.ID, AtVersion: r.AtVersion, AskedBy: r.AskedBy, AskedAt: r.AskedAt, AskedOf: text(r.AskedOf), Note: text(r.Note),
				Reason: text(r.Reason), DecidedBy: text(r.DecidedBy), DecidedAt: r.DecidedAt}
			if r.Verdict != nil {
				verdict := AgreementReviewVerdict(*r.Verdict)
				line.Verdict = &verdict
			}
			return line
		})}
	return out
}
