package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Field is something that a list of a kind can say.
type Field struct {
	Name     string   // in the contract and in the rows
	Heading  string   // in the file that people start from
	Words    []string // other headings that mean it
	Required bool
	Example  string
}

// What names a system, in every list that speaks of systems.
var systemFields = []Field{
	{Name: "system_uuid", Heading: "KITOS-uuid", Words: []string{"uuid", "system uuid", "systemuuid", "kitos", "kitos id", "it-system uuid", "it system (uuid)", "it-system (uuid)"}},
	{Name: "system_number", Heading: "Systemnr.", Words: []string{"system nr", "systemnummer", "klausul nr", "system number", "nr"}},
	{Name: "system_name", Heading: "System", Words: []string{"systemnavn", "it-system", "itsystem", "navn", "applikation", "løsning", "it-systemnavn", "system name", "it system", "name", "fagsystem"}, Example: "Vitae Sags- og Dokumentstyring"},
}

var vendorFields = []Field{
	{Name: "vendor_cvr", Heading: "Leverandørens CVR", Words: []string{"leverandør cvr", "leverandørcvr", "cvr leverandør", "cvr-nr leverandør", "vendor cvr", "leverandørens cvr-nr", "databehandler cvr"}},
	{Name: "vendor_number", Heading: "Leverandørnr.", Words: []string{"leverandørnummer", "vendor number", "leverandør nr"}},
	{Name: "vendor_name", Heading: "Leverandør", Words: []string{"leverandørnavn", "databehandler", "vendor", "firma", "rettighedshaver", "vendor name"}},
}

var organisationFields = []Field{
	{Name: "cvr", Heading: "Kommunens CVR", Words: []string{"cvr", "cvr-nr", "cvr-nummer", "cvrnr", "organisation cvr", "kommune cvr", "cvr kommune", "organisationens cvr", "municipality cvr"}},
}

var fieldsOf = map[Kind][]Field{
	Vendors: {
		{Name: "number", Heading: "Leverandørnr.", Words: []string{"nr", "nummer", "leverandørnummer", "vendor number", "number"}},
		{Name: "name", Heading: "Navn", Words: []string{"leverandør", "leverandørnavn", "firma", "firmanavn", "virksomhed", "name", "vendor", "selskab"}, Required: true, Example: "Nordlys Data A/S"},
		{Name: "cvr", Heading: "CVR", Words: []string{"cvr-nr", "cvr-nummer", "cvrnr", "leverandør cvr", "leverandørens cvr", "vendor cvr"}, Example: "12345674"},
		{Name: "country", Heading: "Land", Words: []string{"landekode", "country", "country code"}, Example: "DK"},
		{Name: "foreign_number", Heading: "Udenlandsk nr.", Words: []string{"udenlandsk nummer", "udenlandsk registreringsnr", "foreign number", "registreringsnummer", "vat", "org nr"}},
		{Name: "street", Heading: "Adresse", Words: []string{"vej", "gade", "vejnavn", "street", "address"}},
		{Name: "postal_code", Heading: "Postnr.", Words: []string{"postnummer", "postal code", "zip"}},
		{Name: "city", Heading: "By", Words: []string{"bynavn", "postdistrikt", "city"}},
	},
	Systems: slices.Concat([]Field{
		{Name: "system_uuid", Heading: "KITOS-uuid", Words: systemFields[0].Words},
		{Name: "system_number", Heading: "Systemnr.", Words: systemFields[1].Words},
		{Name: "system_name", Heading: "System", Words: systemFields[2].Words, Required: true, Example: "Nordlys Omsorg"},
	}, vendorFields),
	Usages: slices.Concat(organisationFields, systemFields, vendorFields, []Field{
		{Name: "from", Heading: "Fra", Words: []string{"fra dato", "startdato", "start", "ibrugtaget", "taget i brug", "from", "gyldig fra", "ikrafttrædelse"}, Example: "01-01-2024"},
		{Name: "to", Heading: "Til", Words: []string{"til dato", "slutdato", "slut", "udløb", "to", "gyldig til", "afviklet"}},
		{Name: "local_name", Heading: "Lokalt navn", Words: []string{"lokalt systemnavn", "kaldenavn", "local name", "lokal betegnelse"}},
		{Name: "local_owner", Heading: "Systemejer", Words: []string{"ejer", "lokal ejer", "system ejer", "owner", "ansvarlig", "systemansvarlig"}},
		{Name: "persons", Heading: "Antal personer", Words: []string{"antal registrerede", "personer", "antal borgere", "persons", "registrerede"}, Example: "1.250"},
		{Name: "case_number", Heading: "Sagsnr.", Words: []string{"sagsnummer", "sag", "journalnr", "journalnummer", "case number", "esdh nr"}},
	}),
	OwnAgreements: slices.Concat(organisationFields, vendorFields, []Field{
		{Name: "title", Heading: "Aftalens navn", Words: []string{"aftale", "titel", "aftalenavn", "aftaletitel", "title", "navn", "agreement", "emne"}, Example: "Databehandleraftale om skolefoto"},
		{Name: "systems", Heading: "Systemer", Words: []string{"system", "systemnavn", "it-system", "systems", "it-systemer"}},
		{Name: "agreement_kind", Heading: "Type", Words: []string{"aftaletype", "slags", "kind", "type aftale"}, Example: "Egen"},
		{Name: "signed_on", Heading: "Underskrevet", Words: []string{"underskriftsdato", "dato", "indgået", "aftaledato", "signed", "signed on", "startdato"}},
		{Name: "ends_on", Heading: "Udløber", Words: []string{"udløb", "udløbsdato", "slutdato", "ends", "ends on", "til"}},
		{Name: "concept", Heading: "Tilsynskoncept", Words: []string{"koncept", "concept"}, Example: "3"},
		{Name: "interval_months", Heading: "Interval (måneder)", Words: []string{"interval", "tilsynsinterval", "måneder mellem tilsyn", "interval months"}, Example: "12"},
		{Name: "case_number", Heading: "Sagsnr.", Words: []string{"sagsnummer", "sag", "journalnr", "journalnummer", "case number"}},
		{Name: "file", Heading: "Fil", Words: []string{"filnavn", "pdf", "pdf-fil", "dokument", "bilag", "vedhæftet", "file", "file name", "filename", "document"}},
		{Name: "note", Heading: "Bemærkning", Words: []string{"bemærkninger", "note", "noter", "kommentar"}},
	}),
}

// HeadingIn is the heading of the file that people start from.
func (f Field) HeadingIn(language string) string {
	if language == "en" {
		words := strings.ReplaceAll(f.Name, "_", " ")
		return strings.ToUpper(words[:1]) + words[1:]
	}
	return f.Heading
}

// IsDate tells whether a field holds a date.
func IsDate(field string) bool {
	return slices.Contains([]string{"from", "to", "signed_on", "ends_on"}, field)
}

// Fields lists what a list of the kind can say, in the order that people read.
// office: the lines are of many organisations, so each must name its own.
func Fields(k Kind, office bool) []Field {
	all := slices.Clone(fieldsOf[k])
	for i := range all {
		if all[i].Name == "cvr" && (k == Usages || k == OwnAgreements) {
			all[i].Required = office
		}
	}
	return all
}

// names are groups of fields of which a list must have one: what else would its lines be about?
func names(k Kind) [][]string {
	switch k {
	case Usages:
		return [][]string{{"system_uuid", "system_number", "system_name"}}
	case Systems:
		return [][]string{{"vendor_cvr", "vendor_number", "vendor_name"}}
	case OwnAgreements:
		return [][]string{{"vendor_cvr", "vendor_number", "vendor_name"}}
	}
	return nil
}

// ErrorHeading is the column that we add to a file to mend; sent again it is not used.
const ErrorHeading = "Fejl"

// IsErrorHeading tells that column, in either language.
func IsErrorHeading(h string) bool { return plain(h) == plain(ErrorHeading) || plain(h) == "error" }

// plain is a heading as it is compared: small letters and figures only.
func plain(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFC.String(heading))
}

// Recognise takes each heading for the field that it names, each field at most once: an
// exact heading goes before another word for the same.
func Recognise(k Kind, headings []string, office bool) []string {
	found := make([]string, len(headings))
	taken := map[string]bool{}
	pass := func(fits func(Field, string) bool) {
		for i, h := range headings {
			if found[i] != "" || plain(h) == "" || IsErrorHeading(h) {
				continue
			}
			for _, f := range Fields(k, office) {
				if !taken[f.Name] && fits(f, plain(h)) {
					found[i], taken[f.Name] = f.Name, true
					break
				}
			}
		}
	}
	pass(func(f Field, h string) bool { return plain(f.Heading) == h || plain(f.Name) == h })
	pass(func(f Field, h string) bool {
		return slices.ContainsFunc(f.Words, func(w string) bool { return plain(w) == h })
	})
	return found
}

// Lacking lists the fields that a mapping must have and has not; of a group, its last.
func Lacking(k Kind, fields []string, office bool) []string {
	var missing []string
	for _, f := range Fields(k, office) {
		if f.Required && !slices.Contains(fields, f.Name) {
			missing = append(missing, f.Name)
		}
	}
	for _, group := range names(k) {
		if !slices.ContainsFunc(group, func(n string) bool { return slices.Contains(fields, n) }) {
			missing = append(missing, group[len(group)-1])
		}
	}
	return missing
}

// checkMapping refuses a mapping that does not fit the columns, names a field twice, or
// leaves out what the list must say.
func checkMapping(k Kind, columns int, fields []string, office bool) error {
	if len(fields) != columns {
		return ErrMapping
	}
	seen := map[string]bool{}
	for _, name := range fields {
		if name == "" {
			continue
		}
		if !slices.ContainsFunc(fieldsOf[k], func(f Field) bool { return f.Name == name }) {
			return ErrMapping.With("field", name)
		}
		if seen[name] {
			return ErrTwice.With("field", name)
		}
		seen[name] = true
	}
	if missing := Lacking(k, fields, office); len(missing) > 0 {
		return ErrMissing.With("fields", missing)
	}
	return nil
}

// headingKey is the same for files with the same headings in the same order, whatever
// place our own column of errors has among them.
func headingKey(headings []string) string {
	h := sha256.New()
	for _, one := range headings {
		if !IsErrorHeading(one) {
			h.Write([]byte(plain(one) + "\x00"))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// withoutErrors is the fields of the columns but our own of errors: what is remembered
// for a headingKey.
func withoutErrors(columns []Column) []string {
	fields := make([]string, 0, len(columns))
	for _, c := range columns {
		if !IsErrorHeading(c.Heading) {
			fields = append(fields, c.Field)
		}
	}
	return fields
}

// again lays remembered fields to the headings, past our own column of errors. false:
// they are not of as many columns.
func again(headings, remembered []string) ([]string, bool) {
	fields, n := make([]string, len(headings)), 0
	for i, h := range headings {
		if IsErrorHeading(h) {
			continue
		}
		if n == len(remembered) {
			return nil, false
		}
		fields[i] = remembered[n]
		n++
	}
	return fields, n == len(remembered)
}
