package bench

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"klausul/server/access"
	"klausul/server/embedded"
	"klausul/server/storage"
)

const (
	listPath    = "/api/v1/accessions?limit=50"
	connections = 8
	perRound    = 2500 * time.Millisecond
)

// The yardstick's statements: what somebody would write who needs no walls.
const (
	listSQL = `select c.agreement_id, nullif(c.case_number, ''), c.ends_on, c.id, c.in_force_on, c.missing, c.missing_address, a.number, c.offered_at, o.id, o.name,
		nullif(c.reason, ''), c.state_at, c.state, a.title, n.name, n.number, v.no
		from accession c join agreement a on a.id = c.agreement_id join agreement_version v on v.id = c.agreement_version_id
		join vendor n on n.id = a.vendor_id join organisation o on o.id = c.organisation_id`
	listTail = ` order by c.offered_at desc, c.id desc limit 51`
	ownSQL   = listSQL + ` where c.organisation_id = $1` + listTail
	allSQL   = listSQL + listTail
)

// item and the rest are the JSON of the list, in the order of its members.
type item struct {
	AgreementID    int64        `json:"agreementId"`
	CaseNumber     *string      `json:"caseNumber,omitempty"`
	Ends           *string      `json:"ends,omitempty"`
	ID             int64        `json:"id"`
	InForce        *string      `json:"inForce,omitempty"`
	Missing        []string     `json:"missing"`
	MissingAddress bool         `json:"missingAddress"`
	Number         int32        `json:"number"`
	Offered        time.Time    `json:"offered"`
	Organisation   organisation `json:"organisation"`
	Reason         *string      `json:"reason,omitempty"`
	Since          time.Time    `json:"since"`
	State          string       `json:"state"`
	Title          string       `json:"title"`
	Vendor         vendor       `json:"vendor"`
	VersionNo      int          `json:"versionNo"`
}

type organisation struct {
	ID   int32  `json:"id"`
	Name string `json:"name"`
}

type vendor struct {
	Name   string `json:"name"`
	Number int32  `json:"number"`
}

type list struct {
	Items []item `json:"items"`
	Next  string `json:"next,omitempty"`
}

type cursor struct {
	Sort  string `json:"s"`
	Value string `json:"v"`
	ID    int64  `json:"i"`
}

func readItem(row pgx.CollectableRow) (i item, err error) {
	var ends, inForce *time.Time
	err = row.Scan(&i.AgreementID, &i.CaseNumber, &ends, &i.ID, &inForce, &i.Missing, &i.MissingAddress, &i.Number, &i.Offered, &i.Organisation.ID, &i.Organisation.Name,
		&i.Reason, &i.Since, &i.State, &i.Title, &i.Vendor.Name, &i.Vendor.Number, &i.VersionNo)
	i.Offered, i.Since, i.Ends, i.InForce = i.Offered.UTC(), i.Since.UTC(), asDate(ends), asDate(inForce)
	return i, err
}

func asDate(day *time.Time) *string {
	if day == nil {
		return nil
	}
	text := day.Format(time.DateOnly)
	return &text
}

// bare answers the list with Gin and pgx alone: no session, no guard, no
// validation, no log, as the owner of the tables.
func bare(pool *pgxpool.Pool, sql string, args []any) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET("/api/v1/accessions", func(c *gin.Context) {
		rows, err := pool.Query(c.Request.Context(), sql, args...)
		if err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		items, err := pgx.CollectRows(rows, readItem)
		if err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		answer := list{Items: items}
		if len(items) > 50 {
			answer.Items = items[:50]
			last := items[49]
			raw, err := json.Marshal(cursor{"-offered", last.Offered.Format(time.RFC3339Nano), last.ID})
			if err != nil {
				c.String(http.StatusInternalServerError, err.Error())
				return
			}
			answer.Next = base64.RawURLEncoding.EncodeToString(raw)
		}
		c.JSON(http.StatusOK, answer)
	})
	return e
}

// lists is the product and the yardstick, both serving the same list.
type lists struct {
	product   *product
	cookie    string
	ours      request
	other     request
	closeAll  func() error
	closeBare []func() error
}

func openLists(ctx context.Context, w *world, persona, sql string) (_ *lists, err error) {
	l := &lists{}
	if l.product, err = w.serve(ctx); err != nil {
		return nil, err
	}
	l.closeAll = func() error {
		errs := make([]error, 0, len(l.closeBare)+1)
		for _, c := range l.closeBare {
			errs = append(errs, c())
		}
		return errors.Join(append(errs, l.product.stop())...)
	}
	if err := l.open(ctx, persona, sql); err != nil {
		return nil, errors.Join(err, l.closeAll())
	}
	return l, nil
}

func (l *lists) open(ctx context.Context, persona, sql string) (err error) {
	if l.cookie, err = l.product.signIn(ctx, persona); err != nil {
		return err
	}
	stores, err := embedded.Attach(l.product.dir)
	if err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, stores.DSN(storage.Admin, database)+"&pool_max_conns=12")
	if err != nil {
		return err
	}
	l.closeBare = append(l.closeBare, func() error { pool.Close(); return nil })
	var args []any
	if strings.Contains(sql, "$1") {
		var own int32
		if err := pool.QueryRow(ctx, `select g.organisation_id from app_user u join role_grant g on g.user_id = u.id
			where u.persona = $1 order by g.id limit 1`, persona).Scan(&own); err != nil {
			return err
		}
		args = []any{own}
	}
	address, closing, err := listen(bare(pool, sql, args))
	if err != nil {
		return err
	}
	l.closeBare = append([]func() error{closing}, l.closeBare...) // the server before its pool
	var ours, other []byte
	if l.ours, ours, err = newRequest(l.product.URL()+listPath, l.cookie); err != nil {
		return err
	}
	if l.other, other, err = newRequest(address+listPath, ""); err != nil {
		return err
	}
	if !bytes.Equal(bytes.TrimSpace(ours), bytes.TrimSpace(other)) || bytes.Count(ours, []byte(`"agreementId"`)) != 50 {
		return fmt.Errorf("the two sides do not answer the same 50 agreements: %d and %d bytes", len(ours), len(other))
	}
	for _, r := range []request{l.ours, l.other} { // connections, prepared statements, caches
		if _, err := r.load(ctx, connections, time.Second); err != nil {
			return err
		}
	}
	return nil
}

func openList(persona, sql string) func(context.Context, *world) (pair, error) {
	return func(ctx context.Context, w *world) (pair, error) {
		l, err := openLists(ctx, w, persona, sql)
		if err != nil {
			return pair{}, err
		}
		side := func(r request) func(context.Context) (float64, error) {
			return func(ctx context.Context) (float64, error) { return r.load(ctx, connections, perRound) }
		}
		return pair{ours: side(l.ours), other: side(l.other), close: l.closeAll}, nil
	}
}

// openGuard compares the guard alone with the request that it guards.
func openGuard(ctx context.Context, w *world) (pair, error) {
	l, err := openLists(ctx, w, "kontakt-viborg", ownSQL)
	if err != nil {
		return pair{}, err
	}
	policy, err := access.NewCasbin()
	if err != nil {
		return pair{}, errors.Join(err, l.closeAll())
	}
	_, token, _ := strings.Cut(l.cookie, "=")
	actor, err := l.product.Store.Whoami(ctx, token)
	if err != nil {
		return pair{}, errors.Join(err, l.closeAll())
	}
	authorise := func(context.Context) (float64, error) {
		const times = 200_000
		started := time.Now()
		for range times {
			if _, err := access.Authorize(policy, actor, "accession", "read"); err != nil {
				return 0, err
			}
		}
		return float64(time.Since(started).Microseconds()) / times, nil
	}
	request := func(ctx context.Context) (float64, error) {
		perSecond, err := l.ours.load(ctx, 1, perRound)
		return 1e6 / perSecond, err
	}
	return pair{ours: authorise, other: request, close: l.closeAll}, nil
}
