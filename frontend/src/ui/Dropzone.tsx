import { useState, type DragEvent, type ReactNode } from 'react'

/** A place to drop files on, around the control that chooses them. */
export function Dropzone({ label, take, children }: { label: string; take: (dropped: DataTransfer) => void; children: ReactNode }) {
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer)
  }
  return (
    <div role="group" aria-label={label} className={`k-dropzone${over ? ' k-dropzone--over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
      {children}
    </div>
  )
}
