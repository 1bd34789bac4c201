package member_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
)

func TestARoleInAnOrganisationThatIsNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, scope := range map[string]access.Scope{"the secretariat": h.admin, "a member": h.contact} {
		_, err := h.users.AddRole(t.Context(), scope, h.owner, access.DPO, 999999, member.Membership{From: on(t, h.Day(0))})
		require.ErrorIs(t, err, fault.ErrNotFound, name)
	}
	_, err := h.users.Invite(t.Context(), h.admin, "Ny Kollega", "ny@example.dk", access.ContactPerson, 999999)
	require.ErrorIs(t, err, fault.ErrNotFound)
}
