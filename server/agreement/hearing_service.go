package agreement

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/task"
)

// HearingPlan is whom a hearing could ask: the active members, and which of them use the systems.
type HearingPlan struct {
	Parties []PlannedParty
	Open    *Hearing // the one that is open already
}

// PlannedParty is a member and whether it uses one of the systems today.
type PlannedParty struct {
	Organisation int32
	Name         string
	Uses         bool
}

// PlanHearing tells whom a hearing on a draft could ask. It refuses with fault.ErrNotFound.
func (s *Service) PlanHearing(ctx context.Context, scope access.Scope, id int64) (HearingPlan, error) {
	var plan HearingPlan
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		all, err := recipients(tx, d)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.Member {
				plan.Parties = append(plan.Parties, PlannedParty{r.ID, r.Name, len(r.Systems) > 0})
			}
		}
		open, err := openHearings(tx, id)
		if len(open) > 0 {
			plan.Open = &open[0]
		}
		return err
	})
	return plan, err
}

// HearingDraft is what a lawyer asks, whom, and until when.
type HearingDraft struct {
	Question      string
	Deadline      time.Time
	Organisations []int32
}

// OpenHearing asks members about a draft as it stands now. It refuses with ErrOffered,
// ErrHearingOpen, ErrHearingQuestion, ErrHearingDeadline, ErrHearingNobody or ErrHearingParty.
func (s *Service) OpenHearing(ctx context.Context, scope access.Scope, id int64, q HearingDraft) (HearingDetail, error) {
	var hearing int64
	err := s.db.Write(ctx, scope, "hearing.open", func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		members, err := member.Active(tx)
		if err != nil {
			return err
		}
		if q, err = q.clean(d, members, tx.Today()); err != nil {
			return err
		}
		if hearing, err = insertHearing(tx, d, q); err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, "insert into hearing_party (hearing_id, organisation_id) select $1, unnest($2::int[])", hearing, q.Organisations); err != nil {
			return err
		}
		if err := giveHearing(tx, d, hearing, q); err != nil {
			return err
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"hearing": hearing, "question": q.Question, "deadline": q.Deadline.Format(time.DateOnly), "organisations": q.Organisations})
		return nil
	})
	if err != nil {
		return HearingDetail{}, err
	}
	return s.Hearing(ctx, scope, hearing)
}

// giveHearing makes the answer a task of each organisation that is asked.
func giveHearing(tx *storage.Tx, d Detail, hearing int64, q HearingDraft) error {
	given, err := task.Open(tx, task.Hear, hearing, d.Title, q.Deadline, systemIDs(d.Systems)...)
	if err != nil {
		return err
	}
	for _, o := range q.Organisations {
		if err := task.Assign(tx, given, o, hearing); err != nil {
			return err
		}
	}
	return nil
}

func (q HearingDraft) clean(d Detail, members []member.Organisation, today time.Time) (HearingDraft, error) {
	q.Question = strings.TrimSpace(q.Question)
	slices.Sort(q.Organisations)
	q.Organisations = slices.Compact(q.Organisations)
	switch {
	case d.State != Draft:
		return q, ErrOffered
	case q.Question == "" || len([]rune(q.Question)) > 4000:
		return q, ErrHearingQuestion.At(fault.Field{Pointer: "/question", Code: ErrHearingQuestion.Code})
	case q.Deadline.Before(today):
		return q, ErrHearingDeadline.At(fault.Field{Pointer: "/deadline", Code: ErrHearingDeadline.Code})
	case len(q.Organisations) == 0:
		return q, ErrHearingNobody.At(fault.Field{Pointer: "/organisations", Code: ErrHearingNobody.Code})
	}
	for i, id := range q.Organisations {
		if !slices.ContainsFunc(members, func(m member.Organisation) bool { return m.ID == id }) {
			return q, ErrHearingParty.At(fault.Field{Pointer: at("/organisations", i), Code: ErrHearingParty.Code})
		}
	}
	return q, nil
}

// insertHearing keeps the text as it stands.
func insertHearing(tx *storage.Tx, d Detail, q HearingDraft) (int64, error) {
	tree := d.Shared()
	clauses, err := json.Marshal(tree)
	if err != nil {
		return 0, err
	}
	fields, err := json.Marshal(d.Tree.Fields)
	if err != nil {
		return 0, err
	}
	systems := make([]string, len(d.Systems))
	for i, s := range d.Systems {
		systems[i] = s.Name
	}
	made, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into hearing (agreement_id, agreement_version_id, no, title, vendor_name, systems, question, deadline, language, clauses, fields, text_hash, opened_at, opened_by)
		select $1, $2, coalesce(max(h.no), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from hearing h where h.agreement_id = $1 returning id`,
		d.ID, d.VersionID, d.Title, d.Vendor.Name, systems, q.Question, q.Deadline, d.Tree.Language, clauses, fields, clause.Sum(tree), tx.Now(), tx.Scope().Actor().User)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "hearing_open_once" {
		return 0, ErrHearingOpen
	}
	return made.ID, err
}

// hearingSQL is a hearing with its counts, as of a day. A member's counts are of itself.
const hearingSQL = `select h.id, h.agreement_id, h.no, h.title, h.vendor_name, h.systems, h.question, h.deadline, h.text_hash, h.opened_at,
	coalesce(u.name, '') as opened_by, h.closed_at, p.asked, p.sent, ?::date as today, ` + hearingWaits + ` as waits
	from hearing h left join app_user u on u.id = h.opened_by
	cross join lateral (select count(*) as asked, count(x.sent_at) as sent from hearing_party x where x.hearing_id = h.id) p`

// hearingWaits is 1 while somebody can still answer and has not, else 0.
const hearingWaits = "case when h.closed_at is null and h.deadline >= today() and p.sent < p.asked then 1 else 0 end"

// hearingOrders: those that wait, then the others, the newest first in both.
var hearingOrders = map[string]storage.Order{"waits": {By: hearingWaits, Type: "int", ID: "h.id"}}

// hearings are those of the scope: a member's those in which it is asked, a system owner's
// those of its tasks. Only who owns usages asks for what system owners were asked: the
// office may not read that table at all.
func hearings(scope access.Scope, today time.Time) *storage.Query {
	q := storage.List(hearingSQL, today)
	if own := scope.Own(); own != 0 {
		q.And("h.id in (select x.hearing_id from hearing_party x where x.organisation_id = ?)", own)
	}
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And("h.id in ("+task.Held(task.Hear, "?")+")", user)
	}
	return q
}

// Hearings returns a page of the rounds that the scope sees, of one agreement or with 0 of
// all, and the cursor of the next: those that wait for an answer first, then the newest.
func (s *Service) Hearings(ctx context.Context, scope access.Scope, agreement int64, p storage.Page) ([]Hearing, string, error) {
	q := hearings(scope, storage.LegalDate(s.db.Now())).If(agreement != 0, "h.agreement_id = ?", agreement)
	rows, err := storage.Select[Hearing](ctx, s.db, scope, q.Page(hearingOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(h Hearing) (string, int64) {
		return storage.Key(p, map[string]any{"waits": h.Waits}), h.ID
	})
	return rows, next, nil
}

// Hearing returns one round with its text and what was said. It refuses with fault.ErrNotFound.
func (s *Service) Hearing(ctx context.Context, scope access.Scope, id int64) (h HearingDetail, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		h, err = loadHearing(tx, id)
		return err
	})
	return h, err
}

func openHearings(tx *storage.Tx, agreement int64) ([]Hearing, error) {
	return storage.Rows[Hearing](tx, storage.List(hearingSQL, tx.Today()).And("h.agreement_id = ? and h.closed_at is null", agreement))
}

func loadHearing(tx *storage.Tx, id int64) (h HearingDetail, err error) {
	own := tx.Scope().Own()
	one, err := storage.Rows[Hearing](tx, hearings(tx.Scope(), tx.Today()).And("h.id = ?", id))
	if err != nil || len(one) == 0 {
		return h, fault.Or(err, fault.ErrNotFound)
	}
	h.Hearing = one[0]
	kept, _, err := storage.Find[struct {
		Clauses []byte `db:"clauses"`
		Fields  []byte `db:"fields"`
	}](tx, "select clauses, fields from hearing where id = $1", id)
	if err != nil {
		return h, err
	}
	if err := errors.Join(json.Unmarshal(kept.Clauses, &h.Clauses), json.Unmarshal(kept.Fields, &h.Fields)); err != nil {
		return h, fmt.Errorf("read the text of hearing %d: %w", id, err)
	}
	if h.Parties, err = storage.All[HearingParty](tx, `select p.organisation_id, o.name as organisation_name, p.no_remarks, p.sent_at, coalesce(u.name, '') as sent_by
		from hearing_party p join organisation o on o.id = p.organisation_id left join app_user u on u.id = p.sent_by
		where p.hearing_id = $1 and ($2 = 0 or p.organisation_id = $2) order by o.name, o.id`, id, own); err != nil {
		return h, err
	}
	answers, err := storage.All[struct {
		Answer
		Organisation int32 `db:"organisation_id"`
	}](tx, `select n.organisation_id, `+answerCols+`, 0 as at_version, '' as source
		from hearing_answer n left join app_user u on u.id = n.changed_by
		where n.hearing_id = $1 and ($2 = 0 or n.organisation_id = $2) order by n.path`, id, own)
	for _, a := range answers {
		i := slices.IndexFunc(h.Parties, func(p HearingParty) bool { return p.Organisation == a.Organisation })
		if i >= 0 && (own != 0 || h.Parties[i].SentAt != nil) {
			h.Parties[i].Answers = append(h.Parties[i].Answers, a.Answer)
		}
	}
	return h, err
}

// ProlongHearing gives a later last day; who had run out of time is asked again. It refuses with ErrHearingClosed or ErrHearingDeadline.
func (s *Service) ProlongHearing(ctx context.Context, scope access.Scope, id int64, deadline time.Time) (HearingDetail, error) {
	return s.actOn(ctx, scope, "hearing.prolong", id, func(tx *storage.Tx, h HearingDetail) error {
		if !deadline.After(h.Deadline) || deadline.Before(tx.Today()) {
			return ErrHearingDeadline.At(fault.Field{Pointer: "/deadline", Code: ErrHearingDeadline.Code})
		}
		tx.Record("agreement", h.Agreement, 0, map[string]any{"deadline": h.Deadline.Format(time.DateOnly)}, map[string]any{"deadline": deadline.Format(time.DateOnly)})
		_, err := tx.Pgx().Exec(ctx, "update hearing set deadline = $2 where id = $1", id, deadline)
		if err != nil {
			return err
		}
		if err := task.Postpone(tx, task.Hear, id, deadline); err != nil {
			return err
		}
		return askAgain(tx, h)
	})
}

// askAgain gives the task back to the members that have not answered.
func askAgain(tx *storage.Tx, h HearingDetail) error {
	given, found, err := task.Find(tx, task.Hear, h.ID)
	if err != nil || !found {
		return err
	}
	members, err := member.Active(tx)
	if err != nil {
		return err
	}
	for _, p := range h.Parties {
		if p.SentAt != nil || !slices.ContainsFunc(members, func(m member.Organisation) bool { return m.ID == p.Organisation }) {
			continue
		}
		if err := task.Assign(tx, given, p.Organisation, h.ID); err != nil {
			return err
		}
	}
	return nil
}

// RunOutHearings takes the task back from those who have not answered by the last day:
// nobody is reminded of what can no longer be done. The hearing itself is the lawyer's to close.
func (s *Service) RunOutHearings(ctx context.Context) error {
	over, err := storage.Select[struct {
		Hearing      int64 `db:"hearing_id"`
		Organisation int32 `db:"organisation_id"`
	}](ctx, s.db, access.System("hearing.run_out"), storage.List("select hearing_id, organisation_id from hearings_run_out()"))
	for _, one := range over {
		err = errors.Join(err, s.db.Write(ctx, access.System("hearing.run_out").For(one.Organisation), "hearing.run_out", func(tx *storage.Tx) error {
			return runOutHearing(tx, one.Hearing, one.Organisation)
		}))
	}
	return err
}

// runOutHearing looks at the day again once it has the line: who prolongs takes the line too.
func runOutHearing(tx *storage.Tx, id int64, organisation int32) error {
	tx.Continues() // the line's own row tells of it
	if err := tx.Lock("task_line where target_id = $1 and organisation_id = $2", id, organisation); err != nil {
		return err
	}
	h, err := storage.Rows[Hearing](tx, storage.List(hearingSQL, tx.Today()).And("h.id = ?", id))
	if err != nil || len(h) == 0 || !h[0].Over() {
		return err
	}
	return task.Withdraw(tx, task.Hear, id, organisation)
}

// CloseHearing ends it: what is not sent is counted as no answer. It refuses with ErrHearingClosed.
func (s *Service) CloseHearing(ctx context.Context, scope access.Scope, id int64) (HearingDetail, error) {
	return s.actOn(ctx, scope, "hearing.close", id, func(tx *storage.Tx, h HearingDetail) error {
		return endHearing(tx, h.Hearing)
	})
}

// endHearings ends what still runs on a draft that is released: nobody is asked about a text that is locked.
func endHearings(tx *storage.Tx, d Detail) error {
	running, err := openHearings(tx, d.ID)
	if err != nil {
		return err
	}
	for _, h := range running {
		if err := endHearing(tx, h); err != nil {
			return err
		}
	}
	return nil
}

func endHearing(tx *storage.Tx, h Hearing) error {
	tx.Record("agreement", h.Agreement, 0, nil, map[string]any{"hearing": h.ID, "asked": h.Asked, "sent": h.Sent})
	if _, err := tx.Pgx().Exec(tx.Context(), "update hearing set closed_at = $2, closed_by = $3 where id = $1", h.ID, tx.Now(), tx.Scope().Actor().User); err != nil {
		return err
	}
	return withdrawHearing(tx, h.ID)
}

// actOn is an act of the secretariat on a hearing that nobody has closed.
func (s *Service) actOn(ctx context.Context, scope access.Scope, action string, id int64, act func(*storage.Tx, HearingDetail) error) (HearingDetail, error) {
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("hearing where id = $1", id); err != nil {
			return err
		}
		h, err := loadHearing(tx, id)
		switch {
		case err != nil:
			return err
		case h.ClosedAt != nil:
			return ErrHearingClosed
		}
		return act(tx, h)
	})
	if err != nil {
		return HearingDetail{}, err
	}
	return s.Hearing(ctx, scope, id)
}

// withdrawHearing takes the task back from those who have not answered.
func withdrawHearing(tx *storage.Tx, id int64) error {
	silent, err := storage.All[struct {
		Organisation int32 `db:"organisation_id"`
	}](tx, "select organisation_id from hearing_party where hearing_id = $1 and sent_at is null order by organisation_id", id)
	if err != nil {
		return err
	}
	for _, o := range silent {
		if err := task.Withdraw(tx, task.Hear, id, o.Organisation); err != nil {
			return err
		}
	}
	return nil
}
