package task_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// world is a system that Viborg and Randers use, and the people who could be responsible.
type world struct {
	*storagetest.Env
	t                            *testing.T
	todos                        *task.Todos
	viborg, randers              int32
	system                       int32
	older, newer, owner, other   int64 // of Viborg: two contact persons, the system's owner, another owner
	contact, asOwner, asOther    access.Scope
	neighbour, office            access.Scope
	accession, accessionOfOthers int64
	version                      int64
}

func setup(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t}
	w.todos = task.NewTodos(w.Store)
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	v := w.Vendor("Åhavn A/S")
	w.system = w.System(v, "Åhavn Omsorg")
	w.older, w.newer, w.owner, w.other = w.User("Kaj"), w.User("Kirsten"), w.User("Sune"), w.User("Signe")
	grant := w.GrantBetween(w.older, access.ContactPerson, w.viborg, "2021-01-01", "")
	w.GrantBetween(w.newer, access.ContactPerson, w.viborg, "2023-01-01", "")
	owning := w.Grant(w.owner, access.SystemOwner, w.viborg)
	otherwise := w.Grant(w.other, access.SystemOwner, w.viborg)
	w.contact = w.ScopeOf(w.Session(w.older, grant))
	w.asOwner, w.asOther = w.ScopeOf(w.Session(w.owner, owning)), w.ScopeOf(w.Session(w.other, otherwise))
	w.neighbour, w.office = w.Scope(access.ContactPerson, w.randers), w.Scope(access.Lawyer, 0)
	w.Usage(w.viborg, w.system)
	w.Exec("update usage set owner_user_id = $1 where organisation_id = $2", w.owner, w.viborg)
	a := w.Offered(v, "Omsorg", "2026-01-01 10:00+00", w.system)
	w.version, w.accession, w.accessionOfOthers = a.Version, w.Accession(a, w.viborg), w.Accession(a, w.randers)
	return w
}

func (w *world) write(scope access.Scope, fn func(*storage.Tx) error) {
	w.t.Helper()
	require.NoError(w.t, w.Store.Write(w.t.Context(), scope, "test.act", fn))
}

// open makes the task as the office and gives it to Viborg as a job would.
func (w *world) open() (id int64) {
	w.t.Helper()
	w.write(w.office, func(tx *storage.Tx) (err error) {
		due, err := task.Due(tx, task.Accede)
		if err != nil {
			return err
		}
		id, err = task.Open(tx, task.Accede, w.version, "Omsorg", due, w.system)
		return err
	})
	w.write(access.System("test").For(w.viborg), func(tx *storage.Tx) error { return task.Assign(tx, id, w.viborg, w.accession) })
	return id
}

func (w *world) line() task.Todo {
	w.t.Helper()
	list, _, err := w.todos.List(w.t.Context(), w.contact, task.TodoFilter{Thing: task.Accede, Target: w.accession}, storage.Page{Sort: "due"})
	require.NoError(w.t, err)
	require.Len(w.t, list, 1)
	return list[0]
}

func TestResponsibleIsFoundInOrder(t *testing.T) {
	w := setup(t)
	for _, step := range []struct {
		name, sql string
		want      int64
		why       string
	}{
		{"the usage's own", "update usage set responsible_user_id = $1 where organisation_id = $2", w.newer, "usage"},
		{"the organisation's default", "update role_grant set to_date = '2025-01-01' where user_id = $1 and organisation_id = $2", w.other, "default"},
		{"the contact person who has been it the longest", "update organisation_setting set default_responsible = null where $1 <> 0 and organisation_id = $2", w.older, "contact"},
	} {
		subject := w.newer
		w.Exec(`insert into organisation_setting (organisation_id, default_responsible) values ($1, $2) on conflict do nothing`, w.viborg, w.other)
		w.Exec(step.sql, subject, w.viborg)
		w.Exec("delete from task_line")
		w.open()
		got := w.line()
		require.NotNil(t, got.Responsible, step.name)
		require.Equal(t, step.want, *got.Responsible, step.name)
		require.Equal(t, step.why, got.Why, step.name)
	}
	w.Exec("update role_grant set to_date = '2025-01-01' where user_id in ($1, $2, $3)", w.newer, w.other, w.owner)
	w.Exec("update app_user set left_at = now() where id = $1", w.older)
	w.Exec("delete from task_line")
	id := w.open()
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from task_line where task_id = $1 and responsible_user_id is null", id), "nobody is left")
}

func TestTaskIsOneAndAssigningIsIdempotent(t *testing.T) {
	w := setup(t)
	first := w.open()
	require.Equal(t, first, w.open())
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from task_line"))
	require.Equal(t, task.OnWorkday(storage.LegalDate(w.Store.Now()).AddDate(0, 0, 30)), w.line().Due)
}

func TestCompleteAndWithdraw(t *testing.T) {
	w := setup(t)
	w.write(w.contact, func(tx *storage.Tx) error { return task.Complete(tx, task.Accede, w.accession, w.viborg) }) // no task is no error
	id := w.open()
	w.write(w.office, func(tx *storage.Tx) error { return task.Withdraw(tx, task.Accede, w.accession, w.viborg) })
	require.Equal(t, task.LineWithdrawn, w.line().State)
	w.write(w.office, func(tx *storage.Tx) error { return task.Assign(tx, id, w.viborg, w.accession) })
	require.Equal(t, task.LineOpen, w.line().State, "asked again")
	w.write(w.contact, func(tx *storage.Tx) error { return task.Complete(tx, task.Accede, w.accession, w.viborg) })
	done := w.line()
	require.Equal(t, task.LineDone, done.State)
	require.Equal(t, "Kaj", done.DoneBy)
	w.write(w.office, func(tx *storage.Tx) error { return task.Withdraw(tx, task.Accede, w.accession, w.viborg) })
	require.Equal(t, task.LineDone, w.line().State, "what is done stays done")
	_, err := w.todos.Give(t.Context(), w.contact, done.ID, w.newer)
	require.ErrorIs(t, err, task.ErrSettled)
}

func TestOneThatCannotBeSettledStopsNoOther(t *testing.T) {
	w := setup(t)
	id := w.open()
	w.write(access.System("test").For(w.randers), func(tx *storage.Tx) error { return task.Assign(tx, id, w.randers, w.accessionOfOthers) })
	first, last := min(w.viborg, w.randers), max(w.viborg, w.randers)
	w.Exec("update task_line set responsible_user_id = $1, responsible_why = 'given', responsible_since = now()", w.User("Ole"))
	w.Exec(`create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`)
	w.Exec(`create trigger broken before update on task_line for each row when (old.organisation_id = ` + strconv.Itoa(int(first)) + `) execute function broken()`)
	require.Error(t, w.todos.Settle(t.Context()), "the broken one is told")
	require.Equal(t, "given", storagetest.One[string](w.Env, "select responsible_why from task_line where organisation_id = $1", first))
	require.NotEqual(t, "given", storagetest.One[string](w.Env, "select coalesce(responsible_why, '') from task_line where organisation_id = $1", last))
}

func TestNeighbourFindsNothing(t *testing.T) {
	w := setup(t)
	w.open()
	list, _, err := w.todos.List(t.Context(), w.neighbour, task.TodoFilter{}, storage.Page{Sort: "due"})
	require.NoError(t, err)
	require.Empty(t, list)
	id := w.line().ID
	_, err = w.todos.Give(t.Context(), w.neighbour, id, w.newer)
	require.ErrorIs(t, err, fault.ErrNotFound)
	w.write(w.neighbour, func(tx *storage.Tx) error { return task.Complete(tx, task.Accede, w.accession, w.viborg) })
	require.Equal(t, task.LineOpen, w.line().State)
}

func TestSystemOwnerIsAsked(t *testing.T) {
	w := setup(t)
	w.open()
	id := w.line().ID
	_, err := w.todos.Get(t.Context(), w.asOwner, id)
	require.ErrorIs(t, err, fault.ErrNotFound, "not asked yet")
	_, err = w.todos.Ask(t.Context(), w.contact, id, w.other, "")
	require.ErrorIs(t, err, task.ErrNotOwner, "owns no system concerned")
	_, err = w.todos.Ask(t.Context(), w.contact, id, w.owner, " Bruger I den stadig? ")
	require.NoError(t, err)
	_, err = w.todos.Ask(t.Context(), w.contact, id, w.owner, "")
	require.ErrorIs(t, err, task.ErrAsked)
	_, err = w.todos.Answer(t.Context(), w.contact, id, "recommend", "")
	require.ErrorIs(t, err, task.ErrNotAsked, "somebody else was asked")
	_, err = w.todos.Get(t.Context(), w.asOther, id)
	require.ErrorIs(t, err, fault.ErrNotFound, "another system owner")

	seen, err := w.todos.Get(t.Context(), w.asOwner, id)
	require.NoError(t, err)
	require.Equal(t, "Bruger I den stadig?", seen.Note)
	c, err := w.todos.Count(t.Context(), w.asOwner, task.TodoFilter{Mine: true, State: task.LineOpen})
	require.NoError(t, err)
	require.Equal(t, task.Counts{Found: 1, Mine: 1, Ours: 1, Only: &id}, c, "it is the only one: that page is where the person lands")

	_, err = w.todos.Answer(t.Context(), w.asOwner, id, "advise_against", "Vi skifter system.")
	require.NoError(t, err)
	got := w.line()
	require.Equal(t, "advise_against", got.Answer)
	require.Equal(t, "Vi skifter system.", got.AnswerNote)
	require.Equal(t, "Sune", got.AskedName)
	_, err = w.todos.TakeBack(t.Context(), w.contact, id)
	require.ErrorIs(t, err, task.ErrNotAsked, "it is answered")

	_, err = w.todos.Ask(t.Context(), w.contact, id, w.owner, "Og nu?")
	require.NoError(t, err, "asked again")
	_, err = w.todos.TakeBack(t.Context(), w.contact, id)
	require.NoError(t, err)
	require.Equal(t, "advise_against", w.line().Answer, "the earlier answer stands")
}

func TestGivingItToAnother(t *testing.T) {
	w := setup(t)
	w.open()
	id := w.line().ID
	_, err := w.todos.Give(t.Context(), w.contact, id, storagetest.One[int64](w.Env, "select user_id from role_grant where organisation_id = $1", w.randers))
	require.ErrorIs(t, err, task.ErrNobody)
	got, err := w.todos.Give(t.Context(), w.contact, id, w.newer)
	require.NoError(t, err)
	require.Equal(t, "Kirsten", got.ResponsibleName)
	require.Equal(t, "given", got.Why)
	history, err := w.Store.History(t.Context(), w.contact, "task_line", id)
	require.NoError(t, err)
	require.Equal(t, "task.give", history[0].Action)
}

func TestOverdueIsCounted(t *testing.T) {
	w := setup(t)
	w.open()
	w.Exec("update task set due_on = $1", w.Store.Now().Add(-72*time.Hour))
	c, err := w.todos.Count(t.Context(), w.contact, task.TodoFilter{State: task.LineOpen})
	require.NoError(t, err)
	id := w.line().ID
	require.Equal(t, task.Counts{Found: 1, Mine: 1, Ours: 1, Overdue: 1, Only: &id}, c)
}

func TestTasksOfWhoLeftAreGivenOn(t *testing.T) {
	w := setup(t)
	w.open()
	w.Exec("update app_user set left_at = now() where id = $1", w.older)
	require.NoError(t, w.todos.Settle(t.Context()))
	require.Equal(t, w.newer, storagetest.One[int64](w.Env, "select responsible_user_id from task_line"))
	require.NoError(t, w.todos.Settle(t.Context()))
	require.Equal(t, 2, storagetest.One[int](w.Env, "select version from task_line"), "nothing to do the second time")
}
