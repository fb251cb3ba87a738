import { Glyph, type GlyphName } from '../canvas/glyphs'
import { ICONS } from './icons'

export type IconName = keyof typeof ICONS | GlyphName

/** Draws one icon in the colour of the text; it says nothing to a screen reader, so a word or a label stands beside it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  if (!(name in ICONS)) return <Glyph name={name as GlyphName} size={size} />
  return (
    <svg className="glyph" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {ICONS[name as keyof typeof ICONS]}
    </svg>
  )
}
