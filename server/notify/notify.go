// Package notify tells people by mail what waits for them: at most one mail per person
// and day, on Danish working days in Danish daytime.
//
// What a mail says is looked up in the transaction that begins it, so that nothing is said
// about what is done. Sending stands between two transactions: the first writes down that
// it begins, the second how it ended. Who dies between them leaves a mail that may have
// gone or not; it is called unknown and never sent a second time.
package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/task"
)

// Post is how mail leaves the house.
type Post struct {
	Client func() (*mail.Client, error) // nil: no mail server is set up
	From   string                       // the sender
	Public string                       // how browsers reach us, without a slash at the end
}

// Service sends what there is to tell.
type Service struct {
	db   *storage.Store
	post Post
}

// New returns the service on its store and its way out.
func New(db *storage.Store, post Post) *Service {
	post.Public = strings.TrimSuffix(post.Public, "/")
	return &Service{db: db, post: post}
}

// On tells whether mail is set up at all. Without it nothing is queued.
func (s *Service) On() bool { return s != nil && s.post.Client != nil }

// MailJob sends one person's mail of a day.
type MailJob struct {
	User int64  `json:"user"`
	Day  string `json:"day"`
}

// Kind names the job in the queue.
func (MailJob) Kind() string { return "notify.mail" }

// given is how long a mail may be on its way before nobody knows what became of it; it
// exceeds the time of a job.
const given = 2 * time.Minute

// Sweep looks who is to be told something today, and asks for a mail to each. Outside
// working hours it asks for none.
func (s *Service) Sweep(ctx context.Context) error {
	if !s.On() {
		return nil
	}
	return s.db.Write(ctx, access.System("notify.sweep"), "mail.sweep", func(tx *storage.Tx) error {
		tx.Continues()
		if _, err := tx.Pgx().Exec(ctx, "select mail_lost($1, $2)", tx.Now().Add(-given), tx.Now()); err != nil {
			return fmt.Errorf("give up lost mails: %w", err)
		}
		if !task.AtWork(tx.Now()) {
			return nil
		}
		due, err := storage.All[struct {
			User int64 `db:"user_id"`
		}](tx, "select user_id from mail_due($1)", tx.Today())
		for _, d := range due {
			tx.Enqueue(MailJob{User: d.User, Day: tx.Today().Format(time.DateOnly)})
		}
		return err
	})
}

// Send sends the person's mail of the day, if there is still anything to tell, and writes
// down how it ended. A job that comes late, after hours or on another day, sends nothing.
func (s *Service) Send(ctx context.Context, j MailJob) error {
	if !s.On() {
		return nil
	}
	rows, err := s.begin(ctx, j)
	if err != nil || len(rows) == 0 {
		return err
	}
	how := s.deliver(ctx, j, rows)
	// The mail may be gone: that it is must be written down also when the job's time is up.
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	return s.db.Write(last, access.System("notify.mail"), "mail."+how.state, func(tx *storage.Tx) error {
		tx.Record("mail", rows[0].Mail, 0, nil, map[string]any{"state": how.state, "code": how.code})
		_, err := tx.Pgx().Exec(last, "select mail_end($1, $2, $3, $4, $5)", rows[0].Mail, how.state, how.code, how.last, tx.Now())
		return err
	})
}

func (s *Service) begin(ctx context.Context, j MailJob) (rows []row, err error) {
	err = s.db.Write(ctx, access.System("notify.mail"), "mail.begin", func(tx *storage.Tx) error {
		tx.Continues() // the row that ends it tells of it
		rows = nil
		if !task.AtWork(tx.Now()) || tx.Today().Format(time.DateOnly) != j.Day {
			return nil
		}
		rows, err = storage.All[row](tx, "select * from mail_begin($1, $2, $3, $4)", j.User, tx.Today(), tx.Now(), s.messageID(j))
		return err
	})
	return rows, err
}

// messageID is the same for the same person and day, however often it is tried.
func (s *Service) messageID(j MailJob) string {
	_, host, _ := strings.Cut(s.post.From, "@")
	return fmt.Sprintf("tasks.%d.%s@%s", j.User, j.Day, strings.TrimSuffix(host, ">"))
}

// outcome is how sending ended; last: trying again today would not help.
type outcome struct {
	state, code string
	last        bool
}

// deliver hands the mail to the server and says what is known of it then.
func (s *Service) deliver(ctx context.Context, j MailJob, rows []row) outcome {
	m, err := s.message(j, rows)
	if err != nil {
		return outcome{"failed", "address", true}
	}
	client, err := s.post.Client()
	if err != nil {
		return outcome{"failed", "setting", false}
	}
	err = client.DialAndSendWithContext(ctx, m)
	var refused *mail.SendError
	switch {
	case m.IsDelivered(): // whatever went wrong afterwards
		return outcome{state: "sent"}
	case err == nil:
		return outcome{state: "unknown"}
	case !errors.As(err, &refused):
		return outcome{"failed", "unreachable", false} // it never came to sending
	case refused.Reason == mail.ErrWriteContent, refused.Reason == mail.ErrSMTPDataClose && refused.ErrorCode() == 0:
		return outcome{state: "unknown"} // the line broke while the server was taking it in
	}
	return outcome{"failed", "refused", !refused.IsTemp()}
}

// message is the mail as it goes out.
func (s *Service) message(j MailJob, rows []row) (*mail.Msg, error) {
	subject, body, err := write(rows, s.post.Public, j.Day)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg()
	if err := errors.Join(m.From(s.post.From), m.AddToFormat(rows[0].Name, rows[0].Email)); err != nil {
		return nil, err
	}
	m.Subject(subject)
	m.SetMessageIDWithValue(s.messageID(j))
	m.SetDateWithValue(storage.Local(s.db.Now()))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(mail.TypeTextPlain, body)
	return m, nil
}
