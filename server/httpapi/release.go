package httpapi

import (
	"context"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/agreement"
)

// CheckRelease tells what a release would do.
func (a *API) CheckRelease(ctx context.Context, r CheckReleaseRequestObject) (CheckReleaseResponseObject, error) {
	c, err := a.Agreements.CheckRelease(ctx, scopeFrom(ctx), r.Id)
	out := CheckRelease200JSONResponse{Recipients: each(c.Recipients, recipientOut), Ready: c.Ready, Version: c.Version, Unamended: c.Unamended, Outdated: each(c.Outdated, outdatedOut),
		Strayed: each(c.Strayed, systemRef), Unset: each(c.Unset, unsetOut), Review: ReviewStanding(c.Review), ReviewRequired: c.Required, Due: types.Date{Time: c.Due}, Broken: each(c.Broken, ruleOut)}
	out.Unanswered = make([]struct {
		Label string `json:"label"`
		Path  string `json:"path"`
	}, len(c.Unanswered))
	for i, f := range c.Unanswered {
		out.Unanswered[i].Label, out.Unanswered[i].Path = f.Label, f.Path
	}
	return out, err
}

func recipientOut(r agreement.Recipient) Recipient {
	out := Recipient{Organisation: OrganisationRef{Id: r.ID, Name: r.Name}, Member: r.Member, Left: dayOut(r.LeftOn), Systems: r.Systems,
		MissingAddress: r.MissingAddress, NoContact: r.NoContact, Has: r.Has, Based: r.Based, EarlierNo: r.EarlierNo}
	if r.Earlier != nil {
		state := AccessionState(*r.Earlier)
		out.Earlier = &state
	}
	return out
}

func audienceIn(b Audience) agreement.Audience {
	return agreement.Audience{Kind: agreement.AudienceKind(b.Audience), Chosen: value(b.Organisations), Due: dayIn(b.Due)}
}

// ReleaseAgreement freezes the text and starts the batch.
func (a *API) ReleaseAgreement(ctx context.Context, r ReleaseAgreementRequestObject) (ReleaseAgreementResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b, err := a.Agreements.Release(ctx, scopeFrom(ctx), r.Id, seen, audienceIn(*r.Body))
	return ReleaseAgreement202JSONResponse(batchOut(b)), err
}

// ReleaseAgreementMore starts a batch for further organisations.
func (a *API) ReleaseAgreementMore(ctx context.Context, r ReleaseAgreementMoreRequestObject) (ReleaseAgreementMoreResponseObject, error) {
	b, err := a.Agreements.ReleaseMore(ctx, scopeFrom(ctx), r.Id, audienceIn(*r.Body))
	return ReleaseAgreementMore202JSONResponse(batchOut(b)), err
}

// PaperAgreementAgain starts a batch that makes papers anew.
func (a *API) PaperAgreementAgain(ctx context.Context, r PaperAgreementAgainRequestObject) (PaperAgreementAgainResponseObject, error) {
	b, err := a.Agreements.Again(ctx, scopeFrom(ctx), r.Id, value(r.Body.Organisations))
	return PaperAgreementAgain202JSONResponse(batchOut(b)), err
}

// RenewAgreement starts the next version.
func (a *API) RenewAgreement(ctx context.Context, r RenewAgreementRequestObject) (RenewAgreementResponseObject, error) {
	d, err := a.Agreements.Renew(ctx, scopeFrom(ctx), r.Id, agreement.Kind(r.Body.Kind), r.Body.Note)
	return RenewAgreement201JSONResponse(detailOut(scopeFrom(ctx), d)), err
}

// SetAgreementSystems says which systems a draft covers.
func (a *API) SetAgreementSystems(ctx context.Context, r SetAgreementSystemsRequestObject) (SetAgreementSystemsResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Agreements.SetSystems(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Systems)
	return SetAgreementSystems200JSONResponse(detailOut(scopeFrom(ctx), d)), err
}
