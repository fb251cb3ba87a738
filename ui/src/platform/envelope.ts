import type { Answered } from './door'
import { ApiError, isWireError } from './error'

/** Reads `{ok, tags}` or `{error}`; anything else is a fault of the backend and says so. */
export function readEnvelope(body: unknown): Answered<unknown> {
  if (typeof body === 'object' && body !== null) {
    const envelope = body as { ok?: unknown; tags?: unknown; error?: unknown }
    if (isWireError(envelope.error)) throw new ApiError(envelope.error)
    if ('ok' in envelope) {
      const tags = Array.isArray(envelope.tags) ? envelope.tags.filter((tag): tag is string => typeof tag === 'string') : []
      return { value: envelope.ok, tags }
    }
  }
  throw new ApiError({
    code: 'UI-003',
    message: { ko: '백엔드의 답을 알아볼 수 없습니다.', en: 'The backend gave an answer of an unknown form.' },
    hint: { ko: '창과 백엔드의 버전이 같은지 확인하세요.', en: 'Check that the window and the backend are of one version.' },
  })
}
