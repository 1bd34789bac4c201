import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/states'
import { vendorQuery } from './queries'
import { VendorForm } from './VendorForm'

export default function VendorEditPage() {
  const { number } = useParams({ from: '/inside/vendors/$number/edit' })
  const query = useQuery(vendorQuery(Number(number)))
  return <Loaded key={number} query={query}>{(vendor) => <VendorForm vendor={vendor} />}</Loaded>
}
