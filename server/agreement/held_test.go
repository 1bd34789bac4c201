package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// A system owner opens what a task waits for that person with, and nothing else.
func TestSystemOwnerOpensWhatATaskIsAbout(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	contact, sune := h.fromViborg, h.User("Sune")
	owner := h.ScopeOf(h.Session(sune, h.Grant(sune, access.SystemOwner, h.viborg)))
	other := h.Scope(access.SystemOwner, h.viborg)
	h.Exec("update usage set owner_user_id = $1", sune)
	todos := task.NewTodos(h.Store)
	line := func(thing task.Thing) int64 {
		return storagetest.One[int64](h.Env, "select l.id from task_line l join task t on t.id = l.task_id where t.thing = $1 and l.organisation_id = $2", thing, h.viborg)
	}

	_, err := h.agreements.Hearing(ctx, owner, h.hearing.ID)
	require.ErrorIs(t, err, fault.ErrNotFound, "nobody has asked yet")
	_, err = todos.Ask(ctx, contact, line(task.Hear), sune, "Hvor mange borgere?")
	require.NoError(t, err)
	seen, err := h.agreements.Hearing(ctx, owner, h.hearing.ID)
	require.NoError(t, err)
	require.Len(t, seen.Parties, 1, "its own organisation's answer")
	rows, _, err := h.agreements.Hearings(ctx, owner, 0, storage.Page{Sort: "-waits"})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	_, err = h.agreements.Hearing(ctx, other, h.hearing.ID)
	require.ErrorIs(t, err, fault.ErrNotFound, "another system owner")
	rows, _, err = h.agreements.Hearings(ctx, other, 0, storage.Page{Sort: "-waits"})
	require.NoError(t, err)
	require.Empty(t, rows)
	_, err = todos.TakeBack(ctx, contact, line(task.Hear))
	require.NoError(t, err)
	_, err = h.agreements.Hearing(ctx, owner, h.hearing.ID)
	require.ErrorIs(t, err, fault.ErrNotFound, "the question was taken back")

	_, b := h.released()
	h.work(b, h.viborg)
	accession := storagetest.One[int64](h.Env, "select id from accession where organisation_id = $1", h.viborg)
	_, err = h.agreements.Accession(ctx, other, accession)
	require.ErrorIs(t, err, fault.ErrNotFound, "owns no system of it")
	_, err = todos.Give(ctx, contact, line(task.Accede), other.Actor().User)
	require.NoError(t, err)
	mine, err := h.agreements.Accession(ctx, other, accession)
	require.NoError(t, err, "who is responsible may open it")
	require.Equal(t, h.viborg, mine.Organisation)
	page, _, err := h.agreements.Accessions(ctx, other, agreement.AccessionFilter{}, storage.Page{Sort: "offered"})
	require.NoError(t, err)
	require.Len(t, page, 1)
}
