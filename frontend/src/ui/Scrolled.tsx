import type { HTMLAttributes } from 'react'

/** A part of the page that may have to be scrolled: the keyboard must reach it. */
export function Scrolled({ as: Box, ...rest }: HTMLAttributes<HTMLElement> & { as: 'div' | 'section' | 'aside' | 'ul' }) {
  return <Box tabIndex={0} {...rest} />
}
