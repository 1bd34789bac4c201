// Package migrations holds the schema, forward only, one thing per file.
package migrations

import "embed"

// FS holds the goose files in the order of their UTC timestamps.
//
//go:embed *.sql
var FS embed.FS
