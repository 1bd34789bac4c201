package httpapi

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/oapi-codegen/runtime/types"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/agreement/round"
	"klausul/server/field"
	"klausul/server/redline"
	"klausul/server/report"
	"klausul/server/storage"
)

// ListNegotiations lists the negotiations that the caller follows.
func (a *API) ListNegotiations(ctx context.Context, r ListNegotiationsRequestObject) (ListNegotiationsResponseObject, error) {
	p := r.Params
	office := scopeFrom(ctx).Login() == access.LoginOffice
	rows, next, err := a.Negotiations.List(ctx, scopeFrom(ctx), negotiationFilter(p.Q, p.Stage, p.Turn, p.Agreement),
		paged(p.Sort, "since", p.Limit, p.Cursor))
	return ListNegotiations200JSONResponse{Items: each(rows, func(n negotiation.Negotiation) Negotiation { return negotiationOut(n, office) }), Next: text(next)}, err
}

func negotiationFilter(q *string, stage *NegotiationStage, turn *NegotiationTurn, of *int64) negotiation.Filter {
	return negotiation.Filter{Text: value(q), Stage: negotiation.Stage(value(stage)), Turn: negotiation.Turn(value(turn)), Agreement: value(of)}
}

// CountNegotiations counts what the filter finds, and how many there are of each stage.
func (a *API) CountNegotiations(ctx context.Context, r CountNegotiationsRequestObject) (CountNegotiationsResponseObject, error) {
	p := r.Params
	c, err := a.Negotiations.Count(ctx, scopeFrom(ctx), negotiationFilter(p.Q, p.Stage, p.Turn, p.Agreement))
	out := CountNegotiations200JSONResponse{Total: c.Total}
	for _, s := range negotiation.Stages {
		out.Stages = append(out.Stages, struct {
			Count int              `json:"count"`
			Stage NegotiationStage `json:"stage"`
		}{c.Stages[s], NegotiationStage(s)})
	}
	return out, err
}

// StartNegotiation begins one on a draft.
func (a *API) StartNegotiation(ctx context.Context, r StartNegotiationRequestObject) (StartNegotiationResponseObject, error) {
	d, err := a.Negotiations.Start(ctx, scopeFrom(ctx), r.Id)
	return StartNegotiation200JSONResponse(negotiationDetailOut(ctx, d)), err
}

// GetNegotiation shows one.
func (a *API) GetNegotiation(ctx context.Context, r GetNegotiationRequestObject) (GetNegotiationResponseObject, error) {
	d, err := a.Negotiations.Get(ctx, scopeFrom(ctx), r.Id)
	return GetNegotiation200JSONResponse(negotiationDetailOut(ctx, d)), err
}

// MoveNegotiation takes an act.
func (a *API) MoveNegotiation(ctx context.Context, r MoveNegotiationRequestObject) (MoveNegotiationResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Negotiations.Move(ctx, scopeFrom(ctx), r.Id, seen, negotiation.Act(r.Body.Act), value(r.Body.Advice))
	return MoveNegotiation200JSONResponse(negotiationDetailOut(ctx, d)), err
}

// SendRound makes the next Word file.
func (a *API) SendRound(ctx context.Context, r SendRoundRequestObject) (SendRoundResponseObject, error) {
	seen, err := version(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := a.Negotiations.Send(ctx, scopeFrom(ctx), r.Id, seen, r.Body.Note)
	return SendRound201JSONResponse(negotiationDetailOut(ctx, d)), err
}

// ConfirmClause says that an agreed wording holds under other answers.
func (a *API) ConfirmClause(ctx context.Context, r ConfirmClauseRequestObject) (ConfirmClauseResponseObject, error) {
	return ConfirmClause204Response{}, a.Negotiations.Confirm(ctx, scopeFrom(ctx), r.Id, r.Body.Key, r.Body.Seen)
}

// ReceiveRound takes in what came back. A file that announces more than the limit is refused unread.
func (a *API) ReceiveRound(ctx context.Context, r ReceiveRoundRequestObject) (ReceiveRoundResponseObject, error) {
	if c, ok := ctx.(*gin.Context); ok && c.Request.ContentLength > negotiation.MaxSize {
		return nil, negotiation.ErrTooLarge.With("limit", negotiation.MaxSize)
	}
	got, err := a.Negotiations.Receive(ctx, scopeFrom(ctx), r.Id, r.Params.Name, r.Body, value(r.Params.Anyway))
	return ReceiveRound201JSONResponse(roundOut(got)), err
}

// GetRound shows one round.
func (a *API) GetRound(ctx context.Context, r GetRoundRequestObject) (GetRoundResponseObject, error) {
	got, err := a.Negotiations.Round(ctx, scopeFrom(ctx), r.Id, r.No)
	return GetRound200JSONResponse(roundOut(got)), err
}

// DownloadRound streams the file as it was sent or came.
func (a *API) DownloadRound(ctx context.Context, r DownloadRoundRequestObject) (DownloadRoundResponseObject, error) {
	h, f, body, err := a.Negotiations.Download(ctx, scopeFrom(ctx), r.Id, r.No)
	if err != nil {
		return nil, err
	}
	return DownloadRound200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: body, ContentLength: f.Size,
		Headers: FileResponseHeaders{ContentDisposition: attachment(h.FileName), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

// RedlineRound is a round as a PDF with its changes marked.
func (a *API) RedlineRound(ctx context.Context, r RedlineRoundRequestObject) (RedlineRoundResponseObject, error) {
	name, body, err := a.Negotiations.RedlinePDF(ctx, scopeFrom(ctx), r.Id, r.No)
	if err != nil {
		return nil, err
	}
	return RedlineRound200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: bytes.NewReader(body), ContentLength: int64(len(body)),
		Headers: FileResponseHeaders{ContentDisposition: attachment(name)}}}, nil
}

// DecideChanges says something to changes.
func (a *API) DecideChanges(ctx context.Context, r DecideChangesRequestObject) (DecideChangesResponseObject, error) {
	verdicts := make([]negotiation.Verdict, len(r.Body.Decisions))
	for i, d := range r.Body.Decisions {
		verdicts[i] = negotiation.Verdict{No: d.No, Base: d.Base, Decision: (*negotiation.Decision)(d.Decision), Wording: value(d.Wording), Whole: value(d.Whole), Reason: value(d.Reason), Others: map[int]int{}}
		for _, o := range value(d.Others) {
			verdicts[i].Others[o.No] = o.Base
		}
	}
	changed, err := a.Negotiations.Decide(ctx, scopeFrom(ctx), r.Id, r.No, verdicts)
	return DecideChanges200JSONResponse{Changes: each(changed, changeOut)}, err
}

// GetChangeAids tells what helps to decide a change.
func (a *API) GetChangeAids(ctx context.Context, r GetChangeAidsRequestObject) (GetChangeAidsResponseObject, error) {
	aids, err := a.Negotiations.Aids(ctx, scopeFrom(ctx), r.Id, r.No, r.Change)
	out := GetChangeAids200JSONResponse{Accepted: aids.Accepted, Refused: aids.Refused, Countered: aids.Countered, Precedents: each(aids.Precedents, precedentOut)}
	out.Positions = each(aids.Positions, func(h negotiation.Held) struct {
		Position Position                   `json:"position"`
		Value    *string                    `json:"value,omitempty"`
		Verdict  ChangeAidsPositionsVerdict `json:"verdict"`
	} {
		return struct {
			Position Position                   `json:"position"`
			Value    *string                    `json:"value,omitempty"`
			Verdict  ChangeAidsPositionsVerdict `json:"verdict"`
		}{positionOut(h.Position), text(h.Value), ChangeAidsPositionsVerdict(h.Verdict)}
	})
	return out, err
}

// PreviewRound is the text as the next round would have it.
func (a *API) PreviewRound(ctx context.Context, r PreviewRoundRequestObject) (PreviewRoundResponseObject, error) {
	rows, err := a.Negotiations.Preview(ctx, scopeFrom(ctx), r.Id)
	return PreviewRound200JSONResponse(roundComparisonOut(rows)), err
}

// CompareRounds tells what two rounds have otherwise.
func (a *API) CompareRounds(ctx context.Context, r CompareRoundsRequestObject) (CompareRoundsResponseObject, error) {
	rows, err := a.Negotiations.Compare(ctx, scopeFrom(ctx), r.Id, r.Params.From, r.Params.To)
	return CompareRounds200JSONResponse(roundComparisonOut(rows)), err
}

// ListNegotiationEntries is the journal.
func (a *API) ListNegotiationEntries(ctx context.Context, r ListNegotiationEntriesRequestObject) (ListNegotiationEntriesResponseObject, error) {
	rows, next, err := a.Negotiations.Entries(ctx, scopeFrom(ctx), r.Id, paged[string](nil, "-made", r.Params.Limit, r.Params.Cursor))
	return ListNegotiationEntries200JSONResponse{Items: each(rows, entryOut), Next: text(next)}, err
}

// AddNegotiationEntry writes into the journal.
func (a *API) AddNegotiationEntry(ctx context.Context, r AddNegotiationEntryRequestObject) (AddNegotiationEntryResponseObject, error) {
	e, err := a.Negotiations.AddEntry(ctx, scopeFrom(ctx), r.Id, negotiation.EntryKind(r.Body.Kind), r.Body.Text, dayIn(r.Body.DueOn))
	return AddNegotiationEntry201JSONResponse(entryOut(e)), err
}

// SettleNegotiationEntry says that a next step is done.
func (a *API) SettleNegotiationEntry(ctx context.Context, r SettleNegotiationEntryRequestObject) (SettleNegotiationEntryResponseObject, error) {
	e, err := a.Negotiations.SettleEntry(ctx, scopeFrom(ctx), r.Id, r.Body.Done)
	return SettleNegotiationEntry200JSONResponse(entryOut(e)), err
}

// ListDeviations lists what was agreed otherwise than the template has it.
func (a *API) ListDeviations(ctx context.Context, r ListDeviationsRequestObject) (ListDeviationsResponseObject, error) {
	_, v, err := a.Agreements.Deviations(ctx, scopeFrom(ctx), r.Id)
	office := scopeFrom(ctx).Login() == access.LoginOffice
	answers := each(v.Answers, func(c agreement.ChangedAnswer) ChangedAnswer {
		return ChangedAnswer{Path: c.Path, Label: c.Label, Number: c.Number, Heading: c.Heading, Before: c.Was, After: c.Is, Reason: c.Reason, DecidedAt: c.At, DecidedBy: text(c.By)}
	})
	return ListDeviations200JSONResponse{Answers: answers, Items: each(v.Clauses, func(n agreement.Negotiated) Deviation {
		out := Deviation{ClauseKey: n.Key, Number: n.Clause.Number, Heading: n.Heading, Kind: DeviationKind(n.Kind), Touched: n.Touched, Before: n.Was, After: n.Is,
			DecidedAt: n.DecidedAt, Redline: each(n.Redline(), plainSegment)}
		if office {
			out.Reason, out.DecidedBy = n.Reason, text(n.DecidedBy)
		}
		return out
	})}, err
}

// DeviationReport is the deviations as a tagged PDF.
func (a *API) DeviationReport(ctx context.Context, r DeviationReportRequestObject) (DeviationReportResponseObject, error) {
	name, body, err := a.Agreements.DeviationReport(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return DeviationReport200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: bytes.NewReader(body), ContentLength: int64(len(body)),
		Headers: FileResponseHeaders{ContentDisposition: attachment(name)}}}, nil
}

// deviationWords are the kinds as they read in a spreadsheet.
var deviationWords = map[agreement.NegotiatedKind]string{agreement.NegotiatedChanged: "Ændret", agreement.NegotiatedNew: "Tilføjet", agreement.NegotiatedGone: "Udgået"}

// ExportDeviations is the deviations as a spreadsheet.
func (a *API) ExportDeviations(ctx context.Context, r ExportDeviationsRequestObject) (ExportDeviationsResponseObject, error) {
	_, v, err := a.Agreements.Deviations(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, n := range v.Clauses {
		standard := "nej"
		if n.Touched {
			standard = "ja"
		}
		rows = append(rows, []any{n.Clause.Number, n.Heading, "", word(ctx, deviationWords[n.Kind]), word(ctx, standard), n.Was, n.Is, n.Reason, storage.LegalDate(n.DecidedAt), n.DecidedBy})
	}
	for _, c := range v.Answers {
		rows = append(rows, []any{c.Number, c.Heading, c.Label, word(ctx, "Ændret svar"), word(ctx, "nej"), c.Was, c.Is, c.Reason, storage.LegalDate(c.At), c.By})
	}
	w, err := workbook(ctx, "fravigelser", []report.Column{{Heading: "Punkt", Width: 10}, {Heading: "Overskrift", Width: 30}, {Heading: "Spørgsmål", Width: 30}, {Heading: "Fravigelse", Width: 14}, {Heading: "Standardtekst", Width: 14},
		{Heading: "Skabelonens ordlyd eller første svar", Width: 70}, {Heading: "Aftalt ordlyd eller svar", Width: 70}, {Heading: "Begrundelse", Width: 50}, {Heading: "Besluttet den", Width: 14}, {Heading: "Besluttet af", Width: 24}},
		storage.Page{}, func(storage.Page) ([][]any, string, error) { return rows, "", nil }, func(row []any) []any { return row })
	return ExportDeviations200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// negotiationOut tells what is undecided to the secretariat only: others see verdicts once they are sent.
func negotiationOut(n negotiation.Negotiation, office bool) Negotiation {
	out := Negotiation{Id: n.ID, AgreementId: n.AgreementID, Code: n.Code(), Title: n.Title, VendorNumber: n.VendorNumber, VendorName: n.VendorName, Stage: NegotiationStage(n.Stage),
		Turn: (*NegotiationTurn)(n.Turn), Since: n.Since, Rounds: n.Rounds, Changes: n.Changes, Undecided: n.Undecided, Touched: n.Touched, Version: n.Version, NextStep: n.NextStep}
	if !office && out.Undecided > 0 {
		out.Undecided = n.Changes // all wait or none: how far the secretariat is, is its own
	}
	if n.NextOn != nil {
		out.NextOn = &types.Date{Time: *n.NextOn}
	}
	return out
}

func negotiationDetailOut(ctx context.Context, d negotiation.Detail) NegotiationDetail {
	office := scopeFrom(ctx).Login() == access.LoginOffice
	out := NegotiationDetail{Negotiation: negotiationOut(d.Negotiation, office), Advice: d.Advice, Acts: []NegotiationAct{}, Rounds: each(d.Heads, roundHeadOut)}
	out.Waited.Office, out.Waited.Vendor = d.Office, d.Vendor
	for _, s := range d.Steps {
		step := NegotiationStep{Stage: NegotiationStage(s.Stage), From: s.From, Days: s.Days}
		if s.Turn != "" {
			turn := NegotiationTurn(s.Turn)
			step.Turn = &turn
		}
		if office {
			step.By = text(s.By)
		}
		out.Steps = append(out.Steps, step)
	}
	if !office {
		if d.Stage == negotiation.Agreed {
			settled := each(d.Settled, func(c negotiation.Settled) SettledClause {
				return SettledClause{Key: c.Key, Number: c.Number, Heading: c.Heading, Kind: SettledClauseKind(c.Kind), Touched: c.Touched}
			})
			out.Settled = &settled
		}
		return out
	}
	if len(d.Unanswered) > 0 {
		open := each(d.Unanswered, func(f field.Field) (o struct {
			Label string `json:"label"`
			Path  string `json:"path"`
		}) {
			o.Label, o.Path = f.Label, f.Path
			return o
		})
		out.Unanswered = &open
	}
	out.Heard = &struct {
		BeforeFirst bool `json:"beforeFirst"`
		Open        bool `json:"open"`
		SinceLast   bool `json:"sinceLast"`
	}{d.Heard.BeforeFirst, d.Heard.Open, d.Heard.SinceLast}
	out.CanSend, out.CanReceive = d.CanSend(), d.CanReceive()
	out.Acts = each(d.Acts(), func(a negotiation.Act) NegotiationAct { return NegotiationAct(a) })
	out.Conformity = (*NegotiationDetailConformity)(&d.Conformity)
	if len(d.Outdated) > 0 {
		late := each(d.Outdated, outdatedOut)
		out.Outdated = &late
	}
	if d.OlderCount > 0 {
		out.Older = &struct {
			Accessions int   `json:"accessions"`
			Than       int   `json:"than"`
			Versions   []int `json:"versions"`
		}{d.OlderCount, d.VersionNo, d.Older}
	}
	return out
}

func outdatedOut(o agreement.Outdated) OutdatedClause {
	out := OutdatedClause{Key: o.Key, Number: o.Number, Heading: o.Heading, Seen: o.Seen}
	out.Moved = each(o.Moved, func(m agreement.Rested) struct {
		Is    string `json:"is"`
		Label string `json:"label"`
		Path  string `json:"path"`
		Was   string `json:"was"`
	} {
		return struct {
			Is    string `json:"is"`
			Label string `json:"label"`
			Path  string `json:"path"`
			Was   string `json:"was"`
		}{m.Is, m.Label, m.Path, m.Was}
	})
	return out
}

func roundHeadOut(h negotiation.Head) RoundHead {
	return RoundHead{No: h.No, Direction: RoundHeadDirection(h.Direction), MadeAt: h.MadeAt, MadeBy: text(h.MadeBy), FileName: h.FileName, Sha256: h.SHA256, TextHash: h.TextHash, Note: h.Note,
		Changes: h.Changes, Undecided: h.Undecided, Touched: h.Touched}
}

func roundOut(r negotiation.Round) Round {
	of := map[int][]negotiation.Change{} // by the clause's place in the file
	for _, c := range r.Changes {
		of[c.Place] = append(of[c.Place], c)
	}
	return Round{Head: roundHeadOut(r.Head), Open: r.Open, Nearness: float32(r.Report.Nearness), Editor: r.Report.Editor, Findings: each(r.Report.Findings, findingOut),
		Clauses: each(r.Report.Clauses, func(c round.Returned) RoundClause { return roundClauseOut(c, of[c.Place]) })}
}

func roundClauseOut(c round.Returned, changes []negotiation.Change) RoundClause {
	out := RoundClause{Key: c.Key, Part: RoundClausePart(c.Part), Number: c.Number, Heading: c.Heading, Follows: text(c.Follows), Place: c.Place, Before: c.Before, After: c.After, Touched: c.Touched,
		Findings: each(c.Findings, findingOut), Changes: each(changes, changeOut)}
	if c.Placed != "" {
		placed := RoundClausePlaced(c.Placed)
		out.Placed = &placed
	}
	var wording []negotiation.Change
	for _, ch := range changes {
		if ch.Kind == negotiation.Wording {
			wording = append(wording, ch)
		}
	}
	_, which := c.Changes()
	out.Redline = make([]RoundSegment, len(c.Redline))
	for i, s := range c.Redline {
		out.Redline[i] = plainSegment(s.Segment)
		out.Redline[i].Touched = s.Touched
		switch n := which[i]; {
		case n < 0:
		case n < len(wording):
			out.Redline[i].Change = &wording[n].No
		case len(changes) == 1: // the clause as a whole
			out.Redline[i].Change = &changes[0].No
		}
	}
	return out
}

func plainSegment(s redline.Segment) RoundSegment {
	return RoundSegment{Op: RoundSegmentOp(s.Op), Text: s.Text, Kind: text(s.Kind)}
}

func findingOut(f round.Finding) RoundFinding {
	out := RoundFinding{Kind: RoundFindingKind(f.Kind), Tracked: &f.Tracked, Author: text(f.Author), Date: text(f.Date), Before: text(f.Before), After: text(f.After), Text: text(f.Text), Other: text(f.Other),
		Touched: &f.Touched, Trivial: &f.Trivial}
	if f.Where != "" {
		where := RoundFindingWhere(f.Where)
		out.Where = &where
	}
	return out
}

func changeOut(c negotiation.Change) RoundChange {
	return RoundChange{No: c.No, ClauseKey: c.Clause, Kind: RoundChangeKind(c.Kind), Before: c.Before, After: c.After, Other: text(c.Other), Touched: c.Touched, Trivial: c.Trivial, Tracked: c.Tracked,
		Author: text(c.Author), SaidAt: text(c.SaidAt), Field: text(c.Field), Decision: (*Decision)(c.Decision), Wording: c.Wording, Whole: c.Whole, Reason: c.Reason, Version: c.Version,
		DecidedAt: c.DecidedAt, DecidedBy: text(c.DecidedBy)}
}

func precedentOut(p negotiation.Precedent) Precedent {
	return Precedent{Id: p.ID, NegotiationId: p.Of, RoundNo: p.Round, ClauseKey: p.Clause, Outcome: PrecedentOutcome(p.Outcome), Before: p.Before, Wording: p.Wording, Counter: p.Counter, VendorName: p.Vendor, Reason: p.Reason,
		DecidedAt: p.DecidedAt, DecidedBy: text(p.DecidedBy), Nearness: float32(p.Nearness)}
}

func roundComparisonOut(rows []negotiation.ClauseRedline) RoundComparison {
	var out RoundComparison
	out.Clauses = each(rows, func(c negotiation.ClauseRedline) struct {
		Changed bool           `json:"changed"`
		Heading string         `json:"heading"`
		Key     string         `json:"key"`
		Number  string         `json:"number"`
		Redline []RoundSegment `json:"redline"`
	} {
		return struct {
			Changed bool           `json:"changed"`
			Heading string         `json:"heading"`
			Key     string         `json:"key"`
			Number  string         `json:"number"`
			Redline []RoundSegment `json:"redline"`
		}{c.Changed, c.Heading, c.Key, c.Number, each(c.Redline, plainSegment)}
	})
	return out
}

func entryOut(e negotiation.Entry) NegotiationEntry {
	out := NegotiationEntry{Id: e.ID, Kind: NegotiationEntryKind(e.Kind), Text: e.Text, MadeAt: e.MadeAt, MadeBy: text(e.MadeBy), DoneAt: e.DoneAt, DoneBy: text(e.DoneBy), Mail: mailOut(e)}
	if e.DueOn != nil {
		out.DueOn = &types.Date{Time: *e.DueOn}
	}
	return out
}
