package httpapi

import (
	"context"

	"klausul/server/report"
)

// sheetWords are the words of the spreadsheets, Danish to English. A word that is not
// here would stay Danish; a test holds that none is.
var sheetWords = map[string]string{
	"aftaler pr. kommune": "agreements by municipality", "I kraft": "In force", "Indgået": "Concluded", "I bero": "On hold", "Sagt nej": "Declined",
	"Tillæg": "Amendment", "Tillæg til": "Amendment to",
	"Udkast": "Draft", "I høring": "In hearing", "Venter på anden jurist": "Waiting for another lawyer", "Sendt tilbage": "Returned", "Godkendt af anden jurist": "Approved by another lawyer",
	"Dage": "Days", "Heraf indgået": "Of these concluded", "Høringsfrist": "Deadline of the hearing", "Ubesvarede felter": "Unanswered fields", "Senest ændret": "Last changed",
	"Ændret af": "Changed by",
	"Siden":     "Since", "Ophører": "Ends",
	"Mangler aftale": "No agreement", "Ophørt": "Ended", "Afløst": "Replaced",
	"Navn": "Name", "CVR": "CVR", "Kommunekode": "Municipality code", "Adresse": "Address", "Postnr.": "Postal code", "By": "City",
	"Nr.": "No.", "Leverandør": "Vendor", "Udenlandsk nr.": "Foreign no.", "Land": "Country", "Systemer": "Systems",
	"System": "System", "KITOS-uuid": "KITOS uuid", "Kommuner": "Municipalities", "Vi bruger det": "We use it",
	"Vurdering": "Screening", "Behandler personoplysninger": "Holds personal data", "Ingen personoplysninger": "No personal data", "Ikke vurderet": "Not screened",
	"Fælles databehandleraftale": "Joint data processor agreement", "Tilstand": "State", "Version": "Version", "Frigivet": "Released",
	"adgangsgennemgang": "access reviews", "Åbnet": "Opened", "Senest": "Due", "Roller": "Roles", "Udført": "Done", "Udført af": "Done by", "Sekretariatet": "The secretariat",
	"indsigt": "right of access", "Sted": "Place", "Tabel og felt": "Table and field", "Oplysning": "Item", "Værdi": "Value", "Intet fundet": "Nothing found",
	"brugere": "users", "E-mail": "E-mail", "Har logget ind": "Has signed in", "nej": "no",
	"Jurist": "Lawyer", "Tilsynsførende": "Supervisor", "Administrator": "Administrator", "Kontaktperson": "Contact person",
	"Databeskyttelsesrådgiver": "Data protection officer", "Indkøb": "Procurement", "Bestyrelse": "Board",
	"Kommune": "Municipality", "Aftale": "Agreement", "Adresse mangler": "Address missing",
	"I kæder": "In chains", "Led": "Tier", "Underdatabehandler": "Sub-processor", "Ydelse": "Service", "Lagring": "Storage", "Behandling": "Processing",
	"Fjernadgang": "Remote access", "Grundlag": "Basis", "Overførsel": "Transfer", "Gennem": "Through",
	"I EU/EØS": "In the EU/EEA", "Tilstrækkelighed": "Adequacy", "Andet grundlag": "Other basis", "Sted ikke oplyst": "Place not given", "Grundlag mangler": "No basis",
	"Landekode": "Country code", "Omfang": "Scope", "Afgørelse": "Decision", "Kilde": "Source", "Kontrolleret": "Checked on", "Bekræftet": "Confirmed", "Bemærkning": "Note",
	"EU/EØS": "EU/EEA", "Tilstrækkelighedsafgørelse": "Adequacy decision", "Alle modtagere": "All recipients",
	"Kun kommercielle modtagere": "Commercial recipients only", "Kun certificerede (DPF)": "Certified recipients only (DPF)", "lande": "countries",
	"hvem rammes": "who is affected", "underdatabehandlere": "sub-processors",
	"kommuner": "municipalities", "leverandører": "vendors", "systemer": "systems", "fælles aftaler": "joint agreements",
	"Aftalens nr.": "Agreement no.", "Begrundelse": "Reason", "Begrundet af": "Reason given by", "Begrundet den": "Reason given on", "Ansvarlig": "Responsible",
	"Systemejer": "System owner", "Lokal ejer": "Local owner", "Lokalt navn": "Local name", "Personer": "Persons", "Sagsnr.": "Case no.", "Fra": "From", "Til": "To",
	"vores systemer": "our systems", "Fælles aftale": "Joint agreement", "Frigivet, ikke indgået": "Released, not concluded", "Egen aftale": "Own agreement", "KL/KOMBIT": "KL/KOMBIT",
	"Ikke nødvendig": "Not needed", "Mangler": "Missing",
	"høring": "hearing", "fravigelser": "deviations", "Ændret": "Changed", "Udgået": "Left out", "Fravigelse": "Deviation", "Standardtekst": "Standard text", "Skabelonens ordlyd eller første svar": "Wording of the template, or first answer", "Aftalt ordlyd eller svar": "Agreed wording or answer", "Spørgsmål": "Question", "Ændret svar": "Changed answer", "Besluttet den": "Decided on", "Besluttet af": "Decided by", "Afventer": "Waiting", "Har svaret": "Answered", "Ikke svaret": "No answer", "Svaret den": "Answered on", "Uden bemærkninger": "No remarks",
	"Oplysninger": "Data", "Til bestemmelser": "On clauses",
	"kommunernes aftaler": "own agreements", "Frigivet til kommunerne": "Released to the municipalities", "ja": "yes",
	"aftaler på skabelonen": "agreements on the template", "Skabelonens version": "Template version",
	"tilsyn": "supervision", "Brugere": "Users", "Med aftale": "With agreement", "Uden aftale": "Without agreement", "Behøver ikke": "Not needed",
	"opgave": "task", "Venter": "Waiting", "Løst": "Done", "Trukket tilbage": "Withdrawn", "Stillet": "Set", "Løst den": "Done on", "Sidste mail": "Last mail", "Mailens tilstand": "State of the mail",
	"Sendes": "Being sent", "Sendt": "Sent", "Uvist": "Unknown", "Mislykket": "Failed", "Ingen ansvarlig": "Nobody responsible",
	"forhandlinger": "negotiations", "Stadie": "Stage", "Bolden ligger hos": "Whose turn", "Runder": "Rounds", "Ændringer": "Changes", "I standardtekst": "In standard text", "Uafgjorte": "Undecided",
	"Næste skridt": "Next step", "Forberedes": "Being prepared", "I gang": "Running", "Sat på pause": "Paused", "Enighed": "Agreed", "Afsluttet uden aftale": "Ended without agreement",
	"Overtaget på anden tekst": "Taken over on other text", "Leverandøren": "The vendor",
	"Aftaler i alt": "Agreements", "Med aftale før": "With agreement before", "Omfattet": "In scope", "Omfattet før": "In scope before",
}

// word is a word of a spreadsheet in the caller's language.
func word(ctx context.Context, danish string) string {
	if actorFrom(ctx).Language == "en" {
		return sheetWords[danish]
	}
	return danish
}

func columnsIn(ctx context.Context, columns []report.Column) []report.Column {
	out := make([]report.Column, len(columns))
	for i, c := range columns {
		out[i] = report.Column{Heading: word(ctx, c.Heading), Width: c.Width}
	}
	return out
}
