import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCanvas } from './context'
import { Glyph } from './glyphs'
import { NOTE_PREFIX, type NoteNode as Note } from './projection'

/** A note, or a frame that stands behind tasks and names them. A double click edits the text. */
export const NoteNode = memo(function NoteNode({ id, data, selected, width, height }: NodeProps<Note>) {
  const { t } = useTranslation()
  const { editable, onNoteText, onNoteResize } = useCanvas()
  const [editing, setEditing] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (editing) field.current?.select()
  }, [editing])
  const key = id.slice(NOTE_PREFIX.length)
  const end = () => {
    const text = field.current?.value
    setEditing(false)
    if (text !== undefined && text !== data.text) onNoteText?.(key, text)
  }
  const frame = data.kind === 'frame'
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard edits a note in the inspector; the double click is a short cut
    <div
      className={`${frame ? 'frame' : 'note'} ${selected ? 'note-selected' : ''}`}
      style={{ width, height }}
      onDoubleClick={() => editable && setEditing(true)}
    >
      {editable && (
        <NodeResizer
          isVisible={selected}
          minWidth={frame ? 96 : 80}
          minHeight={frame ? 64 : 32}
          onResizeEnd={(_, box) =>
            onNoteResize?.(key, {
              x: Math.round(box.x),
              y: Math.round(box.y),
              width: Math.round(box.width),
              height: Math.round(box.height),
            })
          }
        />
      )}
      {!frame && <Glyph name="note" size={14} />}
      {editing ? (
        <textarea
          ref={field}
          className="nodrag nopan nowheel"
          defaultValue={data.text}
          aria-label={t(frame ? 'canvas.frame' : 'canvas.note')}
          onBlur={end}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.nativeEvent.isComposing) return
            if (event.code === 'Escape' || (event.code === 'Enter' && (frame || event.ctrlKey))) event.currentTarget.blur()
          }}
        />
      ) : (
        <span className="note-text">{data.text}</span>
      )}
    </div>
  )
})
