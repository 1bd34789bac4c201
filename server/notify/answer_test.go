package notify_test

import (
	"slices"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// asked has Kaj ask Sune about the one line there is, who answers.
func (w *world) asked(verdict, note string) (line int64) {
	w.t.Helper()
	line = storagetest.One[int64](w.Env, "select id from task_line")
	_, err := w.todos.Ask(w.t.Context(), w.contact, line, w.sune, "")
	require.NoError(w.t, err)
	_, err = w.todos.Answer(w.t.Context(), w.owner, line, verdict, note)
	require.NoError(w.t, err)
	return line
}

func (w *world) question() int64 {
	return storagetest.One[int64](w.Env, "select max(id) from task_ask")
}

func TestWhoAskedIsToldOfTheAnswer(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.sweep()
	w.Clock.Set(at(t, "2026-11-27 09.00"))
	line := w.asked("advise_against", "Den har fået et brud.")
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 2)
	require.Equal(t, [2]string{"kaj.ærø@example.dk", "Klausul: svar på dit spørgsmål"}, [2]string{got[1].to, got[1].subject})
	require.Contains(t, got[1].text, "Omsorg\nViborg Kommune. Frist 28. december 2026.\nSune har svaret på dit spørgsmål.\nhttps://klausul.example.dk/tasks/")
	require.NotContains(t, got[1].text, "brud", "what was answered stays inside")
	require.NotContains(t, got[1].text, "ansvarlig", "that was told the day before")
	w.Clock.Set(at(t, "2026-11-30 09.00"))
	w.sweep()
	require.Len(t, w.post.mails(), 2, "one mail for one answer")

	_, err := w.todos.CorrectAnswer(t.Context(), w.owner, line, "recommend", "")
	require.NoError(t, err)
	w.sweep()
	require.Len(t, w.post.mails(), 3, "a corrected one is another")
	w.sweep()
	require.Len(t, w.post.mails(), 3)
}

func TestAnAnswerAndAReminderAreOneLine(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.asked("neutral", "")
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 1)
	require.Equal(t, "Klausul: 1 opgave venter på dig", got[0].subject)
	require.Contains(t, got[0].text, "Sune har svaret på dit spørgsmål. Du er ansvarlig for opgaven.\n")
	w.Clock.Set(at(t, "2026-12-21 09.00"))
	w.sweep()
	require.Len(t, w.post.mails(), 2)
	require.Contains(t, w.post.mails()[1].text, "Frist 28. december 2026.\nFristen er om 7 dage.\n", "reminders go on as before")
}

// Another contact person does the task; the one who asked is told of the answer alone.
func TestWhoAskedAndGaveItAwayIsTold(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	line := w.asked("neutral", "")
	kim := w.User("Kim")
	w.Grant(kim, access.ContactPerson, w.viborg)
	_, err := w.todos.Give(t.Context(), w.contact, line, kim)
	require.NoError(t, err)
	w.Exec("update app_user set language = 'en' where id = $1", w.kaj)
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 2)
	i := slices.IndexFunc(got, func(r received) bool { return r.to == "kaj.ærø@example.dk" })
	require.Equal(t, "Klausul: an answer to your question", got[i].subject)
	require.Contains(t, got[i].text, "Due 28 December 2026.\nSune has answered your question.\nhttps://")
	require.NotContains(t, got[1-i].text, "Sune", "it was not Kim who asked")
	w.Clock.Set(at(t, "2026-12-28 09.00"))
	w.sweep()
	require.Len(t, w.post.mails(), 3, "the day is Kim's alone")
}

func TestNobodyIsToldOfAnAnswer(t *testing.T) {
	for name, change := range map[string]func(*world, int64) error{
		"that was seen": func(w *world, line int64) error {
			_, err := w.todos.SeeAnswer(w.t.Context(), w.contact, line, w.question())
			return err
		},
		"that the agreement was decided after": func(w *world, line int64) error {
			return w.Store.Write(w.t.Context(), w.contact, "test.accede", func(tx *storage.Tx) error {
				return task.Complete(tx, task.Accede, storagetest.One[int64](w.Env, "select target_id from task_line"), w.viborg)
			})
		},
		"that a new question took the place of": func(w *world, line int64) error {
			_, err := w.todos.Ask(w.t.Context(), w.contact, line, w.sune, "Og nu?")
			w.Exec("update app_user set mail_off_at = now() where id = $1", w.sune)
			return err
		},
		"that is older than news": func(w *world, _ int64) error {
			w.Exec("update task_ask set answered_at = answered_at - interval '20 days'")
			return nil
		},
		"without wanting mail": func(w *world, _ int64) error {
			w.Exec("update app_user set mail_off_at = now() where id = $1", w.kaj)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			w.Clock.Set(at(t, "2026-11-26 09.00"))
			w.give("Omsorg", "2026-12-28", w.viborg)
			w.sweep()
			require.Len(t, w.post.mails(), 1)
			w.Clock.Set(at(t, "2026-11-27 09.00"))
			require.NoError(t, change(w, w.asked("neutral", "")))
			w.sweep()
			require.Len(t, w.post.mails(), 1)
		})
	}
}

func TestAFailedMailTellsOfTheAnswerAgain(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.sweep()
	w.Clock.Set(at(t, "2026-11-27 09.00"))
	w.asked("neutral", "")
	w.post.set(func(p *post) { p.refuse = &smtp.SMTPError{Code: 451, Message: "later"} })
	w.sweep()
	require.Equal(t, "failed", w.state())
	w.post.set(func(p *post) { p.refuse = nil })
	w.sweep()
	require.Contains(t, w.post.mails()[1].text, "Sune har svaret på dit spørgsmål.")
}

// A line says that it is about an amendment, and to what, as the pages do.
func TestAnAmendmentIsCalledOne(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.Amended(storagetest.Agreement{Version: storagetest.One[int64](w.Env, "select subject_id from task")})
	w.Exec("update task set subject_id = (select max(id) from agreement_version)")
	w.sweep()
	number := storagetest.One[int32](w.Env, "select a.number from agreement a join agreement_version v on v.agreement_id = a.id and v.kind = 'amendment'")
	require.Contains(t, w.post.mails()[0].text, "Omsorg\nTillæg til "+agreement.VersionCode(number, 1)+"\nViborg Kommune. Frist")
}
