// Package templates carries the data that documents are made from: the fonts
// they are set in, the sample agreement texts, and how standard clauses are laid out.
package templates

import "embed"

// FS holds fonts/, positions/, sample/ and standard/.
//
//go:embed all:fonts all:positions all:sample all:standard
var FS embed.FS
