package httpapi

import (
	"context"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/task"
)

// ListTasks lists what waits for the person or the organisation.
func (a *API) ListTasks(ctx context.Context, r ListTasksRequestObject) (ListTasksResponseObject, error) {
	p := r.Params
	rows, next, err := a.Todos.List(ctx, scopeFrom(ctx), todoFilter(p.Q, p.Mine, p.State, p.Thing, p.Target), paged(p.Sort, "due", p.Limit, p.Cursor))
	return ListTasks200JSONResponse{Items: each(rows, a.todoOut(ctx)), Next: text(next)}, err
}

// CountTasks counts what waits.
func (a *API) CountTasks(ctx context.Context, r CountTasksRequestObject) (CountTasksResponseObject, error) {
	p := r.Params
	c, err := a.Todos.Count(ctx, scopeFrom(ctx), todoFilter(p.Q, p.Mine, p.State, p.Thing, p.Target))
	return CountTasks200JSONResponse{Total: c.Found, Mine: c.Mine, Ours: c.Ours, Overdue: c.Overdue, Nobody: c.Nobody, Answers: c.Answers, Only: c.Only}, err
}

func todoFilter(q *string, mine *bool, state *TodoState, thing *TaskThing, target *int64) task.TodoFilter {
	return task.TodoFilter{Text: value(q), Mine: value(mine), State: task.LineState(value(state)), Thing: task.Thing(value(thing)), Target: value(target)}
}

// GetTask shows one.
func (a *API) GetTask(ctx context.Context, r GetTaskRequestObject) (GetTaskResponseObject, error) {
	t, err := a.Todos.Get(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	people, err := a.Todos.Colleagues(ctx, scopeFrom(ctx), t)
	if err != nil {
		return nil, err
	}
	earlier, err := a.Todos.Earlier(ctx, scopeFrom(ctx), t)
	me := actorFrom(ctx).User
	return GetTask200JSONResponse{Task: a.todoOut(ctx)(t), Colleagues: each(people, func(c task.Colleague) TaskColleague {
		return TaskColleague{Id: c.User, Name: c.Name, Owner: c.Owner}
	}), Earlier: each(earlier, func(s task.Said) TaskSaid {
		return TaskSaid{Who: TaskPerson{Id: s.User, Name: s.Name, Me: s.User == me}, Verdict: TaskVerdict(s.Answer), Answer: s.Note, Answered: s.At}
	})}, err
}

// GetTaskHistory tells who did what with it.
func (a *API) GetTaskHistory(ctx context.Context, r GetTaskHistoryRequestObject) (GetTaskHistoryResponseObject, error) {
	if _, err := a.Todos.Get(ctx, scopeFrom(ctx), r.Id); err != nil {
		return nil, err
	}
	rows, err := a.Store.History(ctx, scopeFrom(ctx), "task_line", r.Id)
	return GetTaskHistory200JSONResponse(history(rows)), err
}

// GiveTask makes another colleague responsible.
func (a *API) GiveTask(ctx context.Context, r GiveTaskRequestObject) (GiveTaskResponseObject, error) {
	t, err := a.Todos.Give(ctx, scopeFrom(ctx), r.Id, r.Body.User)
	return GiveTask200JSONResponse(a.todoOut(ctx)(t)), err
}

// AskAboutTask asks the owner of a system concerned.
func (a *API) AskAboutTask(ctx context.Context, r AskAboutTaskRequestObject) (AskAboutTaskResponseObject, error) {
	t, err := a.Todos.Ask(ctx, scopeFrom(ctx), r.Id, r.Body.User, value(r.Body.Note))
	return AskAboutTask200JSONResponse(a.todoOut(ctx)(t)), err
}

// TakeBackQuestion takes it back.
func (a *API) TakeBackQuestion(ctx context.Context, r TakeBackQuestionRequestObject) (TakeBackQuestionResponseObject, error) {
	t, err := a.Todos.TakeBack(ctx, scopeFrom(ctx), r.Id)
	return TakeBackQuestion200JSONResponse(a.todoOut(ctx)(t)), err
}

// AnswerTask is what the one who was asked says.
func (a *API) AnswerTask(ctx context.Context, r AnswerTaskRequestObject) (AnswerTaskResponseObject, error) {
	t, err := a.Todos.Answer(ctx, scopeFrom(ctx), r.Id, string(r.Body.Verdict), value(r.Body.Note))
	return AnswerTask200JSONResponse(a.todoOut(ctx)(t)), err
}

// CorrectTaskAnswer puts another answer in its place.
func (a *API) CorrectTaskAnswer(ctx context.Context, r CorrectTaskAnswerRequestObject) (CorrectTaskAnswerResponseObject, error) {
	t, err := a.Todos.CorrectAnswer(ctx, scopeFrom(ctx), r.Id, string(r.Body.Verdict), value(r.Body.Note))
	return CorrectTaskAnswer200JSONResponse(a.todoOut(ctx)(t)), err
}

// SeeTaskAnswer says that the person who asked has seen the answer.
func (a *API) SeeTaskAnswer(ctx context.Context, r SeeTaskAnswerRequestObject) (SeeTaskAnswerResponseObject, error) {
	t, err := a.Todos.SeeAnswer(ctx, scopeFrom(ctx), r.Id, r.Body.Question)
	return SeeTaskAnswer200JSONResponse(a.todoOut(ctx)(t)), err
}

// GetTaskMail tells whether the person gets mail about tasks.
func (a *API) GetTaskMail(ctx context.Context, _ GetTaskMailRequestObject) (GetTaskMailResponseObject, error) {
	on, err := a.Todos.WantsMail(ctx, scopeFrom(ctx))
	return GetTaskMail200JSONResponse{Server: a.Notify.On(), On: on}, err
}

// SetTaskMail turns it on or off.
func (a *API) SetTaskMail(ctx context.Context, r SetTaskMailRequestObject) (SetTaskMailResponseObject, error) {
	err := a.Todos.WantMail(ctx, scopeFrom(ctx), r.Body.On)
	return SetTaskMail200JSONResponse{Server: a.Notify.On(), On: r.Body.On}, err
}

// todoOut writes a line as the caller reads it.
func (a *API) todoOut(ctx context.Context) func(task.Todo) Todo {
	me, scope := actorFrom(ctx).User, scopeFrom(ctx)
	return func(t task.Todo) Todo {
		out := Todo{Id: t.ID, Thing: TaskThing(t.Thing), Target: t.Target, Title: t.Title, Due: types.Date{Time: t.Due}, Days: a.days(t.Due),
			State: TodoState(t.State), Since: t.CreatedAt, Done: t.DoneAt, DoneBy: text(t.DoneBy), Version: t.Version}
		if t.VersionKind != "" {
			kind := VersionKind(t.VersionKind)
			out.Kind = &kind
		}
		if t.Responsible != nil && t.ResponsibleName != "" {
			out.Responsible = &TaskPerson{Id: *t.Responsible, Name: t.ResponsibleName, Me: *t.Responsible == me}
			why := TodoWhy(t.Why)
			out.Why = &why
		}
		if t.Asked != nil {
			out.Asked = &TaskAsked{Id: *t.Asked, Unseen: t.Unseen(scope), Who: TaskPerson{Id: *t.AskedUser, Name: t.AskedName, Me: *t.AskedUser == me}, Note: t.Note, At: *t.AskedAt, By: t.AskedBy, Answered: t.AnsweredAt}
			if t.AnsweredAt != nil {
				verdict := TaskVerdict(t.Answer)
				out.Asked.Verdict, out.Asked.Answer = &verdict, &t.AnswerNote
			}
		}
		return out
	}
}

// days are how many there are until a legal date; below zero it is over.
func (a *API) days(due time.Time) int {
	return int(due.Sub(storage.LegalDate(a.Store.Now())).Hours() / 24)
}

// ListTaskOverviews lists the tasks that the secretariat has given out.
func (a *API) ListTaskOverviews(ctx context.Context, r ListTaskOverviewsRequestObject) (ListTaskOverviewsResponseObject, error) {
	p := r.Params
	rows, next, err := a.Todos.Overviews(ctx, scopeFrom(ctx), value(p.Q), value(p.Open), paged(p.Sort, "due", p.Limit, p.Cursor))
	return ListTaskOverviews200JSONResponse{Items: each(rows, a.overviewOut), Next: text(next)}, err
}

// GetTaskOverview shows how many have done it.
func (a *API) GetTaskOverview(ctx context.Context, r GetTaskOverviewRequestObject) (GetTaskOverviewResponseObject, error) {
	o, err := a.Todos.Overview(ctx, scopeFrom(ctx), r.Id)
	return GetTaskOverview200JSONResponse(a.overviewOut(o)), err
}

func (a *API) overviewOut(o task.Overview) TaskOverview {
	return TaskOverview{Id: o.ID, Thing: TaskThing(o.Thing), Agreement: o.Agreement, Number: o.Number, Amends: o.Amends, Title: o.Title, Due: types.Date{Time: o.Due}, Days: a.days(o.Due), Created: o.CreatedAt,
		Total: o.Total, Open: o.Open(), Done: o.Done, Withdrawn: o.Withdrawn, Overdue: o.Overdue, Nobody: o.Nobody,
		Points: each(o.Points, func(p task.Point) TaskPoint { return TaskPoint{Day: types.Date{Time: p.Day}, Done: p.Done} })}
}

// ListTaskLines shows the task organisation by organisation.
func (a *API) ListTaskLines(ctx context.Context, r ListTaskLinesRequestObject) (ListTaskLinesResponseObject, error) {
	lines, err := a.Todos.Lines(ctx, scopeFrom(ctx), r.Id, task.LineState(value(r.Params.State)))
	return ListTaskLines200JSONResponse{Items: each(lines, func(l task.Line) TaskLine {
		out := TaskLine{Organisation: OrganisationRef{Id: l.Organisation, Name: l.OrganisationName}, State: TodoState(l.State), Target: l.Target,
			Since: l.CreatedAt, Done: l.DoneAt, Responsible: text(l.Responsible), Mailed: l.MailAt}
		if l.MailState != "" {
			state := TaskLineMail(l.MailState)
			out.Mail = &state
		}
		return out
	})}, err
}

// lineWords and mailWords are the states as they read in a spreadsheet.
var (
	lineWords = map[task.LineState]string{task.LineOpen: "Venter", task.LineDone: "Løst", task.LineWithdrawn: "Trukket tilbage"}
	mailWords = map[string]string{"": "", "sending": "Sendes", "sent": "Sendt", "unknown": "Uvist", "failed": "Mislykket"}
)

// ExportTaskLines is the same as a spreadsheet.
func (a *API) ExportTaskLines(ctx context.Context, r ExportTaskLinesRequestObject) (ExportTaskLinesResponseObject, error) {
	o, err := a.Todos.Overview(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	amendment := ""
	if o.Number != nil {
		amendment = amendmentName(ctx, *o.Number, o.Amends)
	}
	w, err := workbook(ctx, "opgave", []report.Column{{Heading: "Kommune", Width: 34}, {Heading: "Aftale", Width: 50}, amendmentColumn, {Heading: "Tilstand", Width: 18}, {Heading: "Ansvarlig", Width: 34}, {Heading: "Stillet", Width: 12}, {Heading: "Løst den", Width: 12}, {Heading: "Sidste mail", Width: 12}, {Heading: "Mailens tilstand", Width: 16}},
		storage.Page{},
		func(storage.Page) ([]task.Line, string, error) {
			lines, err := a.Todos.Lines(ctx, scopeFrom(ctx), r.Id, task.LineState(value(r.Params.State)))
			return lines, "", err
		},
		func(l task.Line) []any {
			responsible := l.Responsible
			if responsible == "" {
				responsible = word(ctx, "Ingen ansvarlig")
			}
			var done any
			if l.State == task.LineDone && l.DoneAt != nil {
				done = storage.LegalDate(*l.DoneAt)
			}
			var mailed any
			if l.MailAt != nil {
				mailed = storage.LegalDate(*l.MailAt)
			}
			return []any{l.OrganisationName, o.Title, amendment, word(ctx, lineWords[l.State]), responsible, storage.LegalDate(l.CreatedAt), done, mailed, word(ctx, mailWords[l.MailState])}
		})
	return ExportTaskLines200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}
