import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import css from './kit.module.css'
import { visible } from './text'

/**
 * Markdown from outside: HTML stands as the text that it is, so that nothing written is hidden; no images, and links that show
 * where they lead without going there.
 */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={css.markdown}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        // Every address is shown, none of them is followed, so none needs to be emptied.
        urlTransform={(address) => address}
        components={{
          a: ({ href, children }) =>
            href?.startsWith('#/') ? <a href={href}>{children}</a> : <LinkText href={href ?? ''}>{children}</LinkText>,
          img: ({ alt, src }) => <LinkText href={typeof src === 'string' ? src : ''}>{alt}</LinkText>,
        }}
      >
        {visible(text.replaceAll('\r\n', '\n'))}
      </ReactMarkdown>
    </div>
  )
}

function LinkText({ href, children }: { href: string; children: React.ReactNode }) {
  return (
    <span>
      {children} <code>{href}</code>
    </span>
  )
}
