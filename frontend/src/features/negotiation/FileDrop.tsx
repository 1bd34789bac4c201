import { Dropzone } from '../../ui/Dropzone'
import { Field } from '../../ui/form'

interface Props {
  id: string
  label: string
  hint: string
  accept: string
  take: (file: File | undefined) => void
  /** What is said while a file is read. */
  reading: string | undefined
}

/** A place for one file, dropped or chosen. */
export function FileDrop({ id, label, hint, accept, take, reading }: Props) {
  return (
    <Dropzone label={label} take={(dropped) => take(dropped.files[0])}>
      <Field id={id} label={label} hint={hint}>
        {(props) => (
          <input {...props} type="file" disabled={reading !== undefined} accept={accept} onChange={(event) => {
            const chosen = event.target.files?.[0]
            event.target.value = '' // the same file can be tried again
            take(chosen)
          }} />
        )}
      </Field>
      <p role="status">{reading && <><progress className="k-receive__bar" aria-label={reading} /> {reading}</>}</p>
    </Dropzone>
  )
}
