// Package templates carries the data that documents and mails are made from: the fonts
// they are set in, the sample agreement texts, how standard clauses are laid out, what is
// looked for in a text of the other party, and what a mail says.
package templates

import "embed"

// FS holds fonts/, foreign/, notify/, positions/, sample/ and standard/.
//
//go:embed all:fonts all:foreign all:notify all:positions all:sample all:standard
var FS embed.FS
