import { Tooltip } from '@mantine/core'
import { cloneElement, type ReactElement, type ReactNode } from 'react'

/**
 * A tooltip on the button that opens a menu or a popover, inside its `Target`: what the target says of the menu (that there is one, whether
 * it is open) reaches the button. Mantine's own tooltip would keep it for itself, and a screen reader would meet a button like any other.
 */
export function TargetTip({
  label,
  disabled,
  className,
  children,
  ...target
}: {
  label: ReactNode
  disabled?: boolean
  className?: string
  children: ReactElement<Record<string, unknown>>
}) {
  // The target has a class to give, and the button one to keep.
  const classes = [children.props.className, className].filter(Boolean).join(' ') || undefined
  return (
    <Tooltip label={label} disabled={disabled}>
      {cloneElement(children, { ...target, className: classes })}
    </Tooltip>
  )
}
