//go:build !unipdf

package render

// NewUniPDF refuses with a *LicenceError: this program was built without the
// engine. Build with the tag unipdf to have it.
func NewUniPDF(UniPDFLicence) (PDFEngine, error) {
	return nil, &LicenceError{Engine: uniPDF, Reason: "this build has no unipdf"}
}
