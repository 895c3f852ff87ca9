/** One request, its body read: JSON or payload_json, and the files of a multipart form. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorized: boolean
  readonly body: unknown
  readonly files: ReadonlyMap<string, { readonly name: string; readonly type: string; readonly bytes: Uint8Array }>
}
export interface Answer {
  readonly status: number
  readonly body: unknown
}
export type Handler = (asked: Asked, ...parts: string[]) => Answer

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const nothing: Answer = { status: 204, body: null }
