package task_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

func TestAdvisingAgainstTakesAReason(t *testing.T) {
	w := setup(t)
	w.open()
	id := w.line().ID
	_, err := w.todos.Ask(t.Context(), w.contact, id, w.owner, "")
	require.NoError(t, err)
	for _, note := range []string{"", " \n\t\u00a0"} {
		_, err = w.todos.Answer(t.Context(), w.asOwner, id, "advise_against", note)
		require.ErrorIs(t, err, task.ErrReason)
		var refused *fault.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, []fault.Field{{Pointer: "/note", Code: "task.reason_missing"}}, refused.Fields)
	}
	require.Empty(t, w.line().Answer)
	_, err = w.todos.Answer(t.Context(), w.asOwner, id, "recommend", "")
	require.NoError(t, err, "the others take none")
	_, err = w.todos.CorrectAnswer(t.Context(), w.asOwner, id, "advise_against", "")
	require.ErrorIs(t, err, task.ErrReason, "nor is one corrected to it without")
}

func TestAnAnswerIsCorrectedUntilItIsDecided(t *testing.T) {
	w := setup(t)
	w.open()
	id := w.line().ID
	_, err := w.todos.Ask(t.Context(), w.contact, id, w.owner, "Bruger I den?")
	require.NoError(t, err)
	_, err = w.todos.CorrectAnswer(t.Context(), w.asOwner, id, "neutral", "")
	require.ErrorIs(t, err, task.ErrNoAnswer, "not answered yet")
	_, err = w.todos.Answer(t.Context(), w.asOwner, id, "recommend", "Den er god.")
	require.NoError(t, err)
	_, err = w.todos.Answer(t.Context(), w.asOwner, id, "neutral", "")
	require.ErrorIs(t, err, task.ErrNotAsked, "it is answered")
	_, err = w.todos.CorrectAnswer(t.Context(), w.contact, id, "neutral", "")
	require.ErrorIs(t, err, task.ErrNoAnswer, "somebody else's")
	_, err = w.todos.CorrectAnswer(t.Context(), w.asOther, id, "neutral", "")
	require.ErrorIs(t, err, fault.ErrNotFound)

	w.Clock.Advance(time.Hour)
	got, err := w.todos.CorrectAnswer(t.Context(), w.asOwner, id, "advise_against", " Den har fået et brud. ")
	require.NoError(t, err)
	require.Equal(t, [4]string{"advise_against", "Den har fået et brud.", "Bruger I den?", "Kaj"}, [4]string{got.Answer, got.AnswerNote, got.Note, got.AskedBy})
	_, err = w.todos.CorrectAnswer(t.Context(), w.asOwner, id, "advise_against", "Den har fået et brud.")
	require.NoError(t, err, "the same again")
	earlier, err := w.todos.Earlier(t.Context(), w.contact, got)
	require.NoError(t, err)
	require.Len(t, earlier, 1)
	require.Equal(t, [3]string{"recommend", "Den er god.", "Sune"}, [3]string{earlier[0].Answer, earlier[0].Note, earlier[0].Name})
	none, err := w.todos.Earlier(t.Context(), w.neighbour, got)
	require.NoError(t, err)
	require.Empty(t, none)
	history, err := w.Store.History(t.Context(), w.contact, "task_line", id)
	require.NoError(t, err)
	actions := []string{}
	for _, h := range history[:3] {
		actions = append(actions, h.Action)
	}
	require.Equal(t, []string{"task.correct_answer", "task.answer", "task.ask"}, actions, "what changed nothing leaves no row")

	w.write(w.contact, func(tx *storage.Tx) error { return task.Complete(tx, task.Accede, w.accession, w.viborg) })
	_, err = w.todos.CorrectAnswer(t.Context(), w.asOwner, id, "recommend", "")
	require.ErrorIs(t, err, task.ErrSettled, "it is decided")
	require.Equal(t, "advise_against", w.line().Answer)
}

// Who asked is told of the answer among the tasks until it is seen: one does the task, the other asked.
func TestAnAnswerIsNewUntilItIsSeen(t *testing.T) {
	w := setup(t)
	w.open()
	id := w.line().ID
	_, err := w.todos.Ask(t.Context(), w.contact, id, w.owner, "")
	require.NoError(t, err)
	_, err = w.todos.Give(t.Context(), w.contact, id, w.newer)
	require.NoError(t, err)
	counts := func() task.Counts {
		c, err := w.todos.Count(t.Context(), w.contact, task.TodoFilter{Mine: true, State: task.LineOpen})
		require.NoError(t, err)
		return c
	}
	require.Equal(t, task.Counts{Ours: 1}, counts(), "somebody else's, and not answered")
	_, err = w.todos.Answer(t.Context(), w.asOwner, id, "neutral", "")
	require.NoError(t, err)
	require.Equal(t, task.Counts{Found: 1, Mine: 1, Ours: 1, Answers: 1, Only: &id}, counts())
	require.True(t, w.line().Unseen(w.contact))
	newer := w.ScopeOf(w.Session(w.newer, storagetest.One[int64](w.Env, "select id from role_grant where user_id = $1", w.newer)))
	require.False(t, w.line().Unseen(newer), "the other did not ask")

	question := *w.line().Asked
	for _, by := range []access.Scope{newer, w.asOwner} {
		_, err = w.todos.SeeAnswer(t.Context(), by, id, question)
		require.NoError(t, err)
	}
	_, err = w.todos.SeeAnswer(t.Context(), w.contact, id, question-1)
	require.NoError(t, err)
	require.Equal(t, 1, counts().Answers, "others seeing it, or another question, change nothing")
	_, err = w.todos.SeeAnswer(t.Context(), w.neighbour, id, question)
	require.ErrorIs(t, err, fault.ErrNotFound)
	for range 2 {
		seen, err := w.todos.SeeAnswer(t.Context(), w.contact, id, question)
		require.NoError(t, err)
		require.False(t, seen.Unseen(w.contact))
		require.Equal(t, task.Counts{Ours: 1}, counts())
	}
	_, err = w.todos.CorrectAnswer(t.Context(), w.asOwner, id, "recommend", "")
	require.NoError(t, err)
	require.Equal(t, 1, counts().Answers, "a corrected one is new")
	w.write(w.contact, func(tx *storage.Tx) error { return task.Complete(tx, task.Accede, w.accession, w.viborg) })
	require.Zero(t, counts().Answers, "it is decided")
}
