package message

import "klausul/server/fault"

// Refusals of a file. Each tells a person what to do instead.
var (
	ErrNotMail   = fault.New(fault.Invalid, "message.not_mail")    // neither .eml nor .msg
	ErrEncrypted = fault.New(fault.Invalid, "message.encrypted")   // only its reader's key opens it
	ErrTooLarge  = fault.New(fault.TooLarge, "message.too_large")  // as saved
	ErrComplex   = fault.New(fault.Invalid, "message.too_complex") // nested too deep, or too many parts
	ErrDamaged   = fault.New(fault.Invalid, "message.damaged")     // cut off, or not as it says
)
