package httpapi

import (
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// operation is what the contract says about one method of one path.
type operation struct {
	id     string // as in the contract: listVendors
	method string
	path   string // as gin writes it: /api/v1/vendors/:number

	object, action string // what x-access asks for
	public         bool   // needs no session
	stream         bool   // its body is not read before the handler

	route *routers.Route
	query map[string]bool // the query parameters it knows
}

// foreign are the operations outside the generated server: a browser is sent there by a provider.
var foreign = []operation{
	{id: "startOIDC", method: http.MethodGet, path: "/api/v1/session/oidc/:key/start", public: true},
	{id: "finishOIDC", method: http.MethodGet, path: "/api/v1/session/oidc/:key/callback", public: true},
}

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`)

// operations reads the contract. It refuses an operation without an id or without
// x-access, so that nothing is ever served that nobody decided about.
func operations(spec *openapi3.T) (map[string]*operation, error) {
	ops := map[string]*operation{}
	for path, item := range spec.Paths.Map() {
		for method, o := range item.Operations() {
			op, err := read(o)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			op.method, op.path = method, pathParameter.ReplaceAllString(path, ":$1")
			op.route = &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: o}
			for _, p := range append(append(openapi3.Parameters{}, item.Parameters...), o.Parameters...) {
				if p.Value.In == openapi3.ParameterInQuery {
					op.query[p.Value.Name] = true
				}
			}
			ops[method+" "+op.path] = op
		}
	}
	for _, f := range foreign {
		ops[f.method+" "+f.path] = &f
	}
	return ops, nil
}

func read(o *openapi3.Operation) (*operation, error) {
	if o.OperationID == "" {
		return nil, fmt.Errorf("no operationId")
	}
	x, ok := o.Extensions["x-access"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s has no x-access: say who may", o.OperationID)
	}
	// The generator writes ids as Go names; the contract and the front end say listVendors.
	op := &operation{id: strings.ToLower(o.OperationID[:1]) + o.OperationID[1:], query: map[string]bool{}}
	op.public, _ = x["public"].(bool)
	op.object, _ = x["object"].(string)
	op.action, _ = x["action"].(string)
	if op.public == (op.object != "" && op.action != "") {
		return nil, fmt.Errorf("%s: x-access must be {public: true} or {object, action}", o.OperationID)
	}
	op.stream, _ = o.Extensions["x-stream"].(bool)
	return op, nil
}

// Operations lists every operation that is served with what it asks for, by id: the
// golden list, which a person reads before a route or a right changes.
func Operations() ([]string, error) {
	spec, err := GetSpec()
	if err != nil {
		return nil, err
	}
	ops, err := operations(spec)
	if err != nil {
		return nil, err
	}
	lines := make([]string, 0, len(ops))
	for _, o := range ops {
		need, path := o.object+" "+o.action, o.path
		if o.public {
			need = "public"
		}
		if o.route != nil {
			path = o.route.Path // as in the contract
		}
		lines = append(lines, fmt.Sprintf("%-24s %-7s %-46s %s", o.id, o.method, path, need))
	}
	sort.Strings(lines)
	return lines, nil
}
