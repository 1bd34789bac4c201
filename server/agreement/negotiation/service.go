package negotiation

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/pdf"
	"klausul/server/storage"
)

// Service keeps negotiations.
type Service struct {
	db         *storage.Store
	documents  *document.Service
	agreements *agreement.Service
	pdf        *pdf.Reader
}

// New returns the service on its parts.
func New(db *storage.Store, documents *document.Service, agreements *agreement.Service, reader *pdf.Reader) *Service {
	return &Service{db: db, documents: documents, agreements: agreements, pdf: reader}
}

// Filter narrows a list; empty parts do not.
type Filter struct {
	Text      string // of the vendor, the title or the number
	Stage     Stage
	Turn      Turn
	Agreement int64
}

// What stands in the round that came last is counted; the journal's next step is the office's alone.
const (
	listCols = `select n.id, n.agreement_id, n.agreement_version_id, n.number, n.version_no, n.title, n.language, w.number as vendor_number, w.name as vendor_name, n.stage, n.turn, n.since, n.advice, n.text_hash,
	n.version, r.rounds, c.changes, c.undecided, c.touched`
	listFrom = ` from negotiation n join vendor w on w.id = n.vendor_id
	cross join lateral (select count(*)::int as rounds, max(x.id) filter (where x.direction = 'in') as last from negotiation_round x where x.negotiation_id = n.id) r
	cross join lateral (` + countSQL + ` where x.round_id = r.last) c`
	countSQL = `select count(*)::int as changes, (count(*) filter (where y.decision is null or y.decision in ('park', 'escalate')))::int as undecided,
	  (count(*) filter (where x.touched))::int as touched, (count(*) filter (where y.decision in ('reject', 'counter')))::int as against,
	  (count(*) filter (where y.decision in ('accept', 'counter')))::int as taken from negotiation_change x left join negotiation_verdict y on y.round_id = x.round_id and y.no = x.no`
	nextStep = `, e.text as next_step, e.due_on as next_on`
	nextFrom = ` left join lateral (select x.text, x.due_on from negotiation_entry x where x.negotiation_id = n.id and x.kind = 'next' and x.done_at is null
	  order by x.due_on nulls last, x.id limit 1) e on true`
)

func base(scope access.Scope) *storage.Query {
	if scope.Login() == access.LoginOffice {
		return storage.List(listCols + nextStep + listFrom + nextFrom)
	}
	return followed(storage.List(listCols+", null::text as next_step, null::date as next_on"+listFrom), scope)
}

// followed narrows to what the caller follows: an organisation those on systems that it uses today.
func followed(q *storage.Query, scope access.Scope) *storage.Query {
	if scope.Login() == access.LoginOffice {
		return q
	}
	ids, _ := scope.Organisations()
	return q.And(`n.systems && array(select u.system_id from usage u
		where u.organisation_id = any(?) and u.from_date <= today() and (u.to_date is null or u.to_date >= today()))`, ids)
}

// orders: a negotiation is one of a few hundred, which are sorted.
var orders = map[string]storage.Order{
	"since": {By: "n.since", Type: "timestamptz", ID: "n.id"},
	"title": {By: "n.title", Type: "text", ID: "n.id"},
	"turn":  {By: "coalesce(n.turn, 'x')", Type: "text", ID: "n.id"}, // the secretariat's first, those that wait for nobody last
}

// narrow adds what the filter asks for to a list.
func (f Filter) narrow(q *storage.Query) *storage.Query {
	if f.Text != "" {
		like := storage.Like(f.Text)
		q.And("(n.title ilike ? or w.name ilike ? or 'DBA-' || lpad(n.number::text, 4, '0') ilike ?)", like, like, like)
	}
	return q.If(f.Stage != "", "n.stage = ?", f.Stage).If(f.Turn != "", "n.turn = ?", f.Turn).If(f.Agreement != 0, "n.agreement_id = ?", f.Agreement)
}

// List returns a page of negotiations and the cursor of the next: for an organisation those
// on systems that it uses today.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]Negotiation, string, error) {
	rows, err := storage.Select[Negotiation](ctx, s.db, scope, f.narrow(base(scope)).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(n Negotiation) (string, int64) {
		turn := "x"
		if n.Turn != nil {
			turn = string(*n.Turn)
		}
		return storage.Key(p, map[string]any{"since": n.Since, "title": n.Title, "turn": turn}), n.ID
	})
	return rows, next, nil
}

// Counts is how many a filter finds, and how many of each stage there are when the filter's
// own stage is left out.
type Counts struct {
	Total  int
	Stages map[Stage]int
}

// Count counts what List lists.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (Counts, error) {
	asked := f.Stage
	f.Stage = ""
	rows, err := storage.Select[struct {
		Stage Stage `db:"stage"`
		Count int   `db:"count"`
	}](ctx, s.db, scope, f.narrow(followed(storage.List("select n.stage, count(*)::int as count from negotiation n join vendor w on w.id = n.vendor_id"), scope)).Last("group by 1"))
	c := Counts{Stages: map[Stage]int{}}
	for _, r := range rows {
		c.Stages[r.Stage] = r.Count
		if asked == "" || asked == r.Stage {
			c.Total += r.Count
		}
	}
	return c, err
}

// Start begins the negotiation of a draft; one that was begun already is given again. It
// refuses with fault.ErrNotFound or ErrNotDraft.
func (s *Service) Start(ctx context.Context, scope access.Scope, id int64) (Detail, error) {
	var made int64
	err := s.db.Write(ctx, scope, "negotiation.start", func(tx *storage.Tx) error {
		if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
			return err
		}
		d, err := agreement.LoadDraft(tx, id)
		switch {
		case err != nil:
			return err
		case d.State != agreement.Draft:
			return ErrNotDraft
		}
		had, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from negotiation where agreement_version_id = $1", d.VersionID)
		if err != nil || found {
			made = had.ID
			tx.Continues()
			return err
		}
		row, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, `insert into negotiation (agreement_id, agreement_version_id, turn, since, started_at, started_by, changed_at, changed_by, vendor_id, number, version_no, title, language, systems)
			values ($1, $2, 'office', $3, $3, $4, $3, $4, $5, $6, $7, $8, $9, array(select g.system_id from agreement_system g where g.agreement_id = $1 order by 1)) returning id`, id, d.VersionID, tx.Now(), tx.Scope().Actor().User, d.VendorID, d.Number, d.VersionNo, d.Title, d.Tree.Language)
		if err != nil {
			return err
		}
		made = row.ID
		tx.Record("negotiation", made, 0, nil, map[string]any{"agreement": id, "version": d.VersionNo})
		return step(tx, made, Preparing, Office)
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Get(ctx, scope, made)
}

// step writes down where it stands from now on.
func step(tx *storage.Tx, id int64, stage Stage, turn Turn) error {
	_, err := tx.Pgx().Exec(tx.Context(), "insert into negotiation_step (negotiation_id, stage, turn, made_at, made_by) values ($1, $2, nullif($3, ''), $4, $5)",
		id, stage, turn, tx.Now(), tx.Scope().Actor().User)
	return err
}

// move puts it at another stage or turn, when it does not stand there.
func move(tx *storage.Tx, d Detail, stage Stage, turn Turn) error {
	since := tx.Now()
	if d.Stage == stage && d.turn() == turn {
		since = d.Since
	} else if err := step(tx, d.ID, stage, turn); err != nil {
		return err
	}
	_, err := tx.Pgx().Exec(tx.Context(), "update negotiation set stage = $2, turn = nullif($3, ''), since = $4, version = version + 1, changed_at = $5, changed_by = $6 where id = $1",
		d.ID, stage, turn, since, tx.Now(), tx.Scope().Actor().User)
	return err
}

func (n Negotiation) turn() Turn {
	if n.Turn == nil {
		return ""
	}
	return *n.Turn
}

// Get returns one with its rounds. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int64) (d Detail, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if d, err = load(tx, id); err != nil {
			return err
		}
		if tx.Scope().Login() != access.LoginOffice {
			if d.Stage == Agreed {
				d.Settled, err = d.settled(tx)
			}
			return err
		}
		if !d.Draft {
			return nil
		}
		text, err := d.ahead(tx)
		if errors.Is(err, ErrNotPlaced) { // which sending says
			return nil
		}
		if err == nil {
			d.Unanswered = text.Unanswered()
			d.Outdated, err = agreement.OutdatedClauses(tx, text)
		}
		return err
	})
	return d, err
}

// ahead is the text as it is going to stand: the draft, while a round may follow with what was
// decided on the last one. It refuses with ErrNotPlaced.
func (d Detail) ahead(tx *storage.Tx) (agreement.Detail, error) {
	if last, some := d.newest(); d.over() || !some || last.Taken == 0 {
		return d.text, nil
	}
	n, err := reckon(tx, d)
	return n.text, err
}

// Confirm says of a clause whose wording was agreed under other answers that it holds all the
// same, in the text that Get tells of. It refuses as agreement.Confirm, or with fault.ErrNotFound or ErrNotPlaced.
func (s *Service) Confirm(ctx context.Context, scope access.Scope, id int64, key, seen string) error {
	return s.db.Write(ctx, scope, "agreement.confirm_clause", func(tx *storage.Tx) error {
		text, err := agreement.LoadDraft(tx, id)
		if err != nil {
			return err
		}
		row, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from negotiation where agreement_version_id = $1", text.VersionID)
		if err != nil {
			return err
		}
		if found {
			d, err := held(tx, row.ID, 0)
			if err != nil {
				return err
			}
			if text, err = d.ahead(tx); err != nil {
				return err
			}
		}
		return agreement.Confirm(tx, text, key, seen)
	})
}

const headSQL = `select r.id, r.no, r.direction, r.answers_id, r.file_id, r.file_name, coalesce(f.sha256, '') as sha256, r.text_hash, r.note, r.made_at, coalesce(u.name, '') as made_by,
	c.changes, c.undecided, c.touched, c.against, c.taken from negotiation_round r left join stored_file f on f.id = r.file_id left join app_user u on u.id = r.made_by
	cross join lateral (` + countSQL + ` where x.round_id = r.id) c`

func load(tx *storage.Tx, id int64) (d Detail, err error) {
	sql, args, err := base(tx.Scope()).And("n.id = ?", id).SQL()
	if err != nil {
		return d, err
	}
	found := false
	if d.Negotiation, found, err = storage.Find[Negotiation](tx, sql, args...); err != nil || !found {
		return d, fault.Or(err, fault.ErrNotFound)
	}
	if d.Heads, err = storage.All[Head](tx, headSQL+" where r.negotiation_id = $1 order by r.no desc", id); err != nil {
		return d, err
	}
	if err := d.count(tx); err != nil {
		return d, err
	}
	if tx.Scope().Login() != access.LoginOffice {
		d.Conformity, d.Draft = "", d.Stage != Agreed
		return d, nil
	}
	text, err := agreement.LoadVersion(tx, d.VersionID)
	if err != nil {
		return d, err
	}
	d.text, d.Conformity, d.Draft = text, text.Conformity(), text.State == agreement.Draft
	if err := d.heard(tx); err != nil {
		return d, err
	}
	return d, d.older(tx)
}

// count tells where it stood from when, and adds up the whole days that each side has had it.
func (d *Detail) count(tx *storage.Tx) (err error) {
	if d.Steps, err = storage.All[Span](tx, `select coalesce(t.turn, '') as turn, t.stage, t.made_at, coalesce(u.name, '') as made_by from negotiation_step t
		left join app_user u on u.id = t.made_by where t.negotiation_id = $1 order by t.id`, d.ID); err != nil {
		return err
	}
	had := map[Turn]time.Duration{}
	for i := range d.Steps {
		until := tx.Now()
		if i+1 < len(d.Steps) {
			until = d.Steps[i+1].From
		}
		s := &d.Steps[i]
		lasted := until.Sub(s.From)
		s.Days = int(lasted.Hours() / 24)
		if s.Stage != Paused {
			had[s.Turn] += lasted
		}
	}
	d.Office, d.Vendor = int(had[Office].Hours()/24), int(had[Vendor].Hours()/24)
	return nil
}

// heard tells which hearings there were, as the rounds went.
func (d *Detail) heard(tx *storage.Tx) (err error) {
	d.Heard, _, err = storage.Find[Heard](tx, `select coalesce(bool_or(h.opened_at < coalesce(r.first, 'infinity')), false) as before_first,
		coalesce(bool_or(h.opened_at > r.last), false) as since_last, coalesce(bool_or(h.closed_at is null and h.deadline >= today()), false) as open
		from hearing h cross join lateral (select min(x.made_at) filter (where x.direction = 'out') as first, max(x.made_at) as last from negotiation_round x where x.negotiation_id = $1) r
		where h.agreement_version_id = $2`, d.ID, d.VersionID)
	return err
}

// older counts the own agreements on an older text, once a newer one is agreed.
func (d *Detail) older(tx *storage.Tx) error {
	if d.Stage != Agreed {
		return nil
	}
	rows, err := storage.All[struct {
		No    int `db:"no"`
		Count int `db:"count"`
	}](tx, `select v.no, count(*)::int as count from accession c join agreement_version v on v.id = c.agreement_version_id
		where c.agreement_id = $1 and `+agreement.OnOlder("$2")+` group by v.no order by v.no`, d.AgreementID, d.VersionNo)
	for _, r := range rows {
		d.Older, d.OlderCount = append(d.Older, r.No), d.OlderCount+r.Count
	}
	return err
}

// held locks a negotiation and reads it; seen 0 asks for no version. It refuses with
// fault.ErrNotFound or fault.ErrStale.
func held(tx *storage.Tx, id int64, seen int) (Detail, error) {
	if err := tx.Lock("negotiation where id = $1", id); err != nil {
		return Detail{}, err
	}
	d, err := load(tx, id)
	if err == nil && seen != 0 && d.Version != seen {
		err = storage.Stale(tx, "negotiation", id, d.Version, map[string]any{"stage": d.Stage, "rounds": d.Rounds})
	}
	return d, err
}

// Move takes an act. Agreeing writes what was decided into the draft first. It refuses with
// fault.ErrStale, ErrAct, ErrAdvice, ErrMoved, ErrUnanswered, or what writing the text refuses with.
func (s *Service) Move(ctx context.Context, scope access.Scope, id int64, seen int, act Act, advice string) (Detail, error) {
	advice = strings.TrimSpace(advice)
	err := s.db.Write(ctx, scope, "negotiation."+string(act), func(tx *storage.Tx) error {
		d, err := held(tx, id, seen)
		if err != nil {
			return err
		}
		open := false
		for _, a := range d.Acts() {
			open = open || a == act
		}
		if !open {
			return ErrAct.With("act", act).With("stage", d.Stage)
		}
		if act == End && advice == "" {
			return ErrAdvice.At(fault.Field{Pointer: "/advice", Code: "required"})
		}
		stage, turn := d.leads(act)
		if act == Agree {
			if err := d.agree(tx); err != nil {
				return err
			}
		}
		if act == End || act == TakeOver || act == Reopen {
			if _, err := tx.Pgx().Exec(ctx, "update negotiation set advice = $2 where id = $1", id, advice); err != nil {
				return err
			}
		}
		tx.Record("negotiation", id, 0, map[string]any{"stage": d.Stage}, map[string]any{"stage": stage, "advice": advice})
		return move(tx, d, stage, turn)
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Get(ctx, scope, id)
}

// leads is where an act leads.
func (d Detail) leads(act Act) (Stage, Turn) {
	last, some := d.newest()
	turn := Office
	if some && last.Direction == Out {
		turn = Vendor
	}
	switch act {
	case Pause:
		return Paused, turn
	case Agree:
		return Agreed, ""
	case End:
		return Ended, ""
	case TakeOver:
		return TakenOver, ""
	}
	if !some {
		return Preparing, Office
	}
	return Running, turn
}

// tree reads what was sent in a round out.
func tree(tx *storage.Tx, roundID int64) (out []clause.Clause, err error) {
	row, found, err := storage.Find[struct {
		Tree []byte `db:"tree"`
	}](tx, "select tree from negotiation_round where id = $1 and direction = 'out'", roundID)
	if err != nil || !found {
		return nil, fault.Or(err, fault.ErrNotFound)
	}
	return out, json.Unmarshal(row.Tree, &out)
}

// Download opens a round's file and logs that it was fetched. It refuses with fault.ErrNotFound.
func (s *Service) Download(ctx context.Context, scope access.Scope, id int64, no int) (h Head, f document.File, body io.ReadCloser, err error) {
	err = s.db.Write(ctx, scope, "negotiation.download", func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if h, err = d.head(no); err != nil {
			return err
		}
		tx.Record("negotiation", id, 0, nil, map[string]any{"round": no, "sha256": h.SHA256})
		return nil
	})
	if err != nil {
		return h, f, nil, err
	}
	f, body, err = s.documents.Open(ctx, scope, h.File)
	return h, f, body, err
}

func (d Detail) head(no int) (Head, error) {
	for _, h := range d.Heads {
		if h.No == no {
			return h, nil
		}
	}
	return Head{}, fault.ErrNotFound
}
