package tests

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
)

// What klausul_member finds in each table, written by hand. A condition is what makes a
// row the session's own ($1 is its organisation, $2 the session's id); closed tables
// answer with permission denied; shared ones hold no row of anybody, only the marked
// draft, which must not show. A table that is missing here fails the test.
const (
	closed = "closed"
	shared = "shared"
)

var memberTables = map[string]string{
	"organisation":            "id = $1",
	"membership":              "organisation_id = $1",
	"app_user":                "id in (select user_id from role_grant where organisation_id = $1)",
	"role_grant":              "organisation_id = $1",
	"usage_change":            "organisation_id = $1",
	"bulk_change":             "organisation_id = $1",
	"saved_filter":            "organisation_id = $1",
	"usage":                   "organisation_id = $1",
	"accession":               "organisation_id = $1",
	"accession_system":        "organisation_id = $1",
	"accession_document":      "organisation_id = $1",
	"accession_step":          "organisation_id = $1",
	"accession_answer":        "organisation_id = $1",
	"accession_proposal":      "organisation_id = $1",
	"mandate":                 "organisation_id = $1",
	"instruction":             "organisation_id = $1",
	"authorised_subprocessor": "organisation_id = $1",
	"stored_file":             "organisation_id = $1",
	"own_agreement":           "organisation_id = $1",
	"own_agreement_system":    "organisation_id = $1",
	"organisation_fact":       "organisation_id = $1",
	"organisation_successor":  "organisation_id = $1 or successor_id = $1",
	"organisation_setting":    "organisation_id = $1",
	"access_review":           "organisation_id = $1",
	"access_review_line":      "organisation_id = $1",
	"person_rule":             "$1 <> 0",
	"river_job":               "(metadata ->> 'session')::bigint = $2",
	"upload":                  "organisation_id = $1 and not by_office",
	"import":                  "organisation_id = $1",
	"import_row":              "organisation_id = $1",
	"import_mapping":          "organisation_id = $1",
	"task_line":               "organisation_id = $1",
	"task_ask":                "organisation_id = $1",
	"task":                    "id in (select task_id from task_line where organisation_id = $1)",
	"task_system":             "task_id in (select task_id from task_line where organisation_id = $1)",
	"mail_line":               "organisation_id = $1",
	"mail":                    "id in (select mail_id from mail_line where organisation_id = $1)",
	"hearing":                 "id in (select hearing_id from hearing_party where organisation_id = $1)",
	"hearing_party":           "organisation_id = $1",
	"hearing_answer":          "organisation_id = $1",
	"negotiation":             "id in (" + followed + ")",
	"negotiation_step":        "negotiation_id in (" + followed + ")",
	"negotiation_round":       "negotiation_id in (" + followed + ")",
	"negotiation_verdict":     "round_id in (select r.id from negotiation_round r where r.negotiation_id in (" + followed + ") and exists (select from negotiation_round o where o.negotiation_id = r.negotiation_id and o.direction = 'out' and o.no > r.no))",
	"negotiation_change":      "round_id in (select r.id from negotiation_round r where r.negotiation_id in (" + followed + "))",

	"vendor_name": shared, "vendor_contact": shared, "dpf_certification": shared, "territory": shared, "subprocessor": shared,
	"policy_number": shared, "system_scope": shared,

	"vendor": shared, "it_system": shared, "template_family": shared, "template_version": shared, "clause": shared,
	"choice": shared, "system_profile": shared, "system_vendor": shared, "system_screening": shared, "kle": shared, "kle_issue": shared, "system_kle": shared,
	"agreement": shared, "agreement_system": shared, "agreement_version": shared, "answer": shared, "negotiated_clause": shared,

	"session": closed, "live_session": closed, "issuer_binding": closed, "invitation": closed,
	"audit_event": closed, "audit_value": closed, "audit_seal": closed,
	"batch": closed, "batch_item": closed, "erasure": closed, "figure": closed,
	"precedent": closed, "negotiation_entry": closed, "negotiation_paper": closed, "negotiation_paper_entry": closed, "agreement_comment": closed, "answer_copy": closed, "agreement_review": closed,
	"position": closed, "template_source": closed, "template_paragraph": closed, "duplicate_suspect": closed, "duplicate_dismissal": closed, "kitos_claim": closed, "usage_not_needed": closed, "record_merge": closed, "merge_step": closed, "scope_point": closed,
	"goose_db_version": closed, "river_migration": closed, "river_leader": closed, "river_queue": closed,
	"river_client": closed, "river_client_queue": closed, "river_notification": closed,
}

// followed are the negotiations on systems that the organisation uses.
const followed = `select n.id from negotiation n join agreement_system g on g.agreement_id = n.agreement_id
	join usage u on u.system_id = g.system_id where u.organisation_id = $1 and u.from_date <= today() and (u.to_date is null or u.to_date >= today())`

// memberFunctions are the functions of ours that klausul_member may execute.
var memberFunctions = []string{
	"api_key_create", "api_key_revoke", "api_keys", "current_session", "grant_add", "grant_end", "history", "invitation_renew", "invite_user", "leaving", "mandate_runs", "person_holdings", "plain_name",
	"session_actor", "session_answered_rounds", "session_colleagues", "session_end", "session_horizon", "session_id", "session_language", "session_mail", "session_mail_set", "session_manages", "session_member", "session_negotiations", "session_org", "session_read_org",
	"session_signature", "session_signatures", "session_switch", "task_readers", "today", "user_invitation", "user_leave", "whoami",
}

func rawSQL(t *testing.T, w *world, n neighbour, people []sweeper) {
	r := w.register(t)
	var tables []string
	r.all("select table_name from information_schema.tables where table_schema = $1 order by 1", "public", func(row []any) {
		tables = append(tables, row[0].(string))
	})
	for _, table := range tables {
		if memberTables[table] == "" {
			t.Errorf("table %s is new: say in walls_sql_test.go what klausul_member finds in it", table)
		}
	}
	for table := range memberTables {
		if !slices.Contains(tables, table) && !strings.HasPrefix(table, "river_") {
			t.Errorf("there is no table %s", table)
		}
	}
	var functions []string
	r.all(`select distinct p.proname::text from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname not like 'river\_%'
		and has_function_privilege($1, p.oid, 'execute') order by 1`, "klausul_member", func(row []any) { functions = append(functions, row[0].(string)) })
	if !slices.Equal(functions, memberFunctions) {
		t.Errorf("klausul_member may execute %v", functions)
	}
	conn, err := pgx.Connect(t.Context(), w.db.URL(access.LoginMember))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	m := &member{t: t, r: r, n: n, conn: conn, columns: map[string][]string{}, readable: map[string][]string{}}
	r.all("select table_name::text, column_name::text from information_schema.columns where table_schema = $1", "public", func(row []any) {
		m.columns[row[0].(string)] = append(m.columns[row[0].(string)], row[1].(string))
	})
	r.all("select c.table_name::text, c.column_name::text from information_schema.columns c where c.table_schema = 'public' and has_column_privilege($1, format('%I', c.table_name), c.column_name, 'select')", "klausul_member", func(row []any) {
		m.readable[row[0].(string)] = append(m.readable[row[0].(string)], row[1].(string))
	})
	seen := 0
	for _, p := range append(people, sweeper{who: "nobody", token: "ingen"}) {
		for _, table := range tables {
			own := m.own(p, table)
			seen += m.sees(p, table, own)
			m.changes(p, table, own)
		}
		m.acts(p)
	}
	if seen < 100 {
		t.Errorf("the sweepers see %d rows of their own: nothing was tried", seen)
	}
}

// member is somebody at a psql prompt as klausul_member.
type member struct {
	t       *testing.T
	r       *register
	n       neighbour
	conn    *pgx.Conn
	columns map[string][]string
	// readable are those of them that the login may read.
	readable map[string][]string
}

// try runs fn with the sweeper's session, and rolls back. The
// organisation that jobs carry is set to the neighbour's: it must not count here.
func (m *member) try(p sweeper, fn func(pgx.Tx) error) error {
	m.t.Helper()
	t := m.t
	tx, err := m.conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}()
	if _, err := tx.Exec(t.Context(), "select set_config('app.session', $1, true), set_config('app.organisation', $2, true)", p.token, fmt.Sprint(m.n.organisation)); err != nil {
		t.Fatal(err)
	}
	return fn(tx)
}

func denied(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}

// sees reads the whole table and returns how many rows there were.
func (m *member) sees(p sweeper, table string, own int) (rows int) {
	t, n := m.t, m.n
	t.Helper()
	kind := memberTables[table]
	var text string
	row := "x"
	if some := m.readable[table]; len(some) > 0 && len(some) < len(m.columns[table]) {
		row = "row(x." + strings.Join(some, ", x.") + ")"
	}
	err := m.try(p, func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), fmt.Sprintf("select count(*), coalesce(lower(string_agg(%s::text, ' ')), '') from %s x", row, table)).Scan(&rows, &text)
	})
	switch {
	case kind == closed:
		if !denied(err) {
			t.Errorf("%s reads %s: %d rows, %v", p.who, table, rows, err)
		}
		return 0
	case err != nil:
		t.Errorf("%s cannot read %s: %v", p.who, table, err)
		return 0
	}
	for _, secret := range append([]string{mark, n.cvr}, n.hashes...) {
		if strings.Contains(text, secret) {
			t.Errorf("%s finds %q in %s", p.who, secret, table)
		}
	}
	if kind == shared {
		return 0
	}
	if rows != own {
		t.Errorf("%s finds %d rows in %s, %d are its own", p.who, rows, table, own)
	}
	return rows
}

// own counts, past row-level security, what the table holds of the sweeper's own.
func (m *member) own(p sweeper, table string) int {
	t, r := m.t, m.r
	t.Helper()
	kind := memberTables[table]
	if kind == closed || kind == shared || kind == "" {
		return 0
	}
	session := int64(-1) // jobs of nobody's session carry 0
	r.all("select id from session where token_hash = sha256(convert_to($1, 'UTF8'))", p.token, func(row []any) { session = row[0].(int64) })
	var count int
	if err := r.conn.QueryRow(t.Context(), "select count(*) from "+table+" where "+kind+" and $1::int is not null and $2::bigint is not null", p.organisation, session).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

// changes tries to delete everything and to overwrite every column: no more than
// its own rows may move.
func (m *member) changes(p sweeper, table string, own int) {
	t := m.t
	t.Helper()
	try := func(sql string) {
		t.Helper()
		var moved int64
		err := m.try(p, func(tx pgx.Tx) error {
			tag, err := tx.Exec(t.Context(), sql)
			moved = tag.RowsAffected()
			return err
		})
		if err != nil && !denied(err) {
			var pg *pgconn.PgError
			// A constraint, a column that nobody may set, a view.
			if !errors.As(err, &pg) || !strings.HasPrefix(pg.Code, "23") && !slices.Contains([]string{"428C9", "55000", "42809"}, pg.Code) {
				t.Errorf("%s: %s: %v", p.who, sql, err)
			}
		}
		if err == nil && moved > int64(own) {
			t.Errorf("%s: %s moved %d rows, %d are its own", p.who, sql, moved, own)
		}
		if err == nil && moved > 0 && p.who == "former member" && table != "river_job" {
			t.Errorf("%s: %s moved %d rows though the membership has ended", p.who, sql, moved)
		}
	}
	try("delete from " + table)
	try("truncate " + table + " cascade")
	for _, column := range m.columns[table] {
		try(fmt.Sprintf("update %s set %q = %[2]q", table, column))
	}
}

// acts calls what runs with the owner's rights, and forges what it can reach.
func (m *member) acts(p sweeper) {
	t, n := m.t, m.n
	t.Helper()
	for _, try := range []struct {
		sql  string
		args []any
		want any // what the only column must be, nil: the statement is refused
	}{
		{"select count(*) from history('accession', $1::text)", []any{fmt.Sprint(n.accession)}, int64(0)},
		{"select count(*) from history('organisation', $1::text)", []any{fmt.Sprint(n.organisation)}, int64(0)},
		{"select count(*) from history('agreement', $1::text)", []any{fmt.Sprint(n.draft)}, int64(0)},
		{"select count(*) from api_keys() where id = $1", []any{n.key}, int64(0)},
		{"select api_key_revoke($1)", []any{n.key}, false},
		{"select session_switch($1)", []any{n.grant}, false},
		{"select coalesce(session_org() = $1::int, session_read_org() = $1, false)", []any{n.organisation}, false},
		{"select invite_user('x', 'x@example.dk', 'contact_person', $1, sha256('x'), now() + interval '1 day') is null", []any{n.organisation}, true},
		{"select invite_user('x', 'x@example.dk', 'lawyer', null, sha256('y'), now() + interval '1 day') is null", nil, true},
		{"insert into usage (organisation_id, system_id, from_date) values ($1, 1, '2026-01-01') returning 1", []any{n.organisation}, nil},
		{"insert into river_job (kind, max_attempts, args, metadata) values ('audit.seal', 1, '{}', '{\"session\": 0}') returning 1", nil, nil},
		{"insert into accession_document (accession_id, no, format, organisation_id, file_id, instance_hash, made_at) values ($1, 9, 'pdf', 1, 1, repeat('a', 64), now()) returning 1", []any{n.accession}, nil},
		{"insert into role_grant (user_id, role, organisation_id) values (1, 'contact_person', $1) returning 1", []any{n.organisation}, nil},
		{"select current_setting('x') from (select set_config('role', 'klausul_office', true)) s", nil, nil},
		{"select set_config('session_authorization', 'postgres', true)", nil, nil},
		{"select count(*) from pg_read_file('/etc/passwd')", nil, nil},
	} {
		var got any
		err := m.try(p, func(tx pgx.Tx) error { return tx.QueryRow(t.Context(), try.sql, try.args...).Scan(&got) })
		if try.want == nil && err == nil || try.want != nil && (err != nil || got != try.want) {
			t.Errorf("%s: %s: got %v, %v; want %v", p.who, try.sql, got, err, try.want)
		}
	}
}

// tokensUnseen looks, as klausul_member, at what other sessions of that login are doing
// while a neighbour works: PostgreSQL shows a login its own statements, and a token in
// one of them would open the neighbour's wall.
func tokensUnseen(t *testing.T, w *world) {
	conn, err := pgx.Connect(t.Context(), w.db.URL(access.LoginMember))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	tokens := []string{}
	var working sync.WaitGroup
	over := make(chan struct{})
	for _, persona := range []string{"kontakt-viborg", "kontakt-randers", "dpo-viborg"} {
		c := w.as(t, persona)
		tokens = append(tokens, c.token)
		working.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if a, err := c.try("PATCH", "/api/v1/me", map[string]any{"language": "da"}); err != nil || !a.ok() {
					t.Errorf("%s: %v %s", c.who, err, a)
					return
				}
			}
		})
	}
	seen, found := 0, 0
	for end := time.Now().Add(1500 * time.Millisecond); time.Now().Before(end); {
		rows, err := conn.Query(t.Context(), "select query from pg_stat_activity where pid <> pg_backend_pid() and usename = current_user and query <> ''")
		if err != nil {
			t.Fatal(err)
		}
		statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			seen++
			if slices.ContainsFunc(tokens, func(token string) bool { return strings.Contains(s, token) }) {
				found++
			}
		}
	}
	close(over)
	working.Wait()
	if seen < 100 {
		t.Errorf("saw %d statements: nothing was tried", seen)
	}
	if found > 0 {
		t.Errorf("%d of %d statements of others hold their session token", found, seen)
	}
}
