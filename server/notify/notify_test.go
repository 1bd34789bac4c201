package notify_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
	"github.com/wneessen/go-mail"

	"klausul/server/access"
	"klausul/server/notify"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// post is a mail server on a real socket that keeps what it was given.
type post struct {
	mu     sync.Mutex
	got    []received
	refuse error // what it answers to a recipient
	eat    bool  // the line breaks after the mail was taken in
	port   int
}

type received struct {
	to, subject, text, id string
	attachments           bool
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{post: p, conn: c}, nil }

type session struct {
	post *post
	conn *smtp.Conn
	to   string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	return s.post.refuse
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	words := mime.WordDecoder{}
	subject, err := words.DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || params["charset"] != "UTF-8" || m.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
		return errors.Join(err, errors.New("not UTF-8 in quoted-printable"))
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		return err
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.got = append(s.post.got, received{s.to, subject, string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), m.Header.Get("Message-ID"), kind != "text/plain"})
	if s.post.eat {
		_ = s.conn.Conn().Close()
	}
	return nil
}

func (p *post) mails() []received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func (p *post) set(change func(*post)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// world is Viborg with a contact person, a system owner, and a mail server.
type world struct {
	*storagetest.Env
	t               *testing.T
	post            *post
	notify          *notify.Service
	todos           *task.Todos
	viborg, randers int32
	system          int32
	vendor          int32
	kaj, sune       int64
	contact, owner  access.Scope // Kaj and Sune
	office          access.Scope
}

// at is a moment by a Danish clock.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	m, err := time.ParseInLocation("2006-01-02 15.04", s, zone)
	require.NoError(t, err)
	return m
}

func setup(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t, post: &post{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := smtp.NewServer(w.post)
	server.Domain = "mail.example.dk"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	w.post.port = listener.Addr().(*net.TCPAddr).Port
	w.notify = notify.New(w.Store, notify.Post{From: "klausul@example.dk", Public: "https://klausul.example.dk/", Client: func() (*mail.Client, error) {
		return mail.NewClient("127.0.0.1", mail.WithPort(w.post.port), mail.WithTLSPolicy(mail.NoTLS), mail.WithTimeout(5*time.Second))
	}})
	w.todos = task.NewTodos(w.Store)
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	w.vendor = w.Vendor("Åhavn A/S")
	w.system = w.System(w.vendor, "Åhavn Omsorg")
	w.kaj, w.sune = w.User("Kaj Ærø"), w.User("Sune")
	w.contact = w.ScopeOf(w.Session(w.kaj, w.Grant(w.kaj, access.ContactPerson, w.viborg)))
	w.owner = w.ScopeOf(w.Session(w.sune, w.Grant(w.sune, access.SystemOwner, w.viborg)))
	w.office = w.Scope(access.Lawyer, 0)
	w.Usage(w.viborg, w.system)
	w.Exec("update usage set owner_user_id = $1", w.sune)
	return w
}

// give makes a task with its day and gives it to organisations, at the clock's moment.
func (w *world) give(title, due string, organisations ...int32) (targets []int64) {
	w.t.Helper()
	day, err := time.Parse(time.DateOnly, due)
	require.NoError(w.t, err)
	a := w.Offered(w.vendor, title, "2026-01-01 10:00+00", w.system)
	require.NoError(w.t, w.Store.Write(w.t.Context(), w.office, "test.give", func(tx *storage.Tx) error {
		id, err := task.Open(tx, task.Accede, a.Version, title, day, w.system)
		targets = nil
		for _, o := range organisations {
			target := a.Version*100 + int64(o)
			targets = append(targets, target)
			err = errors.Join(err, task.Assign(tx, id, o, target))
		}
		return err
	}))
	return targets
}

// sweep does what the clock and the queue do: looks who is due and works the jobs.
func (w *world) sweep() {
	w.t.Helper()
	require.NoError(w.t, w.notify.Sweep(w.t.Context()))
	for _, j := range w.queued() {
		require.NoError(w.t, w.notify.Send(w.t.Context(), j))
	}
}

// queued takes the jobs out of the queue.
func (w *world) queued() (jobs []notify.MailJob) {
	w.t.Helper()
	conn := w.Conn(storage.Admin)
	rows, err := conn.Query(w.t.Context(), "delete from river_job where kind = 'notify.mail' returning (args ->> 'user')::bigint, args ->> 'day'")
	require.NoError(w.t, err)
	defer rows.Close()
	for rows.Next() {
		var j notify.MailJob
		require.NoError(w.t, rows.Scan(&j.User, &j.Day))
		jobs = append(jobs, j)
	}
	require.NoError(w.t, rows.Err())
	return jobs
}

func (w *world) state() string {
	w.t.Helper()
	return storagetest.One[string](w.Env, "select coalesce((select state from mail order by id desc limit 1), 'none')")
}

func TestOneMailADayInDanish(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Databehandleraftale om løn", "2026-12-28", w.viborg)
	w.give("Databehandleraftale om æøå", "2026-12-22", w.viborg)
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 1, "both in one")
	require.Equal(t, "kaj.ærø@example.dk", got[0].to)
	require.Equal(t, "Klausul: 2 opgaver venter på dig", got[0].subject)
	require.False(t, got[0].attachments)
	require.Contains(t, got[0].text, "Hej Kaj Ærø\n\nDatabehandleraftale om æøå\nViborg Kommune. Frist 22. december 2026.\nDu er ansvarlig for opgaven.\nhttps://klausul.example.dk/tasks/")
	require.Contains(t, got[0].text, "Databehandleraftale om løn\nViborg Kommune. Frist 28. december 2026.\n")
	require.Regexp(t, `^<tasks\.\d+\.2026-11-26@example\.dk>$`, got[0].id)
	require.Equal(t, "sent", w.state())
	w.sweep()
	require.Len(t, w.post.mails(), 1, "the second run sends nothing")
	w.Clock.Set(at(t, "2026-11-27 09.00"))
	w.sweep()
	require.Len(t, w.post.mails(), 1, "there is nothing new to tell the day after")
}

func TestRemindersFollowTheDays(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-16 09.00"))
	target := w.give("Omsorg", "2026-12-04", w.viborg)[0]
	w.sweep()
	for _, step := range []struct{ at, says string }{
		{"2026-11-26 10.00", ""},
		{"2026-11-27 10.00", "Fristen er om 7 dage."},
		{"2026-11-30 10.00", ""},
		{"2026-12-04 07.30", ""}, // before hours
		{"2026-12-04 16.30", ""}, // after hours
		{"2026-12-04 15.30", "Fristen er i dag."},
		{"2026-12-10 10.00", ""},
		{"2026-12-11 10.00", "Fristen er overskredet med 7 dage."},
		{"2026-12-18 10.00", "Fristen er overskredet med 14 dage."},
		{"2026-12-25 10.00", ""}, // Christmas Day
		{"2026-12-26 10.00", ""}, // a Saturday, and a holiday
		{"2026-12-28 10.00", "Fristen er overskredet med 24 dage."},
		{"2026-12-31 10.00", ""}, // everybody is at home
		{"2027-01-01 10.00", ""},
		{"2027-01-02 10.00", ""}, // a Saturday
		{"2027-01-04 10.00", "Fristen er overskredet med 31 dage."},
		{"2027-01-08 10.00", "Fristen er overskredet med 35 dage."},
	} {
		before := len(w.post.mails())
		w.Clock.Set(at(t, step.at))
		w.sweep()
		got := w.post.mails()[before:]
		if step.says == "" {
			require.Empty(t, got, step.at)
			continue
		}
		require.Len(t, got, 1, step.at)
		require.Equal(t, "Klausul: 1 opgave venter på dig", got[0].subject, step.at)
		require.Contains(t, got[0].text, step.says, step.at)
	}
	before := len(w.post.mails())
	require.NoError(t, w.Store.Write(t.Context(), w.contact, "test.accede", func(tx *storage.Tx) error { return task.Complete(tx, task.Accede, target, w.viborg) }))
	w.Clock.Set(at(t, "2027-01-15 10.00"))
	w.sweep()
	require.Len(t, w.post.mails(), before, "nothing after it is done")
}

func TestNothingIsSentOfWhatIsDoneMeanwhile(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	target := w.give("Omsorg", "2026-12-28", w.viborg)[0]
	require.NoError(t, w.notify.Sweep(t.Context()))
	jobs := w.queued()
	require.Len(t, jobs, 1)
	require.NoError(t, w.Store.Write(t.Context(), w.office, "test.withdraw", func(tx *storage.Tx) error { return task.Withdraw(tx, task.Accede, target, w.viborg) }))
	require.NoError(t, w.notify.Send(t.Context(), jobs[0]))
	require.Empty(t, w.post.mails())
	require.Equal(t, "none", w.state())
}

func TestAJobThatComesLateSendsNothing(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-27 15.55")) // a Friday
	w.give("Omsorg", "2026-12-28", w.viborg)
	require.NoError(t, w.notify.Sweep(t.Context()))
	jobs := w.queued()
	for _, late := range []string{"2026-11-27 16.05", "2026-11-28 10.00", "2026-11-30 10.00"} {
		w.Clock.Set(at(t, late))
		require.NoError(t, w.notify.Send(t.Context(), jobs[0]))
		require.Empty(t, w.post.mails(), late)
	}
	w.sweep()
	require.Len(t, w.post.mails(), 1, "on Monday it is asked for anew")
}

func TestADeathBetweenSendingAndWritingIsUnknown(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	require.NoError(t, w.notify.Sweep(t.Context()))
	job := w.queued()[0]
	// The first transaction of a server that dies before the second.
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from mail_begin($1, '2026-11-26', $2, 'x@example.dk')", job.User, w.Clock.Now()))
	require.NoError(t, w.notify.Send(t.Context(), job), "the job runs again")
	require.Empty(t, w.post.mails())
	w.Clock.Advance(3 * time.Minute)
	w.sweep()
	require.Equal(t, "unknown", w.state())
	w.Clock.Set(at(t, "2026-11-27 09.00"))
	w.sweep()
	require.Empty(t, w.post.mails(), "not sent a second time")
}

func TestALineThatBreaksAfterTheMailIsUnknown(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.post.set(func(p *post) { p.eat = true })
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.sweep()
	require.Len(t, w.post.mails(), 1, "the server has it")
	require.Equal(t, "unknown", w.state())
	w.post.set(func(p *post) { p.eat = false })
	w.sweep()
	require.Len(t, w.post.mails(), 1)
}

func TestARefusedMailIsTriedAgain(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.post.set(func(p *post) { p.refuse = &smtp.SMTPError{Code: 451, Message: "later"} })
	w.sweep()
	require.Equal(t, "failed", w.state())
	w.post.set(func(p *post) { p.refuse = nil })
	w.sweep()
	require.Len(t, w.post.mails(), 1)
	require.Equal(t, "sent", w.state())
}

func TestAnAddressRefusedForGoodIsLeftAloneForTheDay(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	w.post.set(func(p *post) { p.refuse = &smtp.SMTPError{Code: 550, Message: "no such user"} })
	w.sweep()
	w.post.set(func(p *post) { p.refuse = nil })
	w.sweep()
	require.Empty(t, w.post.mails())
	w.Clock.Set(at(t, "2026-11-27 09.00"))
	w.sweep()
	require.Len(t, w.post.mails(), 1)
}

func TestOldTasksAreOneNumberInTheFirstMail(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-10-01 09.00"))
	for _, title := range []string{"Et", "To", "Tre"} {
		w.give(title, "2026-11-02", w.viborg)
	}
	w.Clock.Set(at(t, "2026-11-26 09.00")) // mail is set up only now
	w.give("Nyt", "2026-12-28", w.viborg)
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 1)
	require.Contains(t, got[0].text, "Nyt\n")
	require.Contains(t, got[0].text, "Desuden venter 3 andre opgaver. Se dem under Mine opgaver:\nhttps://klausul.example.dk/tasks\n")
	require.NotContains(t, got[0].text, "Tre")
	w.Clock.Set(at(t, "2026-11-27 09.00"))
	w.sweep()
	require.Len(t, w.post.mails(), 1, "no reminders of the old ones the day after")
}

func TestTheAskedOwnerIsTold(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	line := storagetest.One[int64](w.Env, "select id from task_line")
	_, err := w.todos.Ask(t.Context(), w.contact, line, w.sune, "Bruger I den?")
	require.NoError(t, err)
	w.Exec("update app_user set language = 'en' where id = $1", w.sune)
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 2)
	i := slices.IndexFunc(got, func(r received) bool { return r.to == "sune@example.dk" })
	require.Equal(t, "Klausul: 1 task waits for you", got[i].subject)
	require.Contains(t, got[i].text, "Viborg Kommune. Due 28 December 2026.\nKaj Ærø asks for your opinion.\n")
	require.NotContains(t, got[i].text, "Bruger I den?", "what is asked stays inside")
}

func TestWhoIsToldNothing(t *testing.T) {
	for name, change := range map[string]string{
		"wants no mail":              "update app_user set mail_off_at = now()",
		"has no address":             "update app_user set email = ''",
		"has left":                   "update app_user set left_at = now()",
		"role has ended":             "update role_grant set to_date = '2026-11-01'",
		"organisation is no member":  "update membership set to_date = '2026-11-01'",
		"somebody else was given it": "update task_line set responsible_user_id = null, responsible_why = null, responsible_since = null",
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			w.Clock.Set(at(t, "2026-11-26 09.00"))
			w.give("Omsorg", "2026-12-28", w.viborg)
			w.Exec(change)
			w.sweep()
			require.Empty(t, w.post.mails())
		})
	}
}

func TestWithoutAMailServerNothingIsQueued(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.give("Omsorg", "2026-12-28", w.viborg)
	off := notify.New(w.Store, notify.Post{})
	require.False(t, off.On())
	require.NoError(t, off.Sweep(t.Context()))
	require.Empty(t, w.queued())
}

func TestTwoOrganisationsOfOnePersonAreOneMail(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-26 09.00"))
	w.Grant(w.kaj, access.ContactPerson, w.randers)
	w.give("Omsorg", "2026-12-28", w.viborg, w.randers)
	w.sweep()
	got := w.post.mails()
	require.Len(t, got, 1)
	require.Contains(t, got[0].text, "Viborg Kommune. Frist")
	require.Contains(t, got[0].text, "Randers Kommune. Frist")
	require.Equal(t, []int32{w.viborg, w.randers}, []int32{
		storagetest.One[int32](w.Env, "select min(organisation_id) from mail_line"), storagetest.One[int32](w.Env, "select max(organisation_id) from mail_line"),
	})
}

func TestPostponedTaskIsToldOfItsNewDay(t *testing.T) {
	w := setup(t)
	w.Clock.Set(at(t, "2026-11-16 09.00"))
	var version int64
	w.give("Omsorg", "2026-12-04", w.viborg)
	version = storagetest.One[int64](w.Env, "select subject_id from task")
	for _, day := range []string{"2026-11-16 09.00", "2026-11-27 10.00", "2026-12-04 10.00"} {
		w.Clock.Set(at(t, day))
		w.sweep()
	}
	require.Len(t, w.post.mails(), 3, "told all there is before and on the first day")
	require.NoError(t, w.Store.Write(t.Context(), w.office, "test.postpone", func(tx *storage.Tx) error {
		return task.Postpone(tx, task.Accede, version, time.Date(2027, 1, 8, 0, 0, 0, 0, time.UTC))
	}))
	for _, step := range []struct{ at, says string }{
		{"2026-12-07 10.00", "Frist 8. januar 2027.\nFristen er om 32 dage."},
		{"2026-12-14 10.00", ""},
		{"2027-01-04 10.00", "Fristen er om 4 dage."},
		{"2027-01-05 10.00", ""},
		{"2027-01-08 10.00", "Fristen er i dag."},
	} {
		before := len(w.post.mails())
		w.Clock.Set(at(t, step.at))
		w.sweep()
		got := w.post.mails()[before:]
		if step.says == "" {
			require.Empty(t, got, step.at)
			continue
		}
		require.Len(t, got, 1, step.at)
		require.Contains(t, got[0].text, step.says, step.at)
	}
}
