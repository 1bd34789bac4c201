package task_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// hearing makes the task of a hearing and gives it to Viborg.
func (w *world) hearing(target int64) (line int64) {
	w.t.Helper()
	w.write(w.office, func(tx *storage.Tx) error {
		id, err := task.Open(tx, task.Hear, target, "Høring", tx.Today().AddDate(0, 0, 14), w.system)
		if err != nil {
			return err
		}
		return task.Assign(tx, id, w.viborg, target)
	})
	return storagetest.One[int64](w.Env, "select l.id from task_line l join task t on t.id = l.task_id where t.thing = 'hearing' and l.target_id = $1", target)
}

func (w *world) responsible(line int64) int64 {
	w.t.Helper()
	return storagetest.One[int64](w.Env, "select coalesce(responsible_user_id, 0) from task_line where id = $1", line)
}

func TestReadersAreThoseOfThePolicy(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	policy, err := access.NewCasbin()
	require.NoError(t, err)
	for _, thing := range []task.Thing{task.Accede, task.Hear} {
		readers := storagetest.One[[]string](e, "select task_readers($1)", thing)
		for _, role := range []access.Role{access.ContactPerson, access.SystemOwner, access.DPO, access.Procurement} {
			want := policy.Allows(role, string(thing), "read") && policy.Allows(role, "task", "read")
			require.Equal(t, want, slices.Contains(readers, string(role)), "%s of %s", role, thing)
		}
		require.NotContains(t, readers, string(access.API), "a key is nobody")
	}
}

func TestNobodyIsResponsibleForWhatTheyMayNotOpen(t *testing.T) {
	w := setup(t)
	buyer := w.User("Pia")
	w.Grant(buyer, access.Procurement, w.viborg)
	w.Exec("insert into organisation_setting (organisation_id, default_responsible) values ($1, $2)", w.viborg, buyer)
	w.open()
	require.Equal(t, buyer, *w.line().Responsible, "who buys may open an agreement")
	hearing := w.hearing(71)
	require.Equal(t, w.older, w.responsible(hearing), "but no hearing")
	_, err := w.todos.Give(t.Context(), w.contact, hearing, buyer)
	require.ErrorIs(t, err, task.ErrNobody)
	line, err := w.todos.Get(t.Context(), w.contact, hearing)
	require.NoError(t, err)
	list, err := w.todos.Colleagues(t.Context(), w.contact, line)
	require.NoError(t, err)
	for _, c := range list {
		require.NotEqual(t, buyer, c.User, "is not offered either")
	}

	w.Exec("update task_line set responsible_user_id = $2, responsible_why = 'default' where id = $1", hearing, buyer)
	require.NoError(t, w.todos.Settle(t.Context()))
	require.Equal(t, w.older, w.responsible(hearing), "what was given to the wrong person is given on")
	require.Equal(t, buyer, *w.line().Responsible)
}
