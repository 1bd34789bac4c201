package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"klausul/server/embedded"
	"klausul/server/storage"
)

const usagesPath = "/api/v1/usages"

// usagesSQL is the page's statement as somebody would write it who needs no walls.
const usagesSQL = `select case when j.concluded then 'joint' when w.kind is not null then w.kind when u.not_needed_at is not null then 'not_needed' when j.accession_id is not null then 'offered' else 'missing' end,
	u.case_number, u.from_date, u.id, j.accession_id, j.concluded, c.state, 'DBA-' || lpad(a.number::text, 4, '0'), v.no, u.local_name, u.local_owner,
	u.not_needed_reason, b.name, u.not_needed_at, o.id, o.name, case when j.concluded is not true then w.ends_on end, case when j.concluded is not true then w.title end,
	p.id, p.name, u.persons, r.id, r.name, u.source, s.name, s.number, u.to_date, n.name, n.number, u.version
	from usage u join it_system s on s.id = u.system_id join vendor n on n.id = s.vendor_id join organisation o on o.id = u.organisation_id
	left join lateral (select x.accession_id, x.concluded from accession_system x where x.organisation_id = u.organisation_id and x.system_id = u.system_id
	  and x.ended_at is null order by x.concluded desc, x.offered_at desc, x.accession_id desc limit 1) j on true
	left join (select distinct on (w.organisation_id, z.system_id) w.organisation_id, z.system_id, w.kind, w.title, w.ends_on
	  from own_agreement w join own_agreement_system z on z.own_agreement_id = w.id
	  where w.state = 'registered' and (w.signed_on is null or w.signed_on <= today()) and (w.ends_on is null or w.ends_on >= today())
	  order by w.organisation_id, z.system_id, w.kind = 'own' desc, w.file_id is not null desc, w.id desc) w
	  on w.organisation_id = u.organisation_id and w.system_id = u.system_id
	left join accession c on c.id = j.accession_id left join agreement a on a.id = c.agreement_id left join agreement_version v on v.id = c.agreement_version_id
	left join app_user p on p.id = u.owner_user_id left join app_user r on r.id = u.responsible_user_id left join app_user b on b.id = u.not_needed_by
	where u.organisation_id = $1 and case when u.to_date is null then 'infinity'::date else u.to_date end >= today() order by s.name, u.id limit 1001`

// date is a day as the contract writes it.
type date struct{ time.Time }

// MarshalJSON writes 2026-11-26.
func (d date) MarshalJSON() ([]byte, error) { return []byte(d.Format(`"2006-01-02"`)), nil }

func dateOf(t *time.Time) *date {
	if t == nil {
		return nil
	}
	return &date{*t}
}

// The JSON of the page, in the order of its members.
type usageItem struct {
	Agreement    string       `json:"agreement"`
	CaseNumber   string       `json:"caseNumber"`
	From         date         `json:"from"`
	ID           int32        `json:"id"`
	Joint        *usageJoint  `json:"joint,omitempty"`
	LocalName    string       `json:"localName"`
	LocalOwner   string       `json:"localOwner"`
	NotNeeded    *usageReason `json:"notNeeded,omitempty"`
	Offer        *usageOffer  `json:"offer,omitempty"`
	Organisation organisation `json:"organisation"`
	OwnEnds      *date        `json:"ownEnds,omitempty"`
	OwnTitle     *string      `json:"ownTitle,omitempty"`
	Owner        *usagePerson `json:"owner,omitempty"`
	Persons      *int32       `json:"persons,omitempty"`
	Responsible  *usagePerson `json:"responsible,omitempty"`
	Source       string       `json:"source"`
	System       usageSystem  `json:"system"`
	To           *date        `json:"to,omitempty"`
	Vendor       vendor       `json:"vendor"`
	Version      int          `json:"version"`
}

type usageJoint struct {
	Accession int64  `json:"accession"`
	Code      string `json:"code"`
	Version   int    `json:"version"`
}

type usageOffer struct {
	Accession int64  `json:"accession"`
	Code      string `json:"code"`
	State     string `json:"state"`
	Version   int    `json:"version"`
}

type usageReason struct {
	At     time.Time `json:"at"`
	By     *string   `json:"by,omitempty"`
	Reason string    `json:"reason"`
}

type usagePerson struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type usageSystem struct {
	Name   string `json:"name"`
	Number int32  `json:"number"`
}

func readUsage(row pgx.CollectableRow) (u usageItem, err error) {
	var accession, owner, responsible *int64
	var code, state, reason, by, ownerName, responsibleName *string
	var concluded *bool
	var version *int
	var at, ends, to *time.Time
	err = row.Scan(&u.Agreement, &u.CaseNumber, &u.From.Time, &u.ID, &accession, &concluded, &state, &code, &version, &u.LocalName, &u.LocalOwner, &reason, &by, &at,
		&u.Organisation.ID, &u.Organisation.Name, &ends, &u.OwnTitle, &owner, &ownerName, &u.Persons, &responsible, &responsibleName,
		&u.Source, &u.System.Name, &u.System.Number, &to, &u.Vendor.Name, &u.Vendor.Number, &u.Version)
	switch {
	case accession == nil:
	case !*concluded:
		u.Offer = &usageOffer{*accession, *code, *state, *version}
	default:
		u.Joint = &usageJoint{*accession, *code, *version}
	}
	if u.Agreement == "not_needed" {
		u.NotNeeded = &usageReason{at.UTC(), by, *reason}
	}
	if owner != nil {
		u.Owner = &usagePerson{*owner, *ownerName}
	}
	if responsible != nil {
		u.Responsible = &usagePerson{*responsible, *responsibleName}
	}
	u.OwnEnds, u.To = dateOf(ends), dateOf(to)
	return u, err
}

// bareUsages answers the page with Gin and pgx alone.
func bareUsages(pool *pgxpool.Pool, organisation int32) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET(usagesPath, func(c *gin.Context) {
		rows, err := pool.Query(c.Request.Context(), usagesSQL, organisation)
		if err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		items, err := pgx.CollectRows(rows, readUsage)
		if err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		c.JSON(http.StatusOK, struct {
			Items []usageItem `json:"items"`
		}{items})
	})
	return e
}

// viborg is the organisation whose page is asked for.
func viborg(ctx context.Context, pool *pgxpool.Pool) (id int32, err error) {
	err = pool.QueryRow(ctx, "select id from organisation where name = 'Viborg Kommune'").Scan(&id)
	return id, err
}

func adminPool(ctx context.Context, p *product) (*pgxpool.Pool, error) {
	stores, err := embedded.Attach(p.dir)
	if err != nil {
		return nil, err
	}
	return pgxpool.New(ctx, stores.DSN(storage.Admin, database)+"&pool_max_conns=12")
}

// ourRequest signs in as the contact person and asks for the whole page once.
func ourRequest(ctx context.Context, p *product) (request, []byte, error) {
	cookie, err := p.signIn(ctx, "kontakt-viborg")
	if err != nil {
		return request{}, nil, err
	}
	r, body, err := newRequest(p.URL()+usagesPath, cookie)
	if rows := bytes.Count(body, []byte(`"caseNumber"`)); err == nil && (rows < 500 || rows > 1000) {
		err = fmt.Errorf("the page has %d systems, not about 600", rows)
	}
	return r, body, err
}

// openOurSystems compares the page with its statement behind bare Gin and pgx.
func openOurSystems(ctx context.Context, w *world) (pair, error) {
	p, err := w.serve(ctx)
	if err != nil {
		return pair{}, err
	}
	closing := []func() error{p.stop}
	closeAll := func() error {
		var errs []error
		for i := len(closing) - 1; i >= 0; i-- {
			errs = append(errs, closing[i]())
		}
		return errors.Join(errs...)
	}
	fail := func(err error) (pair, error) { return pair{}, errors.Join(err, closeAll()) }
	pool, err := adminPool(ctx, p)
	if err != nil {
		return fail(err)
	}
	closing = append(closing, func() error { pool.Close(); return nil })
	own, err := viborg(ctx, pool)
	if err != nil {
		return fail(err)
	}
	address, closeBare, err := listen(bareUsages(pool, own))
	if err != nil {
		return fail(err)
	}
	closing = append(closing, closeBare)
	ours, body, err := ourRequest(ctx, p)
	if err != nil {
		return fail(err)
	}
	other, bare, err := newRequest(address+usagesPath, "")
	if err != nil {
		return fail(err)
	}
	if !bytes.Equal(bytes.TrimSpace(body), bytes.TrimSpace(bare)) {
		return fail(fmt.Errorf("the two sides do not answer the same systems: %d and %d bytes", len(body), len(bare)))
	}
	for _, r := range []request{ours, other} { // connections, prepared statements, caches
		if _, err := r.load(ctx, connections, time.Second); err != nil {
			return fail(err)
		}
	}
	side := func(r request) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) { return r.load(ctx, connections, perRound) }
	}
	return pair{ours: side(ours), other: side(other), close: closeAll}, nil
}

// tenfold gives the organisation ten times the past: nine former usages, nine own
// agreements that ended and nine older versions of each joint agreement for every one
// there is. What stands today stays as it is.
const tenfold = `
set session_replication_role = replica; -- the lines are whole as they are
create temp table past as select k from generate_series(1, 9) k;
insert into usage (organisation_id, system_id, from_date, to_date, source)
  select u.organisation_id, u.system_id, min(u.from_date) - k * 100, min(u.from_date) - k * 100 + 60, 'manual'
    from usage u, past where u.organisation_id = $1 group by u.organisation_id, u.system_id, k;
create temp table older as select v.id as version, k, nextval(pg_get_serial_sequence('agreement_version', 'id')) as id from agreement_version v, past
  where v.id in (select agreement_version_id from accession where organisation_id = $1);
insert into agreement_version (id, agreement_id, no, template_version_id, state, changed_at, text_hash, offered_at)
  select o.id, v.agreement_id, 1000 * o.k + v.no, v.template_version_id, 'offered', v.changed_at, v.text_hash, v.offered_at - o.k * interval '40 days'
    from older o join agreement_version v on v.id = o.version;
create temp table copies as select c.id as accession, o.id as version, o.k, nextval(pg_get_serial_sequence('accession', 'id')) as id
  from accession c join older o on o.version = c.agreement_version_id where c.organisation_id = $1;
insert into accession (id, agreement_id, agreement_version_id, organisation_id, text_hash, instance_hash, party, offered_at, state, state_at)
  select n.id, c.agreement_id, n.version, c.organisation_id, c.text_hash, c.instance_hash, c.party, c.offered_at - n.k * interval '40 days', 'superseded', c.offered_at
    from copies n join accession c on c.id = n.accession;
insert into accession_system (accession_id, system_id, organisation_id, offered_at, ended_at)
  select n.id, x.system_id, x.organisation_id, x.offered_at - n.k * interval '40 days', x.offered_at from copies n join accession_system x on x.accession_id = n.accession;
create temp table ended as select u.organisation_id, u.system_id, s.vendor_id, k, nextval(pg_get_serial_sequence('own_agreement', 'id')) as id
  from (select distinct organisation_id, system_id from usage where organisation_id = $1) u join it_system s on s.id = u.system_id, past;
insert into own_agreement (id, organisation_id, vendor_id, title, signed_on, ends_on)
  select id, organisation_id, vendor_id, 'Tidligere aftale', date '2010-01-01' + k * 100, date '2010-01-01' + k * 100 + 90 from ended;
insert into own_agreement_system (own_agreement_id, system_id, organisation_id) select id, system_id, organisation_id from ended;
`

// history returns the folder of the full register in which one organisation has ten
// times the past, making it first where there is none.
func (w *world) history(ctx context.Context) (string, error) {
	from, err := w.full(ctx)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(w.dir, "history-"+w.key)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	fmt.Fprintf(w.progress, "making ten times the history in %s, once\n", dir)
	making := dir + ".making"
	if err := os.RemoveAll(making); err != nil {
		return "", err
	}
	// Files are none of this, and a copy of the buckets would lack their object lock: new ones are made.
	if err := errors.Join(copyTree(from, making), os.RemoveAll(filepath.Join(making, "s3"))); err != nil {
		return "", err
	}
	err = onPostgres(ctx, making, func(s *embedded.Stores) error {
		conn, err := pgx.Connect(ctx, s.DSN("postgres", database))
		if err != nil {
			return err
		}
		defer conn.Close(context.WithoutCancel(ctx))
		var own int32
		if err := conn.QueryRow(ctx, "select id from organisation where name = 'Viborg Kommune'").Scan(&own); err != nil {
			return err
		}
		for _, sql := range bytes.Split([]byte(tenfold), []byte(";\n")) {
			sql := bytes.ReplaceAll(bytes.TrimSpace(sql), []byte("$1"), fmt.Append(nil, own))
			if _, err := conn.Exec(ctx, string(sql)); err != nil {
				return fmt.Errorf("%.60s: %w", sql, err)
			}
		}
		_, err = conn.Exec(ctx, "vacuum analyze")
		return err
	})
	if err != nil {
		return "", err
	}
	return dir, os.Rename(making, dir)
}

// openOurSystemsHistory compares the page of an organisation with ten times the past
// with that of the same organisation without.
func openOurSystemsHistory(ctx context.Context, w *world) (pair, error) {
	dir, err := w.history(ctx)
	if err != nil {
		return pair{}, err
	}
	with, err := w.serveOn(ctx, dir)
	if err != nil {
		return pair{}, err
	}
	without, err := w.serve(ctx)
	if err != nil {
		return pair{}, errors.Join(err, with.stop())
	}
	closeAll := func() error { return errors.Join(without.stop(), with.stop()) }
	side := func(p *product) (func(context.Context) (float64, error), error) {
		r, _, err := ourRequest(ctx, p)
		if err != nil {
			return nil, err
		}
		_, err = r.load(ctx, connections, time.Second)
		return func(ctx context.Context) (float64, error) {
			perSecond, err := r.load(ctx, connections, perRound)
			return 1000 * connections / perSecond, err
		}, err
	}
	ours, err := side(with)
	if err != nil {
		return pair{}, errors.Join(err, closeAll())
	}
	other, err := side(without)
	if err != nil {
		return pair{}, errors.Join(err, closeAll())
	}
	return pair{ours: ours, other: other, close: closeAll}, nil
}
