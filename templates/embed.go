// Package templates carries the data that documents and mails are made from: the fonts
// they are set in, the sample agreement texts, how standard clauses are laid out, and
// what a mail says.
package templates

import "embed"

// FS holds fonts/, notify/, positions/, sample/ and standard/.
//
//go:embed all:fonts all:notify all:positions all:sample all:standard
var FS embed.FS
