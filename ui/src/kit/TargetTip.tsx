import { Tooltip } from '@mantine/core'
import { cloneElement, type ReactElement, type ReactNode } from 'react'

/**
 * A tooltip on the button that opens a menu or a popover, inside its `Target`: what the target says of the menu (that there is one, whether
 * it is open) reaches the button. Mantine's own tooltip would keep it for itself, and a screen reader would meet a button like any other.
 */
export function TargetTip({
  label,
  disabled,
  children,
  ...target
}: {
  label: ReactNode
  disabled?: boolean
  children: ReactElement<Record<string, unknown>>
}) {
  return (
    <Tooltip label={label} disabled={disabled}>
      {cloneElement(children, target)}
    </Tooltip>
  )
}
