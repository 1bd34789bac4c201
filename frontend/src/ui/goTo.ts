/** Brings a control into sight and puts the cursor there. */
export function goTo(id: string): void {
  const control = document.getElementById(id)
  control?.scrollIntoView({ block: 'center' })
  control?.focus({ preventScroll: true })
}
