package vendor

import (
	"time"

	"klausul/server/storage"
)

// Processor is a company of a vendor's chain as a contract lists it: once, with all that it does.
type Processor struct {
	Name     string   `db:"name"`
	Number   string   `db:"number"` // a Danish company's CVR, or a foreign one's own
	Country  string   `db:"country"`
	Street   string   `db:"street"`
	Postal   string   `db:"postal"` // code and town
	Services []string `db:"services"`
}

// processorSQL: the index subprocessor_tree serves it. The most that a tree holds is the most that is listed.
const processorSQL = `select p.name::text as name, coalesce(p.cvr, p.foreign_number, '') as number, p.country, p.street, trim(p.postal_code || ' ' || p.city) as postal,
	coalesce(array_agg(distinct r.service) filter (where r.service <> ''), '{}') as services
	from subprocessor r join vendor p on p.id = r.processor_id
	where r.vendor_id = $1 and (r.system_id is null or r.system_id = any($2)) and r.from_date <= $3 and (r.to_date is null or r.to_date >= $3)
	group by p.id order by p.name, p.id limit 5000`

// Processors are the companies that stand behind a vendor's systems (by inner ids) on a day,
// with those that stand behind all of its systems.
func Processors(tx *storage.Tx, vendor int32, systems []int32, day time.Time) ([]Processor, error) {
	return storage.All[Processor](tx, processorSQL, vendor, systems, day)
}
