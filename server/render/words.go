package render

import (
	"fmt"
	"time"
)

// words are the texts that the package adds by itself.
type words struct {
	lang         string // BCP 47, for the file
	contents     string
	page         string // of, page, pages
	draft        string
	draftNote    string
	missing      string // format: label
	changes      string // format: by, of
	changesBy    string // format: author
	changesOf    string // format: date
	comes, goes  string // format: text, for who hears it
	attention    string
	cover        string
	between      string
	number       string
	date         string
	cvr          string
	text, own    string // short names of the two hashes
	fingerprints string
	fingerNote   string
	signatures   string
	signFor      string
	signDate     string
	signName     string
	signTitle    string
	signHand     string
	front        string // names of places, for a refusal
	header       string
	row          string // format: number
	skip         string // on the screen
	table        string
	months       [12]string
	dateForm     string // day, month, year
}

var languages = map[string]*words{
	"da": {
		lang: "da-DK", contents: "Indhold", page: "Side %d af %d",
		draft: "UDKAST", draftNote: "Udkast – ikke til underskrift",
		changes: "Foreslåede ændringer%s%s: Understreget tekst kommer til, gennemstreget tekst udgår.", changesBy: " fra %s", changesOf: " den %s",
		comes: "[kommer til: %s]", goes: "[udgår: %s]",
		missing: "%s mangler", attention: "Bemærk", cover: "Følgebrev", between: "mellem",
		number: "Nr. %s", date: "Dato", cvr: "CVR-nr.", text: "Tekst", own: "Aftale",
		fingerprints: "Fingeraftryk",
		fingerNote:   "De to fingeraftryk er beregnet af dokumentets tekst. Det første er ens for alle, der indgår aftalen på denne tekst; det andet hører til netop denne aftale. De første tolv tegn står øverst på hver side.",
		signatures:   "Underskrifter", signFor: "For %s", signDate: "Dato", signName: "Navn", signTitle: "Titel", signHand: "Underskrift",
		front: "Forsiden", header: "Sidehovedet", row: "%d. række", skip: "Gå til teksten", table: "Tabel",
		months:   [12]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
		dateForm: "%d. %s %d",
	},
	"en": {
		lang: "en-GB", contents: "Contents", page: "Page %d of %d",
		draft: "DRAFT", draftNote: "Draft – not for signature",
		changes: "Proposed changes%s%s: underlined text is added, struck-through text is removed.", changesBy: " from %s", changesOf: " of %s",
		comes: "[added: %s]", goes: "[removed: %s]",
		missing: "%s missing", attention: "Please note", cover: "Cover note", between: "between",
		number: "No. %s", date: "Date", cvr: "CVR no.", text: "Text", own: "Agreement",
		fingerprints: "Fingerprints",
		fingerNote:   "Both fingerprints are computed from the text of this document. The first is the same for everyone who concludes an agreement on this text; the second belongs to this agreement alone. Their first twelve characters stand at the top of every page.",
		signatures:   "Signatures", signFor: "For %s", signDate: "Date", signName: "Name", signTitle: "Title", signHand: "Signature",
		front: "Front page", header: "Page header", row: "row %d", skip: "Skip to the text", table: "Table",
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		dateForm: "%d %s %d",
	},
}

// check refuses what neither writer can set, and gives the words of the language.
func (d *Document) check() (*words, error) {
	w, ok := languages[d.Language]
	if !ok {
		return nil, ErrLanguage
	}
	if clean(d.Title) == "" {
		return nil, ErrNoTitle
	}
	return w, nil
}

// day writes a date in the language, in the time zone t carries.
func (w *words) day(t time.Time) string {
	return fmt.Sprintf(w.dateForm, t.Day(), w.months[t.Month()-1], t.Year())
}

// missingText names a hole: "Adresse mangler".
func (w *words) missingText(label string) string { return fmt.Sprintf(w.missing, label) }

// changesText says what the marks of changes mean, and whose they are.
func (w *words) changesText(h Hand) string {
	by, of := "", ""
	if a := clean(h.Author); a != "" {
		by = fmt.Sprintf(w.changesBy, a)
	}
	if !h.At.IsZero() {
		of = fmt.Sprintf(w.changesOf, w.day(h.At))
	}
	return fmt.Sprintf(w.changes, by, of)
}

// heard is what is read aloud of a change.
func (w *words) heard(c Change, text string) string {
	if c == Deleted {
		return fmt.Sprintf(w.goes, text)
	}
	return fmt.Sprintf(w.comes, text)
}

func (w *words) numberText(no string) string    { return fmt.Sprintf(w.number, no) }
func (w *words) signForText(name string) string { return fmt.Sprintf(w.signFor, name) }

// short is the form of a hash that stands in the page header.
func short(hash string) string { return hash[:min(12, len(hash))] }

// hashLine is the header's second line: both hashes in short form.
func (w *words) hashLine(d *Document) string {
	s := ""
	if d.TextHash != "" {
		s = w.text + " " + short(d.TextHash)
	}
	if d.InstanceHash != "" {
		if s != "" {
			s += " · "
		}
		s += w.own + " " + short(d.InstanceHash)
	}
	return s
}

// name is the title with the number, as it stands in headers and file properties.
func (d *Document) name() string {
	if d.Number == "" {
		return clean(d.Title)
	}
	return clean(d.Title) + " " + clean(d.Number)
}

// label is the heading of a section as one line, for contents and bookmarks.
func (s *Section) label() string {
	switch {
	case s.Number == "":
		return clean(s.Heading)
	case s.Annex:
		return clean(s.Number) + " – " + clean(s.Heading)
	default:
		return clean(s.Number) + " " + clean(s.Heading)
	}
}

// lines are the printed facts of a party below its name, without the missing ones.
func (p *Party) lines(w *words) []string {
	var out []string
	if p.CVR != "" {
		out = append(out, w.cvr+" "+clean(p.CVR))
	}
	if p.Register != "" {
		out = append(out, clean(p.Register))
	}
	if p.Address != "" {
		out = append(out, clean(p.Address))
	}
	town := clean(p.PostalCode)
	if p.City != "" {
		if town != "" {
			town += " "
		}
		town += clean(p.City)
	}
	if town != "" {
		out = append(out, town)
	}
	if p.Country != "" {
		out = append(out, clean(p.Country))
	}
	return out
}

// Hole is how a place that nobody has filled in reads: "[Adresse mangler]". It is empty for a
// language that the documents are not made in.
func Hole(label, language string) string {
	w, ok := languages[language]
	if !ok {
		return ""
	}
	return "[" + w.missingText(clean(label)) + "]"
}

// Day writes a date in words; empty for a language that the documents are not made in.
func Day(t time.Time, language string) string {
	w, ok := languages[language]
	if !ok {
		return ""
	}
	return w.day(t)
}
