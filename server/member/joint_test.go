package member_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/member"
	"klausul/server/storage/storagetest"
)

func TestAJointCompanyThatIsAVendorToo(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	v := e.Vendor("Fællesdrift I/S")
	e.Exec("update vendor set cvr = '29189846' where id = $1", v)
	s, admin := member.New(e.Store), e.Scope(access.SecretariatAdmin, 0)
	o, err := s.Register(t.Context(), admin, member.Entry{Kind: member.JointCompany, Name: "Fællesdrift I/S", CVR: "29 18 98 46"})
	require.NoError(t, err)
	require.Equal(t, &o.ID, storagetest.One[*int32](e, "select organisation_id from vendor where id = $1", v))
	require.Equal(t, 1, storagetest.One[int](e, "select count(*) from audit_event where record = 'vendor' and action = 'organisation.register'"))
}
