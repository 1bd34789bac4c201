package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/member"
	"klausul/server/report"
	"klausul/server/storage"
)

// GetUser shows a person with every role.
func (a *API) GetUser(ctx context.Context, r GetUserRequestObject) (GetUserResponseObject, error) {
	out, err := a.person(a.Users.Get(ctx, scopeFrom(ctx), r.Id))
	return GetUser200JSONResponse(out), err
}

// GetUserHistory tells who changed the person's access.
func (a *API) GetUserHistory(ctx context.Context, r GetUserHistoryRequestObject) (GetUserHistoryResponseObject, error) {
	if _, err := a.Users.Get(ctx, scopeFrom(ctx), r.Id); err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "user", r.Id)
	return GetUserHistory200JSONResponse(history(rows)), err
}

// AddUserRole gives a person another role.
func (a *API) AddUserRole(ctx context.Context, r AddUserRoleRequestObject) (AddUserRoleResponseObject, error) {
	out, err := a.person(a.Users.AddRole(ctx, scopeFrom(ctx), r.Id, access.Role(r.Body.Role), value(r.Body.OrganisationId),
		member.Membership{From: r.Body.From.Time, To: dayIn(r.Body.To)}))
	return AddUserRole200JSONResponse(out), err
}

// EndUserRole ends a role.
func (a *API) EndUserRole(ctx context.Context, r EndUserRoleRequestObject) (EndUserRoleResponseObject, error) {
	return EndUserRole204Response{}, a.Users.EndRole(ctx, scopeFrom(ctx), r.Id, dayIn(r.Body.To))
}

// InviteUserAgain makes a new code.
func (a *API) InviteUserAgain(ctx context.Context, r InviteUserAgainRequestObject) (InviteUserAgainResponseObject, error) {
	i, err := a.Users.InviteAgain(ctx, scopeFrom(ctx), r.Id)
	return InviteUserAgain201JSONResponse{UserId: i.User, Code: i.Code, Expires: i.Expires}, err
}

// WithdrawInvitation makes the codes worthless.
func (a *API) WithdrawInvitation(ctx context.Context, r WithdrawInvitationRequestObject) (WithdrawInvitationResponseObject, error) {
	return WithdrawInvitation204Response{}, a.Users.WithdrawInvitation(ctx, scopeFrom(ctx), r.Id)
}

// CheckLeave counts what is open with a person.
func (a *API) CheckLeave(ctx context.Context, r CheckLeaveRequestObject) (CheckLeaveResponseObject, error) {
	l, err := a.Users.Leaving(ctx, scopeFrom(ctx), r.Id)
	return CheckLeave200JSONResponse{Work: each(l.Work, func(w member.OpenWork) OpenWork { return workOut(w, l.Colleagues) })}, err
}

// LeaveUser ends access at once.
func (a *API) LeaveUser(ctx context.Context, r LeaveUserRequestObject) (LeaveUserResponseObject, error) {
	to := map[int32]int64{}
	for _, m := range r.Body.Moves {
		to[m.Organisation] = m.To
	}
	if _, err := a.Users.Leave(ctx, scopeFrom(ctx), r.Id, to); err != nil {
		return nil, err
	}
	out, err := a.person(a.Users.Get(ctx, scopeFrom(ctx), r.Id))
	return LeaveUser200JSONResponse(out), err
}

// DisclosePerson packs everything held about a person.
func (a *API) DisclosePerson(ctx context.Context, r DisclosePersonRequestObject) (DisclosePersonResponseObject, error) {
	h, err := a.Users.Disclose(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	file, err := report.PersonFile(h.In(actorFrom(ctx).Language), func(danish string) string { return word(ctx, danish) })
	name := fmt.Sprintf("indsigt-bruger-%d-%s.zip", h.User, storage.LegalDate(h.At).Format(time.DateOnly))
	return DisclosePerson200ApplicationzipResponse{Body: bytes.NewReader(file), ContentLength: int64(len(file)),
		Headers: DisclosePerson200ResponseHeaders{ContentDisposition: attachment(name)}}, err
}

// DisclosePersonByMail packs everything held about whoever has an address.
func (a *API) DisclosePersonByMail(ctx context.Context, r DisclosePersonByMailRequestObject) (DisclosePersonByMailResponseObject, error) {
	h, err := a.Users.DiscloseAny(ctx, scopeFrom(ctx), r.Body.Email, value(r.Body.Name))
	if err != nil || h.Rows() == 0 {
		return DisclosePersonByMail204Response{}, err
	}
	file, err := report.PersonFile(h.In(actorFrom(ctx).Language), func(danish string) string { return word(ctx, danish) })
	name := fmt.Sprintf("indsigt-mail-%s.zip", storage.LegalDate(h.At).Format(time.DateOnly))
	return DisclosePersonByMail200ApplicationzipResponse{Body: bytes.NewReader(file), ContentLength: int64(len(file)),
		Headers: DisclosePersonByMail200ResponseHeaders{ContentDisposition: attachment(name)}}, err
}

// ListAccessReviews lists the yearly looks at who has access.
func (a *API) ListAccessReviews(ctx context.Context, r ListAccessReviewsRequestObject) (ListAccessReviewsResponseObject, error) {
	rows, next, err := a.Users.Reviews(ctx, scopeFrom(ctx), member.ReviewState(value(r.Params.State)), storage.Page{Limit: value(r.Params.Limit), Cursor: value(r.Params.Cursor)})
	return ListAccessReviews200JSONResponse{Items: each(rows, a.reviewOut), Next: text(next)}, err
}

// ExportAccessReviews is that list as a workbook.
func (a *API) ExportAccessReviews(ctx context.Context, r ExportAccessReviewsRequestObject) (ExportAccessReviewsResponseObject, error) {
	w, err := workbook(ctx, "adgangsgennemgang", []report.Column{{Heading: "Kommune", Width: 40}, {Heading: "Åbnet", Width: 12}, {Heading: "Senest", Width: 12}, {Heading: "Roller", Width: 10},
		{Heading: "Mangler", Width: 10}, {Heading: "Udført", Width: 12}, {Heading: "Udført af", Width: 30}},
		storage.Page{},
		func(p storage.Page) ([]member.Review, string, error) {
			return a.Users.Reviews(ctx, scopeFrom(ctx), member.ReviewState(value(r.Params.State)), p)
		},
		func(r member.Review) []any {
			whose := word(ctx, "Sekretariatet")
			if r.OrganisationName != nil {
				whose = *r.OrganisationName
			}
			return []any{whose, r.Opened, r.Due, r.Lines, r.Open, legalDay(r.Done), orNil(r.DoneBy)}
		})
	return ExportAccessReviews200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// GetAccessReview shows one with its lines.
func (a *API) GetAccessReview(ctx context.Context, r GetAccessReviewRequestObject) (GetAccessReviewResponseObject, error) {
	out, err := a.review(ctx, r.Id)
	return GetAccessReview200JSONResponse(out), err
}

// DecideAccessReview keeps some roles and ends others.
func (a *API) DecideAccessReview(ctx context.Context, r DecideAccessReviewRequestObject) (DecideAccessReviewResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := a.Users.DecideReview(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Keep, r.Body.End); err != nil {
		return nil, err
	}
	out, err := a.review(ctx, r.Id)
	return DecideAccessReview200JSONResponse(out), err
}

// ListErasures is the log of what was erased, with the rules.
func (a *API) ListErasures(ctx context.Context, r ListErasuresRequestObject) (ListErasuresResponseObject, error) {
	rows, next, err := a.Users.Erasures(ctx, scopeFrom(ctx), storage.Page{Limit: value(r.Params.Limit), Cursor: value(r.Params.Cursor)})
	if err != nil {
		return nil, err
	}
	rules, err := a.Users.Rules(ctx, scopeFrom(ctx))
	return ListErasures200JSONResponse{Next: text(next),
		Items: each(rows, func(e member.Erasure) Erasure {
			return Erasure{Id: e.ID, Rule: e.Rule, RuleFrom: types.Date{Time: e.RuleFrom}, User: e.User, What: ErasureWhat(e.What), Entries: e.Entries, At: e.At}
		}),
		Rules: each(rules, func(r member.Rule) PersonRule {
			return PersonRule{Key: r.Key, From: types.Date{Time: r.From}, Amount: r.Amount, Unit: PersonRuleUnit(r.Unit), Source: r.Source, Unconfirmed: r.Unconfirmed}
		})}, err
}

func (a *API) person(p member.Person, err error) (Person, error) {
	if err != nil {
		return Person{}, err
	}
	out := Person{Id: p.ID, Name: p.Name, Email: p.Email, Linked: p.Linked, Left: p.Left, Anonymised: p.Anonymised, Invited: p.Invited}
	roles, err := p.Roles()
	if err != nil {
		return out, err
	}
	today := a.Members.Today()
	out.Roles = make([]RolePeriod, len(roles))
	for i, r := range roles {
		wire := RolePeriod{Id: r.ID, Role: Role(r.Role), Organisation: orgRef(r.Organisation, r.OrganisationName), Runs: r.Runs(today)}
		if err := wire.From.UnmarshalText([]byte(r.From)); err != nil {
			return out, err
		}
		if r.To != nil {
			wire.To = &types.Date{}
			if err := wire.To.UnmarshalText([]byte(*r.To)); err != nil {
				return out, err
			}
		}
		out.Roles[i] = wire
	}
	return out, nil
}

func orgRef(id *int32, name *string) *OrganisationRef {
	if id == nil {
		return nil
	}
	return &OrganisationRef{Id: *id, Name: value(name)}
}

func workOut(w member.OpenWork, all []member.Colleague) OpenWork {
	out := OpenWork{Organisation: orgRef(w.Organisation, &w.OrganisationName), Roles: w.Roles, Owned: w.Owned, Responsible: w.Responsible,
		Settings: w.Settings, Keys: w.Keys, Moves: w.Moves()}
	people := []PersonRef{}
	for _, c := range all {
		if w.Organisation != nil && c.Organisation == *w.Organisation {
			people = append(people, PersonRef{Id: c.ID, Name: c.Name})
		}
	}
	out.Colleagues = &people
	return out
}

func (a *API) reviewOut(r member.Review) AccessReview {
	return AccessReview{Id: r.ID, Organisation: orgRef(r.Organisation, r.OrganisationName), Opened: types.Date{Time: r.Opened}, Due: types.Date{Time: r.Due},
		Overdue: r.Overdue(a.Members.Today()), Done: r.Done, DoneBy: r.DoneBy, Version: r.Version, Lines: r.Lines, Open: r.Open}
}

func (a *API) review(ctx context.Context, id int64) (AccessReviewDetail, error) {
	r, lines, err := a.Users.Review(ctx, scopeFrom(ctx), id)
	return AccessReviewDetail{Review: a.reviewOut(r), Lines: each(lines, func(l member.Verdict) AccessReviewLine {
		return AccessReviewLine{Grant: l.Grant, User: l.User, Name: l.Name, Email: l.Email, Role: Role(l.Role), From: types.Date{Time: l.From}, To: dayOut(l.To),
			Verdict: (*AccessReviewLineVerdict)(l.Verdict), At: l.At, By: l.By, Open: l.Open}
	})}, err
}
