package seed

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Names are put together from parts so that none is meant to be a real company's.

var townHallStreets = []string{"Rådhusvej", "Torvet", "Rådhuspladsen", "Ågade", "Østergade", "Søndre Allé", "Kirkestræde", "Gammel Havn"}

var placeHeads = []string{
	"Bølge", "Kløver", "Tjørne", "Mose", "Gløde", "Ravne", "Sølv", "Måge", "Elle", "Hylde", "Pile", "Birke", "Fjord", "Lærke",
	"Svale", "Ege", "Rønne", "Æble", "Åse", "Lyng", "Stær", "Hejre", "Torne", "Humle", "Vibe", "Ugle", "Bæver", "Odder", "Øre", "Ålekiste",
}

var placeTails = []string{
	"skær", "sund", "bæk", "åsen", "toft", "krog", "vang", "holt", "rød", "næs", "dal", "høj", "brink", "klit", "mølle", "ø", "å", "fold", "gærde",
}

var trades = []string{
	"Omsorgssystemer", "Journaldata", "Skolesystemer", "Borgerløsninger", "Planværktøjer", "Byggesagsdata", "Lønsystemer", "Vagtplan",
	"Forsyningsdata", "Bibliotekssystemer", "Sundhedsdata", "Velfærdsteknik", "Kørselsplan", "Arkivdrift", "Økonomisystemer", "Kortværk",
	"Dagtilbudsdata", "Jobcentersystemer", "Selvbetjening", "Mødeportaler", "Træningsdata", "Hjælpemiddellager", "Ejendomsdata", "Samtykkedata",
}

var subjects = []string{
	"Omsorg", "Medicin", "Vagtplan", "Elev", "Fravær", "Byggesag", "Løn", "Tjenestetid", "Skolevej", "Dagtilbud", "Tandpleje", "Genoptræning",
	"Hjælpemidler", "Borgerportal", "Selvbetjening", "Arkiv", "Møder", "Dagsorden", "Økonomi", "Indkøb", "Kørsel", "Ejendom", "Kort",
	"Miljøtilsyn", "Affald", "Vandforbrug", "Bibliotek", "Billetsalg", "Musikskole", "Udlån", "Jobplan", "Ydelser", "Sygedagpenge", "Familiesag",
	"Underretning", "Handicap", "Botilbud", "Alarm", "Nøgler", "Besøg", "Samtykke", "Postkasse", "Telefoni", "Chat", "Analyse", "Spørgeskema",
	"Rekruttering", "Kursus", "Rådgivning", "Læsetræning",
}

// longVendor and longSystem are the longest names that pages must bear: 90 characters.
const (
	longVendor = "Selskabet for Fælles Udvikling og Drift af Omsorgs- & Ældreplejesystemer på Øerne A.m.b.A."
	longSystem = "Tværgående Sagsbehandling af Hjælpemidler, Boligindretning og Støtte til Køb af Bil på Øen"
)

// twin is the name that two vendors bear.
const twin = "Lærkesund Journaldata ApS"

// foreign is what vendors of another country are called and how its register numbers them.
type foreign struct {
	country string
	heads   []string
	trades  []string
	form    string
	number  func(*rand.Rand) string
	street  string
	city    string
}

var abroad = []foreign{
	{"SE", []string{"Norrblick", "Älvkvist", "Björkdimma", "Sjöspira"}, []string{"Vårdsystem", "Skoldata", "Molntjänst"}, "AB",
		func(rng *rand.Rand) string { return fmt.Sprintf("559%03d-%04d", rng.IntN(1000), rng.IntN(10000)) }, "Provgatan", "Demostad"},
	{"DE", []string{"Steinquell", "Birkenfurt", "Müllerbrück", "Grünhafen"}, []string{"Verwaltungssoftware", "Pflegedaten", "Rechenzentrum"}, "GmbH",
		func(rng *rand.Rand) string { return fmt.Sprintf("HRB %06d", rng.IntN(1_000_000)) }, "Musterstraße", "Musterstadt"},
	{"US", []string{"Bluefathom", "Quillriver", "Copperheron", "Larkmeadow"}, []string{"Records", "Workspace", "Messaging"}, "Inc.",
		func(rng *rand.Rand) string { return fmt.Sprintf("00-%07d", rng.IntN(10_000_000)) }, "Example Street", "Demoville"},
	{"IE", []string{"Ballyquill", "Glenfathom", "Carrowlark", "Inishdemo"}, []string{"Cloud Operations", "Data Hosting", "Learning"}, "Ltd",
		func(rng *rand.Rand) string { return fmt.Sprintf("%06d", rng.IntN(1_000_000)) }, "Sample Road", "Demotown"},
}

// places makes n different place names; after the plain ones come those with "Ny" and "Gammel".
func places(rng *rand.Rand, n int) []string {
	var all []string
	for _, h := range placeHeads {
		for _, t := range placeTails {
			all = append(all, h+t)
		}
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, more := range []string{"Ny ", "Gammel "} {
		if len(all) < n {
			for _, p := range all[:n-len(all)] {
				all = append(all, more+p)
			}
		}
	}
	return all[:n]
}

// legalForm: two thirds public limited, as vendors of municipalities tend to be.
func legalForm(rng *rand.Rand) string {
	return pick(rng, []string{"A/S", "A/S", "A/S", "A/S", "ApS", "ApS", "P/S"})
}

// cvr makes an invented CVR number that passes modulus 11, all in the 99 series and each given once.
func (r *register) cvr(rng *rand.Rand) string {
	for {
		digits := []int{9, 9, rng.IntN(10), rng.IntN(10), rng.IntN(10), rng.IntN(10), rng.IntN(10)}
		sum := 0
		for i, weight := range []int{2, 7, 6, 5, 4, 3, 2} {
			sum += digits[i] * weight
		}
		check := (11 - sum%11) % 11
		if check == 10 {
			continue
		}
		var b strings.Builder
		for _, d := range append(digits, check) {
			b.WriteByte(byte('0' + d))
		}
		if number := b.String(); !r.cvrs[number] {
			r.cvrs[number] = true
			return number
		}
	}
}
