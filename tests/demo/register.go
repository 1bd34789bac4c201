package main

import "slices"

// register is what the agreements stand on, told thing by thing.
var register = slices.Concat(registerMember, registerVendor, registerUsage, registerBulk, registerImport, registerOwn, registerScope, registerPeople)
