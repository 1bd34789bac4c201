package agreement

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/storage"
)

// Stage is how far the newest version of a joint agreement has come. It is derived, never
// stored: the first that holds in the order below.
type Stage string

// The stages. A returned or approved text is so as it stands: an answer given since makes it a draft again.
const (
	StageReleased Stage = "released"
	StageHearing  Stage = "hearing"  // members are asked; also past the deadline, until the secretariat ends it
	StageReview   Stage = "review"   // another lawyer is asked
	StageReturned Stage = "returned" // by the other lawyer
	StageApproved Stage = "approved" // by the other lawyer
	StageDraft    Stage = "draft"
)

// Stages lists them in the order in which an agreement comes to them.
var Stages = []Stage{StageDraft, StageHearing, StageReview, StageReturned, StageApproved, StageReleased}

// Filter narrows a list of joint agreements; empty parts do not.
type Filter struct {
	Text   string
	State  State
	Stage  Stage
	Vendor int32
	System int32 // number of one that it covers
	Older  int   // in its stage for at least so many days
}

// Line is a joint agreement as the list tells of it. A member's line tells of its own
// accession instead of the secretariat's work.
type Line struct {
	Agreement
	Stage      Stage           `db:"stage"`
	Since      time.Time       `db:"since"`     // of the stage; for a member: of its own accession's state
	Deadline   *time.Time      `db:"deadline"`  // of the hearing that is open
	Late       bool            `db:"-"`         // that day is over
	Offered    int             `db:"offered"`   // organisations that the newest release went to
	Concluded  int             `db:"concluded"` // and those of them that have concluded it
	Changed    *time.Time      `db:"changed"`
	ChangedBy  *string         `db:"changed_name"`
	OwnID      *int64          `db:"own_id"`
	OwnState   *AccessionState `db:"own_state"`
	Unanswered *int            `db:"-"` // required fields of a draft that have no answer
}

// Days is how many days the stage has lasted.
func (l Line) Days(now time.Time) int {
	return int(storage.LegalDate(now).Sub(storage.LegalDate(l.Since)).Hours() / 24)
}

// The stage of the newest version v, in one place: list, count, filter and spreadsheet share
// it. What is asked of drafts is asked of drafts only, by hearing_open_once and
// agreement_review_by_version.
const stageFrom = ` left join lateral (select x.opened_at, x.deadline from hearing x where v.state = 'draft' and x.agreement_id = a.id and x.closed_at is null limit 1) h on true
	left join lateral (select x.verdict, x.asked_at, x.decided_at, x.at_version = v.version as holds from agreement_review x
	  where v.state = 'draft' and x.agreement_version_id = v.id order by x.id desc limit 1) r on true
	cross join lateral (select case when v.state = 'offered' then 'released' when h.opened_at is not null then 'hearing' when r.asked_at is null then 'draft'
	  when r.verdict is null then 'review' when not r.holds then 'draft' else r.verdict end as stage) g
	cross join lateral (select case g.stage when 'released' then v.offered_at when 'hearing' then h.opened_at when 'review' then r.asked_at when 'draft' then v.started_at
	  else r.decided_at end as since) t`

// What the newest release has come to is counted by accession_agreement_version_id_organisation_id_key.
const (
	officeCols = ` false) as accessions, g.stage, t.since, h.deadline, n2.offered, n2.concluded, v.changed_at as changed, u.name::text as changed_name,
	null::bigint as own_id, null::text as own_state`
	officeFrom = stageFrom + ` left join app_user u on u.id = v.changed_by
	cross join lateral (select count(*)::int as offered, (count(*) filter (where c.state in ('accepted', 'in_force')))::int as concluded from accession c
	  where c.agreement_version_id = (select x.id from agreement_version x where x.agreement_id = a.id and x.state = 'offered' order by x.no desc limit 1)) n2`
	memberCols = ` false) as accessions, 'released' as stage, t.since, null::date as deadline, 0 as offered, 0 as concluded, null::timestamptz as changed, null::text as changed_name,
	own.id as own_id, own.state as own_state`
	memberSince = ` cross join lateral (select coalesce(own.state_at, v.offered_at) as since) t`
)

// lines is the list's statement without its conditions.
func lines(scope access.Scope, counting bool) *storage.Query {
	ids, all := scope.Organisations()
	if all && counting {
		return storage.List("select g.stage, count(*)::int as count" + agreementFrom + stageFrom)
	}
	if all {
		return storage.List(agreementCols + " and" + officeCols + agreementFrom + officeFrom)
	}
	// The own accessions are read once for all rows (accession_own), a system owner's narrowed as its own list is.
	of, args := "c.organisation_id = any(?)", []any{ids}
	if user := scope.OwnUsagesOf(); user != 0 {
		of, args = of+" and "+ownersOwn, append(args, user, user)
	}
	from := agreementFrom + ` left join (select distinct on (c.agreement_id) c.agreement_id, c.id, c.state, c.state_at from accession c
	join agreement_version w on w.id = c.agreement_version_id where ` + of + ` order by c.agreement_id, w.no desc) own on own.agreement_id = a.id` + memberSince
	if counting {
		return storage.List("select 'released' as stage, count(*)::int as count"+from, args...)
	}
	return storage.List(agreementCols+" and"+memberCols+from, args...)
}

// orders: an agreement is one of a few hundred, which are sorted.
var orders = map[string]storage.Order{
	"number": {By: "a.number", Type: "int", ID: "a.id"},
	"title":  {By: "a.title", Type: "text", ID: "a.id"},
	"since":  {By: "t.since", Type: "timestamptz", ID: "a.id"},
}

// narrow puts the first lock on shared text: who is not the secretariat sees what was offered.
func narrow(q *storage.Query, scope access.Scope, f Filter) *storage.Query {
	_, all := scope.Organisations()
	q.If(!all, "v.state = 'offered'")
	q.If(f.State != "", "v.state = ?", f.State).If(f.Vendor != 0, "n.number = ?", f.Vendor)
	q.If(f.System != 0, "a.id = any(array(select g.agreement_id from agreement_system g join it_system y on y.id = g.system_id where y.number = ?))", f.System)
	if f.Text != "" {
		like := storage.Like(f.Text)
		q.And("(a.title ilike ? or n.name ilike ? or 'DBA-' || lpad(a.number::text, 4, '0') ilike ?)", like, like, like)
	}
	return q
}

// staged narrows by what is derived, which only the list's own statement has.
func staged(q *storage.Query, scope access.Scope, f Filter, today time.Time) *storage.Query {
	_, all := scope.Organisations()
	switch {
	case f.Stage == "":
	case all:
		q.And("g.stage = ?", f.Stage)
	default:
		q.If(f.Stage != StageReleased, "false") // a member's list has nothing else
	}
	return q.If(f.Older > 0, "t.since < (?::date + 1)::timestamp at time zone 'Europe/Copenhagen'", today.AddDate(0, 0, -f.Older))
}

// List returns a page of joint agreements and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]Line, string, error) {
	today := storage.LegalDate(s.db.Now())
	rows, err := storage.Select[Line](ctx, s.db, scope, staged(narrow(lines(scope, false), scope, f), scope, f, today).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	for i, l := range rows {
		rows[i].Late = l.Deadline != nil && l.Deadline.Before(today)
	}
	rows, next := storage.Cut(rows, p, func(l Line) (string, int64) {
		return storage.Key(p, map[string]any{"number": l.Number, "title": l.Title, "since": l.Since}), l.ID
	})
	return rows, next, s.unanswered(ctx, scope, rows)
}

// unanswered counts what each draft of the page still asks for: each template is read once,
// and all answers together.
func (s *Service) unanswered(ctx context.Context, scope access.Scope, rows []Line) error {
	var drafts []int64
	for _, l := range rows {
		if l.State == Draft {
			drafts = append(drafts, l.VersionID)
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	return s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		answers, err := storage.All[struct {
			Version int64  `db:"agreement_version_id"`
			Path    string `db:"path"`
			Value   []byte `db:"value"`
		}](tx, "select agreement_version_id, path, value from answer where agreement_version_id = any($1)", drafts)
		if err != nil {
			return err
		}
		given := map[int64][]Answer{}
		for _, a := range answers {
			given[a.Version] = append(given[a.Version], Answer{Path: a.Path, Value: a.Value})
		}
		fields := map[int64][]field.Field{}
		for i := range rows {
			l := &rows[i]
			if l.State != Draft {
				continue
			}
			if _, known := fields[l.Template]; !known {
				if fields[l.Template], err = clause.Fields(tx, l.Template); err != nil {
					return err
				}
			}
			n := len(field.Missing(fields[l.Template], Detail{Answers: given[l.VersionID]}.Values()))
			l.Unanswered = &n
		}
		return nil
	})
}

// Counts is how many joint agreements a filter finds, and how many of each stage there
// are when the filter's own stage is left out.
type Counts struct {
	Total  int
	Stages map[Stage]int
}

// Count counts what the filter finds.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (Counts, error) {
	asked := f.Stage
	f.Stage = ""
	q := staged(narrow(lines(scope, true), scope, f), scope, f, storage.LegalDate(s.db.Now()))
	rows, err := storage.Select[struct {
		Stage Stage `db:"stage"`
		Count int   `db:"count"`
	}](ctx, s.db, scope, q.Last("group by 1"))
	c := Counts{Stages: map[Stage]int{}}
	for _, r := range rows {
		c.Stages[r.Stage] = r.Count
		if asked == "" || asked == r.Stage {
			c.Total += r.Count
		}
	}
	return c, err
}
