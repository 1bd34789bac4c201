package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// Who may call which function; every other login is refused.
var functionGrants = map[string]string{
	"today()": "member office board job", "current_session()": "member office board job", "session_org()": "member office board job",
	"session_read_org()": "member office board job", "session_horizon()": "member office board job", "session_id()": "member office board job",
	"whoami()": "member office board job", "history(text,text)": "member office board job", "session_switch(bigint)": "member office board job",
	"session_language(text)": "member office board job", "session_end()": "member office board job", "session_member()": "member office board job",
	"agreement_offered()": "", "negotiated_clause_frozen()": "", "negotiated_clause_noted()": "", "session_negotiations()": "member", "session_answered_rounds()": "member", "hearing_runs()": "", "accession_moved()": "", "proposal_overtaken()": "", "notice_is_a_step()": "", "mandated()": "office", "mandated_on(integer,date)": "office", "mandate_runs(mandate,date)": "member office", "membership_ends_mandates()": "", "accessions_run_out()": "job", "accessions_unpapered()": "job", "accession_system_offered()": "", "forget_usage_changes()": "job", "session_actor(text)": "member",
	"vendor_renamed()": "", "template_version_frozen()": "", "subprocessor_tree()": "", "session_colleagues()": "member office board job", "session_signatures()": "member office board job", "session_signature()": "member office board job", "forget_sessions()": "job",
	"invite_user(text,text,text,integer,bytea,timestamp with time zone)": "member office",
	"api_key_create(text,text,bytea)":                                    "member", "api_keys()": "member", "api_key_revoke(bigint)": "member",
	"organisation_begins()": "", "organisations_in_step()": "job", "rule_interval(text)": "", "open_access_reviews()": "job", "anonymise_people()": "job",
	"session_manages(integer)": "member office", "grant_add(bigint,text,integer,date,date)": "member office", "grant_end(bigint,date)": "member office",
	"grant_is_last(bigint,date)": "", "user_invitation(bigint)": "member office", "invitation_renew(bigint,bytea,timestamp with time zone)": "member office",
	"leaving(bigint)": "member office", "user_leave(bigint,integer[],bigint[])": "member office", "person_holdings(bigint)": "member office",
	"usage_not_needed_kept()":                        "",
	"usages_hand_over(bigint,integer,bigint,bigint)": "", "people_run_out()": "job", "erase_contacts()": "job",
	"comparable(text)": "", "names_person(text,text,text)": "", "address_holdings(text,text)": "office",
	"system_follows_vendor()": "", "vendor_follows_system()": "", "settle_vendors()": "job", "forget_uploads()": "job",
	"refresh_figures()": "job", "staging_in_use(text[])": "job", "files_to_tend(date,timestamp with time zone,bigint,integer)": "job",
	"scope_at(date)": "office", "refresh_scope()": "job", "plain_name(text)": "member office job", "find_duplicates()": "office job",
	"merge_records(text,integer,integer,text[],text)": "office", "merge_preview(text,integer,integer)": "office", "merge_undo(bigint)": "office",
	"merge_key(regclass,jsonb)": "", "merge_where(regclass,jsonb)": "", "merge_note(bigint,regclass,text,jsonb,jsonb,jsonb)": "",
	"merge_remove(bigint,regclass,jsonb)": "", "merge_change(bigint,regclass,jsonb,jsonb)": "", "merge_usage(bigint,jsonb,integer)": "",
	"merge_repoint(bigint,regclass,bigint,bigint)": "", "merge_moved(bigint)": "", "merge_touch(regclass,integer)": "",
	"system_take_kitos(integer,uuid)": "office",
	"import_of_job(bigint)":           "", "import_organisations(bigint)": "job", "import_usages(bigint)": "job", "import_own_agreements(bigint)": "job",
	"import_apply_usages(bigint,text)": "office", "import_forget()": "job",
	"policy_value(text,date)": "", "mail_tellable(bigint,date)": "", "mail_due(date)": "job", "mail_begin(bigint,date,timestamp with time zone,text)": "job",
	"mail_end(bigint,text,text,boolean,timestamp with time zone)": "job", "mail_lost(timestamp with time zone,timestamp with time zone)": "job",
	"session_mail()": "member", "session_mail_set(boolean)": "member", "task_astray(date)": "job", "task_readers(text)": "member office job", "hearings_run_out()": "job",
	"river_job_state_in_bitmask(bit,river_job_state)": "member office board job",
}

func TestFunctionsAreForThoseWhoNeedThem(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	type function struct {
		Signature string `db:"signature"`
		Definer   bool   `db:"definer"`
		Path      string `db:"path"`
		Owner     string `db:"owner"`
		Callers   string `db:"callers"`
	}
	rows, err := e.Conn(storage.Admin).Query(t.Context(), `
		select p.oid::regprocedure::text as signature, p.prosecdef as definer, coalesce(array_to_string(p.proconfig, ';'), '') as path, p.proowner::regrole::text as owner,
		  concat_ws(' ', case when exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) then 'PUBLIC' end,
		    (select string_agg(replace(l.name, 'klausul_', ''), ' ' order by l.n) from unnest($1::text[]) with ordinality l(name, n)
		      where has_function_privilege(l.name, p.oid, 'execute'))) as callers
		  from pg_proc p where p.pronamespace = 'public'::regnamespace`, access.Logins)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[function])
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		want, known := functionGrants[f.Signature]
		switch {
		case !known:
			t.Errorf("nobody wrote down who may call %s", f.Signature)
		case f.Callers != want:
			t.Errorf("%s may be called by %q, want %q", f.Signature, f.Callers, want)
		case f.Owner != storage.Admin:
			t.Errorf("%s belongs to %s", f.Signature, f.Owner)
		case f.Definer && f.Path != "search_path=pg_catalog, public, pg_temp":
			t.Errorf("%s runs as its owner with the path %q", f.Signature, f.Path)
		}
	}
	if len(found) != len(functionGrants) {
		t.Errorf("%d functions, %d written down", len(found), len(functionGrants))
	}
}

// Each attack is tried as the member login with viborg's session, in a transaction.
// want is the SQLSTATE that stops it, or the rows that the last statement may see.
func TestMemberCannotClimbTheWall(t *testing.T) {
	t.Parallel()
	w := buildWall(t)
	// The caller's own tables under our names: found first, unless the functions name pg_temp last.
	shadow := `create temp table session as select 1::bigint id, sha256(convert_to(current_setting('app.session'), 'UTF8')) token_hash, 'browser'::text kind, 1::bigint user_id,
	    2::bigint grant_id, 'infinity'::timestamptz expires_at, null::timestamptz revoked_at;
	  create temp table role_grant as select 2::bigint id, 1::bigint user_id, 'contact_person'::text as role, :randers::int organisation_id, '2020-01-01'::date from_date, null::date to_date;
	  create temp table app_user as select 1::bigint id, 'x'::text as name, null::timestamptz left_at;
	  create temp table membership as select :randers::int organisation_id, '2018-01-01'::date from_date, null::date to_date;
	  create temp table agreement_version as select * from public.agreement_version;
	  create function pg_temp.today() returns date language sql as 'select current_date';
	  grant all on all tables in schema pg_temp to public;`
	for name, attack := range map[string]struct{ sql, want string }{
		"tables of its own before ours":         {shadow + "select organisation_id from accession", "viborg viborg"},
		"a search path of its own":              {shadow + "set local search_path = pg_temp, public; select organisation_id from public.accession", "viborg viborg"},
		"another login":                         {"set local role klausul_office; select organisation_id from accession", "42501"},
		"the owner":                             {"set local role klausul_admin", "42501"},
		"session authorisation":                 {"set session authorization klausul_admin", "42501"},
		"policies off":                          {"set local row_security = off; select organisation_id from accession", "42501"},
		"a function in public":                  {"create function public.f() returns int language sql as 'select 1'", "42501"},
		"a table in public":                     {"create table public.t ()", "42501"},
		"a schema":                              {"create schema s", "42501"},
		"a policy":                              {"create policy p on accession for select to public using (true)", "42501"},
		"no row-level security":                 {"alter table accession disable row level security", "42501"},
		"a trigger":                             {"create trigger t before insert on usage execute function suppress_redundant_updates_trigger()", "42501"},
		"truncate":                              {"truncate usage", "42501"},
		"a cursor on sessions":                  {"declare c cursor for table session", "42501"},
		"copy of a table it may not read":       {"copy (select token_hash from session) to stdout", "42501"},
		"statistics of foreign values":          {"select most_common_vals::text from pg_stats where tablename = 'accession'", ""},
		"statistics behind the view":            {"select 1 from pg_statistic", "42501"},
		"files of the server":                   {"select pg_read_file('postgresql.conf')", "42501"},
		"statements of others":                  {"select query from pg_stat_activity where usename <> 'klausul_member' and query not like '<insuff%' and query <> ''", ""},
		"the setting that feeds jobs":           {"set local app.organisation = ':randers'; select organisation_id from accession", "viborg viborg"},
		"a row that moves into foreign hands":   {"insert into usage (organisation_id, system_id, from_date) values (:viborg, 1, '2020-01-01') on conflict (organisation_id, system_id, from_date) do update set organisation_id = :randers", "42501"},
		"overwriting a foreign row by upsert":   {"insert into usage (organisation_id, system_id, from_date) values (:randers, 1, '2020-01-01') on conflict (organisation_id, system_id, from_date) do update set organisation_id = :viborg", "42501"},
		"returning a foreign row":               {"with gone as (delete from usage returning organisation_id) select organisation_id from gone", "viborg"},
		"locking foreign rows":                  {"select organisation_id from usage for update", "viborg"},
		"merge":                                 {"merge into usage u using (select 1) x on true when matched then update set organisation_id = :randers", "42501"},
		"raising itself by a null":              {"select invite_user('x', 'x', 'lawyer', null, sha256('x'), now())", ""},
		"raising itself in another's name":      {"select invite_user('x', 'x', 'contact_person', :randers, sha256('x'), now())", ""},
		"a role that is not in an organisation": {"select invite_user('x', 'x', 'board', :viborg, sha256('x'), now())", "23514"},
		"switching to another's role":           {"select 1 where session_switch((select max(id) from role_grant where user_id <> (select user_id from current_session())))", ""},
		"switching to the secretariat":          {"select 1 where session_switch(5)", ""},
		"applying the office's import":          {"select import_apply_usages(4, '')", "42501"},
		"the usages of an import":               {"select organisation_id from import_usages(4)", "42501"},
		"history of a shared record":            {"select 1 from history('', '')", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			sql := attack.sql
			for org, id := range w.org {
				sql = strings.ReplaceAll(sql, ":"+org, fmt.Sprint(id))
			}
			got := ""
			err := w.as(t, situation{login: access.LoginMember, token: "viborg"}, func(tx pgx.Tx) error {
				results, err := tx.Conn().PgConn().Exec(t.Context(), sql).ReadAll()
				if err != nil {
					return err
				}
				last := results[len(results)-1]
				for _, row := range last.Rows {
					got += " " + string(row[0])
				}
				return nil
			})
			if err != nil {
				got = code(err)
			}
			for org, id := range w.org {
				if attack.want != "1" {
					got = strings.ReplaceAll(" "+got+" ", fmt.Sprintf(" %d ", id), " "+org+" ")
					got = strings.ReplaceAll(got, fmt.Sprintf(" %d ", id), " "+org+" ")
				}
			}
			if got = strings.Join(strings.Fields(got), " "); got != attack.want {
				t.Errorf("got %q, want %q", got, attack.want)
			}
		})
	}
}

// A condition of the caller's own must not be shown rows that the policy hides, however cheap it says it is.
func TestPolicyComesBeforeTheCallersConditions(t *testing.T) {
	t.Parallel()
	w := buildWall(t)
	cfg, err := pgx.ParseConfig(w.URL(access.LoginMember))
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { shown = append(shown, n.Message) }
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	w.conns[access.LoginMember] = conn
	err = w.as(t, situation{login: access.LoginMember, token: "viborg"}, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `create function pg_temp.peep(org int) returns boolean language plpgsql cost 0.0000001 as
			'begin raise notice ''%'', org; return true; end'`)
		if err != nil {
			return err
		}
		for _, table := range []string{"accession", "usage", "stored_file", "accession_document", "membership"} {
			if _, err := tx.Exec(t.Context(), "select from "+table+" where pg_temp.peep(organisation_id)"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	own := fmt.Sprint(w.org["viborg"])
	if len(shown) == 0 {
		t.Fatal("the condition was never asked")
	}
	for _, org := range shown {
		if org != own {
			t.Errorf("the condition was shown a row of organisation %s", org)
		}
	}
}

func TestSessionFunctions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.User("Vera")
	viborg, randers := h.Grant(user, access.ContactPerson, h.viborg), h.Grant(user, access.DPO, h.randers)
	ended := h.GrantBetween(user, access.Lawyer, 0, "2020-01-01", h.Day(-1))
	token := h.Session(user, viborg)
	if a := h.Actor(token); a.Grant.ID != viborg || a.Name != "Vera" || !a.Member || a.Key || len(a.Grants) != 2 || a.Grants[1].OrganisationName != "Randers Kommune" || a.Session == 0 || a.Language != "da" {
		t.Errorf("actor: %+v", a)
	}
	call := func(token, sql string, args ...any) (answer any) {
		t.Helper()
		err := h.Store.Write(t.Context(), h.ScopeOf(token), "test", func(tx *storage.Tx) error {
			return tx.Pgx().QueryRow(tx.Context(), sql, args...).Scan(&answer)
		})
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return answer
	}
	if call(token, "select session_switch($1)", ended) != false {
		t.Error("the session took a role that has ended")
	}
	if call(token, "select session_switch($1)", randers) != true || h.Actor(token).Grant.Role != access.DPO {
		t.Error("the session did not take the other role")
	}
	call(token, "select session_language('en')::text")
	if h.Actor(token).Language != "en" {
		t.Error("the language stayed")
	}
	// A dpo makes no keys and invites nobody; a contact person does both at home.
	key := storage.NewToken()
	if id := call(token, "select api_key_create('x', 'kl_x', $1)", storage.TokenHash(key)); id != nil {
		t.Errorf("a dpo made the key %v", id)
	}
	if id := call(token, "select invite_user('x', 'x', 'dpo', $1, $2, now())", h.randers, storage.TokenHash("c")); id != nil {
		t.Errorf("a dpo invited %v", id)
	}
	call(token, "select session_switch($1)", viborg)
	id := call(token, "select api_key_create('Kitos', 'kl_x', $1)", storage.TokenHash(key))
	if id == nil {
		t.Fatal("a contact person could not make a key")
	}
	if a := h.Actor(key); !a.Key || a.Grant.Role != access.API || a.Grant.Organisation != h.viborg || a.Expires.Year() != 9999 {
		t.Errorf("the key is %+v", a)
	}
	if a := h.Actor(token); slices.ContainsFunc(a.Grants, func(g access.Grant) bool { return g.Role == access.API }) {
		t.Error("the key's role stands among the person's")
	}
	if call(key, "select session_switch($1)", randers) != false || call(key, "select api_key_create('y', 'y', $1)", storage.TokenHash("y")) != nil {
		t.Error("a key acts as its maker")
	}
	if call(token, "select count(*) from api_keys()") != int64(1) || call(h.Token(access.ContactPerson, h.randers), "select count(*) from api_keys()") != int64(0) {
		t.Error("keys are not seen by their organisation alone")
	}
	if call(h.Token(access.ContactPerson, h.randers), "select api_key_revoke($1)", id) != false || call(token, "select api_key_revoke($1)", id) != true {
		t.Error("a key is not revoked by its organisation alone")
	}
	if _, err := h.Store.Whoami(t.Context(), key); err == nil {
		t.Error("a revoked key is somebody")
	}
	if call(token, "select invite_user('Vibe', 'v@x.dk', 'dpo', $1, $2, now())", h.viborg, storage.TokenHash("code")) == nil {
		t.Error("a contact person could not invite a colleague")
	}
	if call(h.Token(access.SecretariatAdmin, 0), "select invite_user('Olga', 'o@x.dk', 'lawyer', null, $1, now())", storage.TokenHash("code2")) == nil {
		t.Error("the administrator could not invite a lawyer")
	}
	if call(h.Token(access.Lawyer, 0), "select invite_user('Olga', 'o@x.dk', 'lawyer', null, $1, now())", storage.TokenHash("code3")) != nil {
		t.Error("a lawyer invited")
	}
	call(token, "select session_end()::text")
	if _, err := h.Store.Whoami(t.Context(), token); err == nil {
		t.Error("an ended session is somebody")
	}
}

// A role or membership that ends is gone at the next question, without a new login.
func TestWhatEndsEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.Token(access.ContactPerson, h.viborg)
	scope := h.ScopeOf(token)
	h.Usage(h.viborg, h.system)
	usages := func() (n int64) {
		t.Helper()
		if err := h.Store.Read(t.Context(), scope, func(tx *storage.Tx) error { return tx.DB().Table("usage").Count(&n).Error }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	change := func() (n int64) {
		t.Helper()
		err := h.Store.Write(t.Context(), scope, "usage.change", func(tx *storage.Tx) error {
			r := tx.DB().Exec("update usage set local_name = local_name || 'x'")
			n = r.RowsAffected
			return r.Error
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if usages() != 1 || change() != 1 {
		t.Error("a member does not see and change its usage")
	}
	h.Exec("update membership set to_date = $2::text::date where organisation_id = $1", h.viborg, h.Day(0))
	if usages() != 1 || change() != 1 {
		t.Error("the last day of membership is not a day of membership")
	}
	h.Exec("update membership set to_date = $2::text::date where organisation_id = $1", h.viborg, h.Day(-1))
	if usages() != 1 || change() != 0 {
		t.Error("an ex-member reads its own and changes nothing: not so")
	}
	if a := h.Actor(token); a.Member {
		t.Error("an ex-member is a member")
	}
	h.Exec("update role_grant set to_date = $1::text::date", h.Day(-1))
	if usages() != 0 {
		t.Error("an ended role still sees")
	}
	err := h.Store.Write(t.Context(), scope, "usage.change", func(*storage.Tx) error { return nil })
	if !errors.Is(err, fault.ErrUnauthenticated) {
		t.Errorf("an ended role still acts: %v", err)
	}
	if _, err := h.Store.Whoami(t.Context(), token); err == nil {
		t.Error("an ended role is somebody")
	}
}
