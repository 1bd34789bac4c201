// Package frontend carries the built web front end and the sentences for every
// refusal. A program built before `npm run build` embeds an empty dist.
package frontend

import "embed"

// Dist holds the built pages under "dist/"; dist/.gitkeep is there even when nothing is built.
//
//go:embed all:dist
var Dist embed.FS

// Problems maps each refusal code to its Danish and English sentence, as JSON.
//
//go:embed src/i18n/problems.json
var Problems []byte
