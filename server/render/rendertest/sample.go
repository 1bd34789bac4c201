// Package rendertest makes documents to try the writers on. The wording is the
// project's own and is nobody's standard text.
package rendertest

import (
	"fmt"
	"strings"
	"time"

	. "klausul/server/render"
)

func clause(id, number, text string, items ...Block) Block {
	return Block{Kind: Clause, ID: id, Number: number, Runs: Text(text), Items: items}
}

func item(id, number, text string) Block {
	return Block{Kind: Paragraph, ID: id, Number: number, Runs: Text(text)}
}

// Sample is a short Danish agreement that uses every part of the model: holes,
// filled-in values, nested lists, tables, long names, an annex and signatures.
func Sample() Document {
	return Document{
		Title: "Databehandleraftale om elektronisk sags- og dokumenthåndtering", Number: "2026-0147", Version: "3", Language: "da",
		At:           time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
		Header:       "Ærøskøbing Kommune – Sødata A/S",
		TextHash:     "3f9a1c77d2e84b60a5c1904e7b12fd3388a6c0e5d417f29b6a03d95e8c71b244",
		InstanceHash: "b81e02d94ca7f6351d0e88a2634fbc9017e5a9d2c3f84b60715e2a9cd04f13ee",
		Marks: []string{
			"Leverandørens adresse mangler.",
			"Underdatabehandleren Nordlys Drift ApS har ikke oplyst, i hvilket land oplysningerne opbevares.",
		},
		Draft: true,
		Parties: []Party{
			{Role: "Dataansvarlig", Name: "Ærøskøbing Kommune", CVR: "12345678", Address: "Rådhusgade 1, 2. sal", PostalCode: "5970", City: "Ærøskøbing"},
			{Role: "Databehandler", Name: "Sødata Sags- og Dokumenthåndteringsløsninger for Offentlige Myndigheder i Norden A/S", CVR: "87654321", Country: "Danmark", Missing: []string{"Adresse", "Postnummer og by"}},
		},
		Sections:   append(bodySections(), annexes()...),
		Signatures: true,
	}
}

func bodySections() []Section {
	nested := item("s2.1.b", "b)", "ved ændringer i driften, herunder")
	nested.Items = []Block{item("", "", "flytning til et andet datacenter,"), item("", "", "skift af underleverandør.")}
	return []Section{
		{Key: "s1", Number: "1", Heading: "Hvad aftalen handler om", Blocks: []Block{
			{Kind: Clause, ID: "s1.1", Number: "1.1", Runs: []Run{
				{Text: "Leverandøren passer kommunens oplysninger i systemet "}, {Text: "SagsØ 4", Filled: true},
				{Text: " fra den "}, {Text: "1. januar 2027", Filled: true}, {Text: ". Kontaktperson hos leverandøren er "}, {Text: "Kontaktperson", Missing: true}, {Text: "."}}},
			{Kind: Clause, ID: "s1.2", Number: "1.2", Runs: []Run{
				{Text: "Ordene i aftalen betyder det samme som i "}, {Text: "databeskyttelsesforordningen", Italic: true},
				{Text: ", jf. dens art. 4, og i databeskyttelseslovens § 11. Siger to bilag noget forskelligt, "}, {Text: "gælder det yngste", Bold: true}, {Text: "."}}},
		}},
		{Key: "s2", Number: "2", Heading: "Instruks og besked", Blocks: []Block{
			clause("s2.1", "2.1", "Leverandøren gør kun det, kommunen skriftligt har bedt om, og giver besked:",
				item("s2.1.a", "a)", "hvis en besked efter leverandørens mening strider mod loven, og"), nested),
			{Kind: SubHeading, Runs: Text("Svar på spørgsmål fra borgere")},
			{Kind: Paragraph, ID: "s2.p", Runs: Text("Spørger en borger, sender leverandøren spørgsmålet videre samme dag og svarer ikke selv.")},
			clause("s2.2", "2.2", "Alle beskeder gemmes i fem år og kan findes frem inden for tre arbejdsdage."),
			{Kind: Clause, ID: "s2.2.1", Number: "2.2.1", Level: 1, Runs: Text("Beskeder om sikkerhed gemmes dog i ti år, jf. nr. 7 i bilag C.")},
		}},
		{Key: "s3", Number: "3", Heading: "Sikkerhed, brud og “uventede hændelser”", Blocks: []Block{
			clause("s3.1", "3.1", "Sker der et brud, ringer leverandøren straks til kommunens vagttelefon og skriver inden for 24 timer, hvad der er sket, hvem det rammer, og hvad der er gjort for at standse det. Mangler der noget, kommer det senere, så snart det kendes; ingen venter på, at alt er klarlagt, før den første besked bliver sendt."),
			clause("s3.2", "3.2", "Se også https://eksempel.invalid/vejledninger/behandlingssikkerhed/kryptering-af-oplysninger-under-transport-og-ved-opbevaring-2026.html for leverandørens egen beskrivelse."),
		}},
	}
}

func annexes() []Section {
	rows := [][][]Run{}
	for _, r := range [][4]string{
		{"Sødata Hosting A/S", "Drift af servere", "Danmark", "Navn, adresse, personnummer, sagsakter"},
		{"Nordlys Drift ApS", "Overvågning uden for arbejdstid", "", "Tekniske logfiler med brugernavne"},
		{"Fjernhjælp GmbH", "Fejlsøgning på kommunens anmodning", "Tyskland", "De oplysninger, som kommunen selv viser på skærmen"},
	} {
		land := []Run{{Text: r[2], Filled: true}}
		if r[2] == "" {
			land = []Run{{Text: "Land", Missing: true}}
		}
		rows = append(rows, [][]Run{Text(r[0]), Text(r[1]), land, Text(r[3])})
	}
	return []Section{
		{Key: "bilag-a", Number: "Bilag A", Heading: "Oplysninger og personer", Annex: true, Blocks: []Block{
			{Kind: Paragraph, ID: "a.1", Runs: Text("Systemet rummer sager om byggeri, miljø og vej. Det rummer ikke sager om børn.")},
			clause("a.2", "A.1", "Oplysningerne slettes 30 dage efter, at kommunen har bedt om det."),
			{Kind: List, ID: "a.3", Items: []Block{item("a.3.1", "1)", "Borgere, der har en sag."), item("a.3.2", "2)", "Ansatte, der behandler sager.")}},
		}},
		{Key: "bilag-b", Number: "Bilag B", Heading: "Underdatabehandlere på aftalens dag", Annex: true, Blocks: []Block{
			{Kind: SubHeading, Number: "B.1", Runs: Text("Liste ved underskrift")},
			{Kind: TableBlock, ID: "b.1", Table: &Table{Caption: "Underdatabehandlere", Head: []string{"Navn", "Opgave", "Land", "Oplysninger"}, Rows: rows, Widths: []float64{3, 4, 2, 5}}},
		}},
	}
}

// Long is an agreement of the given number of sections and annexes with a table
// each: 14 and 4 make about fifteen pages.
func Long(sections, annexes int) Document {
	d := Sample()
	d.Draft, d.Marks, d.Sections = false, nil, nil
	sentence := "Leverandøren holder øje med, at kun de medarbejdere, der har brug for oplysningerne i deres daglige arbejde, kan se dem, og at adgangen bliver lukket, når en medarbejder får andre opgaver eller holder op. "
	for i := 1; i <= sections; i++ {
		s := Section{Key: fmt.Sprintf("s%d", i), Number: fmt.Sprint(i), Heading: fmt.Sprintf("Pligter i forbindelse med opgave nummer %d", i)}
		for j := 1; j <= 5; j++ {
			id := fmt.Sprintf("%d.%d", i, j)
			c := clause("s"+id, id, strings.TrimSpace(strings.Repeat(sentence, 1+j%3)))
			if j == 3 {
				c.Items = []Block{item("s"+id+".a", "a)", "Første punkt om æbler, øl og ål."), item("s"+id+".b", "b)", sentence), item("s"+id+".c", "c)", "Sidste punkt.")}
			}
			s.Blocks = append(s.Blocks, c)
		}
		d.Sections = append(d.Sections, s)
	}
	for i := range annexes {
		letter := string(rune('A' + i))
		t := &Table{Caption: "Oversigt " + letter, Head: []string{"Nr.", "Emne", "Frist", "Beskrivelse"}, Widths: []float64{1, 3, 2, 6}}
		for k := 1; k <= 9; k++ {
			t.Rows = append(t.Rows, [][]Run{Text(fmt.Sprint(k)), Text("Emne nummer " + fmt.Sprint(k)), Text("30 dage"), Text(sentence)})
		}
		d.Sections = append(d.Sections, Section{Key: "bilag-" + letter, Number: "Bilag " + letter, Heading: "Oversigt over opgaver", Annex: true,
			Blocks: []Block{{Kind: Paragraph, ID: "p" + letter, Runs: Text(sentence)}, {Kind: TableBlock, ID: "t" + letter, Table: t}}})
	}
	return d
}

// Redlined is Sample with every sort of change in it, and comments for the other party. The
// author wants 48 hours instead of 24, and what else the tests say.
func Redlined() Document {
	d := Sample()
	d.Draft = false
	d.Hand = Hand{Author: "Fællessekretariatet", At: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	s1, s2, s3, a, b := &d.Sections[0], &d.Sections[1], &d.Sections[2], &d.Sections[3], &d.Sections[4]
	// words, next to each other, in a look, and a value
	s1.Blocks[1].Runs = []Run{
		{Text: "Ordene i aftalen betyder det samme som i "}, {Text: "databeskyttelsesforordningen", Italic: true},
		{Text: ", jf. dens art. 4, og i databeskyttelseslovens § 11. "}, {Text: "Siger to bilag noget forskelligt, ", Change: Deleted}, {Text: "gælder det yngste", Bold: true, Change: Deleted},
		{Text: "Bilag med højere bogstav ", Change: Inserted}, {Text: "går forud", Bold: true, Change: Inserted}, {Text: "."}}
	// an item that goes and a new one
	gone := s2.Blocks[0].Items[0]
	gone.Change = Deleted
	s2.Blocks[0].Items = []Block{gone, {Kind: Paragraph, ID: "s2.1.n", Number: "a)", Runs: Text("hvis en besked ikke kan følges, og"), Change: Inserted}, s2.Blocks[0].Items[1]}
	// a paragraph that goes, and a new clause in its place with a list of its own
	s2.Blocks[2].Change = Deleted
	fresh := clause("s2.3", "2.3", "Leverandøren svarer inden for ", item("", "a)", "fem arbejdsdage, eller"), item("", "b)", "to dage, når det haster."))
	fresh.Change = Inserted
	s2.Blocks = append(s2.Blocks, fresh)
	// a heading, a clause that moves, a value
	s3.Heading, s3.Marked = "Sikkerhed og brud", []Run{{Text: "Sikkerhed"}, {Text: ", brud og “uventede hændelser”", Change: Deleted}, {Text: " og brud", Change: Inserted}}
	s3.Blocks[0].Runs = []Run{{Text: "Sker der et brud, skriver leverandøren inden for "}, {Text: "24", Filled: true, Change: Deleted}, {Text: "48", Filled: true, Change: Inserted}, {Text: " timer."}}
	moved := s3.Blocks[1]
	s3.Blocks[1].Change = Deleted
	moved.Number, moved.Change = "4.1", Inserted
	whole := Section{Key: "s4", Number: "4", Heading: "Ansvar", Change: Inserted, Blocks: []Block{moved, {Kind: Clause, ID: "s4.2", Number: "4.2", Runs: []Run{{Text: "Leverandørens ansvar er "}, {Text: "ubegrænset", Bold: true}, {Text: "."}}}}}
	// rows, and a table of its own
	t := b.Blocks[1].Table
	t.Rows = append(t.Rows, [][]Run{Text("Bjergsky AB"), Text("Sikkerhedskopi"), Text("Sverige"), Text("Alle")})
	t.Changes = []Change{0, Deleted, 0, Inserted}
	b.Blocks = append(b.Blocks, Block{Kind: TableBlock, ID: "b.2", Change: Inserted, Table: &Table{Caption: "Frister", Head: []string{"Emne", "Dage"}, Rows: [][][]Run{{Text("Varsel"), Text("60")}}}})
	out := Section{Key: "bilag-x", Number: "Bilag C", Heading: "Priser", Annex: true, Change: Deleted, Blocks: []Block{{Kind: Paragraph, ID: "x.1", Runs: Text("Priserne aftales for et år ad gangen.")}}}
	d.Sections = []Section{*s1, *s2, *s3, whole, *a, *b, out}
	at := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	d.Comments = []Comment{
		{Clause: "s3.1", Author: "Fællessekretariatet", At: at, Text: "48 timer er loftet.\nSe også vejledningen."},
		{Clause: "s3.2", Author: "Fællessekretariatet", At: at, Text: "Flyttet til ansvar."},
		{Clause: "s2.p", Author: "Fællessekretariatet", At: at, Text: "Afløst af 2.3."},
		{Clause: "bilag-a", Author: "Fællessekretariatet", Text: "Uden dato & <tegn>."},
		{Clause: "b.1", Author: "Fællessekretariatet", At: at, Text: "Ny række."},
		{Clause: "ukendt", Author: "Fællessekretariatet", At: at, Text: "Om hele aftalen."},
	}
	return d
}
