package notify

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"klausul/server/agreement"
	"klausul/server/field"
	"klausul/templates"
)

// row is one line of a mail, beside whom it is for.
type row struct {
	Mail         int64     `db:"mail_id"`
	Email        string    `db:"email"`
	Name         string    `db:"name"`
	Language     string    `db:"language"`
	Line         int64     `db:"line_id"`
	Title        string    `db:"title"`
	Thing        string    `db:"thing"`
	Due          time.Time `db:"due_on"`
	Organisation string    `db:"organisation"`
	Step         int       `db:"step"`
	Told         *int      `db:"told"`     // how far it had come when the person was told last
	AskedBy      *string   `db:"asked_by"` // nil: the person is responsible
	Listed       bool      `db:"listed"`
	Waits        bool      `db:"due"`         // it waits for the person and has come further
	AnsweredBy   *string   `db:"answered_by"` // who answered the person's question since
	Number       *int32    `db:"agreement_number"`
	Amends       *int      `db:"amends"` // the version that an amendment amends
}

// letter is what the templates of templates/notify are filled with.
type letter struct {
	Name    string
	Count   int
	Answers bool // it tells of answers and of nothing else
	Lines   []line
	More    int
	All     string
}

type line struct {
	Title, Organisation, Due, URL string
	Amends                        string // what it is an amendment to
	Asked, News                   bool
	AskedBy                       string
	Waits                         bool   // for the person, and has come further
	AnsweredBy                    string // the person's question
	Days                          int    // until its day; below zero it is over
}

// Over is how many days it is over.
func (l line) Over() int { return -l.Days }

// write makes subject and body in the person's language.
func write(rows []row, public, day string) (subject, body string, err error) {
	today, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", "", err
	}
	in := rows[0].Language
	l := letter{Name: oneLine(rows[0].Name), Count: len(rows), Answers: true, All: public + "/tasks"}
	for _, r := range rows {
		l.Answers = l.Answers && r.AnsweredBy != nil && !r.Waits
		if !r.Listed {
			l.More++
			continue
		}
		entry := line{
			Title: oneLine(r.Title), Organisation: oneLine(r.Organisation), Due: field.Field{Type: field.Date}.Print(r.Due.Format(time.DateOnly), in),
			URL: fmt.Sprintf("%s/tasks/%d", public, r.Line), News: r.Told == nil, Waits: r.Waits, Days: int(r.Due.Sub(today).Hours() / 24),
		}
		if r.Number != nil && r.Amends != nil {
			entry.Amends = agreement.VersionCode(*r.Number, *r.Amends)
		}
		if r.AskedBy != nil {
			entry.Asked, entry.AskedBy = true, oneLine(*r.AskedBy)
		}
		if r.AnsweredBy != nil {
			entry.AnsweredBy = oneLine(*r.AnsweredBy)
		}
		l.Lines = append(l.Lines, entry)
	}
	set, err := template.New("").ParseFS(templates.FS, "notify/tasks."+in+".txt")
	if err != nil {
		return "", "", err
	}
	var s, b strings.Builder
	if err := set.ExecuteTemplate(&s, "subject", l); err != nil {
		return "", "", err
	}
	err = set.ExecuteTemplate(&b, "body", l)
	return s.String(), b.String(), err
}

// oneLine keeps what a person typed from looking like lines of ours.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
