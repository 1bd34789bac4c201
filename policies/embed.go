// Package policies holds what each role may do, as Casbin reads it.
package policies

import _ "embed"

// Model is the Casbin model: a role, an object, an action.
//
//go:embed model.conf
var Model string

// Roles is the list of role, object, action. It changes only with the binary.
//
//go:embed roles.csv
var Roles string
