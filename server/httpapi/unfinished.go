package httpapi

// handlers lets the server be built while domains are on their way: a method of
// API wins over the empty one below it.
type handlers struct {
	*API
	rest
}

type rest struct{ StrictServerInterface }
