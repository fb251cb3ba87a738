import { Handle, Position as Side } from '@xyflow/react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useCanvas } from './context'
import { Glyph } from './glyphs'

/** The implicit first node. */
export const StartNode = memo(function StartNode() {
  const { t } = useTranslation()
  const { editable, far } = useCanvas()
  return (
    <div className="start">
      <Glyph name="start" size={far ? 24 : 16} />
      {!far && <span className="start-name">{t('canvas.start')}</span>}
      <Handle className="point" type="source" position={Side.Right} id="done" isConnectable={editable} aria-hidden />
    </div>
  )
})
