package bench

import "strings"

// agreementAsked is what the rows need to know of an agreement.
type agreementAsked struct {
	Agreement struct {
		ID     int64
		Vendor struct{ Number int32 }
	}
	Systems  []struct{ Number int32 }
	Template struct{ ID int64 }
	Fields   []fieldAsked
}

type fieldAsked struct {
	Path, Type               string
	Required, Local, Derived bool
	Default                  any
	Choices                  []struct{ Value string }
	Columns                  []fieldAsked
}

// practice is what agreements say in their annexes, again and again: the words are ours.
var practice = []string{
	"Leverandøren driver systemet for kommunen og behandler kun oplysninger, som driften, vedligeholdelsen og den aftalte støtte kræver.",
	"Adgang til oplysningerne gives til navngivne medarbejdere efter arbejdets behov, og den bliver taget fra dem samme dag, som behovet falder bort.",
	"Der logges, hvem der har set eller ændret en sag, og loggen gemmes i tretten måneder på et sted, hvor driftens egne folk ikke kan rette i den.",
	"Alle forbindelser er krypteret efter de til enhver tid gældende anbefalinger, og nøglerne ligger adskilt fra de oplysninger, som de beskytter.",
	"Sikkerhedskopier tages hver nat, opbevares i et andet brandafsnit og bliver prøvet ved en indlæsning mindst to gange om året.",
	"Fejl, der kan have betydning for sikkerheden, bliver rettet inden for 24 timer, og andre fejl senest ved den næste planlagte opdatering.",
	"Prøver af nye udgaver foretages på opdigtede oplysninger, medmindre kommunen skriftligt har sagt ja til andet i det enkelte tilfælde.",
	"Når en medarbejder hos leverandøren arbejder hjemmefra, sker det på udstyr, som leverandøren styrer, og over en forbindelse, der er sikret.",
	"Kommunen får hvert år en beretning om de brud, afvigelser og næsten-hændelser, der har været, og om hvad der er gjort ved dem.",
	"Skifter leverandøren underleverandør, får kommunen besked i god tid og kan bede om de oplysninger, som den skal bruge til sin egen vurdering.",
	"Oplysninger om børn, helbred og væsentlige sociale forhold er mærket i systemet, så adgangen til dem kan begrænses og følges for sig.",
	"Ved aftalens ophør leveres oplysningerne tilbage i et almindeligt anvendt format, hvorefter alle kopier bliver slettet, og det bliver bekræftet skriftligt.",
}

// passage is so many sentences from a given place on, in paragraphs of four.
func passage(from, sentences int) string {
	var b strings.Builder
	for i := range sentences {
		switch {
		case i == 0:
		case i%4 == 0:
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(practice[(from+i*5)%len(practice)])
	}
	return b.String()
}

// atLength is an answer that the field takes: long where the text may be long. What the
// template proposes for a choice or a number stands, so that no rule is broken.
func (f fieldAsked) atLength(i int) any {
	switch {
	case f.Local || f.Derived:
		return nil
	case f.Type == "long_text":
		return passage(i, 16)
	case f.Type == "text":
		return "Drift og støtte af kommunens systemer"
	case f.Type == "rows":
		var rows []map[string]any
		for n := range 24 {
			row := map[string]any{}
			for k, c := range f.Columns {
				row[c.Path] = c.cell(n, n+k)
			}
			rows = append(rows, row)
		}
		return rows
	case f.Default != nil:
		return nil
	case f.Type == "choice" && f.Path == "transfer.allowed":
		return "no"
	case f.Type == "choice":
		return f.Choices[0].Value
	case f.Type == "choices":
		return []string{f.Choices[0].Value}
	case f.Type == "integer":
		return 30
	case f.Type == "yes_no":
		return true
	case f.Type == "date":
		return "2027-01-01"
	}
	return nil
}

func (f fieldAsked) cell(row, i int) any {
	switch f.Type {
	case "country":
		return "DK"
	case "integer":
		return 30 + row
	}
	words := strings.Fields(practice[i%len(practice)])
	return strings.Trim(strings.Join(words[:min(len(words), 3+i%6)], " "), ",.")
}
