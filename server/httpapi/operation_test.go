package httpapi

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"klausul/policies"
)

// Every right that operations ask for is given to somebody, and none is given that nothing asks for.
func TestOperationsAndPolicyMeet(t *testing.T) {
	spec, err := GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	ops, err := operations(spec)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, o := range ops {
		if !o.public {
			asked[o.object+" "+o.action] = true
		}
	}
	given := map[string]bool{}
	for line := range strings.Lines(policies.Roles) {
		f := strings.Split(strings.TrimSpace(line), ",")
		given[strings.TrimSpace(f[2])+" "+strings.TrimSpace(f[3])] = true
	}
	for right := range asked {
		if !given[right] {
			t.Errorf("an operation asks for %q, which nobody has", right)
		}
	}
	for right := range given {
		if !asked[right] {
			t.Errorf("%q is given, and no operation asks for it", right)
		}
	}
}

func TestContractWithoutAccessIsRefused(t *testing.T) {
	const frame = `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/api/v1/x":{"get":{%s"responses":{"200":{"description":"OK"}}}}}}`
	for name, tc := range map[string]struct{ op, says string }{
		"nothing said":         {`"operationId":"getX",`, "has no x-access"},
		"no id":                {`"x-access":{"public":true},`, "no operationId"},
		"half said":            {`"operationId":"getX","x-access":{"object":"x"},`, "must be"},
		"public and not":       {`"operationId":"getX","x-access":{"public":true,"object":"x","action":"read"},`, "must be"},
		"public is not a bool": {`"operationId":"getX","x-access":{"public":"yes"},`, "must be"},
	} {
		t.Run(name, func(t *testing.T) {
			spec, err := openapi3.NewLoader().LoadFromData([]byte(strings.Replace(frame, "%s", tc.op, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := operations(spec); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}
