import type { Text, Error as WireError } from '../generated/api'

/** A refusal or failure as the backend states it. */
export class ApiError extends Error {
  readonly code: string
  readonly text: Text
  readonly hint: Text | undefined
  readonly target: string | undefined
  readonly details: unknown

  constructor(error: WireError) {
    super(typeof error.message === 'string' ? error.message : (error.message.en ?? error.message.ko ?? error.code))
    this.name = 'ApiError'
    this.code = error.code
    this.text = error.message
    this.hint = error.hint
    this.target = error.target
    this.details = error.details
  }
}

/** Returns any thrown value as an `ApiError`, so that screens have one kind of failure to show. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (isWireError(thrown)) return new ApiError(thrown)
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new ApiError({
    code: 'UI-001',
    message: { ko: `화면에서 예상하지 못한 문제가 생겼습니다: ${reason}`, en: `The window met an unexpected problem: ${reason}` },
    hint: { ko: '다시 시도하고, 되풀이되면 이 문구를 알려 주세요.', en: 'Try again; if it repeats, report this text.' },
  })
}

export function isWireError(value: unknown): value is WireError {
  return typeof value === 'object' && value !== null && typeof (value as { code?: unknown }).code === 'string' && 'message' in value
}

export function unreachable(reason: string): ApiError {
  return new ApiError({
    code: 'UI-002',
    message: { ko: '해태 백엔드에 닿지 않습니다.', en: 'The Haetae backend does not answer.' },
    hint: { ko: `프로그램이 실행 중인지 확인하세요. (${reason})`, en: `Check that the program is running. (${reason})` },
  })
}
