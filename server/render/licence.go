package render

import "log/slog"

// UniPDFLicence is what UniDoc sells: an offline key with the customer's name, or
// the key of a metered account, which reports every use of it to UniDoc's service.
// The zero value means that none is configured.
type UniPDFLicence struct {
	Key      string // the whole text of the offline key
	Customer string
	APIKey   string // metered
}

// LogValue keeps the keys out of logs.
func (l UniPDFLicence) LogValue() slog.Value {
	return slog.BoolValue(l.Key != "" || l.APIKey != "")
}

// String keeps the keys out of messages.
func (l UniPDFLicence) String() string { return "UniPDFLicence(not shown)" }

// GoString does as String.
func (l UniPDFLicence) GoString() string { return l.String() }

const uniPDF = "unipdf"
