import { VendorForm } from './VendorForm'

export default function VendorFormPage() {
  return <VendorForm />
}
