package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"klausul/policies"
)

// Casbin is the policy of policies/roles.csv. It changes only with the binary,
// so decisions are cached for good.
type Casbin struct{ enforcer *casbin.SyncedCachedEnforcer }

// NewCasbin loads the policy. It refuses a rule that names an unknown role.
func NewCasbin() (*Casbin, error) {
	m, err := model.NewModelFromString(policies.Model)
	if err != nil {
		return nil, fmt.Errorf("read policy model: %w", err)
	}
	e, err := casbin.NewSyncedCachedEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("start casbin: %w", err)
	}
	for n, line := range strings.Split(strings.TrimSpace(policies.Roles), "\n") {
		f := strings.Split(line, ",")
		if len(f) != 4 || strings.TrimSpace(f[0]) != "p" {
			return nil, fmt.Errorf("policies/roles.csv line %d: want p, role, object, action", n+1)
		}
		role, object, action := strings.TrimSpace(f[1]), strings.TrimSpace(f[2]), strings.TrimSpace(f[3])
		if !slices.Contains(Roles, Role(role)) {
			return nil, fmt.Errorf("policies/roles.csv line %d: unknown role %q", n+1, role)
		}
		if _, err := e.AddPolicy(role, object, action); err != nil {
			return nil, fmt.Errorf("policies/roles.csv line %d: %w", n+1, err)
		}
	}
	return &Casbin{enforcer: e}, nil
}

// Allows answers from the policy; an error of the engine is a no.
func (c *Casbin) Allows(role Role, object, action string) bool {
	ok, err := c.enforcer.Enforce(string(role), object, action)
	return err == nil && ok
}

// Unguarded allows everything and narrows nothing. It exists for the tests that
// switch the first lock off to show that the second holds alone; app refuses it
// outside tests.
type Unguarded struct{}

// Allows says yes.
func (Unguarded) Allows(Role, string, string) bool { return true }
