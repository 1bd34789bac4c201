package httpapi

import (
	"context"
	"strings"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/field"
	"klausul/server/report"
	"klausul/server/storage"
)

// PlanHearing tells whom a hearing on a draft could ask.
func (a *API) PlanHearing(ctx context.Context, r PlanHearingRequestObject) (PlanHearingResponseObject, error) {
	plan, err := a.Agreements.PlanHearing(ctx, scopeFrom(ctx), r.Id)
	out := PlanHearing200JSONResponse{}
	out.Parties = make([]struct {
		Organisation OrganisationRef `json:"organisation"`
		Uses         bool            `json:"uses"`
	}, len(plan.Parties))
	for i, p := range plan.Parties {
		out.Parties[i].Organisation, out.Parties[i].Uses = OrganisationRef{Id: p.Organisation, Name: p.Name}, p.Uses
	}
	if plan.Open != nil {
		open := hearingOut(scopeFrom(ctx))(*plan.Open)
		out.Open = &open
	}
	return out, err
}

// OpenHearing asks members about a draft.
func (a *API) OpenHearing(ctx context.Context, r OpenHearingRequestObject) (OpenHearingResponseObject, error) {
	h, err := a.Agreements.OpenHearing(ctx, scopeFrom(ctx), r.Id,
		agreement.HearingDraft{Question: r.Body.Question, Deadline: r.Body.Deadline.Time, Organisations: r.Body.Organisations})
	return OpenHearing201JSONResponse(hearingDetailOut(scopeFrom(ctx), h)), err
}

// ListHearings lists the rounds that the caller sees.
func (a *API) ListHearings(ctx context.Context, r ListHearingsRequestObject) (ListHearingsResponseObject, error) {
	rows, next, err := a.Agreements.Hearings(ctx, scopeFrom(ctx), value(r.Params.Agreement), paged[string](nil, "-waits", r.Params.Limit, r.Params.Cursor))
	return ListHearings200JSONResponse{Items: each(rows, hearingOut(scopeFrom(ctx))), Next: text(next)}, err
}

// GetHearing shows one round.
func (a *API) GetHearing(ctx context.Context, r GetHearingRequestObject) (GetHearingResponseObject, error) {
	h, err := a.Agreements.Hearing(ctx, scopeFrom(ctx), r.Id)
	return GetHearing200JSONResponse(hearingDetailOut(scopeFrom(ctx), h)), err
}

// AnswerHearing saves one thing that the organisation says.
func (a *API) AnswerHearing(ctx context.Context, r AnswerHearingRequestObject) (AnswerHearingResponseObject, error) {
	saved, err := a.Agreements.AnswerHearing(ctx, scopeFrom(ctx), r.Id, r.Body.Path, r.Body.Base, r.Body.Value)
	return AnswerHearing200JSONResponse(answerOut(saved)), err
}

// SendHearing sends the organisation's answer.
func (a *API) SendHearing(ctx context.Context, r SendHearingRequestObject) (SendHearingResponseObject, error) {
	h, err := a.Agreements.SendHearing(ctx, scopeFrom(ctx), r.Id, r.Body.NoRemarks)
	return SendHearing200JSONResponse(hearingDetailOut(scopeFrom(ctx), h)), err
}

// ReopenHearing takes the organisation's answer back.
func (a *API) ReopenHearing(ctx context.Context, r ReopenHearingRequestObject) (ReopenHearingResponseObject, error) {
	h, err := a.Agreements.ReopenHearing(ctx, scopeFrom(ctx), r.Id)
	return ReopenHearing200JSONResponse(hearingDetailOut(scopeFrom(ctx), h)), err
}

// ProlongHearing gives a later deadline.
func (a *API) ProlongHearing(ctx context.Context, r ProlongHearingRequestObject) (ProlongHearingResponseObject, error) {
	h, err := a.Agreements.ProlongHearing(ctx, scopeFrom(ctx), r.Id, r.Body.Deadline.Time)
	return ProlongHearing200JSONResponse(hearingDetailOut(scopeFrom(ctx), h)), err
}

// CloseHearing ends a round.
func (a *API) CloseHearing(ctx context.Context, r CloseHearingRequestObject) (CloseHearingResponseObject, error) {
	h, err := a.Agreements.CloseHearing(ctx, scopeFrom(ctx), r.Id)
	return CloseHearing200JSONResponse(hearingDetailOut(scopeFrom(ctx), h)), err
}

// partyWords are the states of an answer as they read in a spreadsheet.
var partyWords = map[agreement.PartyState]string{agreement.PartyAsked: "Afventer", agreement.PartySent: "Har svaret", agreement.PartySilent: "Ikke svaret"}

// ExportHearing is what everybody said as a spreadsheet, a line for each organisation.
func (a *API) ExportHearing(ctx context.Context, r ExportHearingRequestObject) (ExportHearingResponseObject, error) {
	h, err := a.Agreements.Hearing(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	remarks := map[int32][]string{}
	for _, m := range h.Remarks() {
		remarks[m.Organisation] = append(remarks[m.Organisation], strings.TrimSpace(m.Clause.Number+" "+m.Clause.Heading)+": "+m.Text)
	}
	w, err := workbook(ctx, "høring", []report.Column{{Heading: "Kommune", Width: 30}, {Heading: "Tilstand", Width: 14}, {Heading: "Svaret den", Width: 12}, {Heading: "Uden bemærkninger", Width: 18}, {Heading: "Personer", Width: 12}, {Heading: "Oplysninger", Width: 50}, {Heading: "Bemærkning", Width: 60}, {Heading: "Til bestemmelser", Width: 80}},
		storage.Page{}, func(storage.Page) ([]agreement.HearingParty, string, error) { return h.Parties, "", nil },
		func(p agreement.HearingParty) []any {
			var sent, persons any
			if p.SentAt != nil {
				sent = storage.LegalDate(*p.SentAt)
			}
			if n := p.Persons(); n != nil {
				persons = *n
			}
			none := ""
			if p.NoRemarks {
				none = word(ctx, "ja")
			}
			return []any{p.OrganisationName, word(ctx, partyWords[p.State(h.Hearing)]), sent, none, persons,
				strings.Join(labels(h.Choices(), p.Categories()), ", "), p.Remark(), strings.Join(remarks[p.Organisation], "\n")}
		})
	return ExportHearing200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

func labels(choices []field.Choice, chosen []string) []string {
	var out []string
	for _, c := range choices {
		for _, value := range chosen {
			if c.Value == value {
				out = append(out, c.Label)
			}
		}
	}
	return out
}

func hearingOut(scope access.Scope) func(agreement.Hearing) Hearing {
	return func(h agreement.Hearing) Hearing {
		out := Hearing{Id: h.ID, AgreementId: h.Agreement, No: h.No, Title: h.Title, VendorName: h.VendorName, Systems: h.Systems, Question: h.Question,
			Deadline: types.Date{Time: h.Deadline}, Over: h.Over(), TextHash: h.TextHash, Opened: h.OpenedAt, OpenedBy: text(h.OpenedBy), Closed: h.ClosedAt}
		if scope.Own() == 0 {
			out.Asked, out.Sent = &h.Asked, &h.Sent
			return out
		}
		own := agreement.HearingParty{}
		if h.Sent > 0 {
			own.SentAt = &h.OpenedAt // only that it is sent
		}
		state := HearingPartyState(own.State(h))
		out.State = &state
		return out
	}
}

func hearingDetailOut(scope access.Scope, h agreement.HearingDetail) HearingDetail {
	out := HearingDetail{Hearing: hearingOut(scope)(h.Hearing), Clauses: each(h.Clauses, clauseOut),
		Choices: each(h.Choices(), func(c field.Choice) Choice { return Choice{Value: c.Value, Label: c.Label} }),
		Parties: each(h.Parties, func(p agreement.HearingParty) HearingParty { return hearingPartyOut(h.Hearing, p) })}
	out.Slots = make([]struct {
		Label string `json:"label"`
		Local bool   `json:"local"`
		Path  string `json:"path"`
	}, len(h.Fields))
	for i, f := range h.Fields {
		out.Slots[i].Path, out.Slots[i].Label, out.Slots[i].Local = f.Path, f.Label, f.Local
	}
	if scope.Own() != 0 {
		answers := []Answer{}
		for _, p := range h.Parties {
			answers = each(p.Answers, answerOut)
		}
		out.Answers = &answers
		return out
	}
	remarks := each(h.Remarks(), func(m agreement.ClauseRemark) HearingRemark {
		return HearingRemark{Clause: m.Clause.Key, Number: text(m.Clause.Number), Heading: text(m.Clause.Heading),
			Organisation: OrganisationRef{Id: m.Organisation, Name: m.OrganisationName}, Text: m.Text}
	})
	out.Remarks, out.Figures = &remarks, figuresOut(h.Figures())
	return out
}

func hearingPartyOut(h agreement.Hearing, p agreement.HearingParty) HearingParty {
	out := HearingParty{Organisation: OrganisationRef{Id: p.Organisation, Name: p.OrganisationName}, State: HearingPartyState(p.State(h)),
		NoRemarks: p.NoRemarks, Sent: p.SentAt, SentBy: text(p.SentBy), Persons: p.Persons(), Remark: text(p.Remark())}
	if categories := p.Categories(); categories != nil {
		out.Categories = &categories
	}
	return out
}

func figuresOut(f agreement.Figures) *HearingFigures {
	out := &HearingFigures{Asked: f.Asked, Sent: f.Sent, Silent: f.Silent, NoRemarks: f.NoRemarks, Persons: f.Persons, PersonsBy: f.PersonsBy}
	out.Categories = make([]struct {
		Label   string `json:"label"`
		Parties int    `json:"parties"`
		Value   string `json:"value"`
	}, len(f.Categories))
	for i, c := range f.Categories {
		out.Categories[i].Value, out.Categories[i].Label, out.Categories[i].Parties = c.Value, c.Label, c.Parties
	}
	return out
}
