import { useState, type DragEvent, type ReactNode } from 'react'

/** A place to drop a file on, around the control that chooses one. */
export function Dropzone({ label, take, children }: { label: string; take: (file: File) => void; children: ReactNode }) {
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const dropped = event.dataTransfer.files[0]
    if (dropped) take(dropped)
  }
  return (
    <div role="group" aria-label={label} className={`k-dropzone${over ? ' k-dropzone--over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
      {children}
    </div>
  )
}
