// Package templates carries the data that documents are made from: the fonts
// they are set in and the sample agreement texts.
package templates

import "embed"

// FS holds fonts/, positions/ and sample/.
//
//go:embed all:fonts all:positions all:sample
var FS embed.FS
